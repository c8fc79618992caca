"""Partitions evaluated by a Spark cluster: the same function, scheduled over the same files. The only file with Spark.

Spark is asked for one thing, `DataFrame.mapInArrow`, so that managed platforms and Spark Connect do too. No row of a
patient goes through it: a task is told a partition's number, reads and writes files that driver and workers see under
the same paths, and tells the receipt. Retries and speculation are harmless (queries/cohort/partition.py).
"""

# PySpark's types are only partly known to a type checker.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingImports=false, reportMissingTypeStubs=false

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from ...kb.diagnostics import Diagnostic, Invalid, Unavailable, quoted
from ...kb.ir import Span
from .partition import Job, evaluate
from .receipt import DONE, Json, read_json
from .run import Step

OURS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.task.maxFailures": "8",
}
"""Settings that the user's own go before: stderr is for our diagnostics, and a killed worker fails a task or two."""
LOOK = 0.25  # seconds between two looks at which partitions are done
COLUMNS = "number long, receipt string, faults string"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where Spark runs: a master (`local[2]`, `spark://HOST:PORT`, `yarn`, `k8s://...`), or `sc://HOST:PORT` for Spark
    Connect; with settings of its own."""

    master: str
    settings: Mapping[str, str]

    def spread(self, jobs: Sequence[Job], step: Step) -> Iterator[tuple[int, Json | Invalid]]:
        """Each partition's receipt, or why it could not be evaluated, when all are done.

        Raises Unavailable when Spark is missing or does not start, Invalid when the cluster gives a partition up.
        """
        session = self._session()
        told: list[Any] = []
        broken: list[Exception] = []

        def collect() -> None:
            try:
                told.extend(results(session, jobs))
            except Exception as error:  # it is raised again below, in the thread that is waited for
                broken.append(error)
            finally:
                ended.set()

        ended = Event()
        Thread(target=collect, daemon=True).start()
        seen: set[str] = set()
        try:
            while not ended.wait(LOOK):
                for job in jobs:
                    if job.stem not in seen and (found := _receipt(job)) is not None:
                        seen.add(job.stem)
                        step(int(found["patients"]))
        finally:
            session.stop()  # what is running is given up; finished partitions stay
        if broken:
            raise Invalid([_gave_up(broken[0])]) from broken[0]
        for row in told:
            yield row["number"], json.loads(row["receipt"]) if row["receipt"] else _invalid(row["faults"])

    def _session(self) -> Any:
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            message = "`pyspark` is not installed, which `--spark` runs partitions with"
            raise Unavailable([Diagnostic("Q674", message, help="pip install 'guidekb[spark]'")]) from None
        settings = {**OURS, **self.settings}
        if "PYSPARK_PYTHON" not in os.environ:
            settings.setdefault("spark.pyspark.python", sys.executable)
        builder: Any = SparkSession.builder.appName("guidekb cohort")
        remote = self.master.startswith("sc://")
        builder = builder.remote(self.master) if remote else builder.master(self.master)
        try:
            for key, value in settings.items():
                builder = builder.config(key, value)
            return builder.getOrCreate()
        except Exception as error:  # Spark raises many kinds, of Java's too
            message = f"Spark does not start at {quoted(self.master)}: {_reason(error)}"
            raise Unavailable([Diagnostic("Q674", message, help="Spark 4 needs Java 17 or later")]) from error


def results(session: Any, jobs: Sequence[Job]) -> list[Any]:
    """A row for each job. The jobs go to the workers with the function, so that nothing there is read twice."""
    numbers = session.range(0, len(jobs), 1, len(jobs))
    return numbers.mapInArrow(task(tuple(jobs)), COLUMNS).collect()


def task(jobs: tuple[Job, ...]) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """What a worker does: the jobs at the places that it is given."""

    def run(batches: Iterable[Any]) -> Iterator[Any]:
        from .arrow import receipts

        for batch in batches:
            for place in batch.column(0).to_pylist():
                job = jobs[place]
                try:
                    yield receipts(job.number, json.dumps(evaluate(job)), None)
                except Invalid as invalid:
                    faults = [[d.code, d.message, d.span.file, d.help] for d in invalid.diagnostics]
                    yield receipts(job.number, None, json.dumps(faults))

    return run


def _receipt(job: Job) -> Json | None:
    found = read_json(job.out / DONE / f"{job.stem}.json")
    return found if found is not None and found.get("kb_sha256") == job.program.sha256 else None


def _invalid(faults: str) -> Invalid:
    return Invalid([Diagnostic(c, m, Span(f, 0, 0, 0), help=h) for c, m, f, h in json.loads(faults)])


def _gave_up(error: Exception) -> Diagnostic:
    help_ = "what is done is kept: mend it and run again; every worker needs guidekb[cohort] and sees the same folders"
    return Diagnostic("Q675", f"Spark gave up: {_reason(error)}", help=help_)


def _reason(error: Exception) -> str:
    """The line of an error of Spark's that says most: the last of a Python traceback in it, else the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    python = [n for n, line in enumerate(lines) if line.startswith("Traceback (most recent call last)")]
    after = lines[python[-1] :] if python else []
    raised = [line for line in after if not line.startswith(("File ", "at ", "Traceback"))]
    named = next((line for line in raised if line.partition(":")[0].endswith(("Error", "Exception", "Exit"))), "")
    return (named or next(iter(lines), type(error).__name__))[:300]
