"""The smallest changes of a record that would bring a conclusion about, or take it away.

Sets of moves are evaluated as worlds, thousands at a time, the small sets first; the search ends with the first size
that has a result. What nothing can change is left alone unless nothing else is enough. Worlds in which the record would
newly contradict itself do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from ...kb.ir import Ground
from ..answers.assess import Case
from ..evaluation.bits import Worlds, derive_worlds
from ..names import DECIDED, FLAG
from ..unknowns.topics import is_list
from ..unknowns.worlds import contradicted
from .moves import Move, goals, moves

LARGEST = 3
"""Moves that are tried together unless asked otherwise."""
AT_ONCE = 50_000
MOST = 2_000_000
"""Worlds of one size after which the search is cut."""

Valid = Callable[[frozenset[Ground]], bool]
"""Whether the facts of a record can stand together, by what only its reader knows."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """The sets of moves of the smallest size that is enough. `holds`: what is to be taken away; () when it is to come.

    fixed: the sets use what nothing can change, since nothing else is enough. tried: the largest size that was tried.
    """

    holds: tuple[Ground, ...]
    sets: tuple[tuple[Move, ...], ...]
    fixed: bool
    tried: int
    complete: bool = True


def counterfactual(case: Case, name: str, largest: int = LARGEST, valid: Valid = lambda _: True) -> Counterfactual:
    """What would make what has this name hold, or, when it does, no longer hold."""
    targets = goals(case, (*DECIDED, FLAG), name)
    holds = tuple(sorted(a for a in case.model.atoms if a in targets))
    every = moves(case, targets)
    free = [move for move in every if not move.fixed]
    cut = False
    for tried in (free, every) if len(free) < len(every) else (free,):
        for size in range(1, largest + 1):
            found, was_cut = _enough(case, tried, size, frozenset(holds), targets, valid)
            cut = cut or was_cut
            if found:
                return Counterfactual(holds, tuple(found), tried is not free, size, not cut)
    return Counterfactual(holds, (), False, largest, not cut)


def _enough(
    case: Case, tried: Sequence[Move], size: int, holds: frozenset[Ground], targets: frozenset[Ground], valid: Valid
) -> tuple[list[tuple[Move, ...]], bool]:
    """The sets of this size that are enough, and whether some were left out."""
    found: list[tuple[Move, ...]] = []
    sets = _sets(case, tried, size)
    done = 0
    while batch := list(islice(sets, AT_ONCE)):
        worlds = _evaluate(case, batch)
        good = _good(case, worlds, holds, targets)
        found += [one for i, one in enumerate(batch) if good >> i & 1 and valid(facts_after(case, one))]
        done += len(batch)
        if done >= MOST:
            return found, next(sets, None) is not None
    return found, False


def _sets(case: Case, tried: Sequence[Move], size: int) -> Iterator[tuple[Move, ...]]:
    """Moves that go together: one for each topic, or, of a list, several that take or give different items."""
    predicates = case.knowledge.predicates
    for one in combinations(tried, size):
        topics = {move.topic for move in one}
        if len(topics) == size or _apart(one, {t for t in topics if is_list(t, predicates)}):
            yield one


def _apart(one: Sequence[Move], lists: set[object]) -> bool:
    for n, move in enumerate(one):
        for other in one[:n]:
            if move.topic == other.topic and (
                move.topic not in lists or move.now & other.now or move.then & other.then
            ):
                return False
    return True


def facts_after(case: Case, one: Sequence[Move]) -> frozenset[Ground]:
    """The facts of the record with these moves made."""
    facts = set(case.edb.facts)
    for move in one:
        facts -= move.now
    return frozenset(facts.union(*(move.then for move in one)))


def _evaluate(case: Case, batch: Sequence[tuple[Move, ...]]) -> Worlds:
    """The models of the records with each set of moves made."""
    gone: dict[Ground, list[int]] = {}
    new: dict[Ground, list[int]] = {}
    for i, one in enumerate(batch):
        for move in one:
            for fact in move.now:
                gone.setdefault(fact, []).append(i)
            for fact in move.then:
                new.setdefault(fact, []).append(i)
    everywhere = (1 << len(batch)) - 1
    facts = {f: everywhere & ~_bits(gone.get(f, ()), len(batch)) for f in case.edb.facts}
    for fact, places in new.items():
        facts[fact] = facts.get(fact, 0) | _bits(places, len(batch))
    return derive_worlds(case.knowledge.normal, facts, len(batch))


def _bits(places: Sequence[int], count: int) -> int:
    octets = bytearray(count // 8 + 1)
    for place in places:
        octets[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(octets, "little")


def _good(case: Case, worlds: Worlds, holds: frozenset[Ground], targets: frozenset[Ground]) -> int:
    """The worlds that answer as wished, and whose record contradicts itself no more than it does now."""
    there = 0
    for atom, bits in worlds.atoms.items():
        if atom in (holds or targets):
            there |= bits
    wished = ~there if holds else there
    return wished & ~contradicted(case.model, worlds.atoms) & ((1 << worlds.count) - 1)
