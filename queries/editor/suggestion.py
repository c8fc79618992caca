"""A word that could stand where one is being typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal as OneOf
from typing import NamedTuple

from ...kb.ir import FIELD, PATIENT, Program
from ...kb.printer import print_value

Sort = OneOf["predicate", "value", "variable", "statement", "rule", "annotation", "keyword", "type", "field", "column"]


class Suggestion(NamedTuple):
    """`detail`: a few words beside it. `form`: with its arguments to fill in, "" for just the word."""

    text: str
    sort: Sort
    detail: str = ""
    form: str = ""


def of_type(program: Program, name: str) -> Iterable[Suggestion]:
    """The values that a column of this type can have."""
    if name == FIELD:
        return [Suggestion(p.name, "field", p.yes or p.ask) for p in program.predicates if p.role == "input"]
    kind = program.types_by_name.get(name)
    if kind is None or name == PATIENT:
        return []
    return [Suggestion(str(print_value(label.name)), "value", label.text) for label in kind.labels]


def keywords(words: Iterable[str]) -> list[Suggestion]:
    """Words of the language."""
    return [Suggestion(word, "keyword") for word in words]
