"""Which differing fields make two answers differ: the smallest sets of them that turn the first answer into the second.

Mixtures of two records are evaluated as worlds: for each set of fields, the first record with these fields of the
second. Only the fields that can matter for a conclusion are mixed (`Bounds.needed`), so that all sets can be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from ...kb.ir import EDB, Ground
from ...kb.normal import NormalProgram
from ..answers.answer import answer
from ..answers.assess import Case, assess
from ..evaluation.bits import derive_worlds, pack
from ..evaluation.model import Model
from ..names import CONTRADICTION, FLAG
from ..unknowns.bounds import bounds
from .difference import Difference, by_key, standing
from .record_changes import MARKS, FieldChange, facts_by_field

Fields = frozenset[str]

ALL_SETS = 14
"""Fields of which every set is tried; of more, the sets of up to LARGEST."""
LARGEST = 3
MOST_ANSWERS = 200
"""Mixtures of which the whole answer is made, for what only its statuses tell."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The smallest sets of fields that make one difference, in a fixed order. complete: no other one is smaller."""

    sets: tuple[Fields, ...]
    complete: bool = True


class Causes:
    """What makes the answers of two cases differ; `changes` are the fields in which their records do."""

    def __init__(self, before: Case, after: Case, changes: Sequence[FieldChange]) -> None:
        self.before, self.after = before, after
        self.names = tuple(change.field for change in changes)
        self.first = facts_by_field(before.edb)
        self.second = {name: [self.own(f) for f in facts] for name, facts in facts_by_field(after.edb).items()}
        self.answers: dict[Fields, dict[tuple[str, str], list[tuple[str, str, tuple[str, ...]]]]] = {}
        common = [f for name, facts in self.first.items() if name not in self.names for f in facts]
        either = [f for name in self.names for f in (*self.first.get(name, ()), *self.second.get(name, ()))]
        self.bound = bounds(before.knowledge.normal, common, [((), either)])

    def own(self, fact: Ground) -> Ground:
        """A fact of the second record as one of the first's subject."""
        return Ground(fact.predicate, (self.before.edb.subject, *fact.values[1:]))

    def of(self, one: Difference) -> Cause:
        """The smallest sets of fields that give the second standing of a conclusion."""
        atoms = self.telling(one)
        fields = self.fields(atoms)
        worlds = self.sets(fields)
        found = self.by_worlds(atoms, worlds)
        if found is None:
            return self.by_answers(one)
        return Cause(found, len(fields) <= ALL_SETS)

    def telling(self, one: Difference) -> list[Ground]:
        """The atoms whose truth shows how a conclusion stands: its own, and what excludes it."""
        found: dict[Ground, None] = {}
        for item in (*one.before, *one.after):
            for atom in (item.atom, *item.blocked_by):
                found[self.own(atom)] = None
                rule = atom.predicate.removeprefix("overridden:")
                if rule != atom.predicate:
                    found.update(dict.fromkeys(a for a in self.bound.possible if a.predicate == f"applies:{rule}"))
        return list(found)

    def fields(self, atoms: Iterable[Ground]) -> tuple[str, ...]:
        """The differing fields that can matter for these atoms."""
        need = self.bound.needed(atoms)
        names = {str(f.values[1]) if f.predicate in MARKS else f.predicate.removeprefix("-") for f in need}
        return tuple(name for name in self.names if name in names)

    def sets(self, fields: Sequence[str]) -> list[Fields]:
        """The sets that are tried, small ones first; the last is all fields."""
        largest = len(fields) if len(fields) <= ALL_SETS else LARGEST
        found = [frozenset(c) for size in range(largest + 1) for c in combinations(fields, size)]
        return found if found[-1] == frozenset(fields) else [*found, frozenset(fields)]

    def by_worlds(self, atoms: Sequence[Ground], tried: Sequence[Fields]) -> tuple[Fields, ...] | None:
        """The smallest sets that make these atoms as they are in the second record; None when they are so already."""
        packed, count = pack(self.mixed(one) for one in tried)
        worlds = derive_worlds(self.before.knowledge.normal, packed, count)
        last = count - 1
        everywhere = (1 << count) - 1
        good = everywhere
        for atom in atoms:
            bits = worlds.atoms.get(atom, 0)
            good &= bits if bits >> last & 1 else ~bits
        for atom, bits in worlds.atoms.items():
            if atom.predicate == FLAG and CONTRADICTION in atom.values and not (bits >> last & 1 or bits & 1):
                good &= ~bits
        if good & 1:
            return None
        kept: list[Fields] = []
        for i, one in enumerate(tried):
            if good >> i & 1 and not any(other <= one for other in kept):
                kept.append(one)
        return tuple(kept)

    def mixed(self, fields: Fields) -> list[Ground]:
        """The first record with these fields of the second."""
        names = dict.fromkeys((*self.first, *self.second))
        return [f for name in names for f in (self.second if name in fields else self.first).get(name, ())]

    def by_answers(self, one: Difference) -> Cause:
        """The same for a status, which takes the whole answer: each field alone, else one smallest set of all."""
        wanted = list(map(standing, one.after))

        def gives(fields: Fields) -> bool:
            return self.standing(one, fields) == wanted

        alone = tuple(frozenset({name}) for name in self.names if gives(frozenset({name})))
        if alone:
            return Cause(alone)
        left = frozenset(self.names)
        for name in self.names:
            if gives(left - {name}):
                left -= {name}
        return Cause((left,) if gives(left) else (), complete=False)

    def standing(self, one: Difference, fields: Fields) -> list[tuple[str, str, tuple[str, ...]]]:
        """How the conclusion stands in the answer for a mixture."""
        found = self.answers.get(fields)
        if found is None:
            if len(self.answers) >= MOST_ANSWERS:
                return []
            keyed = by_key(answer(assess(self.before.knowledge, self.edb(fields), _derive)))
            found = self.answers[fields] = {key: list(map(standing, items)) for key, items in keyed.items()}
        return found.get(one.key, [])

    def edb(self, fields: Fields) -> EDB:
        """The mixture as a record."""
        first, second = self.before.edb, self.after.edb
        listed = frozenset(
            n for n in first.listed | second.listed if n in (second.listed if n in fields else first.listed)
        )
        closed = frozenset(
            n
            for n in first.not_applicable | second.not_applicable
            if n in (second.not_applicable if n in fields else first.not_applicable)
        )
        conflicts = {n: o for n, o in first.conflicts.items() if n not in fields}
        conflicts |= {n: o for n, o in second.conflicts.items() if n in fields}
        return replace(
            first,
            facts=dict.fromkeys(self.mixed(fields), ()),
            listed=listed,
            not_applicable=closed,
            conflicts=conflicts,
        )


def _derive(program: NormalProgram, facts: Iterable[Ground]) -> Model:
    """One world of the evaluator of many, which has no engine to start."""
    packed, count = pack([facts])
    return derive_worlds(program, packed, count).model(0)
