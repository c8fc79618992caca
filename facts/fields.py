"""The fields of a patient record, as the program declares them: one for each input predicate, with its shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from ..kb.ir import Kind, Predicate, Program, ValueType

PATIENT = "patient"
CONFLICTING = "conflicting"
NOT_APPLICABLE = "not_applicable"
LISTED = "listed"
META = (CONFLICTING, NOT_APPLICABLE, LISTED)
"""Predicates about fields, not fields. `conflicting` and `not_applicable` become facts; `listed` only marks."""

ID = "id"
_KINDS: tuple[Kind, ...] = ("integer", "number", "date", "text", "symbol")

Shape = OneOf["yes or no", "value", "list", "map", "objects"]

EXAMPLES: dict[Shape, str] = {
    "yes or no": "`yes` or `no`",
    "value": "one value",
    "list": "a list of values, such as `[a, b]`",
    "map": "a map of names to values, such as `{a: b}`",
    "objects": "a list of maps, such as `[{a: b}]`",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field: the input predicate that it asserts, its shape, and the types of the columns after the patient."""

    predicate: Predicate
    shape: Shape
    types: tuple[ValueType, ...]

    @property
    def name(self) -> str:
        """The field's name, which is the predicate's."""
        return self.predicate.name

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of an object: the columns' names in lower case."""
        return tuple(column.name.lower() for column in self.predicate.columns[1:])

    @property
    def is_many(self) -> bool:
        """Whether the field lists things, so that what is not in a complete list is absent."""
        return self.shape in ("list", "map", "objects")


Fields = dict[str, Field]


def fields_of(program: Program) -> Fields:
    """The fields by name."""
    types = {t.name: t for t in reversed(program.types)}
    return {
        p.name: Field(p, _shape(p), tuple(_type(types, c.type) for c in p.columns[1:]))
        for p in program.predicates
        if p.role == "input" and p.name not in META and p.columns and p.columns[0].type == PATIENT
    }


def _shape(predicate: Predicate) -> Shape:
    if predicate.arity == 1:
        return "yes or no"
    if predicate.arity == 2:
        return "value" if predicate.single else "list"
    return "map" if predicate.arity == 3 and predicate.single else "objects"


def _type(types: dict[str, ValueType], name: str) -> ValueType:
    """The declared type; a kind may stand for itself; anything else (the built-in types) is a symbol."""
    if name in types:
        return types[name]
    return next((ValueType(name, kind) for kind in _KINDS if kind == name), ValueType(name, "symbol"))
