"""A suite that kills every mutant that anybody kills: candidate patients, and the fewest of them.

For each mutant the solver finds a patient whose answer tells it, or proves that there is none. These patients, those of
the suites for rules and for conditions, and patients put together of them are judged under every mutant at once; which
of them are the fewest is then a question of its own, of which the solver proves the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ...kb.ir import Ground, Program
from .check import Progress, silent
from .clingo_solver import Solver
from .killed_alone import killed_alone
from .mcdc import condition_suite
from .mutant_worlds import SHOWN, worlds_of
from .mutants import Mutant, mutants
from .mutate import fates
from .smallest import Chosen
from .space import SUBJECT
from .suite import rule_suite
from .world import Patient, World

PARTNERS = 150
"""How many patients are put together with one, in one step."""
CHOSEN = "chosen"


@dataclass(frozen=True)
class MutantSuite:
    """Patients with the mutants (by number) that each kills. candidates: of how many they are the fewest, as is proved.

    equivalent: mutants that nobody kills, as is proved. least: no suite of whichever patients has fewer. partial: it
    was interrupted: mutants are open, and nothing is proved of the number.
    """

    mutants: tuple[Mutant, ...]
    patients: tuple[tuple[Patient, frozenset[int]], ...]
    equivalent: tuple[int, ...]
    candidates: int
    least: int
    partial: bool = False


@dataclass
class _Found:
    """What is known so far: patients with what each kills, and those taken one after the other."""

    killing: dict[int, Chosen] = field(default_factory=lambda: {})
    equivalent: list[int] = field(default_factory=lambda: [])
    pool: dict[Chosen, frozenset[int]] = field(default_factory=lambda: {})
    taken: list[Chosen] = field(default_factory=lambda: [])
    candidates: int = 0
    least: int = 0


class Kills:
    """Which mutants patients kill, on the evaluator of many worlds."""

    def __init__(self, world: World, listed: Sequence[Mutant]) -> None:
        self.world, self.mutants = world, tuple(listed)
        self._number = {id(m): n for n, m in enumerate(self.mutants)}

    def of(self, several: Sequence[Sequence[Ground]], asked: Iterable[int]) -> list[frozenset[int]]:
        """For each patient, by the facts, those of the mutants asked about whose answer is another."""
        found: list[set[int]] = [set() for _ in several]
        listed = [self.mutants[n] for n in asked]
        for part in worlds_of(self.world.normal, listed, several, SUBJECT, apart=True) if several else ():
            differing = part.differences(SHOWN)
            for n in range(len(several)):
                bits = part.of(n, differing)
                found[n] |= {self._number[id(m)] for k, m in enumerate(part.mutants, 1) if bits >> k & 1}
        return [frozenset(one) for one in found]

    def by(self, several: Sequence[Chosen], asked: Iterable[int]) -> list[frozenset[int]]:
        """The same, for patients by their options."""
        return self.of([self.world.space.facts(c) for c in several], asked)


def mutant_suite(program: Program, progress: Progress = silent, rules: frozenset[str] = frozenset()) -> MutantSuite:
    """The suite for all mutants, or for those of some rules; what is found so far, when it is interrupted.

    The patients of the other suites are candidates only where all rules are asked about.
    """
    world = World(program)
    listed = tuple(m for m in mutants(world, program) if not rules or m.rule.clause.id in rules)
    kills, found = Kills(world, listed), _Found()
    stopped = False
    try:
        _search(program, kills, found, progress, more=not rules)
    except KeyboardInterrupt:
        stopped = True
    patients = tuple((Patient(c, world.space.facts(c)), found.pool[c]) for c in found.taken if c in found.pool)
    return MutantSuite(listed, patients, tuple(sorted(found.equivalent)), found.candidates, found.least, stopped)


def _search(program: Program, kills: Kills, found: _Found, progress: Progress, more: bool) -> None:
    world, number = kills.world, {id(m): n for n, m in enumerate(kills.mutants)}
    total = 3 * len(kills.mutants)  # three parts, of about as much work
    for n, fate in enumerate(fates(world, kills.mutants)):
        progress(n, total, f"a patient for {fate.mutant.name}")
        own = number[id(fate.mutant)]
        if fate.patient is None:
            found.equivalent.append(own)
        else:
            found.killing[own] = fate.patient.chosen
    killable = sorted(found.killing)
    progress(len(kills.mutants), total, "patients of the other suites")
    suites = (rule_suite, condition_suite) if more else ()
    others = [p.chosen for suite in suites for p, _ in suite(program).patients]
    candidates = list(dict.fromkeys([*(found.killing[n] for n in killable), *others]))
    found.pool.update(zip(candidates, kills.by(candidates, killable), strict=True))
    left = set(killable)
    while left:
        done = len(killable) - len(left)
        progress(len(kills.mutants) + done, total, "patients who kill many mutants")
        one = _grown(kills, found, left)
        found.pool[one] = kills.by([one], killable)[0]
        found.taken.append(one)
        left -= found.pool[one]
    found.candidates = len(found.pool)
    found.taken[:] = fewest(found.pool, killable)
    _small(kills, found, killable, progress)
    progress(total - 1, total, "a bound on the number of patients")
    known = [*found.pool.values()]
    found.least = killed_alone(world, kills.mutants, killable, known, len(found.taken))


def _grown(kills: Kills, found: _Found, left: set[int]) -> Chosen:
    """The patient who kills most of what is left, put together with others for as long as more is killed."""
    wanted = sorted(left)
    here = max(found.pool, key=lambda c: len(found.pool[c] & left))
    mine = found.pool[here] & left
    while True:
        partners = list(dict.fromkeys(found.killing[n] for n in wanted if n not in mine))[:PARTNERS]
        merged = list(dict.fromkeys(_merged(here, other) for other in partners))
        judged = dict(zip(merged, kills.by(merged, wanted), strict=True))
        if not judged:
            return here
        best = max(merged, key=lambda c: len(judged[c]))
        if len(judged[best]) <= len(mine):
            return here
        here, mine = best, judged[best]


def _merged(one: Chosen, other: Chosen) -> Chosen:
    """The facts of both; where they say different things, those of the first."""
    return tuple(sorted({**dict(other), **dict(one)}.items()))


def fewest(pool: dict[Chosen, frozenset[int]], killable: Iterable[int]) -> list[Chosen]:
    """The fewest of the patients who together kill all: a proved minimum."""
    kept: list[Chosen] = []
    for one in sorted(pool, key=lambda c: (-len(pool[c]), len(c), c)):  # who kills no more than another is not needed
        if not any(pool[one] <= pool[other] for other in kept):
            kept.append(one)
    lines = [f"{{ {CHOSEN}({n}) }}." for n in range(len(kept))]
    for mutant in killable:
        none = ", ".join(f"not {CHOSEN}({n})" for n, c in enumerate(kept) if mutant in pool[c])
        lines.append(f":- {none}.")
    lines.append(f"#minimize {{ 1,N : {CHOSEN}(N) }}.")
    answer = Solver("\n".join(dict.fromkeys(lines)), [(CHOSEN, 1)]).smallest() or frozenset()
    return [kept[numbers[0]] for _, numbers in sorted(answer)]


def _small(kills: Kills, found: _Found, killable: Sequence[int], progress: Progress) -> None:
    """Each with no fact that can be left out while all mutants are still killed."""
    for n, one in enumerate(found.taken):
        count = len(kills.mutants)
        progress(2 * count + n * count // len(found.taken), 3 * count, "patients made small")
        others = frozenset[int]().union(*(found.pool[c] for m, c in enumerate(found.taken) if m != n))
        only = frozenset(killable) - others
        here = one
        while shorter := next(_fitting(kills, here, only), None):
            here = shorter
        if here != one:
            found.pool[here] = kills.by([here], killable)[0]
            found.taken[n] = here


def _fitting(kills: Kills, here: Chosen, only: frozenset[int]) -> Iterator[Chosen]:
    """The patient with fewer facts, as many left out at once as may be."""
    asked = sorted(only)
    without = [tuple(f for f in here if f != one) for one in here]
    free = [f for f, k in zip(here, kills.by(without, asked), strict=True) if k == only]
    several = [tuple(f for f in here if f not in free[:n]) for n in range(len(free), 0, -1)]
    yield from (c for c, k in zip(several, kills.by(several, asked), strict=True) if k == only)
