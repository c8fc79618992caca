"""Every minimal proof of an atom: from different facts or by different rules, each with nothing that it can spare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...kb.edb import Ground, ground_key
from .derivations import Derivations, Way, ranked
from .fewest import minimal
from .proof import prove
from .step import Proof

LIMIT = 20
WIDEST = 32
"""How many sets are kept for one atom on the way, at least."""

MOST_JOINS = 100_000
"""How many sets are joined in all, about."""

Part = Ground | str
"""What a proof is made of: facts, recorded or of tables, and rules by their ids."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Minimal proofs, that of `prove` first when it is among them; complete: there are no others."""

    proofs: tuple[Proof, ...]
    complete: bool


def all_proofs(found: Derivations, atom: Ground, limit: int = LIMIT) -> Proofs:
    """Up to `limit` minimal proofs of the atom.

    A proof is minimal when no other is made of a part of its facts and rules; of several made of the same there is one.
    The proof of `prove` is not among them when a higher one needs less.
    """
    if found.is_fact(atom) or atom not in found.lowest:
        proof = prove(found, atom)
        return Proofs((proof,) if proof else (), True)
    cone = _cone(found, atom)
    parts = _parts(found, cone)
    sets, complete = _part_sets(found, cone, parts, max(limit + 1, WIDEST))
    shown = frozenset(_used(found, atom))
    candidates = [_within(found, cone, {p for p, bit in parts.items() if bit & s}) for s in sets[atom]]
    if not complete:
        candidates = [_shrunk(within, atom) for within in (found, *candidates)]
    made = {frozenset(_used(within, atom)): within for within in candidates}
    ordered = sorted(made, key=lambda used: (used != shown, *_key(made[used], atom)))
    proofs = (prove(made[used], atom) for used in ordered[:limit])
    return Proofs(tuple(p for p in proofs if p), complete and len(made) <= limit)


def _cone(found: Derivations, root: Ground) -> list[Ground]:
    """The atoms that proofs of the root may use, low ones first."""
    queue = [root]
    seen = {root}
    for atom in queue:
        for way in () if found.is_fact(atom) else found.ways.get(atom, ()):
            queue += [a for a in dict.fromkeys(way.needs) if a not in seen]
            seen.update(way.needs)
    return sorted(queue, key=lambda a: (found.heights.get(a, 0), ground_key(a)))


def _parts(found: Derivations, cone: Iterable[Ground]) -> dict[Part, int]:
    """A bit for each fact and rule of the cone, high ones for the first."""
    facts = sorted((a for a in cone if found.is_fact(a)), key=ground_key)
    rules = sorted({way.instance.rule for a in cone for way in found.ways.get(a, ())})
    parts: list[Part] = [*facts, *rules]
    return {part: 1 << (len(parts) - n) for n, part in enumerate(parts)}


def _part_sets(
    found: Derivations, cone: list[Ground], parts: dict[Part, int], widest: int
) -> tuple[dict[Ground, tuple[int, ...]], bool]:
    """The minimal sets of parts for each atom, and whether none was left out.

    Rounds until nothing changes, which an atom's sets, in order of size, only ever do by becoming smaller.
    """
    sets: dict[Ground, tuple[int, ...]] = {a: (parts[a],) if found.is_fact(a) else () for a in cone}
    ways = [(a, sorted(found.ways[a], key=lambda way: way.order)) for a in cone if not found.is_fact(a)]
    fresh, complete, work = set(cone), True, 0
    while fresh:
        last, fresh = fresh, set[Ground]()
        for atom, each in ways:
            new = list(sets[atom])
            for way in each:
                if way.needs and last.isdisjoint(way.needs) and fresh.isdisjoint(way.needs):
                    continue
                joined: tuple[int, ...] = (parts[way.instance.rule],)
                for premise in way.needs:
                    work += len(joined) * len(sets[premise])
                    joined = minimal((a | b for a in joined for b in sets[premise]), widest + 1)
                    complete = complete and len(joined) <= widest
                    joined = joined[:widest]
                new += joined
            kept = minimal(new, widest + 1)
            complete = complete and len(kept) <= widest
            if kept[:widest] != sets[atom]:
                sets[atom] = kept[:widest]
                fresh.add(atom)
            if work > MOST_JOINS:
                return sets, False
    return sets, complete


def _within(found: Derivations, cone: Iterable[Ground], parts: set[Part]) -> Derivations:
    """The derivations that are left with these facts and rules alone."""
    recorded = frozenset(a for a in found.recorded if a in parts)
    tables = frozenset(a for a in cone if a in found.tables and a in parts)
    ways = {a: [w for w in found.ways.get(a, ()) if w.instance.rule in parts] for a in cone if not found.is_fact(a)}
    return Derivations(recorded, tables, ways, *ranked(ways, recorded, tables), steps=found.steps)


def _used(found: Derivations, atom: Ground) -> set[Part]:
    proof = prove(found, atom)
    return {s.rule if s.kind == "derived" else a for a, s in proof.steps.items()} if proof else set()


def _shrunk(found: Derivations, atom: Ground) -> Derivations:
    """Fewer parts until none can be spared: sets that a bound cut from may not be minimal."""
    cone = _cone(found, atom)
    found = _within(found, cone, _used(found, atom))
    for part in sorted(_used(found, atom), key=str):
        fewer = _within(found, cone, _used(found, atom) - {part})
        found = fewer if atom in fewer.lowest else found
    return found


def _key(found: Derivations, atom: Ground) -> tuple[object, ...]:
    way: Way = found.lowest[atom][0]
    return found.heights[atom], len(found.recorded), *way.order, sorted(map(ground_key, found.recorded))
