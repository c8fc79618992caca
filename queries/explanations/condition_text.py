"""One condition of a rule in words: whether it holds for the patient, and by which recorded values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...kb.ir import Comparison, Const, Ground, Literal, Var
from ..answers.assess import Case
from ..evaluation.match import absence
from ..proofs.proof import prove
from ..why_not.attempt import Condition
from ..wording.comparisons import compared
from ..wording.sentences import Sentences, spaced
from .explanation import could_hold

MOST = 3
"""How many recorded facts one line names."""


@dataclass(frozen=True, slots=True)
class Told:
    """A condition in words: its sign, what is asked for, and what there is."""

    glyph: str
    text: str
    details: tuple[str, ...] = ()


class ConditionText:
    """Conditions of one case in words."""

    def __init__(self, case: Case, say: Sentences) -> None:
        self.case, self.say, self.said = case, say, say.words
        self.sources = len({o.source for origins in case.edb.facts.values() for o in origins})

    def told(self, condition: Condition, rule: str = "") -> Told:
        """The condition, of the rule with this id, with how it stands."""
        if isinstance(condition.filled, Comparison):
            return self._compared(rule, condition, condition.filled)
        if condition.filled.mode == "plain":
            return self._asked(condition, condition.filled)
        return self._absent(condition, condition.filled)

    def _asked(self, condition: Condition, literal: Literal) -> Told:
        """A condition that something is so."""
        if condition.status == "holds":
            return Told("yes", self.facts(condition.atoms))
        text = self.say.wanted(literal.atom)
        name = literal.atom.predicate
        declared = self.case.knowledge.predicates.get(name)
        if condition.status == "waits":
            return Told("item", text, (self.said.say("whynot.waits"),))
        if condition.status == "conflicting":
            recorded = declared is not None and declared.role == "input"
            contradiction = self.said.say("answer.conflicting", field=spaced(name))
            return Told("conflict", text, (contradiction,) if recorded else ())
        if condition.status == "not_applicable":
            return Told("no", text, (self.said.say("record.not_applicable", field=spaced(name)),))
        if not declared or declared.role != "input":
            open_ = condition.status == "unknown" and could_hold(self.case, literal.atom)
            instead = (self.said.say("whynot.instead", text=self.facts(condition.atoms)),) if condition.atoms else ()
            return Told("unknown" if open_ else "no", text, instead)
        if condition.status == "unknown":
            values = tuple(t.value for t in literal.atom.args if isinstance(t, Const))
            unknown = self.say.unknown(name, values[: declared.arity - 1] if declared.single else ())
            if isinstance(literal.atom.args[-1], Var) and declared.arity > 1:
                return Told("unknown", unknown)
            return Told("unknown", text, (self.said.say("whynot.not_recorded"),))
        if condition.atoms:
            return Told("no", text, (self.instead(condition),))
        key = "whynot.not_in_list" if name in self.case.edb.listed else "whynot.nothing_recorded"
        return Told("no", text, (self.said.say(key, field=spaced(name)),))

    def _absent(self, condition: Condition, literal: Literal) -> Told:
        """A condition that something is not so, or not recorded."""
        unwanted = absence(literal).atom
        text = self.say.unrecorded(unwanted) if literal.mode == "unrecorded" else self.say.denied(unwanted)
        if condition.status == "waits":
            return Told("item", text, (self.said.say("whynot.waits"),))
        if condition.status == "fails":
            return Told("no", text, (self.instead(condition),))
        if condition.atoms:
            return Told("yes", self.facts(condition.atoms))
        if literal.mode != "unrecorded" and could_hold(self.case, unwanted):
            return Told("unknown", self.said.say("proof.assumed", text=text))
        return Told("yes", text)

    def _compared(self, rule: str, condition: Condition, filled: Comparison) -> Told:
        """A comparison, with the margin of a number."""
        left, right = (t.value if isinstance(t, Const) else None for t in (filled.left, filled.right))
        clause = self.case.knowledge.rules[rule].clause
        written = condition.item if isinstance(condition.item, Comparison) else filled
        text = compared(self.say, clause, written, left, right)
        if condition.status == "waits":
            return Told("item", text, (self.said.say("whynot.waits"),))
        return Told("yes" if condition.status == "holds" else "no", text)

    def instead(self, condition: Condition) -> str:
        """What is recorded in the place of a condition that fails."""
        key = "whynot.only" if self.is_rest(condition) else "whynot.instead"
        return self.said.say(key, text=self.facts(condition.atoms))

    def against(self, condition: Condition) -> str:
        """The same where it is said that it is recorded."""
        return self.instead(condition) if self.is_rest(condition) else self.facts(condition.atoms)

    def is_rest(self, condition: Condition) -> bool:
        """Whether what there is instead is no more than the rest of a complete list."""
        filled = condition.filled
        name = "" if isinstance(filled, Comparison) else filled.atom.predicate
        return name in self.case.edb.listed and all(a.predicate == name for a in condition.atoms)

    def facts(self, atoms: Iterable[Ground]) -> str:
        """Atoms of the model as sentences, with the places of the recorded facts that they rest on."""
        shown = list(atoms)
        texts = [self.placed(atom) for atom in shown[:MOST]]
        if len(shown) > MOST:
            texts.append(self.said.count("whynot.others", len(shown) - MOST))
        return self.said.join(texts)

    def placed(self, atom: Ground) -> str:
        """One atom with where it, or what it rests on, was recorded."""
        text = self.say.holds(atom)
        places = list(dict.fromkeys(self._places(atom)))
        if not places:
            return text
        if len(places) > MOST:
            places = [*places[:MOST], self.said.count("whynot.others", len(places) - MOST)]
        return self.said.say("proof.reason_recorded", text=text, places=self.said.join(places))

    def _places(self, atom: Ground) -> Iterable[str]:
        edb = self.case.edb
        proof = None if atom in edb.facts else prove(self.case.proofs, atom)
        for fact in [atom] if proof is None else sorted(f for f in proof.steps if f in edb.facts):
            for origin in edb.facts.get(fact, ()):
                place = self.said.place(origin.place)
                slots = {"place": place, "source": origin.source}
                yield place if self.sources == 1 else self.said.say("proof.place_of", **slots)
