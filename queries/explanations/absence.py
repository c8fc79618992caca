"""Why nothing makes a condition true: what is recorded instead, or where each rule that could have given it fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...kb.ir import Atom, Comparison, Const, Ground, Literal, Var
from ..answers.assess import Case
from ..evaluation.match import absence
from ..once import once
from ..proofs.proof import prove
from ..why_not.attempt import Attempt, Condition, WhyNot
from ..why_not.situation import Situation, situation
from ..why_not.whynot import why_not
from ..wording.comparisons import compared
from ..wording.sentences import Sentences, spaced

MOST = 2
"""How many reasons are said; of more, the number of the others."""
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, without its final period, and the recorded facts that it rests on."""

    text: str
    facts: tuple[Ground, ...] = ()


@once
def situation_of(case: Case) -> Situation:
    """What why-nots of one case look things up in."""
    return situation(case.knowledge.program, case.knowledge.normal, case.model, case.edb)


class Absences:
    """Reasons for what is absent in one case, in words."""

    def __init__(self, case: Case, say: Sentences) -> None:
        self.case, self.say, self.said = case, say, say.words
        self.at = situation_of(case)
        self.of_record = False

    def reason(self, pattern: Atom, of_record: bool = False) -> Reason:
        """Why nothing in the model matches the pattern: a reason for each rule that could give it, the nearest first.

        Unless it is only the record that is spoken of, no unknown fact can change it: then one that is named could not
        be so without a contradiction.
        """
        found = why_not(self.at, pattern)
        if found is None:
            raise ValueError(f"`{pattern.signed}` is not absent")
        self.of_record = of_record
        # A derived opposite would have been shown itself, were it not that it rests on what is explained here.
        recorded = tuple(atom for atom in found.root.atoms if atom in self.case.edb.facts)
        declared = self.say.predicates.get(pattern.predicate)
        is_field = declared is not None and declared.role == "input"
        if is_field and found.root.status == "fails" and (not recorded or self._is_list(pattern)):
            complete = pattern.predicate in self.case.edb.listed
            return Reason(self.said.say("absence.complete" if complete else "absence.counts_as_no"))
        return self._together(self._of(found, replace(found.root, atoms=recorded)))

    def exception(self, pattern: Atom) -> Reason:
        """Why no exception applies: for each rule that would be one, the condition that it lacks."""
        found = why_not(self.at, pattern)
        if found is None:
            raise ValueError(f"`{pattern.signed}` is not absent")
        self.of_record = False
        reasons: list[Reason] = []
        for attempt in _nearest(found, found.root):
            lacking = _lacking(attempt)
            if lacking is not None:
                because = self._together(self._of_condition(found, attempt, lacking, DEEPEST))
                slots = {"rule": attempt.rule, "condition": self._needed(attempt, lacking), "reason": because.text}
                reasons.append(Reason(self.said.say("absence.exception", **slots), because.facts))
        return self._together(reasons)

    def _together(self, reasons: Iterable[Reason]) -> Reason:
        """Several reasons as one sentence; each is said once."""
        distinct = list({reason.text: reason for reason in reasons}.values())
        shown = distinct[:MOST]
        texts = [reason.text for reason in shown]
        if len(distinct) > MOST:
            texts.append(self.said.count("absence.more", len(distinct) - MOST))
        return Reason("; ".join(texts), tuple(dict.fromkeys(fact for reason in shown for fact in reason.facts)))

    def _of(self, found: WhyNot, condition: Condition, depth: int = DEEPEST) -> Iterator[Reason]:
        """The reasons why a positive condition does not hold."""
        literal = condition.filled
        if isinstance(literal, Comparison):
            return
        if condition.goal is None or condition.atoms or depth == 0:
            yield self._leaf(condition, literal)
            return
        attempts = _nearest(found, condition)
        for attempt in attempts:
            lacking = _lacking(attempt)
            if lacking is not None:
                yield from self._of_condition(found, attempt, lacking, depth - 1)
            elif attempt.by:
                yield Reason(self.said.say("absence.overridden", rule=attempt.rule, rules=self.said.join(attempt.by)))
        if not attempts:
            yield self._leaf(condition, literal)

    def _of_condition(self, found: WhyNot, attempt: Attempt, condition: Condition, depth: int) -> Iterator[Reason]:
        """The reasons why a condition of a rule does not hold."""
        filled = condition.filled
        if isinstance(filled, Comparison):
            text = self.said.say("absence.fails", rule=attempt.rule, text=self._needed(attempt, condition))
            yield Reason(text, self._recorded(attempt))
        elif self._is_table(filled):
            yield Reason(self.say.denied(filled.atom), self._recorded(attempt))
        elif filled.mode == "plain":
            yield from self._of(found, condition, depth)
        else:  # what must be absent is there
            yield self._there(condition.atoms)

    def _leaf(self, condition: Condition, literal: Literal) -> Reason:
        """What there is instead of the condition, or why there is nothing."""
        atom, name = literal.atom, literal.atom.predicate
        if condition.atoms and not self._is_list(atom):
            return self._there(condition.atoms)
        if condition.status in ("conflicting", "not_applicable"):
            mark = Ground(condition.status, (self.case.edb.subject, name))
            key = f"record.{condition.status}"
            return Reason(self.said.say(key, field=spaced(name)), (mark,) if mark in self.case.edb.facts else ())
        declared = self.say.predicates.get(name)
        if declared is None or declared.role != "input":
            return Reason(self.say.denied(atom))
        if name in self.case.edb.listed:
            return Reason(self.said.say("absence.not_in_list", text=self.say.denied(atom)))
        if not declared.open:
            nothing = Atom(name, tuple(t if i == 0 else Var(f"any {i}") for i, t in enumerate(atom.args)))
            text = self.say.denied(atom if self.at.index.matching(nothing) else nothing)
            return Reason(self.said.say("absence.closed", text=text))
        values = tuple(t.value for t in atom.args[:-1] if isinstance(t, Const)) if declared.single else ()
        text = self.say.unknown(name, values)
        return Reason(text if self.of_record else self.said.say("absence.contradiction", text=text))

    def _there(self, atoms: Iterable[Ground]) -> Reason:
        """What is recorded or follows, with the facts behind it."""
        shown = list(atoms)[:MOST]
        facts: dict[Ground, None] = {}
        for atom in shown:
            proof = None if atom in self.case.edb.facts else prove(self.case.proofs, atom)
            facts |= dict.fromkeys((atom,) if proof is None else proof.recorded)
        recorded = tuple(fact for fact in facts if fact in self.case.edb.facts)
        return Reason("; ".join(map(self.say.holds, shown)), recorded)

    def _needed(self, attempt: Attempt, condition: Condition) -> str:
        """What the rule asks for, in words."""
        item, filled = condition.item, condition.filled
        if isinstance(item, Comparison) and isinstance(filled, Comparison):
            clause = self.case.knowledge.rules[attempt.rule].clause
            left, right = (t.value if isinstance(t, Const) else None for t in (filled.left, filled.right))
            return compared(self.say, clause, item, left, right)
        if isinstance(filled, Comparison):
            return ""
        return self.say.wanted(filled.atom) if filled.mode == "plain" else self.say.denied(absence(filled).atom)

    def _recorded(self, attempt: Attempt) -> tuple[Ground, ...]:
        """The recorded facts that the attempt has found, of which a comparison or a table then speaks."""
        held = (atom for c in attempt.conditions if c.status == "holds" for atom in c.atoms)
        return tuple(atom for atom in held if atom in self.case.edb.facts)[:MOST]

    def _is_table(self, literal: Literal) -> bool:
        declared = self.say.predicates.get(literal.atom.predicate)
        return declared is not None and declared.role == "table"

    def _is_list(self, atom: Atom) -> bool:
        """Whether what stands instead is no more than the rest of a list."""
        declared = self.say.predicates.get(atom.predicate)
        opposite = self.at.index.matching(Atom(atom.predicate, atom.args, not atom.negated))
        return declared is not None and declared.role != "derived" and not declared.single and not opposite


def _lacking(attempt: Attempt) -> Condition | None:
    """The condition that stands most plainly in the way: one that fails by what is recorded, then any that fails."""
    return min(attempt.unmet, key=lambda c: (c.status != "fails", not c.atoms), default=None)


def _nearest(found: WhyNot, condition: Condition) -> list[Attempt]:
    """The nearest attempt of each rule for a derived condition, the nearest rule first."""
    tried = found.goals.get(condition.goal) if condition.goal else None
    first: dict[str, Attempt] = {}
    for attempt in tried.attempts if tried else ():
        first.setdefault(attempt.rule, attempt)
    return list(first.values())
