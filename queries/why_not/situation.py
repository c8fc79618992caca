"""What one patient's record and model say about a condition: whether it holds, and if not, what there is instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ...kb.edb import EDB
from ...kb.ir import Atom, Const, Ground, Predicate, Program, Value, Var
from ...kb.normal import NormalProgram, NormalRule
from ..evaluation.match import Index, fill
from ..evaluation.model import Model
from ..evaluation.stages import fixed
from ..once import once
from .attempt import Status, Tried


@dataclass(frozen=True, slots=True)
class Situation:
    """A program, a patient's record and the model of the two. Made by `situation`.

    concluding: the rules by the signed predicate of what they conclude. fixed: the predicates that no patient changes.
    instances: the values of the rules' instances, by rule. tried: remembers what was tried for a goal.
    """

    predicates: dict[str, Predicate]
    concluding: dict[str, list[NormalRule]]
    fixed: frozenset[str]
    index: Index
    edb: EDB
    instances: dict[str, list[tuple[Value, ...]]] = field(repr=False)
    tried: dict[tuple[Atom, int], Tried] = field(default_factory=lambda: {}, repr=False, compare=False)


def situation(program: Program, normal: NormalProgram, model: Model, edb: EDB) -> Situation:
    """The situation of one patient: `normal` is the program's normal form, `model` what follows from the facts."""
    instances: dict[str, list[tuple[Value, ...]]] = {}
    for instance in model.instances:
        instances.setdefault(instance.rule, []).append(instance.values)
    predicates = {p.name: p for p in program.predicates}
    return Situation(predicates, *_of_program(normal), Index(model.atoms), edb, instances)


@once
def _of_program(normal: NormalProgram) -> tuple[dict[str, list[NormalRule]], frozenset[str]]:
    concluding: dict[str, list[NormalRule]] = {}
    for rule in normal.rules:
        concluding.setdefault(rule.head.signed, []).append(rule)
    return concluding, fixed(normal)


def standing(at: Situation, atom: Atom) -> tuple[Status, tuple[Ground, ...]]:
    """How a condition stands that nothing in the model matches, and what there is in its place.

    A derived condition fails as far as this can tell; what its own rules lack may still be unknown.
    """
    declared = at.predicates.get(atom.predicate)
    if declared and declared.role == "input":
        if atom.predicate in at.edb.conflicts:
            return "conflicting", ()
        if atom.predicate in at.edb.not_applicable:
            return "not_applicable", ()
    instead = next((found for found in _instead(at, atom, declared) if found), ())
    if instead or not (declared and declared.role == "input" and declared.open):
        return "fails", tuple(instead)
    if atom.predicate in at.edb.listed:
        return "fails", tuple(at.index.matching(_from(atom, 1)))
    return "unknown", ()


def _instead(at: Situation, atom: Atom, declared: Predicate | None) -> Iterator[Sequence[Ground]]:
    """What shows that the atom does not hold, the most telling first."""
    yield at.index.matching(replace(atom, negated=not atom.negated))
    if declared and declared.single and all(isinstance(t, Const) for t in atom.args[:-1]):
        yield at.index.matching(_from(replace(atom, negated=False), len(atom.args) - 1))
    if not declared or declared.role == "table":
        yield at.index.matching(_from(atom, len(atom.args) - 1))


def _from(atom: Atom, column: int) -> Atom:
    """The atom with any values from this column on."""
    return replace(atom, args=(*atom.args[:column], *(Var(f"any {i}") for i in range(column, len(atom.args)))))


def overridden(at: Situation, rule: NormalRule, subject: Atom) -> tuple[tuple[Ground, ...], tuple[str, ...]]:
    """What excludes the author's rule for the subject (`overridden:ID(S)`), and the ids of the rules that do so."""
    found = tuple(at.index.matching(subject))
    by = {
        exception.clause.id
        for exception in at.concluding.get(subject.signed, ())
        for values in at.instances.get(exception.id, ())
        if _concluded(exception, values) in found
    }
    return found, tuple(sorted(by - {rule.clause.id}))


def _concluded(rule: NormalRule, values: tuple[Value, ...]) -> Ground:
    head = fill(rule.head, dict(zip(rule.variables, values, strict=True)))
    return Ground(head.signed, tuple(t.value for t in head.args if isinstance(t, Const)))
