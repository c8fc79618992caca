"""UCUM units: the calendar units of an age are read, and every other unit is refused (docs/adr/0006-units.md)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from .dates import Days, add_days, add_months
from .elements import Body, number, text, words

UCUM = "http://unitsofmeasure.org"
_MONTHS = {"a": 12, "mo": 1}
_DAYS = {"wk": 7, "d": 1}


class Refused(NamedTuple):
    """A quantity that is not used, and why."""

    why: str


def age_after(age: Body, born: Days | None) -> Days | Refused:
    """The days on which somebody had this age: from that birthday or day to the day before the next."""
    count, unit = number(age.get("value")), text(age.get("code"))
    if count is None or count < 0 or count != int(count) or count > 60_000:
        return Refused("its age is no whole number")
    if age.get("comparator"):
        return Refused("its age is a bound, not a number")
    if text(age.get("system")) != UCUM or unit not in (*_MONTHS, *_DAYS):
        return Refused(f"its age has the unit `{words(age.get('code')) or words(age.get('unit'))}`, which is not read")
    if born is None:
        return Refused("the birth date that its age counts from is not known")
    return Days(_later(born.low, int(count), unit), add_days(_later(born.high, int(count) + 1, unit), -1))


def _later(day: date, count: int, unit: str) -> date:
    return add_months(day, count * _MONTHS[unit]) if unit in _MONTHS else add_days(day, count * _DAYS[unit])


def as_written(quantity: Body) -> str:
    """A quantity as it is written: never converted, never rounded."""
    count = number(quantity.get("value"))
    unit = words(quantity.get("unit")) or words(quantity.get("code"))
    return f"{words(quantity.get('comparator'))}{'' if count is None else format(count, 'f')} {unit}".strip()
