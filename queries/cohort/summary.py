"""The counts of a cohort: from the receipts of its partitions, and from their tables where patients changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...kb.ir import Program
from .receipt import FORMAT, KINDS, Json


@dataclass(slots=True)
class Counts:
    """Each patient once, by the newest evaluation. `answers` by part, name, value and status; `missing` by field;
    `superseded`: by file, of how many patients a newer one has another evaluation."""

    patients: int = 0
    incomplete: int = 0
    unassessed: int = 0
    rows: Counter[str] = field(default_factory=lambda: Counter())
    answers: Counter[tuple[str, str, str, str]] = field(default_factory=lambda: Counter())
    missing: Counter[str] = field(default_factory=lambda: Counter())
    superseded: dict[str, int] = field(default_factory=lambda: {})


def counted(out: Path, receipts: Iterable[Json], memory: int) -> Counts:
    """From the receipts; where a partition has files of changes, from its tables.

    The patients whose search was cut off are told by receipts alone, so that one who is in several files may count
    for each. Raises Invalid for a table that cannot be read.
    """
    counts, several = Counts(), dict[int, list[Json]]()
    for receipt in receipts:
        several.setdefault(int(receipt["partition"]), []).append(receipt)
        counts.incomplete += int(receipt["incomplete"])
    for number in [n for n, some in several.items() if len(some) == 1]:
        (receipt,) = several.pop(number)
        for part, name, value, status, count in receipt["counts"]:
            counts.answers[part, name, value, status] += count
        counts.missing.update(receipt["missing"])
        counts.rows.update(receipt["rows"])
        counts.patients += int(receipt["patients"])
        counts.unassessed += int(receipt["unassessed"])
    if several:
        _newest(out, several, memory, counts)
    return counts


def _newest(out: Path, several: Mapping[int, list[Json]], memory: int, counts: Counts) -> None:
    """Add the partitions with files of changes."""
    from .duck import Tables
    from .opened import Opened

    stems = {n: tuple(sorted((str(r["file"]) for r in some), reverse=True)) for n, some in several.items()}
    by_stem = {str(r["file"]): r for some in several.values() for r in some}
    tables = Tables(Opened(out, 0, stems, by_stem, finished=False), memory=memory)
    total = "SELECT count(*) FROM {}"
    for kind in KINDS:
        counts.rows[kind] += int(tables.ask([kind], total.format(kind))[0][0])
    answers = "SELECT part, name, value, coalesce(status, ''), count(*) FROM answers GROUP BY ALL"
    for part, name, value, status, count in tables.ask(["answers"], answers):
        counts.answers[part, name, value, status] += count
    for name, count in tables.ask(["undetermined"], "SELECT field, count(*) FROM undetermined GROUP BY 1"):
        counts.missing[name] += count
    unassessed = "SELECT count(DISTINCT patient) FROM answers WHERE status IS NULL"
    counts.unassessed += int(tables.ask(["answers"], unassessed)[0][0])
    held = {stem: int(r["patients"]) for stem, r in by_stem.items()}
    newest = tables.newest()
    counts.patients += sum(newest.values())
    counts.superseded = {stem: held[stem] - newest.get(stem, 0) for stem in held}


def summary(program: Program, counts: Counts, problems: Mapping[str, int], left_out: int) -> Json:
    """How many patients have each conclusion with each status, how often each field is missing, what was wrong."""
    return {
        "format": FORMAT,
        "kb": {"name": program.name, "version": program.version, "sha256": program.sha256},
        "patients": counts.patients,
        "left_out": left_out,
        "incomplete": counts.incomplete,
        "unassessed": counts.unassessed,
        "rows": dict(sorted(counts.rows.items())),
        "answers": [
            {"part": part, "name": name, "value": value, "status": status, "patients": count}
            for (part, name, value, status), count in sorted(
                counts.answers.items(), key=lambda one: (one[0][0], -one[1], one[0])
            )
        ],
        "undetermined": [
            {"field": name, "patients": n}
            for name, n in sorted(counts.missing.items(), key=lambda one: (-one[1], one[0]))
        ],
        "problems": [{"code": code, "count": n} for code, n in sorted(problems.items())],
    }
