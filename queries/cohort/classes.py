"""Patients of whom the same is recorded, as far as rules can tell, are answered once: classes of patients."""

from __future__ import annotations

from collections.abc import Iterable

from ...kb.ir import EDB, Ground
from ...kb.normal import NormalProgram
from ..answers.assess import Case, Knowledge, assess
from ..evaluation.bits import derive_worlds
from ..evaluation.model import Model
from .encode import LISTED, THE_PATIENT, Encoded

Key = tuple[frozenset[Ground], frozenset[str]]
"""The facts of a class, and the fields whose list is complete."""


def derive_one(program: NormalProgram, facts: Iterable[Ground]) -> Model:
    """The model of one patient, by bits."""
    return derive_worlds(program, dict.fromkeys(facts, 1), 1).model(0)


def classes(encoded: Encoded, read: frozenset[str]) -> dict[Key, list[int]]:
    """The classes with the places of their patients; `read`: the fields that rules read."""
    facts = [f for f in encoded.facts if f.predicate.lstrip("-") in read]
    listed = [name for name in encoded.marks[LISTED] if name in read]
    sets = [encoded.facts[f] for f in facts] + [encoded.marks[LISTED][name] for name in listed]
    keys: list[list[int]] = [[] for _ in range(encoded.count)]
    for i, bits in enumerate(sets):
        for place in _members(bits):
            keys[place].append(i)
    found: dict[tuple[int, ...], list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(tuple(key), []).append(place)
    n = len(facts)
    return {
        (frozenset(facts[i] for i in key if i < n), frozenset(listed[i - n] for i in key if i >= n)): places
        for key, places in found.items()
    }


def _members(bits: int) -> list[int]:
    from .arrow import rows_of

    return rows_of(bits, bits.bit_length()).to_pylist()


def case_of(knowledge: Knowledge, key: Key) -> Case:
    """What can be said of the patients of a class."""
    facts, listed = key
    marked = {
        mark: frozenset(str(f.values[1]) for f in facts if f.predicate == mark)
        for mark in ("not_applicable", "conflicting")
    }
    edb = EDB(
        THE_PATIENT,
        dict.fromkeys(facts, ()),
        listed,
        marked["not_applicable"],
        dict.fromkeys(sorted(marked["conflicting"]), ()),
    )
    return assess(knowledge, edb, derive_one)


def fields_read(program: NormalProgram) -> frozenset[str]:
    """The fields that some condition asks, and the marks, without which a field may be unknown or not."""
    from ...kb.ir import Literal

    asked = {i.atom.predicate for r in program.rules for i in r.body if isinstance(i, Literal)}
    return frozenset({*asked, "conflicting", "not_applicable"})
