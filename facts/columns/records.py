"""A cohort as files of records: YAML, JSON, Datalog facts, FHIR bundles, one or more patients in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from ...kb.columns import FactColumn
from ...kb.diagnostics import Invalid
from ...kb.ir import Program
from ..read import read_files
from .problem import Problem, problem_of
from .rows import Row, row_of

SUFFIXES = (".yaml", ".yml", ".json", ".dl", ".ndjson")


def record_files(folder: Path) -> list[Path]:
    """The files of a folder and of the folders in it that may hold records, in order."""
    found = (p for p in folder.rglob("*") if p.suffix in SUFFIXES and not p.name.startswith("."))
    return sorted(p for p in found if p.is_file())


def record_rows(
    paths: Sequence[Path], program: Program, columns: tuple[FactColumn, ...], as_of: date | None
) -> Iterator[tuple[list[Row], list[Problem]]]:
    """File by file: the rows of its patients, and what is wrong with it; a bad file does not stop the others."""
    for name, reading in read_files(map(str, paths), program, as_of):
        if isinstance(reading, Invalid):
            yield [], [problem_of(d, lost=d.severity == "error") for d in reading.diagnostics]
            continue
        problems = [problem_of(d) for d in reading.warnings]
        rows: list[Row] = []
        for edb in reading.edbs:
            try:
                rows.append(row_of(edb, columns, name))
            except Invalid as invalid:
                problems += (problem_of(d, edb.subject, lost=True) for d in invalid.diagnostics)
        yield rows, problems
