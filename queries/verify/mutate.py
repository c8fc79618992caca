"""Each mutant of the rules: told by an answer for some patient, or proved to give the same answers to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from ...kb.normal import NormalRule
from ..names import CONTRADICTED
from .check import Progress, silent
from .classes import ANSWERS
from .emit import CELL, Emitter
from .mutant_worlds import told
from .mutants import MUTATED, Mutant, reaches
from .smallest import small_solver, smallest
from .usage import MARKS
from .world import ONE, Patient, World


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a mutant. patient: one whose answer tells it; None: it is proved to change no answer."""

    mutant: Mutant
    patient: Patient | None


def fates(world: World, listed: tuple[Mutant, ...], progress: Progress = silent, small: bool = False) -> Iterator[Fate]:
    """The fate of each mutant, those of one conclusion together: what rests on it is all that is copied.

    small: the patients are as small as possible, which takes longer.
    """
    below = reaches(world.normal)
    grouped: dict[str, list[Mutant]] = {}
    for mutant in listed:
        grouped.setdefault(mutant.rule.head.signed, []).append(mutant)
    done = 0
    for head, group in grouped.items():
        progress(done, len(listed), f"mutants of {head}")
        done += len(group)
        changed = {m.changed.head.signed for m in group if m.changed is not None} | {head}
        cone = frozenset(changed | {name for name, rests in below.items() if rests & changed})
        lines = (*_lines(world, group, cone), *_near(world, changed, cone))
        solver = small_solver(world, lines)
        for k, mutant in enumerate(group):
            given = [(("m", (k,)), True), (("differs", ()), True)]
            if small:
                yield Fate(mutant, smallest(world, solver, given, partial(told, world.normal, mutant)))
            else:
                answer = solver.find(given)
                yield Fate(mutant, None if answer is None else world.patient(answer))


def _lines(world: World, group: list[Mutant], cone: frozenset[str]) -> Iterator[str]:
    emitter = Emitter(world.program, world.numbering, MUTATED, cone)
    rules = [r for r in world.normal.rules if r.head.signed in cone]
    yield from copies(rules, emitter, group)
    yield from map(emitter.fact, sorted((f for f in world.normal.facts if f.predicate in cone), key=repr))
    yield from differences(world, emitter, cone)


def _near(world: World, changed: set[str], cone: frozenset[str]) -> Iterator[str]:
    """What differs in an answer differs in the changed rule's conclusion: said, so that the search begins there."""
    emitter = Emitter(world.program, world.numbering, MUTATED, cone)
    for signed in sorted(changed):
        width = len(world.normal_head(signed))
        row = f"({','.join(f'V{n}' for n in range(width))})" if width else ""
        first, second = world.emitter.name(signed) + row, emitter.name(signed) + row
        yield f"near :- {first}, not {second}."
        yield f"near :- {second}, not {first}."
    yield ":- differs, not near."


def copies(rules: list[NormalRule], emitter: Emitter, group: list[Mutant]) -> Iterator[str]:
    """The rules with exactly one of the mutants at work."""
    off = {m.rule.id for m in group}
    for k, mutant in enumerate(group):
        yield f"mutant({k})."
        if mutant.changed is not None:
            yield from emitter.rule(replace(mutant.changed, id=f"{mutant.rule.id}:{k}"), (f"m({k})",))
    yield "1 { m(K) : mutant(K) } 1."
    for n, rule in enumerate(rules):
        if rule.id in off:
            yield from (f"off({n}) :- m({k})." for k, m in enumerate(group) if m.rule.id == rule.id)
            yield from emitter.rule(rule, (f"not off({n})",))
        else:
            yield from emitter.rule(rule)


def differences(world: World, emitter: Emitter, cone: frozenset[str]) -> Iterator[str]:
    """`differs`: some answer is given by one version only.

    What is contradicted in a record is set apart before an answer is given; so versions differ for a patient when they
    set apart different fields, or when nothing is to be set apart and an atom of the answer is one version's only.
    """
    known = world.program.predicates_by_name
    if CONTRADICTED in known:
        fields = {o.predicate.removeprefix("-") for cell in world.space.cells for o in cell.options} - set(MARKS)
        for c, cell in enumerate(world.space.cells):
            if cell.field in fields and world.numbering.has(cell.field):
                name = world.numbering.value(cell.field)
                options = (o for o, fact in enumerate(cell.options) if fact.predicate not in MARKS)
                yield from (f"recorded({name}) :- {CELL}({ONE},{c},{o})." for o in options)
        yield f"apart(F) :- {world.emitter.name(CONTRADICTED)}(_,F), recorded(F)."
        if CONTRADICTED in cone:
            yield f"other_apart(F) :- {emitter.name(CONTRADICTED)}(_,F), recorded(F)."
            yield "differs :- apart(F), not other_apart(F)."
            yield "differs :- other_apart(F), not apart(F)."
            yield "some_apart :- other_apart(_)."
        yield "some_apart :- apart(_)."
    for one in world.program.predicates:
        if one.name not in ANSWERS - {CONTRADICTED}:
            continue
        for signed in (one.name, f"-{one.name}"):
            if signed in cone:
                row = f"({','.join(f'V{n}' for n in range(one.arity))})"
                first, second = world.emitter.name(signed) + row, emitter.name(signed) + row
                yield f"differs :- {first}, not {second}, not some_apart."
                yield f"differs :- {second}, not {first}, not some_apart."


def unchanged(found: list[Fate]) -> list[Mutant]:
    """The mutants that are proved to change no answer."""
    return [f.mutant for f in found if f.patient is None]
