"""A cohort as tables of facts: the contract checked, then partition by partition made rows of patients."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ...kb.columns import AS_OF, MARKS, SUBJECT, FactColumn, fact_columns, partition_name
from ...kb.diagnostics import Diagnostic, Invalid, quoted, suggest
from ...kb.ir import Program, Span, ValueType
from .arrow import Rows, read_rows
from .cells import ACCEPTED, fits
from .duck import Duck, Unreadable
from .problem import Problem
from .weigh import Tables, assembled

PATIENTS = "patients"
FIELD = ValueType("field", "symbol")


@dataclass(frozen=True, slots=True)
class Table:
    """A folder of a source: its files, the columns that are used, and what it is about (None: of no predicate)."""

    name: str
    files: tuple[Path, ...]
    keys: tuple[str, ...]
    column: FactColumn | None


def tables_of(source: Path, program: Program, duck: Duck) -> list[Table]:
    """The tables of a source. Raises Invalid with everything in them that breaks the contract as a whole."""
    columns = {c.signed: c for c in fact_columns(program)}
    known = (*columns, *MARKS, PATIENTS)
    found: list[Table] = []
    problems: list[Diagnostic] = []
    for folder in sorted(p for p in source.iterdir() if p.is_dir() and not p.name.startswith(".")):
        files = [tuple(sorted(folder.glob(f"*.{form}"))) for form in ("parquet", "csv")]
        if folder.name not in known:
            message = f"there is no input predicate {quoted(folder.name)}"
            problems.append(_problem("D972", message, folder, suggest(folder.name, known)))
        elif all(files):
            problems.append(_problem("D971", "the folder holds Parquet and CSV", folder, "give one of them"))
        elif not any(files):
            problems.append(_problem("D971", "the folder holds no .parquet and no .csv file", folder, ""))
        else:
            some = files[0] or files[1]
            table, wrong = _table(folder, some, columns.get(folder.name), duck)
            problems += wrong
            found += [table] if table else []
    if problems:
        raise Invalid(problems)
    return found


def _table(
    folder: Path, files: tuple[Path, ...], column: FactColumn | None, duck: Duck
) -> tuple[Table | None, list[Diagnostic]]:
    """A table, when its columns are those of its predicate."""
    wanted: dict[str, str] = {SUBJECT: "patient"}
    if column is not None and column.shape == "flag":
        wanted["value"] = "boolean"
    elif column is not None:
        wanted |= {k: t.kind for k, t in zip(column.keys, column.types, strict=True)}
    elif folder.name != PATIENTS:
        wanted["field"] = "text"
    problems: list[Diagnostic] = []
    shapes: dict[Path, dict[str, str]] = {}
    for file in files:
        try:
            shapes[file] = duck.columns([file])
        except Unreadable as error:
            problems.append(_problem("D973", f"the table cannot be read: {error}", file, ""))
    for file, shape in shapes.items():
        optional = {AS_OF: "date"} if folder.name == PATIENTS else {}
        every = wanted | optional
        for name in shape:
            if name not in every:
                problems.append(
                    _problem("D974", f"a table of {quoted(folder.name)} has no column {quoted(name)}", file,
                             suggest(name, every) or f"its columns are {', '.join(every)}")
                )  # fmt: skip
        for name in wanted.keys() - shape.keys():
            problems.append(_problem("D974", f"the column {quoted(name)} is missing", file, ""))
        for name, kind in every.items():
            text = file.suffix == ".csv"
            if name in shape and not text and not fits(shape[name], _kind(kind)):
                message = f"the column {quoted(name)} has the type {shape[name]}"
                problems.append(_problem("D975", message, file, f"it wants {' or '.join(ACCEPTED[_kind(kind)][:3])}"))
    if problems:
        return None, problems
    used = (*wanted, *(AS_OF for _ in range(1) if all(AS_OF in shape for shape in shapes.values())))
    return Table(folder.name, files, tuple(k for k in used if k != SUBJECT), column), []


def _kind(kind: str) -> str:
    """The row of ACCEPTED."""
    return "text" if kind in ("symbols", "symbol", "text") else kind


def table_partitions(
    source: Path, folder: Path, program: Program, partitions: int | None, memory: int, threads: int,
    as_of: date | None, step: Callable[[int], None],
) -> tuple[dict[int, Path], list[Problem]]:  # fmt: skip
    """The partition files of a source of tables, and what is wrong with single rows and patients."""
    waiting = folder / ".waiting"
    shutil.rmtree(waiting, ignore_errors=True)
    duck = Duck(waiting / "duckdb", max(128 * 2**20, memory // 2), threads)
    try:
        tables = tables_of(source, program, duck)
        if not tables:
            raise Invalid([_problem("D971", "the folder holds no table", source, "")])
        count = partitions or _partitions(tables, duck)
        _split(tables, count, waiting, duck)
    finally:
        duck.close()
    problems: list[Problem] = []
    files: dict[int, Path] = {}
    for number in range(count):
        of = {t.name: _rows(t, waiting, number) for t in tables}
        path = folder / f"{partition_name(number)}.parquet"
        here = Tables(of, {t.name: t.files[0].parent.as_posix() for t in tables})
        patients, found = assembled(here, program, as_of, path, source.as_posix())
        problems += found
        files[number] = path
        step(patients)
    shutil.rmtree(waiting, ignore_errors=True)
    return files, problems


PER_PARTITION = 100_000
"""Patients of a partition, about."""


def _partitions(tables: Sequence[Table], duck: Duck) -> int:
    """As many that each has about PER_PARTITION patients; the table with most patients tells."""
    try:
        return max(1, -(-max(duck.count(t.files) for t in tables) // PER_PARTITION))
    except Unreadable as error:
        raise Invalid([_problem("D973", f"a table cannot be read: {error}", tables[0].files[0].parent, "")]) from None


def _split(tables: Sequence[Table], count: int, waiting: Path, duck: Duck) -> None:
    """Every table to files by partition. Raises Invalid with all tables that cannot be read to the end."""
    problems: list[Diagnostic] = []
    for table in tables:
        try:
            duck.split(table.files, (SUBJECT, *table.keys), count, waiting / table.name)
        except Unreadable as error:
            problems.append(_problem("D973", f"the table cannot be read: {error}", table.files[0].parent, ""))
    if problems:
        raise Invalid(problems)


def _rows(table: Table, waiting: Path, number: int) -> Rows:
    files = sorted((waiting / table.name / f"partition={number}").glob("*.parquet"))
    return read_rows(files, (SUBJECT, *table.keys))


def _problem(code: str, message: str, place: Path, help: str) -> Diagnostic:  # noqa: A002
    return Diagnostic(code, message, Span(place.as_posix(), 0, 0, 0), help=help)
