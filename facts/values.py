"""A scalar as written to the value that its column wants; what it cannot be is an error that says what it could be."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from ..kb.ir import ValueType
from ..kb.values import Value, canonical, written
from .findings import Findings, one_of, quoted
from .tree import Scalar

LONGEST_NUMBER = 20  # digits before the point, and after it
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES, _NO = ("yes", "true"), ("no", "false")


def typed(scalar: Scalar, column: ValueType, where: str, findings: Findings, or_unknown: bool = False) -> Value | None:
    """The value of a scalar in a column of this type; None when there is none, and then findings has an error.

    `or_unknown`: the word `unknown` would do too, and an error says so.
    """
    if column.kind in ("integer", "number"):
        number = number_of(scalar, where, findings)
        return None if number is None else _checked(number, column, scalar, where, findings, or_unknown)
    if column.kind == "date":
        return date_of(scalar, where, findings)
    if column.kind in ("symbol", "text") and scalar.kind in ("number", "boolean", "null"):
        message = f"{where} wants a text, and {quoted(scalar.text)} is read as a {scalar.kind}"
        findings.error("D925", message, findings.source.span(scalar.start, scalar.end), "put it in quotes")
        return None
    return _checked(scalar.text, column, scalar, where, findings, or_unknown)


def _checked(
    value: Value, column: ValueType, scalar: Scalar, where: str, findings: Findings, or_unknown: bool
) -> Value | None:
    fault = fault_of(value, column, where, findings, or_unknown)
    if fault is None:
        _perhaps_meant(value, column, scalar, where, findings)
        return value
    code, message, help = fault  # noqa: A001
    findings.error(code, message, findings.source.span(scalar.start, scalar.end), help)
    return None


def _perhaps_meant(value: Value, column: ValueType, scalar: Scalar, where: str, findings: Findings) -> None:
    """A name outside a set that data may extend is kept; that it is near a known one is said."""
    names = [label.name for label in column.labels]
    near = findings.near(str(value), names) if column.more and value not in names else ""
    if near:
        message = f"{quoted(str(value))} is no name that the rules know for {where}; it is kept as written"
        findings.warn("W904", message, findings.source.span(scalar.start, scalar.end), near)


def fault_of(
    value: Value, column: ValueType, where: str, findings: Findings, or_unknown: bool = False
) -> tuple[str, str, str] | None:
    """What is wrong with a value of this type: code, message, help. Record and Datalog facts are judged alike."""
    if column.kind == "symbols":
        names = [label.name for label in column.labels]
        if value in names:
            return None
        names += ["unknown"] * or_unknown
        if column.more and isinstance(value, str) and value.strip():
            return None
        near = findings.near(str(value), names)
        help = f"expected {one_of(names)}"  # noqa: A001
        return "D926", f"{quoted(str(value))} is not a value of {where}", f"{near} {help}".lstrip()
    if column.kind in ("symbol", "text"):
        return None if isinstance(value, str) else ("D925", f"{where} wants a text, not {quoted(str(value))}", "")
    if column.kind == "date":
        if isinstance(value, date):
            return None
        return "D925", f"{where} wants a date, not {quoted(str(value))}", "write it as 2024-03-05"
    if isinstance(value, str | date):
        return "D925", f"{where} wants a number, not {quoted(str(value))}", ""
    return _out_of_range(value, column, where)


def _out_of_range(number: int | Decimal, column: ValueType, where: str) -> tuple[str, str, str] | None:
    unit = f" {column.unit}" if column.unit else ""
    if column.kind == "integer" and isinstance(number, Decimal):
        return "D928", f"{where} wants a whole number, not {quoted(written(number))}", ""
    low, high = column.low, column.high
    if (low is None or low <= number) and (high is None or number <= high):
        return None
    limits = (
        f"from {low} to {high}" if None not in (low, high) else f"{high} at most" if low is None else f"{low} at least"
    )
    return "D927", f"{quoted(f'{written(number)}{unit}')} is out of range", f"{where} is {limits}{unit}"


def number_of(scalar: Scalar, where: str, findings: Findings) -> int | Decimal | None:
    """The exact number; forms that JSON and YAML read differently are refused, and sizes that no record needs."""
    span = findings.source.span(scalar.start, scalar.end)
    if not _NUMBER.fullmatch(scalar.text):
        help = "write it in decimal digits, such as `14` or `2.5`" if scalar.kind == "number" else ""  # noqa: A001
        findings.error("D925", f"{where} wants a number, not {quoted(scalar.text)}", span, help)
        return None
    if scalar.kind != "number":
        findings.error("D925", f"{where} wants a number, not a text", span, "write it without quotes")
        return None
    if len(scalar.text) <= 2 * LONGEST_NUMBER:
        number = Decimal(scalar.text)
        if number.adjusted() < LONGEST_NUMBER and int(number.as_tuple().exponent) >= -LONGEST_NUMBER:
            value = canonical(number)
            return value if isinstance(value, int | Decimal) else None
    message = f"the number {quoted(scalar.text)} is too long"
    findings.error("D929", message, span, f"{LONGEST_NUMBER} digits at most before and after the point")
    return None


def date_of(scalar: Scalar, where: str, findings: Findings) -> date | None:
    """The date in ISO 8601; impossible ones are errors."""
    span = findings.source.span(scalar.start, scalar.end)
    if not _DATE.fullmatch(scalar.text) or scalar.kind not in ("word", "text"):
        findings.error("D925", f"{where} wants a date, not {quoted(scalar.text)}", span, "write it as 2024-03-05")
        return None
    try:
        return date.fromisoformat(scalar.text)
    except ValueError:
        findings.error("D930", f"there is no date {quoted(scalar.text)}", span)
        return None


def yes_or_no(scalar: Scalar, where: str, findings: Findings) -> bool | None:
    """yes and no, as words or as the booleans of JSON and YAML."""
    text = scalar.text.lower() if scalar.kind == "boolean" else scalar.text
    for answer, words in ((True, _YES), (False, _NO)):
        if text in (words if scalar.kind == "boolean" else words[:1]):
            return answer
    near = findings.near(scalar.text, ("yes", "no", "unknown"))
    span = findings.source.span(scalar.start, scalar.end)
    findings.error(
        "D926",
        f"{quoted(scalar.text)} is not a value of {where}",
        span,
        f"{near} expected `yes`, `no` or `unknown`".lstrip(),
    )
    return None
