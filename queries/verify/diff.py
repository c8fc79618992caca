"""Two versions of a guideline: for which patients an answer differs, by class, or a proof that none does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...kb.ir import Clause, Ground, Predicate, Program
from ...kb.normal import NormalProgram, normalise
from ..evaluation import pydatalog_engine
from ..evaluation.model import Instance
from ..proofs.plan import plans
from .check import Progress, silent
from .classes import ANSWERS, PatientClass, concepts, patient_class
from .clingo_solver import Fact
from .emit import CELL, Emitter
from .numbering import Numbering
from .space import SUBJECT, Space, space, values_of
from .world import World, constants

OLD = 2
"""The version of the old program."""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that the new version gives and the old one does not (`gained`), or the other way round.

    rules: those that conclude it for the example, in the version that gives it. INVARIANT (replayed): the pyDatalog
    evaluator says the same of the example.
    """

    answer: Ground
    gained: bool
    patients: PatientClass
    example: tuple[Ground, ...]
    rules: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes; none: the versions are proved to answer alike, up to the limits."""

    changes: tuple[Change, ...]
    limits: tuple[str, ...]
    patients: int
    program: Program
    normal: NormalProgram


def difference(old: Program, new: Program, progress: Progress = silent) -> Difference:
    """The difference of two checked programs over all patients that either vocabulary can describe."""
    both = _together(old, new)
    before, after = normalise(old), normalise(new)
    found: Space = space(both, (*after.rules, *before.rules))
    numbering = Numbering(values_of(found.cells) | constants(after) | constants(before))
    world = World(both, found, numbering)
    emitter = Emitter(both, numbering, OLD)
    lines = [*map(emitter.fact, sorted(before.facts, key=repr))]
    for rule in before.rules:
        lines += emitter.rule(rule)
    told = concepts(world)
    answers = [p for p in both.predicates if p.name in ANSWERS and p.role == "derived"]
    goals, names = _goals(world, emitter, answers)
    union = world.solver((*lines, *goals), [(name, p.arity - 1) for name, p, _ in names])
    changed = sorted(union.brave())
    shown = {(name, len(numbers)) for name, numbers in told.told} | {(CELL, 3)}
    asked = [f"goal{n} :- {_written(fact)}." for n, fact in enumerate(changed)]
    solver = world.solver((*lines, *goals, *asked), sorted(shown), small=True)
    changes: list[Change] = []
    for n, fact in enumerate(changed):
        progress(n, len(changed), "classes of changed answers")
        name, one, gained = next(x for x in names if x[0] == fact[0])
        atom = Ground(one.name, (SUBJECT, *(numbering.values[v] for v in fact[1])))
        told_class = patient_class(solver, (f"goal{n}", ()), told, (), f"d{n}")
        smallest = solver.smallest([((f"goal{n}", ()), True)]) or frozenset()
        facts = world.patient(smallest).facts
        changes.append(Change(atom, gained, told_class, facts, _concluding(before, after, facts, atom, gained, name)))
    return Difference(tuple(changes), found.limits, found.size, new, after)


def _together(old: Program, new: Program) -> Program:
    """The new program with the declarations that only the old one has."""
    types, predicates = {t.name for t in new.types}, {p.name for p in new.predicates}
    return replace(
        new,
        types=(*new.types, *(t for t in old.types if t.name not in types)),
        predicates=(*new.predicates, *(p for p in old.predicates if p.name not in predicates)),
    )


def _goals(
    world: World, emitter: Emitter, answers: Sequence[Predicate]
) -> tuple[list[str], list[tuple[str, Predicate, bool]]]:
    lines: list[str] = []
    names: list[tuple[str, Predicate, bool]] = []
    for n, one in enumerate(answers):
        rest = ",".join(f"V{i}" for i in range(1, one.arity))
        row = f"(P,{rest})" if rest else "(P)"
        head = f"({rest})" if rest else ""
        new, old = world.emitter.name(one.name) + row, emitter.name(one.name) + row
        lines += [f"gained{n}{head} :- {new}, not {old}.", f"lost{n}{head} :- {old}, not {new}."]
        names += [(f"gained{n}", one, True), (f"lost{n}", one, False)]
    return lines, names


def _written(fact: Fact) -> str:
    name, numbers = fact
    return f"{name}({','.join(map(str, numbers))})" if numbers else name


def _concluding(
    before: NormalProgram, after: NormalProgram, facts: Sequence[Ground], atom: Ground, gained: bool, name: str
) -> tuple[Clause, ...]:
    """The rules that conclude it in the version that does; the evaluator has to find the same difference."""
    with_it, without = (after, before) if gained else (before, after)
    model = pydatalog_engine.derive(with_it, facts)
    if atom not in model.atoms or atom in pydatalog_engine.derive(without, facts).atoms:
        raise AssertionError(f"the solver and the evaluator differ on {name} for {list(facts)}")
    return tuple(dict.fromkeys(_rules(with_it, model.instances, atom)))


def _rules(program: NormalProgram, instances: frozenset[Instance], atom: Ground) -> Iterator[Clause]:
    ready = plans(program)
    for instance in sorted(instances, key=repr):
        if ready[instance.rule].ends(instance.values)[0] == atom:
            yield ready[instance.rule].rule.clause
