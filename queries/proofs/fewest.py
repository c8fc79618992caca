"""Sets of recorded facts as bits, and the fewest of them that a proof of smallest height can rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...kb.ir import Ground, ground_key
from .derivations import Derivations, Way

WIDEST = 32
"""How many sets are kept for one atom; past it, a proof may use more facts than the fewest."""


def fewest(found: Derivations, root: Ground) -> Callable[[list[Way]], Way | None]:
    """The choice between the ways to an atom that makes the root's proof the one with the fewest recorded facts."""
    for atom in _cone(found, root):
        found.fact_sets[atom] = _fact_sets(found, atom)
    sets = found.fact_sets[root]
    smallest = [s for s in sets if s.bit_count() == sets[0].bit_count()]
    fitting = (s for way in found.lowest.get(root, ()) for s in smallest if _fits(found, way, s))
    allowed = next(fitting, smallest[0])

    def choose(ways: list[Way]) -> Way | None:
        return ways[0] if len(ways) == 1 else next((way for way in ways if _fits(found, way, allowed)), None)

    return choose


def minimal(sets: Iterable[int], most: int) -> tuple[int, ...]:
    """Those that contain no other one, up to `most`: small ones first, then those with earlier facts."""
    kept: list[int] = []
    for candidate in sorted(set(sets), key=lambda s: (s.bit_count(), -s)):
        if len(kept) == most:
            break
        if all(small & candidate != small for small in kept):
            kept.append(candidate)
    return tuple(kept)


def _fits(found: Derivations, way: Way, allowed: int) -> bool:
    """Whether each premise can be proved from the allowed facts."""
    return all(any(s & allowed == s for s in found.fact_sets[atom]) for atom in way.needs)


def _cone(found: Derivations, root: Ground) -> list[Ground]:
    """The atoms that the root's sets depend on and whose sets are not known yet, premises first."""
    queue = [] if root in found.fact_sets else [root]
    seen = set(queue)
    for atom in queue:
        for way in found.lowest.get(atom, ()):
            for premise in way.needs:
                if premise not in seen and premise not in found.fact_sets:
                    seen.add(premise)
                    queue.append(premise)
    return sorted(queue, key=lambda atom: found.heights.get(atom, 0))


def _fact_sets(found: Derivations, atom: Ground) -> tuple[int, ...]:
    """The minimal sets of recorded facts of the atom's proofs of smallest height."""
    if found.is_fact(atom):
        return (0 if atom in found.tables else _bits(found)[atom],)
    sets: list[int] = []
    for way in found.lowest[atom]:
        joined: tuple[int, ...] = (0,)
        for premise in way.needs:
            below = found.fact_sets[premise]
            if len(below) == 1:
                joined = tuple(a | below[0] for a in joined)
            else:
                joined = minimal((a | b for a in joined for b in below), WIDEST)
        sets += joined
    return minimal(sets, WIDEST) if len(sets) > 1 else tuple(sets)


def _bits(found: Derivations) -> dict[Ground, int]:
    """A bit for each recorded fact, the highest for the first in order."""
    if not found.bits:
        found.bits.update({fact: 1 << i for i, fact in enumerate(sorted(found.recorded, key=ground_key, reverse=True))})
    return found.bits
