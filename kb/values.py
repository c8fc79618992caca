"""The values that facts and rules hold: symbols, texts, whole numbers, decimals and dates, each in one form."""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal

Value = str | int | Decimal | date
"""A ground value. A str is a symbol or a text; a Decimal is never integral (see `canonical`)."""

_EXACT = Context(prec=100_000)  # normalising rounds to the context's precision, and no number is rounded on the way


def canonical(value: Value) -> Value:
    """One form for each number: an integral Decimal becomes an int, others lose trailing zeros."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize(_EXACT)
    return value


def written(value: Value) -> str:
    """The value as messages and sentences show it; a decimal never as `1E-7`."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def sort_key(value: Value) -> tuple[int, str | int | Decimal]:
    """A total order over values of mixed types: numbers, then dates, then symbols."""
    if isinstance(value, str):
        return (2, value)
    if isinstance(value, date):
        return (1, value.toordinal())
    return (0, value)
