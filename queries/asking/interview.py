"""Questions asked one after the other: the best next one, numbered answers, a way back, and what each changes.

It speaks through functions that it is given, so that it needs no terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...kb.diagnostics import Invalid
from ...kb.ir import EDB, Predicate, ValueType
from ..answers.assess import Case, Knowledge, assess, reopened
from ..answers.named import about, known_name
from ..changes.difference import differences
from ..changes.difference_text import DifferenceText
from ..changes.record_changes import change_lines, record_changes
from ..explanations.report import report
from ..rendering.layout import Layout
from ..unknowns.topics import Topic, is_list
from ..wording.sentences import sentences
from ..wording.words import Words
from .ask import Inquiry, Question, inquire
from .ask_text import AskText

Hear = Callable[[str], str | None]
"""Asks for a line; None when there are no more."""
Tell = Callable[[str], None]
Change = Callable[[EDB, str], EDB]
"""The record with `field=value` recorded. Raises Invalid."""


@dataclass
class Interview:
    """One interview: `steps` are the records so far, and what was skipped when each was reached."""

    knowledge: Knowledge
    name: str | None
    layout: Layout
    said: Words
    hear: Hear
    tell: Tell
    change: Change
    steps: list[tuple[Case, frozenset[Topic]]] = field(default_factory=lambda: [])

    def run(self, edb: EDB) -> EDB:
        """Ask until nothing is left, or until asked to stop; the record then."""
        if self.name is not None:
            known_name(self.knowledge.program, self.name)
        self.steps = [(assess(self.knowledge, edb), frozenset())]
        self.lines(self.layout.wrap(self.said.say("interview.keys")))
        while True:
            case, skipped = self.steps[-1]
            case = about(reopened(case), self.name)
            found = inquire(case, self.name)
            question = next((q for q in found.questions if q.topic not in skipped), None)
            if question is None:
                self.lines(["", *self.layout.wrap(self.said.say("interview.skipped" if skipped else "ask.nothing"))])
                return case.edb
            if not self.asked(case, found, question):
                return case.edb

    def result(self) -> str:
        """What all the answers together change."""
        first, last = self.steps[0][0], self.steps[-1][0]
        heading = self.layout.heading(self.said.say("interview.result"))
        return "\n".join([heading, *list(glance(first, last, self.layout, self.said))[1:]]) + "\n"

    def asked(self, case: Case, found: Inquiry, question: Question) -> bool:
        """Ask one question until it is answered, skipped or taken back; False to stop."""
        text = AskText(case, self.layout, self.said)
        options = list(self.options(question.topic))
        open_ = self.said.count("interview.open", len(found.questions))
        self.lines(["", open_, *self.layout.wrap(text.ask(question.topic), f"{self.layout.glyph('unknown')} ")])
        for n, (label, _) in enumerate(options, 1):
            self.lines(self.layout.wrap(label, f"  {n:>2}  "))
        self.lines(self.layout.wrap(self.hint(question.topic, bool(options)), "  "))
        while True:
            heard = self.hear(self.said.say("interview.prompt", field=_written(question.topic)))
            reply = heard.strip() if heard is not None else "q"
            if reply == "q":
                return False
            if reply == "s":
                self.steps.append((case, self.steps[-1][1] | {question.topic}))
                return True
            if reply == "b":
                if len(self.steps) > 1:
                    self.steps.pop()
                    return True
                self.lines(self.layout.wrap(self.said.say("interview.first")))
            elif reply == "?":
                self.lines([*text.why(question), *text.outcomes(question)])
            elif reply and self.answered(case, question.topic, self.value(reply, question.topic, options)):
                return True

    def answered(self, case: Case, topic: Topic, value: str) -> bool:
        """Record an answer and tell what it changes; False when it cannot be recorded, which is told too."""
        try:
            edb = self.change(case.edb, f"{_written(topic)}={value}")
        except Invalid as invalid:
            for found in invalid.diagnostics:
                text = f"{found.message}; {found.help}" if found.help else found.message
                self.lines(self.layout.wrap(text, f"{self.layout.glyph('no')} "))
            return False
        after = assess(self.knowledge, edb)
        self.lines(glance(case, after, self.layout, self.said))
        self.steps.append((after, self.steps[-1][1]))
        return True

    def options(self, topic: Topic) -> Iterator[tuple[str, str]]:
        """The answers that can be chosen by number: in words, and as a record has them."""
        declared = self.knowledge.predicates[topic.field]
        if declared.arity == 1:
            for word in ("yes", "no"):
                yield self.said.say(f"interview.{word}"), word
        elif declared.arity == 2 or declared.single:
            yield from ((label.text, label.name) for label in self.kind(declared).labels)

    def kind(self, declared: Predicate) -> ValueType:
        """The type of the value that is asked for."""
        name = declared.columns[-1].type
        found = (t for t in self.knowledge.program.types if t.name == name)
        return next(found, ValueType(name, "symbol"))

    def hint(self, topic: Topic, has_options: bool) -> str:
        """How to answer."""
        declared = self.knowledge.predicates[topic.field]
        if is_list(topic, self.knowledge.predicates):
            return self.said.say("interview.several" if has_options else "interview.objects", keys=_keys(declared))
        kind = self.kind(declared) if declared.arity > 1 else None
        if kind and kind.kind in ("integer", "number") and None not in (kind.low, kind.high):
            return self.said.say("interview.number", low=kind.low, high=kind.high, unit=kind.unit)
        return self.said.say("interview.one" if has_options else "interview.value")

    def value(self, reply: str, topic: Topic, options: list[tuple[str, str]]) -> str:
        """The reply as a record has it: numbers are those of the options, anything else is a value as it stands."""
        if not options:
            return reply
        chosen = [part.strip() for part in reply.split(",")]
        words = [options[int(p) - 1][1] if p.isdecimal() and 0 < int(p) <= len(options) else p for p in chosen]
        if not is_list(topic, self.knowledge.predicates):
            return words[0] if len(words) == 1 else reply
        if reply.startswith("["):
            return reply
        return "[]" if chosen == ["0"] else f"[{', '.join(words)}]"

    def lines(self, lines: Iterator[str] | list[str]) -> None:
        """Tell several lines."""
        for line in lines:
            self.tell(line)


def glance(before: Case, after: Case, layout: Layout, said: Words) -> Iterator[str]:
    """What one answer changes, in a few lines."""
    changes = record_changes(before.edb, after.edb, before.knowledge.predicates)
    first, second = report(before, said), report(after, said)
    yield ""
    yield from change_lines(before.edb, after.edb, changes, sentences(before.knowledge.program, said), layout)
    found = differences(first.answer, second.answer)
    text = DifferenceText(first, second, (c.field for c in changes), layout, said)
    for one in found.items:
        yield from text.headline(one)
    if not found.items:
        yield from layout.wrap(said.say("difference.nothing"), "  ")


def _written(topic: Topic) -> str:
    return ".".join((topic.field, *map(str, topic.key)))


def _keys(declared: Predicate) -> str:
    return "{" + ", ".join(f"{c.name.lower()}: …" for c in declared.columns[1:]) + "}"
