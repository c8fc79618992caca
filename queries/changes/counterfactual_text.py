"""The smallest changes that would make a conclusion another, in words: what would be recorded, and what is now."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...kb.ir import Ground, ground_key
from ..answers.assess import Case
from ..answers.choices import Choice, Choosing, choices
from ..answers.named import concluded, known_name
from ..names import PROGNOSIS, RECOMMEND
from ..rendering.answer_json import Data
from ..rendering.answer_text import footer
from ..rendering.layout import Layout
from ..wording.sentences import Sentences, print_ground, sentences, spaced
from ..wording.words import Words
from .counterfactual import LARGEST, Counterfactual, Valid, counterfactual
from .moves import META, Move
from .record_changes import facts_by_field, placed, told

MOST_SHOWN = 12


def counterfactual_shown(
    case: Case, name: str, form: str, layout: Layout, said: Words, largest: int = LARGEST, valid: Valid = lambda _: True
) -> str:
    """What would make it hold, or no longer hold, as text or JSON. Raises UnknownName."""
    known_name(case.knowledge.program, name)
    found = counterfactual(case, name, largest, valid)
    if form == "json":
        return json.dumps(_data(case, name, found), ensure_ascii=False, indent=1) + "\n"
    return "\n".join(_Text(case, layout, said).lines(name, found)) + "\n"


class _Text:
    def __init__(self, case: Case, layout: Layout, said: Words) -> None:
        self.case, self.layout, self.said = case, layout, said
        self.say: Sentences = sentences(case.knowledge.program, said)
        self.choosing = Choosing(case.knowledge, self.say)
        self.recorded = facts_by_field(case.edb)

    def lines(self, name: str, found: Counterfactual) -> Iterator[str]:
        patient = self.said.say("page.patient", subject=self.case.edb.subject)
        slots = {"patient": patient, "item": self.say.named(name), "state": self.state(name, found)}
        for line in self.layout.wrap(self.said.say("counterfactual.question", **slots)):
            yield self.layout.style(line, "bold")
        if not found.sets:
            yield from ("", *self.layout.wrap(self.said.count("counterfactual.none", found.tried)))
        else:
            yield from ("", self.layout.heading(self.said.count("counterfactual.enough", found.tried)))
        if found.fixed:
            yield from self.layout.wrap(self.said.say("counterfactual.only_fixed"), "  ")
        shown = choices(frozenset(f for move in one for f in move.told) for one in found.sets)
        for choice in shown[:MOST_SHOWN]:
            yield from self.choice(choice)
        if len(shown) > MOST_SHOWN:
            yield from self.layout.wrap(self.said.count("counterfactual.more", len(shown) - MOST_SHOWN), "  ")
        if not found.complete:
            yield from self.layout.wrap(self.said.say("counterfactual.cut"), "  ")
        yield from ("", *footer(self.case.knowledge.program, self.layout, self.said))

    def state(self, name: str, found: Counterfactual) -> str:
        """How it stands now."""
        if found.holds:
            atom = found.holds[0]
            if atom.predicate == PROGNOSIS:
                return self.said.say(f"prognosis.{atom.values[2]}")
            return self.said.say(f"difference.is.{atom.predicate}")
        kinds = concluded(self.case.knowledge, name)
        return self.said.join(self.said.say(f"difference.not.{kind}") for kind in kinds or (RECOMMEND,))

    def choice(self, choice: Choice) -> Iterator[str]:
        """What would be recorded; then, for each field, what is recorded now, and whether it can change."""
        yield from self.layout.wrap(self.choosing.told(choice), f"  {self.layout.glyph('item')} ")
        names = dict.fromkeys(f.predicate.removeprefix("-") for f in (*choice.needed, *choice.one_of[:1]))
        for name in names:
            facts = self.recorded.get(name, [])
            now = told(self.say, name, facts, name in self.case.edb.listed)
            text = self.said.say("counterfactual.now", text=placed(self.say, self.case.edb, facts, now))
            if self.case.knowledge.predicates[name].fixed:
                text = self.said.say("counterfactual.fixed", text=text, field=spaced(name))
            for line in self.layout.wrap(text, "      "):
                yield self.layout.style(line, "dim")


def _data(case: Case, name: str, found: Counterfactual) -> Data:
    return {
        "patient": case.edb.subject,
        "name": name,
        "holds": [print_ground(atom) for atom in found.holds],
        "changes": [[_move(move) for move in one] for one in found.sets],
        "size": found.tried,
        "needs_fixed": found.fixed,
        "complete": found.complete,
    }


def _move(move: Move) -> Data:
    def written(facts: frozenset[Ground]) -> list[str]:
        return [print_ground(f) for f in sorted(facts, key=ground_key) if f.predicate not in META]

    return {
        "field": move.topic.field,
        "key": list(map(str, move.topic.key)),
        "before": written(move.now),
        "after": written(move.then),
        "fixed": move.fixed,
    }
