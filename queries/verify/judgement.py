"""Every mutant judged: killed, and by which test cases and properties; surviving, with a patient; or proved equivalent.

What it is judged by: a test case kills a mutant when it does not pass with the mutant in the place of its rule, a
property when some patient breaks it then. What is left is put to the solver: a patient whose answer is another (an atom
of the answer, or what is set apart as contradicted), or a proof that there is none. Statuses are no further measure:
which facts could still change an answer is a matter of the answers of other patients. Nor are reasons: a rule that says
what another says already is equivalent when it is left out, unless a test case asks for it in `because`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal as OneOf

from ...kb.case import TestCase
from ...kb.ir import EDB, Ground
from ...kb.properties import Verifiable
from ..answers.assess import Knowledge
from .case_kills import failing, first_failing
from .check import Check, Progress, silent
from .mutant_worlds import told
from .mutants import Mutant, mutants, mutated
from .mutate import fates
from .property_kills import broken
from .replay import DisagreementError
from .told_apart import Answered, answered, atoms, ended, only
from .world import World

Fate = OneOf["killed", "surviving", "equivalent", "not judged"]


@dataclass(frozen=True)
class Survivor:
    """The smallest patient whose answer tells a mutant: the record, both answers, and the atoms that only one has."""

    edb: EDB
    before: Answered
    after: Answered
    lost: tuple[Ground, ...]
    gained: tuple[Ground, ...]


@dataclass(frozen=True)
class Judged:
    """One mutant and its fate. cases: at least those that fail because of what is answered and by which rules."""

    mutant: Mutant
    fate: Fate
    cases: tuple[TestCase, ...] = ()
    properties: tuple[str, ...] = ()
    survivor: Survivor | None = None


@dataclass(frozen=True)
class Judgement:
    """All of them, in the order of the rules; `partial`: it was interrupted, and some are not judged."""

    judged: tuple[Judged, ...]
    partial: bool
    cases: int

    def of(self, fate: Fate) -> tuple[Judged, ...]:
        """Those with this fate."""
        return tuple(j for j in self.judged if j.fate == fate)


@dataclass
class _Found:
    """What is known so far, by the number of a mutant."""

    cases: dict[int, tuple[TestCase, ...]] = field(default_factory=lambda: {})
    touched: dict[int, tuple[TestCase, ...]] = field(default_factory=lambda: {})
    properties: dict[int, frozenset[str]] = field(default_factory=lambda: {})
    equivalent: set[int] = field(default_factory=lambda: set())
    survivors: dict[int, Survivor] = field(default_factory=lambda: {})


def judge(
    given: Verifiable, cases: Sequence[TestCase], rules: Iterable[str] = (), progress: Progress = silent
) -> Judgement:
    """The fate of each mutant (of these rules), given properties and test cases; what is finished, if interrupted."""
    wanted = frozenset(rules)
    world = World(given.program)
    listed = tuple(m for m in mutants(world, given.program) if not wanted or m.rule.clause.id in wanted)
    found = _Found()
    stopped = False
    try:
        _judge(given, world, listed, cases, found, progress)
    except KeyboardInterrupt:
        stopped = True
    return Judgement(tuple(_judged(n, m, found) for n, m in enumerate(listed)), stopped, len(cases))


def _judge(
    given: Verifiable, world: World, listed: tuple[Mutant, ...], cases: Sequence[TestCase], found: _Found,
    progress: Progress,
) -> None:  # fmt: skip
    number = {id(m): n for n, m in enumerate(listed)}
    # three parts, of about as much work
    total = 3 * len(listed)
    progress(0, total, "test cases under every mutant")
    for mutant, wrong, touched in failing(given.program, world.normal, listed, cases):
        found.cases[number[id(mutant)]] = wrong
        found.touched[number[id(mutant)]] = touched
    done = len(listed)
    progress(done, total, "properties under every mutant")
    for group, names in broken(Check(given), listed):
        for k, mutant in enumerate(group):
            found.properties[number[id(mutant)]] = names.get(k, frozenset())
        done += len(group)
        progress(done, total, "properties under every mutant")
    left = tuple(m for n, m in enumerate(listed) if not found.cases[n] and not found.properties[n])
    before = Knowledge(given.program)
    for n, fate in enumerate(fates(world, left, small=True)):
        progress(2 * len(listed) + n * len(listed) // len(left), total, fate.mutant.name)
        own = number[id(fate.mutant)]
        if fate.patient is None:
            found.equivalent.add(own)
            continue
        case = first_failing(given.program, fate.mutant, found.touched[own])
        if case is not None:
            found.cases[own] = (case,)
        else:
            judges = partial(told, world.normal, fate.mutant)
            edb = ended(before, world.space, fate.patient.facts, judges)
            found.survivors[own] = survivor(before, fate.mutant, edb)


def survivor(before: Knowledge, mutant: Mutant, edb: EDB) -> Survivor:
    """The patient replayed on pyDatalog under both programs. Raises DisagreementError when it tells nothing."""
    after = Knowledge(mutated(before.program, mutant))
    first, second = atoms(before, edb), atoms(after, edb)
    if first == second:
        raise DisagreementError(f"the solver tells `{mutant.name}` and the evaluator does not: {[*edb.facts]}")
    return Survivor(edb, answered(before, edb), answered(after, edb), only(first, second), only(second, first))


def _judged(n: int, mutant: Mutant, found: _Found) -> Judged:
    cases, properties = found.cases.get(n, ()), tuple(sorted(found.properties.get(n, ())))
    if cases or properties:
        return Judged(mutant, "killed", cases, properties)
    if n in found.equivalent:
        return Judged(mutant, "equivalent")
    if n in found.survivors:
        return Judged(mutant, "surviving", survivor=found.survivors[n])
    return Judged(mutant, "not judged")
