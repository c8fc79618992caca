"""A source of a cohort, of any kind, to partition files: gathered once, and kept while the source is the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Literal as OneOf

from ...kb.columns import FactColumn, fact_columns
from ...kb.diagnostics import Diagnostic, Invalid, quoted
from ...kb.ir import Program, Span
from .bulk_files import bulk_files
from .gather import Gathering
from .problem import Problem
from .records import record_files, record_rows
from .rows import Row
from .staged import Held, Keep, file_name, held, prepared, put_in_place

Kind = OneOf["records", "tables", "fhir"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Of each partition its file of facts and the numbered files of changes; the rows in them; how often each problem
    was found; how many findings left out a patient or a file. `kept`: nothing had to be read."""

    files: dict[int, Path]
    changes: dict[int, dict[int, Path]]
    patients: int
    problems: dict[str, int]
    lost: int
    kept: bool


def kind_of(source: Path) -> Kind:
    """Which kind of source a path is. Raises Invalid for what does not exist or holds nothing that is read."""
    if not source.exists():
        raise _bad(source, "D901", "there is no such file or folder", "")
    if bulk_files(source):
        return "fhir"
    if source.is_file():
        return "records"
    if any(any(p.glob("*.parquet")) or any(p.glob("*.csv")) for p in source.iterdir() if p.is_dir()):
        return "tables"
    if not record_files(source):
        expected = (
            "a folder of records (.yaml, .json, .dl), of FHIR (.json, .ndjson), or of tables (PREDICATE/*.parquet)"
        )
        raise _bad(source, "D971", f"{quoted(source)} holds no patient data", expected)
    return "records"


def gathered(
    source: Path,
    folder: Path,
    program: Program,
    partitions: int | None,
    memory: int,
    threads: int,
    as_of: date | None,
    keep: Keep,
    step: Callable[[int], None] = lambda _: None,
) -> Gathered:
    """The partitions of a source in `folder`, the problems in the folder `problems` beside it.

    `partitions`: None for as many as the source needs. `memory` in bytes. Raises Invalid for a source that cannot be
    used at all, OSError when nothing can be written; `folder` is then as it was.
    """
    put_in_place(folder, keep)
    print_, columns = fingerprint(source, program, as_of), columns_of(program)
    known = held(folder)
    if known is not None and not known.change and known.source == print_ and partitions in (None, len(known.deltas)):
        return found(folder, known, kept=True)
    with prepared(folder, print_, columns) as ready:
        files, problems = read(source, ready.place, program, partitions, memory, threads, as_of, step)
        ready.deltas = dict.fromkeys(files, ())
        ready.commit(problems)
    return finished(folder, keep)


def read(
    source: Path, place: Path, program: Program, partitions: int | None, memory: int, threads: int, as_of: date | None,
    step: Callable[[int], None],
) -> tuple[dict[int, Path], Iterable[Problem]]:  # fmt: skip
    """A source of any kind to partition files in `place`, those without a patient too; and what is wrong with it."""
    if kind_of(source) == "tables":
        from .tables import table_partitions

        return table_partitions(source, place, program, partitions, memory, threads, as_of, step)
    if kind_of(source) == "fhir":
        from .bulk import bulk_partitions

        return bulk_partitions(source, place, program, partitions, memory, held_by(memory), as_of, step)
    return _gathered(source, place, program, partitions or 1, held_by(memory), as_of, step)


def finished(folder: Path, keep: Keep) -> Gathered:
    """What was laid ready, put in place."""
    put_in_place(folder, keep)
    now = held(folder)
    if now is None:
        raise OSError(5, "the facts that were written are gone")
    return found(folder, now, kept=False)


def found(folder: Path, now: Held, kept: bool) -> Gathered:
    """The files of a folder."""
    files = {n: folder / file_name(n) for n in now.deltas}
    changes = {n: {d: folder / file_name(n, d) for d in some} for n, some in now.deltas.items() if some}
    return Gathered(files, changes, now.patients, now.problems, now.lost, kept)


def held_by(memory: int) -> int:
    """The rows that may wait in memory."""
    return max(1_000, memory // 2 // 20_000)


def _gathered(
    source: Path, folder: Path, program: Program, partitions: int, held: int, as_of: date | None,
    step: Callable[[int], None],
) -> tuple[dict[int, Path], list[Problem]]:  # fmt: skip
    columns = fact_columns(program)
    gathering = Gathering(folder, columns, partitions, held)
    problems: list[Problem] = []
    for rows, found in _rows(source, program, columns, as_of):
        gathering.add(rows)
        problems += found
        step(len(rows))
    files, twice = gathering.finish()
    return files, problems + twice


def _rows(
    source: Path, program: Program, columns: tuple[FactColumn, ...], as_of: date | None
) -> Iterator[tuple[list[Row], Iterable[Problem]]]:
    paths = [source] if source.is_file() else record_files(source)
    yield from record_rows(paths, program, columns, as_of)


def fingerprint(source: Path, program: Program, as_of: date | None) -> str:
    """Changes when a file of the source does, or when it would be read otherwise: content, columns, date."""
    digest = sha256(json.dumps([str(as_of), [repr(c) for c in fact_columns(program)]]).encode())
    paths = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    for path in paths:
        digest.update(f"\0{path.relative_to(source)}\0".encode("utf-8", "surrogateescape"))
        with path.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
    return digest.hexdigest()


def columns_of(program: Program) -> str:
    """Changes when partitions have other columns."""
    return sha256(repr(fact_columns(program)).encode()).hexdigest()


def _bad(source: Path, code: str, message: str, help: str) -> Invalid:  # noqa: A002
    return Invalid([Diagnostic(code, message, Span(str(source), 0, 0, 0), help=help)])
