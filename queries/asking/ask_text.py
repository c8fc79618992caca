"""What to ask next, in words: the best question first, why each is asked, and what each answer would lead to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ...kb.ir import Ground, ground_key
from ..answers.assess import Case, reopened
from ..answers.choices import Choosing
from ..answers.named import about, known_name
from ..changes.difference import ORDER
from ..changes.moves import ORDER as ORDERED
from ..names import PROGNOSIS
from ..rendering.answer_json import Data
from ..rendering.answer_text import footer
from ..rendering.layout import Layout
from ..unknowns.topics import Topic, is_list
from ..wording.sentences import Sentences, print_ground, sentences, spaced
from ..wording.words import Words
from .ask import Inquiry, Outcome, Question, inquire

MOST_NAMED = 4
"""Conclusions that a question names; of more, the number of the others is said."""
MOST_STATEMENTS = 10


def asked(case: Case, name: str | None, form: str, layout: Layout, said: Words) -> str:
    """What to ask of a case, for one conclusion or for all, as text or JSON. Raises UnknownName."""
    if name is not None:
        known_name(case.knowledge.program, name)
    case = about(reopened(case), name)
    found = inquire(case, name)
    if form == "json":
        return json.dumps(inquiry_data(case, found, said), ensure_ascii=False, indent=1) + "\n"
    return "\n".join(AskText(case, layout, said).lines(found, name)) + "\n"


class AskText:
    """Writes questions about one case."""

    def __init__(self, case: Case, layout: Layout, said: Words) -> None:
        self.case, self.layout, self.said = case, layout, said
        self.say: Sentences = sentences(case.knowledge.program, said)
        self.choosing = Choosing(case.knowledge, self.say)

    def lines(self, found: Inquiry, name: str | None = None) -> Iterator[str]:
        """All that is worth asking."""
        title = self.said.say("page.patient", subject=self.case.edb.subject)
        if name is not None:
            title = self.said.say("ask.about", patient=title, item=self.say.named(name))
        for line in self.layout.wrap(title):
            yield self.layout.style(line, "bold")
        if not found.questions:
            yield from ("", *self.layout.wrap(self.said.say("ask.nothing")))
        for n, question in enumerate(found.questions):
            if n < 2:
                yield ""
                yield self.layout.heading(self.said.say("ask.others" if n else "ask.next"))
            yield from self.question(question)
            if n == 0:
                yield from self.outcomes(question)
        yield from self._others("ask.later_or_now" if found.cut else "ask.later", found.later)
        yield from self._others("ask.perhaps", found.perhaps)
        yield from self._others("ask.required", [Topic(field) for field in found.required])
        yield from self.settling(found)
        yield from ("", *footer(self.case.knowledge.program, self.layout, self.said))

    def question(self, question: Question) -> Iterator[str]:
        """The question, with the conclusions and statements for which it is asked."""
        glyph = self.layout.glyph("conflict" if question.conflicting else "unknown")
        text = self.said.say("ask.question", question=self.ask(question.topic), field=_written(question.topic))
        for line in self.layout.wrap(text, f"  {glyph} "):
            yield self.layout.style(line, "bold")
        if question.conflicting:
            yield from self.layout.wrap(
                self.said.say("answer.conflicting", field=spaced(question.topic.field)), "      "
            )
        yield from self.why(question)

    def why(self, question: Question) -> Iterator[str]:
        """Why it is asked: the conclusions that wait for it, and their statements."""
        items = list(dict.fromkeys(self.say.item(atom) for atom in question.decides))
        more = len(items) - MOST_NAMED
        if more > 1:
            items = [*items[:MOST_NAMED], self.said.count("ask.more_items", more)]
        text = self.said.say("ask.why", items=self.said.join(items))
        ids = " ".join(question.statements[:MOST_STATEMENTS])
        if rest := question.statements[MOST_STATEMENTS:]:
            ids = self.said.join([ids, self.said.count("ask.more_items", len(rest))])
        source = f" [{ids}]" if ids else ""
        for line in self.layout.wrap(text + source, "      "):
            yield self.layout.style(line, "dim")

    def outcomes(self, question: Question) -> Iterator[str]:
        """What each answer leads to; answers that lead to the same are one."""
        for group in grouped(question.outcomes):
            first = group[0]
            yield from self.layout.wrap(self.answer(question.topic, group), f"      {self.layout.glyph('item')} ")
            if first.impossible:
                yield from self.layout.wrap(self.said.say("ask.impossible"), "          ")
                continue
            told = ((first.gained, "ask.gained"), (first.lost, "ask.lost"), (first.settled, "ask.certain"))
            for atoms, key in told:
                for line in self.conclusions(atoms):
                    yield from self.layout.wrap(self.said.say(key, text=line), "          ")
            if not any(atoms for atoms, _ in told):
                yield from self.layout.wrap(self.said.say("ask.no_change"), "          ")
            yield from self.layout.wrap(self.remaining(first.questions), "          ")

    def remaining(self, number: int) -> str:
        """How many questions may be left."""
        return self.said.count("ask.remaining", number) if number else self.said.say("ask.settled")

    def conclusions(self, atoms: Sequence[Ground]) -> Iterator[str]:
        """Conclusions by their kind: `recommended: a and b`."""
        for predicate, found in groupby(sorted(atoms, key=lambda a: ORDER.index(a.predicate)), lambda a: a.predicate):
            if predicate == PROGNOSIS:
                texts = [f"{self.say.item(a)} ({self.said.say(f'prognosis.{a.values[2]}')})" for a in found]
                yield self.said.say(
                    "ask.kind", kind=self.said.say("difference.is.prognosis"), items=self.said.join(texts)
                )
                continue
            kind = self.said.say(f"difference.is.{predicate}")
            yield self.said.say("ask.kind", kind=kind, items=self.said.join(self.say.item(a) for a in found))

    def answer(self, topic: Topic, group: Sequence[Outcome]) -> str:
        """The answers of a group in words."""
        facts = sorted((fact for outcome in group for fact in outcome.facts), key=ground_key)
        texts: list[str] = []
        if any(not outcome.facts for outcome in group):
            texts.append(self.said.say("ask.none"))
        if facts and len(facts[0].values) > 1:
            column = len(facts[0].values) - 1
            if is_list(topic, self.case.knowledge.predicates) and column > 1:
                texts += [self.choosing.fact(fact) for fact in self.whenever(facts)]
            else:
                texts.append(self.choosing.values(topic.field, column, [f.values[column] for f in facts]))
        else:
            texts += [self.say.holds(fact) for fact in facts]
        return self.said.say("ask.answer", answer=self.said.join(texts, "or"))

    def whenever(self, facts: Iterable[Ground]) -> list[Ground]:
        """Items of a list, those that differ only in their place in time once."""
        first: dict[object, Ground] = {}
        for fact in facts:
            columns = self.case.knowledge.predicates[fact.predicate.removeprefix("-")].columns
            rest = tuple(v for c, v in zip(columns, fact.values, strict=True) if c.name != ORDERED)
            first.setdefault((fact.predicate, rest), fact)
        return list(first.values())

    def ask(self, topic: Topic) -> str:
        """The question in words."""
        return self.say.ask(topic.field, (self.case.edb.subject, *topic.key))

    def settling(self, found: Inquiry) -> Iterator[str]:
        """The smallest set of questions that settles everything."""
        names = [_written(topic) for topic in found.settling]
        if names and not found.perhaps:
            yield from ("", self.layout.heading(self.said.say("ask.to_settle")))
            yield from self.layout.wrap(self.said.count("ask.settles", len(names), names=self.said.join(names)), "  ")
        elif names:
            yield from ("", *self.layout.wrap(self.said.say("ask.incomplete")))

    def _others(self, key: str, listed: Iterable[Topic]) -> Iterator[str]:
        found = list(listed)
        if found:
            yield from ("", self.layout.heading(self.said.say(key)))
        for topic in found:
            text = self.said.say("ask.question", question=self.ask(topic), field=_written(topic))
            yield from self.layout.wrap(text, f"  {self.layout.glyph('item')} ")


def grouped(outcomes: Iterable[Outcome]) -> list[list[Outcome]]:
    """The answers that lead to the same, in the order of the first of each."""
    groups: dict[object, list[Outcome]] = {}
    for o in outcomes:
        groups.setdefault((o.gained, o.lost, o.settled, o.questions, o.conclusions, o.impossible), []).append(o)
    return list(groups.values())


def inquiry_data(case: Case, found: Inquiry, said: Words) -> Data:
    """What to ask as plain data."""
    say = sentences(case.knowledge.program, said)

    def topic(one: Topic) -> Data:
        return {"field": one.field, "key": list(map(str, one.key)), "question": say.ask(one.field, ("", *one.key))}

    return {
        "patient": case.edb.subject,
        "next": topic(found.questions[0].topic) if found.questions else None,
        "questions": [
            {
                **topic(q.topic),
                "decides": [print_ground(atom) for atom in q.decides],
                "statements": list(q.statements),
                "worst": {"questions": q.worst[0], "conclusions": q.worst[1]},
                "answers": [
                    {
                        "facts": [print_ground(f) for f in sorted(o.facts, key=ground_key)],
                        "gained": [print_ground(a) for a in o.gained],
                        "lost": [print_ground(a) for a in o.lost],
                        "settled": [print_ground(a) for a in o.settled],
                        "questions": o.questions,
                        "conclusions": o.conclusions,
                        "impossible": o.impossible,
                    }
                    for o in q.outcomes
                ],
            }
            for q in found.questions
        ],
        "later": [topic(one) for one in found.later],
        "perhaps": [topic(one) for one in found.perhaps],
        "required": list(found.required),
        "settling": [topic(one) for one in found.settling],
        "conclusions": found.conclusions,
        "complete": not found.perhaps,
    }


def _written(topic: Topic) -> str:
    return ".".join((topic.field, *map(str, topic.key)))
