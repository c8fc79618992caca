"""Two versions that answer every record alike, and differ in what becomes of an answer when more is known.

What is said because a fact is missing (`unrecorded`) is not withdrawn when the fact becomes known, and what rests on a
default (`assuming`) is: the answers are the same, and not which of them are provisional or undetermined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...kb.ir import Ground, Predicate
from ...kb.normal import NormalProgram, frozen, recorded_atoms
from ..evaluation import reference
from ..names import CONTRADICTED
from .emit import CELL, Emitter, completing, records
from .numbering import PATIENTS
from .replay import DisagreementError
from .space import SUBJECT
from .world import World

ONE, OTHER = PATIENTS


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that, once more is known, only one version gives: the new one (`gained`) or the old one. For instance
    for this record, when these facts become known. INVARIANT (replayed): the reference evaluator says the same."""

    answer: Ground
    gained: bool
    record: tuple[Ground, ...]
    known: tuple[Ground, ...]


def later(
    world: World, before: NormalProgram, version: int, cone: frozenset[str], answers: Sequence[Predicate]
) -> tuple[Later, ...]:
    """What differs so; `cone`: what rests on something that differs in the hypothetical programs."""
    if not answers:
        return ()
    old, new = frozen(before), world.hypothetical()
    emitter = Emitter(world.program, world.numbering, version, cone)
    rules = [r for r in old.rules if r.head.signed in cone]
    lines = [*completing(world.space, ONE, OTHER), *records(rules, emitter)]
    lines += [emitter.fact(f) for f in sorted(old.facts, key=repr) if f.predicate in cone]
    for rule in rules:
        lines += emitter.rule(rule)
    if CONTRADICTED in world.program.predicates_by_name:  # what contradicts the record is no completion
        arity = world.program.predicates_by_name[CONTRADICTED].arity
        row = ",".join((str(OTHER), *["_"] * (arity - 1)))
        lines += [f":- {e.name(CONTRADICTED)}({row})." for e in (world.emitter, emitter)]
    names: dict[str, tuple[Predicate, bool]] = {}
    for n, one in enumerate(answers):
        rest = [f"V{i}" for i in range(1, one.arity)]
        row, head = f"({','.join((str(OTHER), *rest))})", f"({','.join(rest)})" if rest else ""
        after, was = world.emitter.name(one.name) + row, emitter.name(one.name) + row
        lines += [f"gained{n}{head} :- {after}, not {was}.", f"lost{n}{head} :- {was}, not {after}."]
        names |= {f"gained{n}": (one, True), f"lost{n}": (one, False)}
    shown = [(name, one.arity - 1) for name, (one, _) in names.items()]
    fewest = f"#minimize {{ 1@3,C : {CELL}({OTHER},C,_), not taken({ONE},C) }}."  # first of what becomes known
    solver = new.solver([*lines, fewest], [*shown, (CELL, 3)], small=True)
    found: list[Later] = []
    for fact in sorted(f for f in solver.brave() if f[0] in names):
        answer = solver.smallest([(fact, True)]) or frozenset()
        record, whole = world.patient(answer, ONE).facts, world.patient(answer, OTHER).facts
        one, gained = names[fact[0]]
        atom = Ground(one.name, (SUBJECT, *(world.numbering.values[v] for v in fact[1])))
        told = [atom in _completed(p, record, whole) for p in (world.normal, before)]
        if told != [gained, not gained]:
            raise DisagreementError(f"the solver and the evaluator differ on {atom} for {record} with {whole}")
        found.append(Later(atom, gained, record, tuple(f for f in whole if f not in record)))
    return tuple(found)


def _completed(program: NormalProgram, record: Sequence[Ground], whole: Sequence[Ground]) -> frozenset[Ground]:
    """What follows from a record when more is known of it."""
    hypothetical = frozen(program)
    said = recorded_atoms(hypothetical, reference.derive(program, record).atoms)
    return reference.derive(hypothetical, [*whole, *said]).atoms
