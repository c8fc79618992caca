"""What the form says of a field: rows of written values, how complete they are, or a mark in place of them.

The same values are read from a record, from what a browser posts, and written as the `field=value` that the record's
editor takes; a field is changed only when the form says something else of it than the record does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from ...kb.ir import EDB, Ground, ValueType, sort_key
from ...kb.values import written
from .fields import MARKS, Field

NO, YES = "no", "yes"
NOT = "not "
UNKNOWN = "unknown"
SOME, ALL = "some", "all"
"""How much of a list is there: it may go on, or it is complete."""
_MARKED = ("", *MARKS)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of one field. Nothing at all: it is unknown.

    rows: of a field with one value, that value; of a list, each item; of a map, names with values; of objects, a text
    for every column, "" where it says nothing. extent: of lists, SOME or ALL. mark: not_applicable, conflicting.
    """

    rows: tuple[Row, ...] = ()
    extent: str = ""
    mark: str = ""

    def __bool__(self) -> bool:
        return bool(self.rows or self.extent or self.mark)

    @property
    def value(self) -> str:
        """The one value of a field that has one, or its mark; "" when it is unknown."""
        return self.mark or (self.rows[0][0] if self.rows else "")


Givens = Mapping[str, Given]
"""By the names of the fields; those that are unknown are not there."""


def recorded(edb: EDB, fields: Mapping[str, Field]) -> dict[str, Given]:
    """What a record says of each field."""
    facts: dict[str, list[Ground]] = {}
    for fact in edb.facts:
        facts.setdefault(fact.predicate.removeprefix("-"), []).append(fact)
    return {
        name: given
        for name, field in fields.items()
        if (given := _recorded(edb, field, sorted(facts.get(name, ()), key=_by_values)))
    }


def _recorded(edb: EDB, field: Field, facts: list[Ground]) -> Given:
    name = field.name
    if name in edb.conflicts or name in edb.not_applicable:
        return Given(mark=MARKS[0] if name in edb.conflicts else MARKS[1])
    if field.shape == "yes or no":
        return Given(tuple((NO if f.predicate.startswith("-") else YES,) for f in facts[:1]))
    rows = tuple(map(_row, facts))
    if field.shape == "value":  # a value that is there says all that ruled out ones do
        return Given(tuple(sorted(rows, key=lambda row: row[0].startswith(NOT))[:1]))
    if not rows and name not in edb.listed:
        return Given()
    return Given(rows, ALL if name in edb.listed or not field.predicate.open else SOME)


def _row(fact: Ground) -> Row:
    first, *rest = (written(v) for v in fact.values[1:])
    return (f"{NOT}{first}" if fact.predicate.startswith("-") else first, *rest)


def _by_values(fact: Ground) -> tuple[tuple[tuple[int, str | int | Decimal], ...], str]:
    return tuple(map(sort_key, fact.values)), fact.predicate


def edits(now: Givens, before: Givens, fields: Mapping[str, Field]) -> tuple[list[str], list[str]]:
    """The `field=value` texts, and the fields to make unknown, that lead from one to the other."""
    sets = [
        f"{name}={_written(fields[name], given)}"
        for name, given in now.items()
        if name in fields and canonical(given) != canonical(before.get(name, Given()))
    ]
    return sets, [name for name in before if name in fields and not now.get(name)]


def canonical(given: Given) -> Given:
    """One form for what says the same: the order of rows does not matter."""
    return Given(tuple(sorted(given.rows)), given.extent, given.mark)


def _written(field: Field, given: Given) -> str:
    """The value as a record in YAML has it."""
    if given.mark:
        return given.mark
    if not field.is_many:
        return _cell(given.rows[0][0], field.types[0] if field.types else None)
    if field.shape == "map":
        return f"{{{', '.join(_entries(field, given))}}}"
    is_open = given.extent != ALL
    return f"[{', '.join([*(_item(field, row) for row in given.rows), *([UNKNOWN] if is_open else [])])}]"


def _item(field: Field, row: Row) -> str:
    if field.shape == "list":
        return _cell(row[0], field.types[0])
    cells = zip(field.keys, row, field.types, strict=True)
    return f"{{{', '.join(f'{key}: {_cell(text, kind)}' for key, text, kind in cells if text)}}}"


def _entries(field: Field, given: Given) -> Iterable[str]:
    """Names with values; that a map is not complete is said by a name whose value is unknown."""
    for name, *value in given.rows:
        yield f"{quoted(name)}: {_cell(value[0], field.types[1]) if value and value[0] else UNKNOWN}"
    names = {row[0] for row in given.rows}
    other = next((label.name for label in reversed(field.types[0].labels) if label.name not in names), "")
    if given.extent != ALL and other:
        yield f"{other}: {UNKNOWN}"


def _cell(text: str, kind: ValueType | None) -> str:
    """A number as it is, all else in quotes: what was typed is never read as YAML."""
    is_number = kind is not None and kind.kind in ("integer", "number") and _NUMBER.fullmatch(text)
    return text if is_number else quoted(text)


def quoted(text: str) -> str:
    """A text in double quotes, with what cannot be seen written out."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in plain) + '"'


def packed(givens: Givens) -> str:
    """The state of the form as a text for a hidden field."""
    data = {name: [canonical(g).rows, g.extent, g.mark] for name, g in givens.items() if g}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str, fields: Mapping[str, Field]) -> dict[str, Given]:
    """The state that a hidden field holds; of what is none, nothing."""
    try:
        data: object = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    found: dict[str, Given] = {}
    for name, one in cast("dict[str, object]", data).items() if isinstance(data, dict) else ():
        given = _given(one, len(fields[name].types) or 1) if name in fields else Given()
        if given:
            found[name] = given
    return found


def _given(data: object, columns: int) -> Given:
    """One field of a state. Rows that have another number of columns than the field are no rows of it."""
    parts = cast("list[object]", data) if isinstance(data, list) else []
    if len(parts) != 3 or not isinstance(parts[0], list) or parts[1] not in ("", SOME, ALL) or parts[2] not in _MARKED:
        return Given()
    every = cast("list[object]", parts[0])
    texts = [tuple(map(str, cast("list[object]", row))) for row in every if isinstance(row, list)]
    return Given(tuple(row for row in texts if len(row) == columns), str(parts[1]), str(parts[2]))
