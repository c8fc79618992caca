"""Few patients who together show all goals, each as small as possible; with a proved bound on how few there could be.

Patients are found one after the other, each made to show as many of the open goals as the solver can put into one
patient; then none is kept that the others make needless. Goals of which no patient shows two need a patient each: that
many is the bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...kb.ir import Ground, Program
from .check import Progress, silent
from .clingo_solver import Assumption, Fact, Solver
from .emit import CELL, least
from .goals_of_rules import SHOWS, Goal, GoalRules, rule_goals
from .world import ONE, Patient, World

Chosen = tuple[Patient, frozenset[int]]
STARTS = 60
"""From how many goals a bound is sought."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Patients with the goals that each shows; `never`: goals that nobody shows, as is proved; `least`: no suite has
    fewer patients; `partial`: it was interrupted, and goals are open."""

    goals: tuple[Goal, ...]
    patients: tuple[Chosen, ...]
    never: tuple[int, ...]
    least: int
    partial: bool = False

    def only(self, number: int) -> frozenset[int]:
        """The goals that no other patient shows."""
        others = _union(shown for n, (_, shown) in enumerate(self.patients) if n != number)
        return self.patients[number][1] - others


class Seeker:
    """Asks for patients who show goals."""

    def __init__(self, world: World, goals: tuple[Goal, ...]) -> None:
        self._world, self.goals = world, goals
        self.seen: set[frozenset[int]] = set()
        """What the patients found so far show."""
        fewest = next(iter(least(world.space)))
        self.solver: Solver = world.solver((*GoalRules(world).lines(goals), fewest), [(CELL, 3), (SHOWS, 2)])

    def show(self, goals: Iterable[int]) -> Chosen | None:
        """A patient who shows these goals, and all that it shows; None when nobody does."""
        return self._read(self.solver.find(_given(goals)))

    def smallest(self, goals: Iterable[int]) -> Chosen | None:
        """The same, with as few facts as possible."""
        return self._read(self.solver.smallest(_given(goals)))

    def still(self, goals: Iterable[int], patients: Sequence[Sequence[Ground]]) -> list[bool]:
        """Which of the patients show these goals."""
        places = {fact: (c, o) for c, cell in enumerate(self._world.space.cells) for o, fact in enumerate(cell.options)}
        wanted = _given(goals)
        found: list[bool] = []
        for facts in patients:
            chosen = tuple(places[fact] for fact in facts)
            fixed = self._world.fixed(Patient(chosen, tuple(facts)))
            found.append(self.solver.find([*wanted, *fixed]) is not None)
        return found

    def _read(self, answer: frozenset[Fact] | None) -> Chosen | None:
        if answer is None:
            return None
        shown = frozenset(n[1] for name, n in answer if name == SHOWS)
        self.seen.add(shown)
        return self._world.patient(answer), shown


def cover(seeker: Seeker, progress: Progress = silent) -> Suite:
    """The suite for the goals; what is found so far, when it is interrupted."""
    goals = seeker.goals
    left = dict.fromkeys(range(len(goals)))
    never: list[int] = []
    chosen: list[Chosen] = []
    bound, stopped = 0, False
    try:
        while left:
            progress(len(goals) - len(left), 2 * len(goals), "goals that a patient shows")
            first = min(left)
            found = seeker.show([first])
            if found is None:
                never.append(first)
                del left[first]
                continue
            found = _filled(seeker, first, found, left)
            chosen.append(found)
            for n in found[1]:
                left.pop(n, None)
        chosen = _small(seeker, _needed(chosen), progress)
        bound = _bound(seeker, chosen, progress)
    except KeyboardInterrupt:
        stopped = True
    return Suite(goals, tuple(chosen), tuple(never), bound, stopped)


def _filled(seeker: Seeker, first: int, found: Chosen, left: Iterable[int]) -> Chosen:
    """A patient who shows this goal and as many of the open ones as fit, taken in their order."""
    wanted = [first]
    for n in left:
        if n in found[1]:
            wanted.append(n)
            continue
        more = seeker.show([*wanted, n])
        if more is not None:
            found = more
            wanted.append(n)
    return found


def _needed(chosen: Sequence[Chosen]) -> list[Chosen]:
    """Those that the others do not make needless, the poorest looked at first."""
    kept = list(chosen)
    for one in sorted(chosen, key=lambda c: len(c[1])):
        others = [c for c in kept if c is not one]
        if one[1] <= _union(shown for _, shown in others):
            kept = others
    return kept


def _small(seeker: Seeker, chosen: list[Chosen], progress: Progress) -> list[Chosen]:
    """Each as small as possible, while all goals are still shown."""
    total = _union(shown for _, shown in chosen)
    for number in range(len(chosen)):
        progress(len(seeker.goals) + number, 2 * len(seeker.goals), "patients made small")
        others = _union(shown for n, (_, shown) in enumerate(chosen) if n != number)
        found = seeker.smallest(sorted(total - others))
        if found is not None:
            chosen[number] = found
    return chosen


def _bound(seeker: Seeker, chosen: Sequence[Chosen], progress: Progress) -> int:
    """How many goals there are of which no patient shows two: so many patients are needed, whoever they are.

    Proved pair by pair, the rarest goals first, and begun with one goal after the other.
    """
    count = {n: sum(n in shown for _, shown in chosen) for n in _union(shown for _, shown in chosen)}
    order = sorted(count, key=lambda n: (count[n], n))
    together: dict[int, set[int]] = {n: set() for n in order}
    for shown in seeker.seen:
        for n in shown & count.keys():
            together[n] |= shown
    apart: set[frozenset[int]] = set()
    best = 0
    for start in order[:STARTS]:
        progress(len(seeker.goals) + best, len(seeker.goals) + len(chosen), "a bound on the number of patients")
        group = [start]
        for n in order:
            if n == start or not together[n].isdisjoint(group):
                continue
            if all(_apart(seeker, n, other, together, apart) for other in group):
                group.append(n)
        best = max(best, len(group))
        if best == len(chosen):
            break
    return best


def _apart(seeker: Seeker, one: int, other: int, together: dict[int, set[int]], apart: set[frozenset[int]]) -> bool:
    """Whether no patient shows both."""
    pair = frozenset((one, other))
    if pair in apart:
        return True
    found = seeker.show(sorted(pair))
    if found is None:
        apart.add(pair)
        return True
    for n in found[1] & together.keys():
        together[n] |= found[1]
    return False


def _given(goals: Iterable[int]) -> list[Assumption]:
    return [((SHOWS, (ONE, n)), True) for n in goals]


def _union(several: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset[int]().union(*several)


def rule_suite(program: Program, progress: Progress = silent) -> Suite:
    """A suite under which every rule concludes something."""
    world = World(program)
    return cover(Seeker(world, rule_goals(program, world)), progress)
