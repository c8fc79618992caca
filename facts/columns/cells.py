"""A cell of a table as text to the value of its column, judged as a record's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ...kb.ir import Value, ValueType
from ...kb.values import canonical
from ..findings import Findings
from ..record import LONGEST_ID
from ..source import text_source
from ..values import LONGEST_NUMBER, fault_of

ACCEPTED: dict[str, tuple[str, ...]] = {
    "text": ("VARCHAR", "ENUM", "UUID"),
    "integer": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    "number": ("DECIMAL", "DOUBLE", "FLOAT", "VARCHAR"),
    "date": ("DATE",),
    "boolean": ("BOOLEAN",),
    "patient": ("VARCHAR", "UUID"),
}
"""DuckDB's types in which a value of each kind may come; a number comes in those of whole numbers too."""
Fault = tuple[str, str]
"""Code and message."""


def fits(found: str, wanted: str) -> bool:
    """Whether a column of DuckDB's type may hold values of a kind."""
    names = ACCEPTED[wanted] + (ACCEPTED["integer"] if wanted in ("number", "patient") else ())
    return found.split("(")[0] in names


def value_in(text: str, column: ValueType, where: str) -> tuple[Value | None, Fault | None]:
    """The value that a cell says, or what is wrong with it."""
    value: Value = text
    if column.kind in ("integer", "number"):
        number = _number(text)
        if number is None:
            return None, ("D925", f"{where} wants a number, not `{text[:60]}`")
        value = number
    elif column.kind == "date":
        try:
            value = date.fromisoformat(text)
        except ValueError:
            return None, ("D930", f"{where} wants a date such as 2024-03-05, not `{text[:60]}`")
    fault = fault_of(value, column, where, Findings(text_source("", "")))
    return (None, (fault[0], fault[1])) if fault else (value, None)


def _number(text: str) -> int | Decimal | None:
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    if not number.is_finite() or number.adjusted() >= LONGEST_NUMBER:
        return None
    if int(number.as_tuple().exponent) < -LONGEST_NUMBER:
        return None
    value = canonical(number)
    return value if isinstance(value, int | Decimal) else None


def yes_or_no(text: str) -> bool | None:
    """`true` or `false`; in CSV also `yes` or `no`."""
    return {"true": True, "yes": True, "false": False, "no": False}.get(text)


def bad_id(text: str) -> str:
    """What is wrong with a patient's id, or ""."""
    if not text.strip():
        return "the patient's id is empty"
    return f"the patient's id has {len(text):,} characters; {LONGEST_ID} at most" if len(text) > LONGEST_ID else ""
