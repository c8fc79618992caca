"""The fields of the form: the input predicates of a program, each with its shape and its values, by the headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal as OneOf

from ...kb.ir import PATIENT, Predicate, Program, ValueType
from ..names import CONFLICTING, NOT_APPLICABLE

MARKS = (CONFLICTING, NOT_APPLICABLE)
"""What a record may say of a field in place of a value."""

Shape = OneOf["yes or no", "value", "list", "map", "objects"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record. `types`: of its columns after the patient, in order."""

    predicate: Predicate
    shape: Shape
    types: tuple[ValueType, ...]

    @property
    def name(self) -> str:
        """The field's name in a record."""
        return self.predicate.name

    @property
    def keys(self) -> tuple[str, ...]:
        """What a record calls the columns."""
        return tuple(column.name.lower() for column in self.predicate.columns[1:])

    @property
    def is_many(self) -> bool:
        """Whether it lists things, so that its list may be complete or not."""
        return self.shape in ("list", "map", "objects")


@dataclass(frozen=True, slots=True)
class Group:
    """The fields under one heading of the vocabulary."""

    title: str
    fields: tuple[Field, ...]


def fields_of(program: Program) -> dict[str, Field]:
    """The fields by name, in the order of the vocabulary."""
    types = program.types_by_name
    return {
        p.name: Field(p, _shape(p), tuple(types.get(c.type, ValueType(c.type, _kind(c.type))) for c in p.columns[1:]))
        for p in program.predicates
        if p.role == "input" and p.name not in MARKS and p.columns and p.columns[0].type == PATIENT
    }


def groups_of(fields: Iterable[Field]) -> tuple[Group, ...]:
    """The fields by the headings that they stand under; those under none come together, without a title.

    The vocabulary comes first; the fields that a guideline declares for itself come under its own title.
    """
    found: dict[tuple[bool, str], list[Field]] = {}
    for field in fields:
        span = field.predicate.span
        inside = "/" in span.file
        heading = span.heading[:1] if inside else span.heading[-1:]
        found.setdefault((inside, "".join(heading)), []).append(field)
    ordered = sorted(found.items(), key=lambda one: one[0][0])
    return tuple(Group(title, tuple(listed)) for (_, title), listed in ordered)


def _shape(predicate: Predicate) -> Shape:
    if predicate.arity == 1:
        return "yes or no"
    if predicate.arity == 2:
        return "value" if predicate.single else "list"
    return "map" if predicate.arity == 3 and predicate.single else "objects"


def _kind(name: str) -> OneOf["integer", "number", "date", "text", "symbol"]:
    """A built-in kind may stand for itself as a type; anything else is a symbol."""
    return name if name in ("integer", "number", "date", "text") else "symbol"
