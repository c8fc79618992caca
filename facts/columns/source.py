"""A source of a cohort, of any kind, to partition files: gathered once, and kept while the source is the same."""

from __future__ import annotations

import json
from collections import Counter
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

Kind = OneOf["records", "tables", "fhir"]
FILE = "gathered.json"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The partition files; how often each problem was found; how many findings left out a patient or a file."""

    files: dict[int, Path]
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
    step: Callable[[int], None] = lambda _: None,
) -> Gathered:
    """The partitions of a source in `folder`, the problems in the folder `problems` beside it.

    `partitions`: None for as many as the source needs. `memory` in bytes. Raises Invalid for a source that cannot be
    used at all, OSError when nothing can be written.
    """
    from .arrow import count_rows, write_problems

    known = _known(folder, source, program, partitions, as_of)
    if known is not None:
        return known
    (folder / FILE).unlink(missing_ok=True)
    kind = kind_of(source)
    problems: Iterable[Problem]
    if kind == "tables":
        from .tables import table_partitions

        files, problems = table_partitions(source, folder, program, partitions, memory, threads, as_of, step)
    elif kind == "fhir":
        from .bulk import bulk_partitions

        files, problems = bulk_partitions(source, folder, program, partitions, memory, held_by(memory), as_of, step)
    else:
        files, problems = _gathered(source, folder, program, partitions or 1, held_by(memory), as_of, step)
    write_problems(problems, folder.parent / "problems" / "source.parquet")
    counted = Counter(problem.code for problem in problems)
    lost = sum(p.lost for p in problems)
    patients = sum(count_rows(path) for path in files.values())
    receipt = {
        "source": _fingerprint(source, program, as_of),
        "files": {str(n): path.name for n, path in files.items()},
        "patients": patients,
        "problems": dict(sorted(counted.items())),
        "lost": lost,
    }
    beside = folder / f".{FILE}.tmp"
    beside.write_text(json.dumps(receipt, indent=1) + "\n", encoding="utf-8")
    beside.replace(folder / FILE)
    return Gathered(files, patients, dict(counted), lost, kept=False)


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


def _known(folder: Path, source: Path, program: Program, partitions: int | None, as_of: date | None) -> Gathered | None:
    """What was gathered before from the same source."""
    try:
        receipt = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if receipt["source"] != _fingerprint(source, program, as_of):
            return None
        files = {int(n): folder / name for n, name in receipt["files"].items()}
        if partitions not in (None, len(files)) or not all(path.is_file() for path in files.values()):
            return None
        return Gathered(files, receipt["patients"], receipt["problems"], receipt["lost"], kept=True)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _fingerprint(source: Path, program: Program, as_of: date | None) -> str:
    """Changes when a file of the source does, or when it would be read otherwise: content, columns, date."""
    digest = sha256(json.dumps([str(as_of), [repr(c) for c in fact_columns(program)]]).encode())
    paths = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    for path in paths:
        digest.update(f"\0{path.relative_to(source)}\0".encode("utf-8", "surrogateescape"))
        with path.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
    return digest.hexdigest()


def _bad(source: Path, code: str, message: str, help: str) -> Invalid:  # noqa: A002
    return Invalid([Diagnostic(code, message, Span(str(source), 0, 0, 0), help=help)])
