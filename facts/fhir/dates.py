"""Dates as FHIR writes them, year or month alone included, as ranges of days; and what lies between two of them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from .elements import obj, text
from .json_text import Json

_DATE = re.compile(
    r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?",
    re.ASCII,
)


class Days(NamedTuple):
    """The days that a date may mean: from the earliest to the latest, both included."""

    low: date
    high: date

    @property
    def exact(self) -> bool:
        """Whether it is one day."""
        return self.low == self.high

    def __str__(self) -> str:
        return str(self.low) if self.exact else f"{self.low} to {self.high}"


class NoDate(Exception):  # noqa: N818
    """A text that is no date."""


@lru_cache(maxsize=4096)
def days_of(written: str) -> Days:
    """The days that a date, dateTime or instant may mean: its own calendar day, in the time zone it was written in."""
    match = _DATE.fullmatch(written)
    if not match or match[1] == "0000":
        raise NoDate(written)
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if not month:
        return Days(date(year, 1, 1), date(year, 12, 31))
    if not day:
        return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    try:
        return Days(date(year, month, day), date(year, month, day))
    except ValueError:
        raise NoDate(written) from None


def period(value: Json) -> tuple[Days | None, Days | None]:
    """The start and the end of a Period; None for one that is not given."""
    start, end = text(obj(value).get("start")), text(obj(value).get("end"))
    return (days_of(start) if start else None, days_of(end) if end else None)


def span(start: Days | None, end: Days | None) -> Days | None:
    """The days from the start of a period to its end; an open end is not guessed."""
    if start is None or end is None:
        return start or end
    return Days(start.low, max(start.low, end.high))


def before(one: Days | None, other: Days | None) -> bool:
    """Whether one certainly lies before the other."""
    return one is not None and other is not None and one.high < other.low


def newest_start(several: Iterable[Days | None]) -> date:
    """The latest day on which one of several certainly had not begun before; what ends earlier is certainly older."""
    return max((days.low for days in several if days), default=date.min)


class Between(NamedTuple):
    """The least and the most that may lie between two dates."""

    low: int | Decimal
    high: int | Decimal

    @property
    def exact(self) -> bool:
        """Whether there is one possibility."""
        return self.low == self.high


def days_between(start: Days, end: Days) -> Between:
    """Days from one date to another."""
    return Between((end.low - start.high).days, (end.high - start.low).days)


def years_between(start: Days, end: Days) -> Between:
    """Completed years from one date to another, as an age is told."""
    return Between(_months(start.high, end.low)[0] // 12, _months(start.low, end.high)[0] // 12)


def months_between(start: Days, end: Days) -> Between:
    """Months from one date to another, with two decimals: a part of a month is never rounded up to a whole one."""
    return Between(_exact_months(start.high, end.low), _exact_months(start.low, end.high))


def _exact_months(start: date, end: date) -> Decimal:
    if end < start:
        return -_exact_months(end, start)
    whole, rest = _months(start, end)
    if not rest:
        return Decimal(whole)
    return whole + Decimal(min(99, max(1, round(rest * 100 / 31)))) / 100


def _months(start: date, end: date) -> tuple[int, int]:
    """Completed calendar months, and the days after them."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if end < add_months(start, whole):
        whole -= 1
    return whole, (end - add_months(start, whole)).days


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    if not 1 <= year <= 9999:
        return date.max if year > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """A day some days later, within what a date can be."""
    number = day.toordinal() + days
    return date.min if number < 1 else date.max if number > date.max.toordinal() else day + timedelta(days)
