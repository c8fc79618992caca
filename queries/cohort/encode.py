"""Patients in columns to the facts of many worlds: each fact with the set of patients of whom it is recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ...kb.columns import MARKS, FactColumn
from ...kb.ir import Ground, Kind, Value, canonical
from ...kb.values import written
from ..names import CONFLICTING, NOT_APPLICABLE
from .arrow import Slice, where
from .cuts import Cuts, ordinal

THE_PATIENT = "patient"
"""Stands for the patient in every fact, as the bits say which one it is."""
LISTED = MARKS[0]


@dataclass(frozen=True, slots=True)
class Encoded:
    """`facts`: each fact with the patients who have it, as bits; cut numbers are replaced by one for each interval.

    `marks`: for listed, not_applicable and conflicting, the patients for each field. `numbers`: of each cut field, its
    numbers as JSON text, and the place of each patient's in them.
    """

    count: int
    facts: dict[Ground, int]
    marks: dict[str, dict[str, int]]
    numbers: dict[str, tuple[list[str], Any]]


def encode(part: Slice, columns: Sequence[FactColumn], cut: Cuts) -> Encoded:
    """The facts of some patients."""
    facts: dict[Ground, int] = {}
    numbers: dict[str, tuple[list[str], Any]] = {}

    def put(name: str, values: tuple[Value, ...], bits: int) -> None:
        if bits:
            facts[Ground(name, (THE_PATIENT, *values))] = bits

    for column in columns:
        name = column.signed
        if column.shape == "flag":
            yes, no = part.flag(name)
            put(name, (), yes)
            put(f"-{name}", (), no)
        elif column.shape == "rows":
            for values, bits in part.rows(name, column.kinds):
                put(name, values, bits)
        else:
            values, indices = part.values(name, column.kinds[0])
            if name in cut.constants:
                numbers[name] = ([told(v) for v in values], indices)
                points, kind = cut.constants[name], column.kinds[0]
                places = [interval(v, points) for v in values]
                for place, bits in where(indices, places.__getitem__, len(values)).items():
                    put(name, (inside(place, points, kind),), bits)
            else:
                for i, bits in where(indices, lambda i: i, len(values)).items():
                    put(name, (values[i],), bits)
    marks = {mark: {str(values[0]): bits for values, bits in part.rows(mark)} for mark in MARKS}
    for mark in (NOT_APPLICABLE, CONFLICTING):
        for field, bits in marks[mark].items():
            put(mark, (field,), bits)
    return Encoded(part.count, facts, marks, numbers)


def interval(value: Value, points: Sequence[int | Decimal]) -> int:
    """Which interval a number is in: 2k + 1 is point k itself, 2k what lies before it."""
    number = ordinal(value)
    if number is None:
        raise TypeError(f"{value!r} is no number")
    place = sum(p < number for p in points)
    return 2 * place + (place < len(points) and points[place] == number)


def inside(place: int, points: Sequence[int | Decimal], kind: Kind) -> Value:
    """The number that stands for an interval: the same whatever the data."""
    if not points:
        number: int | Decimal = 0
    elif place % 2:
        number = points[place // 2]
    elif place == 0:
        number = points[0] - 1
    elif place == 2 * len(points):
        number = points[-1] + 1
    else:
        number = (Decimal(points[place // 2 - 1]) + Decimal(points[place // 2])) / 2
    number = canonical(number) if isinstance(number, Decimal) else number  # type: ignore[assignment]
    return date.fromordinal(max(1, int(number))) if kind == "date" else number


def told(value: Value) -> str:
    """A value as JSON; a decimal with all its digits, a date as its ISO text."""
    if isinstance(value, int | Decimal):
        return written(value)
    return json.dumps(value.isoformat() if isinstance(value, date) else value, ensure_ascii=False)
