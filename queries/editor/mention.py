"""A name where it stands in a file: what kind of name it is, and whether it is declared there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from ...kb.ir import Span

Kind = OneOf["predicate", "type", "value", "column", "variable", "statement", "rule", "property"]
NOUNS: dict[Kind, str] = {
    "predicate": "predicate",
    "type": "type",
    "value": "value",
    "column": "column",
    "variable": "variable",
    "statement": "statement",
    "rule": "rule",
    "property": "property",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """`of`: of a value its type, of a column its predicate, of a variable its clause. `span` covers the name as it is
    written, with the quotes of a quoted value.

    `defines`: it is declared here. `loose`: it stands in a text that is no program, such as `S01` in a sentence.
    """

    kind: Kind
    name: str
    span: Span
    of: str = ""
    defines: bool = False
    loose: bool = False

    @property
    def key(self) -> tuple[Kind, str, str]:
        """What all mentions of the same thing share."""
        return (self.kind, self.name, self.of)

    def covers(self, line: int, column: int) -> bool:
        """Whether a place, 1-based, is on the name or directly behind it."""
        return self.span.line == line and self.span.column <= column <= self.span.end
