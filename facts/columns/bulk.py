"""A bulk export of FHIR as a cohort: the lines of each patient brought together on disk, then read patient by patient.

Memory is bounded by what is held on the way, the largest patient and a partition's rows, whatever the export's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from ...kb.columns import FactColumn, fact_columns
from ...kb.diagnostics import Invalid, quoted
from ...kb.ir import Program
from ..fhir.detect import LARGEST, is_fhir
from ..fhir.folder import RECORDS
from ..fhir.reading import read_fhir
from ..fields import Fields, fields_of
from .bulk_buckets import Buckets
from .bulk_files import bulk_files
from .bulk_lines import BROKEN, MEDICATION, PATIENT, Line, lines_of
from .bulk_problems import Spool
from .gather import Gathering
from .problem import Problem, problem_of
from .records import record_rows
from .rows import Row, row_of

FOLDER = ".buckets"
SMALLEST = 2**22
"""Bytes of a bucket, at least."""
PER_PARTITION = 10_000
"""Patients of a partition, about: the rows of one are sorted in memory."""


def bulk_partitions(
    source: Path, folder: Path, program: Program, partitions: int | None, memory: int, held: int, as_of: date | None,
    step: Callable[[int], None],
) -> tuple[dict[int, Path], Spool]:  # fmt: skip
    """The partition files of an export, and what is wrong with it. `held`: rows that may wait in memory.

    A line that cannot be read costs the patient whom it names, not the others; the files beside the NDJSON that hold
    FHIR or a record are read each by itself. Raises OSError.
    """
    files = bulk_files(source)
    columns, fields = fact_columns(program), fields_of(program)
    size = max(SMALLEST, memory // 64)
    count = -(-sum(p.stat().st_size for p in files) // size) or 1
    folder.mkdir(parents=True, exist_ok=True)
    problems = Spool(folder)
    with Buckets(folder / FOLDER, count, size) as buckets:
        patients = _sorted_out(files, buckets, problems)
        if not patients:
            message = "no line of the export is a Patient, so that nobody can be evaluated"
            problems.add(Problem("", "D956", "error", "", str(source), 0, message, lost=True))
        gathering = Gathering(folder, columns, partitions or -(-patients // PER_PARTITION) or 1, held)
        for number in range(count):
            for lines in buckets.patients(number):
                row, found = _patient(lines, files, buckets, fields, program, columns, as_of)
                gathering.add([row] if row else [])
                for problem in found:
                    problems.add(problem)
                step(1 if row else 0)
        for rows, found in record_rows(list(_beside(source)), program, columns, as_of):
            gathering.add(rows)
            for problem in found:
                problems.add(problem)
        made, twice = gathering.finish()
    for problem in twice:
        problems.add(problem)
    return made, problems


def _sorted_out(files: Sequence[Path], buckets: Buckets, problems: Spool) -> int:
    """Every line into its bucket; how many are a Patient."""
    patients = 0
    for number, path in enumerate(files):
        for one in lines_of(path, number):
            if isinstance(one, Problem):
                problems.add(one)
            elif one.kind == MEDICATION:
                buckets.add_medication(one)
            else:
                buckets.add(one)
                patients += one.kind == PATIENT
    buckets.close()
    return patients


def _patient(
    lines: list[Line], files: Sequence[Path], buckets: Buckets, fields: Fields, program: Program,
    columns: tuple[FactColumn, ...], as_of: date | None,
) -> tuple[Row | None, list[Problem]]:  # fmt: skip
    """The row of a patient whose lines could all be read."""
    key = lines[0].key
    if any(one.kind == BROKEN for one in lines):
        return None, []  # said of the line
    first = next((one for one in lines if one.kind == PATIENT), None)
    if first is None:
        message = f"the patient {quoted(key)}, whom this line names, is no Patient of the data"
        return None, [_problem(key, "D985", message, files, one.file, one.line) for one in lines]
    if sum(len(one.raw) for one in lines) > LARGEST:
        message = f"the resources of the patient have more than {LARGEST // 2**20} MiB"
        return None, [_problem(key, "D950", message, files, first.file, first.line)]
    places = [(one.file, one.line, one.raw) for one in lines]
    places += (place for id_ in sorted({u for one in lines for u in one.uses}) for place in buckets.medication(id_))
    places.sort()
    numbers: dict[str, list[int]] = {}
    texts: dict[str, list[bytes]] = {}
    for file, line, raw in places:
        numbers.setdefault(str(files[file]), []).append(line)
        texts.setdefault(str(files[file]), []).append(raw)
    row, found = None, []
    try:
        reading = read_fhir([(name, b"\n".join(raws)) for name, raws in texts.items()], fields, program, as_of)
        found = [problem_of(d, key) for d in reading.warnings]
        (patient,) = reading.patients
        row = row_of(patient.edb, columns, f"{files[first.file]}:{first.line}")
    except Invalid as invalid:
        found += (problem_of(d, key, lost=True) for d in invalid.diagnostics)
    return row, [_placed(problem, numbers) for problem in found]


def _placed(problem: Problem, numbers: dict[str, list[int]]) -> Problem:
    """The problem with the line of the export instead of that among the patient's lines."""
    lines = numbers.get(problem.file, [])
    return problem._replace(line=lines[problem.line - 1]) if 0 < problem.line <= len(lines) else problem


def _beside(source: Path) -> Iterator[Path]:
    """The other files of the folder that hold a record or FHIR; a list of what was exported is neither."""
    if source.is_dir():
        for path in sorted(p for p in source.iterdir() if p.is_file() and not p.name.startswith(".")):
            if path.suffix in RECORDS or (path.suffix == ".json" and _holds_fhir(path)):
                yield path


def _holds_fhir(path: Path) -> bool:
    with path.open("rb") as file:
        return is_fhir(file.read(LARGEST + 1))


def _problem(patient: str, code: str, message: str, files: Sequence[Path], file: int, line: int) -> Problem:
    return Problem(patient, code, "error", "", str(files[file]), line, message, lost=True)
