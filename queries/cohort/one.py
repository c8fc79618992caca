"""One patient of a cohort: his record out of the columns, for all that is told of one patient, proofs among it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ...kb.columns import AS_OF, MARKS, SOURCE, FactColumn, fact_columns
from ...kb.diagnostics import Diagnostic, UnknownName, quoted
from ...kb.edb import EDB
from ...kb.ir import Ground, Kind, Origin, Program, Value, canonical
from ..names import CONFLICTING, NOT_APPLICABLE
from .duck import Tables, quoted_name
from .opened import Opened


def record_of(program: Program, of: Opened, subject: str) -> EDB:
    """The facts of a patient, from the newest file that has them; each with the source that it was read from.

    Raises UnknownName when no partition that is done has this patient.
    """
    tables = Tables(of)
    for stem in of.of(subject):
        columns = fact_columns(program)
        names = ["patient", AS_OF, SOURCE, *MARKS, *(c.signed for c in columns)]
        chosen = ", ".join(map(quoted_name, names))
        sql = f"SELECT {chosen} FROM read_parquet(?) WHERE patient = ?"  # noqa: S608 (quoted names of our own columns)
        found = tables.run(sql, [[str(path) for path in of.files("facts", [stem])], subject]).fetchall()
        if found:
            return _record(dict(zip(names, found[0], strict=True)), columns)
    raise UnknownName([Diagnostic("Q679", f"no patient {quoted(subject)} is in this cohort", help=of.unfinished())])


def _record(row: dict[str, Any], columns: tuple[FactColumn, ...]) -> EDB:
    subject, source = str(row["patient"]), str(row[SOURCE] or "")
    facts: dict[Ground, tuple[Origin, ...]] = {}
    for column in columns:
        for name, values in _rows(row[column.signed], column):
            facts[Ground(name, (subject, *values))] = (Origin(source, column.predicate.name, ""),)
    listed, not_applicable, conflicting = (frozenset(row[mark] or ()) for mark in MARKS)
    where = (Origin(source, "", ""),)
    for mark, fields in ((NOT_APPLICABLE, not_applicable), (CONFLICTING, conflicting)):
        for field in fields:
            facts[Ground(mark, (subject, field))] = (Origin(source, field, ""),)
    as_of: date | None = row[AS_OF]
    return EDB(subject, facts, listed, not_applicable, dict.fromkeys(sorted(conflicting), where), as_of)


def _rows(cell: Any, column: FactColumn) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """The facts of one cell: their signed predicate, and the values after the patient."""
    if cell is None:
        return
    if column.shape == "flag":
        yield column.signed if cell else f"-{column.signed}", ()
    elif column.shape == "value":
        yield column.signed, (_value(cell, column.kinds[0]),)
    else:
        for one in cell:
            cells: list[Any] = list(one.values())
            yield column.signed, tuple(_value(c, k) for c, k in zip(cells, column.kinds, strict=True))


def _value(cell: Any, kind: Kind) -> Value:
    from decimal import Decimal

    return canonical(Decimal(cell)) if kind == "number" else cell
