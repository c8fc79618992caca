"""The rows of one partition weighed: what breaks the contract is told, what contradicts itself is set apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ...kb.columns import AS_OF, MARKS, SUBJECT, FactColumn, fact_columns
from ...kb.diagnostics import quoted
from ...kb.edb import Ground, Origin
from ...kb.ir import Program, Span, Value, canonical
from ..conflicts import INTERVALS, settle
from ..fields import fields_of
from ..findings import Findings
from ..recorded import Fact, Mark, Recorded
from ..source import text_source
from .arrow import Rows, all_but, partition_table, together, with_rows, write_table
from .cells import Fault, bad_id, value_in, yes_or_no
from .problem import Problem
from .rows import Row, cell, row_of

LISTED, NOT_APPLICABLE, CONFLICTING = MARKS


@dataclass(slots=True)
class Tables:
    """The rows of each predicate, and the folder that they come from."""

    rows: dict[str, Rows]
    places: dict[str, str]


def assembled(
    tables: Tables, program: Program, as_of: date | None, path: Path, source: str
) -> tuple[int, list[Problem]]:
    """Write a partition; how many patients it has, and what was found. `source` names where they come from."""
    columns = {c.signed: c for c in fact_columns(program)}
    problems: list[Problem] = []
    lost: set[str] = set()
    for name, rows in tables.rows.items():
        tables.rows[name] = _checked(name, rows, columns.get(name), program, tables.places[name], problems, lost)
    patients = together([r.patients() for r in tables.rows.values()])
    if lost:
        patients = all_but(patients, sorted(lost))
        problems += (
            Problem(p, "D977", "error", "", "", 0, "the patient is left out, since a row about him breaks the contract",
                    lost=True) for p in sorted(lost)
        )  # fmt: skip
    doubtful = sorted(_doubtful(tables.rows, columns) - lost)
    weighed, found = _weighed(doubtful, tables, program, as_of, source)
    problems += found
    sound = all_but(patients, doubtful)
    table = partition_table(tables.rows, tuple(columns.values()), sound, as_of, source)
    write_table(with_rows(table, weighed, tuple(columns.values())), path)
    return len(patients), problems


def _checked(
    name: str, rows: Rows, column: FactColumn | None, program: Program, place: str, problems: list[Problem],
    lost: set[str],
) -> Rows:  # fmt: skip
    """The rows with values for texts, each once; those that cannot be used are told, with their patients."""

    def tell(code: str, message: str, field: str, many: int, severity: str = "error") -> None:
        problems.append(Problem("", code, severity, field, place, 0, message, many))

    ids = [p for p in rows.words(SUBJECT) if p is None or bad_id(p)]
    if ids:
        many, _ = rows.having(SUBJECT, ids)
        why = "NULL" if None in ids else bad_id(str(ids[0]))
        tell("D976", f"the column `{SUBJECT}` has cells that name no patient ({why})", SUBJECT, many)
        problems[-1] = problems[-1]._replace(lost=True)
        rows = rows.without(SUBJECT, ids)
    keys = [k for k in rows.table.column_names if k != SUBJECT]
    for i, key in enumerate(keys):
        words = rows.words(key)
        if None in words and key != AS_OF:
            many, who = rows.having(key, [None])
            tell("D976", f"the column {quoted(key)} has NULL", key, many)
            lost.update(who)
            rows = rows.without(key, [None])
        values: dict[str | None, object] = {None: None}
        bad: dict[Fault, list[str]] = {}
        for word in words:
            if word is not None:
                values[word], fault = _value(word, name, key, i, column, program)
                if fault:
                    bad.setdefault(fault, []).append(word)
        for (code, message), several in sorted(bad.items()):
            many, who = rows.having(key, list(several))
            tell(code, message, key, many)
            lost.update(who)
            rows = rows.without(key, list(several))
        kind = None if column is not None and column.shape == "flag" else "date" if key == AS_OF else "symbol"
        rows = rows.read(key, column.kinds[i] if column is not None and column.kinds else kind, values)
    rows, many = rows.once()
    if many:
        tell("W970", "rows stand there more than once, and count once", "", many, "warning")
    return rows


def _value(
    word: str, name: str, key: str, place: int, column: FactColumn | None, program: Program
) -> tuple[object, Fault | None]:
    if column is None and key == AS_OF:
        try:
            return date.fromisoformat(word), None
        except ValueError:
            return None, ("D930", f"{quoted(key)} wants a date such as 2024-03-05, not {quoted(word)}")
    if column is None:
        fields = fields_of(program)
        good = word in fields and (name != LISTED or fields[word].is_many)
        return word, None if good else (
            "D923",
            f"a patient record has no field {quoted(word)} that {name} can be said of",
        )
    if column.shape == "flag":
        found = yes_or_no(word)
        fault = None if found is not None else ("D925", f"{quoted(key)} wants true or false, not {quoted(word)}")
        return found, fault
    value, fault = value_in(word, column.types[place], f"`{column.predicate.name}`")
    if value is None:
        return None, fault
    kind = column.kinds[place]
    if kind == "integer" and isinstance(value, int) and not -(2**63) <= value < 2**63:
        return None, ("D978", f"{quoted(key)} has a number of more than 64 bits: {quoted(word)}")
    return cell(value, kind, "", column.signed), None


def _doubtful(rows: dict[str, Rows], columns: dict[str, FactColumn]) -> set[str]:
    """The patients whose facts may contradict each other: they are weighed one by one, as a record is."""
    found: set[str] = set()
    marked = {m: rows[m].patients().to_pylist() for m in (NOT_APPLICABLE, CONFLICTING) if m in rows}
    found.update(p for several in marked.values() for p in several)
    for name, some in rows.items():
        column = columns.get(name)
        if column is None:
            continue
        if column.shape == "flag" or column.predicate.single:
            found.update(some.several(column.keys[:-1]))
        if name.startswith("-") and name[1:] in rows:
            found.update(set(some.patients().to_pylist()) & set(rows[name[1:]].patients().to_pylist()))
    for rule in INTERVALS:
        if rule.small in rows and rule.large in rows:
            small, large = (_numbers(rows[n], columns[n]) for n in (rule.small, rule.large))
            found.update(p for p, n in small.items() if p in large and n > rule.per * large[p] + rule.slack)
    return found


def _numbers(rows: Rows, column: FactColumn) -> dict[str, float]:
    key = column.keys[-1]
    return {r[SUBJECT]: float(r[key]) for r in rows.of(rows.patients())}


def _weighed(
    patients: list[str], tables: Tables, program: Program, as_of: date | None, source: str
) -> tuple[list[Row], list[Problem]]:
    """The rows of some patients as the readers of records would settle them."""
    if not patients:
        return [], []
    from .arrow import pa

    fields, columns = fields_of(program), fact_columns(program)
    by_name = {c.signed: c for c in columns}
    wanted = pa.array(patients, pa.string())
    found = {p: Recorded(p, Span("", 0, 0, 0)) for p in patients}
    for name, rows in tables.rows.items():
        for row in rows.of(wanted):
            place = Origin(tables.places[name], name)
            _record(found[row[SUBJECT]], name, row, by_name.get(name), place)
    settled: list[Row] = []
    problems: list[Problem] = []
    for patient, recorded in found.items():
        findings = Findings(text_source("", ""))
        edb = settle(recorded, fields, findings, as_of)
        settled.append(row_of(edb, columns, source))
        told = Counter((d.code, d.message) for d in findings.warnings)
        problems += (Problem(patient, code, "warning", "", "", 0, message, n) for (code, message), n in told.items())
    return settled, problems


def _record(recorded: Recorded, name: str, row: dict[str, Any], column: FactColumn | None, place: Origin) -> None:
    span = Span("", 0, 0, 0)
    if name == LISTED:
        recorded.listed.add(row["field"])
    elif name == NOT_APPLICABLE:
        recorded.not_applicable.setdefault(row["field"], Mark(place, span))
    elif name == CONFLICTING:
        recorded.conflicting.setdefault(row["field"], Mark(place, span))
    elif column is None:
        if row.get(AS_OF):
            recorded.dated(row[AS_OF])
    elif column.shape == "flag":
        signed = name if row["value"] else f"-{name}"
        recorded.facts.append(Fact(Ground(signed, (recorded.subject,)), place, span))
    else:
        values = tuple(_back(row[k], kind) for k, kind in zip(column.keys, column.kinds, strict=True))
        recorded.facts.append(Fact(Ground(name, (recorded.subject, *values)), place, span))


def _back(value: Any, kind: str) -> Value:
    from decimal import Decimal

    return canonical(Decimal(value)) if kind == "number" else value
