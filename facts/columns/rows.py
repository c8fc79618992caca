"""A patient's facts as one row of a partition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ...kb.columns import AS_OF, MARKS, SOURCE, SUBJECT, FactColumn
from ...kb.diagnostics import Diagnostic, Invalid, quoted
from ...kb.edb import EDB
from ...kb.ir import Kind, Span, Value
from ...kb.values import sort_key, written

Row = dict[str, object]
WIDEST = 2**63
"""Whole numbers of a partition have 64 bits."""


def row_of(edb: EDB, columns: tuple[FactColumn, ...], source: str) -> Row:
    """The row; `source`: the file that the patient was read from. Raises Invalid for a number that does not fit."""
    marks: tuple[set[str], ...] = (set(edb.listed), set(edb.not_applicable), set(edb.conflicts))
    row: Row = {SUBJECT: edb.subject, AS_OF: edb.as_of, SOURCE: source}
    row |= {mark: sorted(names) for mark, names in zip(MARKS, marks, strict=True)}
    by_name = {c.signed: c for c in columns}
    found: dict[str, list[tuple[Value, ...]]] = {}
    for fact in edb.facts:
        name, values = fact.predicate, fact.values[1:]
        column = by_name.get(name.removeprefix("-"))
        if column is not None and column.shape == "flag":
            row[column.signed] = not name.startswith("-")
        elif name in by_name:
            found.setdefault(name, []).append(values)
    for name, several in found.items():
        column = by_name[name]
        several.sort(key=lambda values: tuple(map(sort_key, values)))
        cells = [
            {k: cell(v, kind, edb.subject, name) for k, v, kind in zip(column.keys, values, column.kinds, strict=True)}
            for values in several
        ]
        row[name] = cells[0][column.keys[0]] if column.shape == "value" else cells
    return row


def cell(value: Value, kind: Kind, subject: str, name: str) -> object:
    """The value as a partition holds it. Raises Invalid."""
    if kind == "number":
        return written(value)
    if kind == "integer" and isinstance(value, int | Decimal) and not -WIDEST <= value < WIDEST:
        message = f"the number of {quoted(name)} of the patient {quoted(subject)} has more than 64 bits"
        raise Invalid([Diagnostic("D978", message, Span("", 0, 0, 0))])
    return value if kind == "date" and isinstance(value, date) else int(str(value)) if kind == "integer" else value
