"""Cohorts for tests: patients to a partition, its results back as values."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
from guidekb.facts.columns.arrow import write_rows
from guidekb.facts.columns.rows import row_of
from guidekb.kb.columns import fact_columns
from guidekb.kb.ir import EDB, Ground, Program, Value, canonical
from guidekb.kb.normal import NormalRule
from guidekb.queries.cohort.arrow import Slice, slices
from guidekb.queries.cohort.partition import Job, evaluate
from guidekb.queries.evaluation.model import Instance

Row = dict[str, Any]


@dataclass(frozen=True)
class Results:
    """The rows of each table by patient, and the receipt."""

    tables: dict[str, dict[str, list[Row]]]
    receipt: dict[str, Any]
    out: Path

    def rows(self, kind: str, patient: str) -> list[Row]:
        """A patient's rows, without the patient."""
        return self.tables[kind].get(patient, [])


def run(program: Program, edbs: Iterable[EDB], out: Path, rows: int = 50_000) -> Results:
    """The results of some patients as one partition, evaluated so many at once."""
    columns = fact_columns(program)
    facts = out / "facts" / "part-00000.parquet"
    facts.parent.mkdir(parents=True, exist_ok=True)
    write_rows(sorted((row_of(e, columns, "test") for e in edbs), key=lambda r: str(r["patient"])), columns, facts)
    receipt = evaluate(Job(program, facts, out, 0, rows))
    return results(out, receipt)


def parts(program: Program, edbs: Iterable[EDB], rows: int) -> Iterator[Slice]:
    """Patients in columns, some at a time, as a partition holds them."""
    columns = fact_columns(program)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "facts.parquet"
        write_rows([row_of(e, columns, "test") for e in edbs], columns, path)
        yield from slices(path, rows)


def results(out: Path, receipt: dict[str, Any] | None = None) -> Results:
    """The tables of a folder."""
    tables: dict[str, dict[str, list[Row]]] = {}
    for kind in ("answers", "firings", "undetermined", "problems"):
        found = tables.setdefault(kind, defaultdict(list))
        for path in sorted((out / kind).glob("*.parquet")):
            for row in pq.read_table(path).to_pylist():
                found[row.pop("patient")].append(row)
    return Results(tables, receipt or {}, out)


def instances(
    rows: Iterable[Row], rules: Mapping[str, NormalRule], patient: Value, like: Iterable[Instance]
) -> set[Instance]:
    """The rule instances that rows of `firings` say; `like` has instances with values of the kinds to be read."""
    kinds = {(i.rule, n): type(v) for i in like for n, v in enumerate(i.values)}
    found: set[Instance] = set()
    for row in rows:
        rule = rules[row["rule"]]
        bound = json.loads(row["bindings"], parse_float=Decimal)
        values = (
            _value(bound[name], kinds.get((rule.id, n))) if name in bound else patient
            for n, name in enumerate(rule.variables)
        )
        found.add(Instance(rule.id, tuple(values)))
    return found


def _value(cell: Any, kind: type | None) -> Value:
    return date.fromisoformat(cell) if kind is date else canonical(cell)


def edb_of(subject: str, facts: Iterable[Ground], listed: Iterable[str] = ()) -> EDB:
    """A record of a patient whose facts do not contradict each other."""
    mine = {Ground(f.predicate, (subject, *f.values[1:])): () for f in facts}
    return EDB(subject, mine, frozenset(listed))
