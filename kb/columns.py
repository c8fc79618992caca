"""The columns of a partition of a cohort: one row for each patient, one column for each input predicate.

Who reads patient data writes such rows and who evaluates reads them; neither knows the other, both know this page.
docs/cohort.md describes the same for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from .ir import PATIENT, Kind, Predicate, Program, ValueType

SUBJECT = "patient"
AS_OF = "as_of"
SOURCE = "source"
MARKS = ("listed", "not_applicable", "conflicting")
"""Columns that hold names of fields; the last two are facts as well."""

KINDS: tuple[Kind, ...] = ("integer", "number", "date", "text", "symbol")

Shape = OneOf["flag", "value", "rows"]


@dataclass(frozen=True, slots=True)
class FactColumn:
    """What is recorded of one predicate.

    flag: true, false (recorded false) or null. value: the last column of a single-valued predicate, or null. rows: a
    list of structs with the columns after the patient, each once. `signed` is the column's name: `-p` lists what is
    recorded false of an open `p` with values.
    """

    signed: str
    predicate: Predicate
    shape: Shape
    keys: tuple[str, ...]
    types: tuple[ValueType, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kind of each value: symbols, symbol and text are strings, integer 64 bits, number a decimal as text."""
        return tuple(t.kind for t in self.types)


def fact_columns(program: Program) -> tuple[FactColumn, ...]:
    """The columns that hold facts, in the order of their declarations."""
    found: list[FactColumn] = []
    for p in program.predicates_by_name.values():
        if p.role != "input" or p.name in MARKS or not p.columns or p.columns[0].type != PATIENT:
            continue
        types = tuple(_type(program, c.type) for c in p.columns[1:])
        keys = tuple(c.name.lower() for c in p.columns[1:])
        shape: Shape = "flag" if p.arity == 1 else "value" if p.arity == 2 and p.single else "rows"
        found.append(FactColumn(p.name, p, shape, keys, types))
        if p.open and p.arity > 1:
            found.append(FactColumn(f"-{p.name}", p, "rows", keys, types))
    return tuple(sorted(found, key=lambda c: (c.predicate.name, c.signed.startswith("-"))))


def _type(program: Program, name: str) -> ValueType:
    """The declared type; a kind may stand for itself; the built-in types are symbols."""
    known = program.types_by_name.get(name)
    return known or next((ValueType(name, kind) for kind in KINDS if kind == name), ValueType(name, "symbol"))


def partition_name(number: int) -> str:
    """The stem of all files of a partition."""
    return f"part-{number:05d}"
