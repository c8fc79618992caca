"""Numbers for languages that have whole numbers only: all of a program's in units of the finest decimal in it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal

from ...kb.diagnostics import Diagnostic, Unavailable, quoted
from ...kb.ir import Value
from ...kb.values import written

LARGEST = 2**31 - 1
_EXACT = Context(prec=100_000)


def unit(values: Iterable[Value]) -> int:
    """How many units make one: 1, 10, 100 and so on, so that every number is a whole number of units."""
    places = [-int(v.as_tuple().exponent) for v in values if isinstance(v, Decimal)]
    return 10 ** max(0, *places, 0)


def in_units(value: int | Decimal, units: int, language: str) -> int:
    """The number in units. Raises Unavailable (Q621) when the language's 32 bits cannot hold it."""
    whole = int(_EXACT.multiply(Decimal(value), Decimal(units)))
    if abs(whole) > LARGEST:
        refuse(value, language, f"it has whole numbers of 32 bits{f', in units of 1/{units}' if units > 1 else ''}")
    return whole


def refuse(value: Value, language: str, why: str) -> None:
    """Raise Unavailable: the language has no exact form for the value."""
    message = f"{quoted(written(value))} cannot be written exactly for {language}"
    raise Unavailable([Diagnostic("Q621", message, help=f"{why}; `--to prolog` writes every value exactly")])


def note(units: int) -> tuple[str, ...]:
    """The line that tells a reader of the units."""
    return (f"All numbers are in units of 1/{units}.",) if units > 1 else ()
