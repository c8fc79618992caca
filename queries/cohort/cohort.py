"""A run over a cohort, from its source to the manifest: what is done is kept, and what is left is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ...kb.diagnostics import Diagnostic, Unavailable, quoted
from ...kb.ir import Program
from .receipt import FORMAT, MANIFEST, PLAN, SUMMARY, Json, digest_of, keep_only, plan_of, write_json

if TYPE_CHECKING:
    from .run import Spread
    from .summary import Counts

UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
AT_REST = 200 * 2**20
"""Bytes of a process before it has read a patient: Python, Arrow, the program."""
PER_PATIENT = 12_000
"""Bytes of a patient while a partition is evaluated, at most (benchmarks/cohort.py)."""


class Gathered(Protocol):
    """What came of the source: the partition files, and what was wrong with it."""

    @property
    def files(self) -> dict[int, Path]:
        """The partition files."""
        ...

    @property
    def changes(self) -> dict[int, dict[int, Path]]:
        """Of each partition the numbered files of patients that changed since."""
        ...

    @property
    def patients(self) -> int:
        """How many patients all files hold."""
        ...

    @property
    def problems(self) -> dict[str, int]:
        """How often each problem was found."""
        ...

    @property
    def lost(self) -> int:
        """How many findings left out a patient or a file."""
        ...


Keep = Callable[[Collection[str]], None]
Gather = Callable[[Path, int | None, int, int, Keep], Gathered]
"""From the folder for partitions, their number (None: what the source needs), bytes of memory and threads. Before it
changes a file of facts, it tells the last argument of which files (by stem) the results stay true."""


class Meter(Protocol):
    """Is told how far a run has come."""

    def begin(self, total: int) -> None:
        """So many patients are to be evaluated."""
        ...

    def step(self, more: int) -> None:
        """So many more are."""
        ...


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is done; the result does not depend on it, but for `partitions`."""

    memory: int
    processes: int = 1
    partitions: int | None = None

    @property
    def rows(self) -> int:
        """Patients that one process evaluates at once."""
        each = self.memory // self.processes - AT_REST
        return max(500, min(100_000, each // PER_PATIENT))


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended. `changes`: files of changed patients beside the partitions.

    `lost`: some data could not be used. `notes`: what the user has to know.
    """

    patients: int
    kept: int
    partitions: int
    changes: int
    lost: bool
    findings: tuple[Diagnostic, ...]
    summary: Json


def memory_of(text: str) -> int:
    """`800M`, `4G` in bytes. Raises Invalid."""
    match = re.fullmatch(r"(\d{1,6})([KMGT]?)B?", text.strip().upper())
    size = int(match[1]) * UNITS[match[2]] if match else 0
    if size < 2**28:
        help_ = "give a number of megabytes or gigabytes, such as `800M` or `4G`; 256M is the least"
        raise Unavailable(
            [Diagnostic("Q673", f"{quoted(text)} is no size of memory that a run can do with", help=help_)]
        )
    return size


def evaluated(
    program: Program, out: Path, settings: Settings, gather: Gather, meter: Meter, spread: Spread | None = None
) -> Done:
    """Gather, evaluate what is not done, write summary and manifest. `spread`: by whom, if not by processes here.

    Raises Invalid for a source or a folder that cannot be used, OSError when results cannot be written.
    """
    from .partition import Job
    from .run import run

    plan = plan_of(out)
    findings: list[Diagnostic] = []
    if plan is not None and plan["kb_sha256"] != program.sha256:
        message = "the knowledge base has changed since this folder was written; every patient is evaluated again"
        findings.append(Diagnostic("W662", message))
    partitions = settings.partitions or (plan["partitions"] if plan else None)
    kb_before = plan["kb_sha256"] if plan else program.sha256
    write_json(out / PLAN, {"format": FORMAT, "partitions": partitions, "kb_sha256": kb_before})
    source = gather(out / "facts", partitions, settings.memory, settings.processes, lambda stems: keep_only(out, stems))
    (out / MANIFEST).unlink(missing_ok=True)
    write_json(out / PLAN, {"format": FORMAT, "partitions": len(source.files), "kb_sha256": program.sha256})
    meter.begin(source.patients)
    jobs = [Job(program, path, out, number, settings.rows) for number, path in source.files.items()]
    jobs += [
        Job(program, path, out, number, settings.rows, delta)
        for number, some in source.changes.items()
        for delta, path in some.items()
    ]
    ran = run(jobs, out, settings.processes, meter.step, spread)
    from .summary import counted, summary

    left_out = source.lost
    counts = counted(out, ran.receipts, settings.memory)
    total = summary(program, counts, source.problems, left_out)
    findings += ran.faults
    if not ran.faults:
        write_json(out / SUMMARY, total)
        write_json(out / MANIFEST, _manifest(program, out, ran.receipts, counts))
    lost = bool(left_out or ran.faults)
    changes = len(jobs) - len(source.files)
    return Done(counts.patients, ran.kept, len(source.files), changes, lost, tuple(findings), total)


def _manifest(program: Program, out: Path, receipts: Sequence[Json], counts: Counts) -> Json:
    return {
        "format": FORMAT,
        "kb": {"name": program.name, "version": program.version, "sha256": program.sha256},
        "patients": counts.patients,
        "summary_sha256": digest_of(out / SUMMARY),
        "problems_sha256": digest_of(out / "problems" / "source.parquet"),
        "partitions": [
            {name: receipt[name] for name in ("partition", "file", "patients", "rows", "facts_sha256", "files")}
            | {"superseded": counts.superseded.get(str(receipt["file"]), 0)}
            for receipt in receipts
        ],
    }


def told(done: Done, out: Path) -> str:
    """The result in a few lines."""
    total = done.summary
    rows = total["rows"]
    lines = [
        f"{_so_many(done.patients, 'patient')} in {_so_many(done.partitions, 'partition')}"
        + (f" and {done.changes:,} files of changes" if done.changes else "")
        + (f", {done.kept:,} of them done before" if done.kept else ""),
        f"{rows.get('answers', 0):,} answers, {rows.get('firings', 0):,} firings of rules, "
        f"{rows.get('undetermined', 0):,} undetermined fields",
    ]
    if total["problems"]:
        counts = ", ".join(f"{one['code']} {_so_many(one['count'], 'time')}" for one in total["problems"])
        lines.append(f"problems with the data: {counts} (problems/source.parquet)")
    if total["left_out"]:
        lines.append(f"left out, since their data cannot be used: {total['left_out']:,} patients or files")
    if total["incomplete"]:
        lines.append(f"whose search for what could change reached its bounds: {total['incomplete']:,} patients")
    if total["unassessed"]:
        lines.append(
            f"without a status for some conclusion, since there are too many classes: {total['unassessed']:,} patients"
        )
    return "\n".join([*lines, f"written to {out}"]) + "\n"


def _so_many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
