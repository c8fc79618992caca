"""Partitions evaluated in this process or in several, until all are done; what was done before is kept."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Program
from .partition import Job, evaluate
from .receipt import DONE, KINDS, Json, receipt_of

Step = Callable[[int], None]
"""Is told how many more patients are done."""

Spread = Callable[[Sequence[Job], Step], Iterator[tuple[int, "Json | Invalid"]]]
"""Evaluates jobs, wherever it likes: each partition's receipt, or why it could not be evaluated."""


@dataclass(frozen=True, slots=True)
class Ran:
    """The receipts by partition, how many of them were there before, and what could not be evaluated."""

    receipts: dict[int, Json]
    kept: int
    faults: tuple[Diagnostic, ...]


def run(
    program: Program,
    facts: Mapping[int, Path],
    out: Path,
    processes: int,
    rows: int,
    step: Step = lambda _: None,
    spread: Spread | None = None,
) -> Ran:
    """Evaluate the partitions that are not done. A partition that cannot be read does not stop the others.

    `spread`: who evaluates them, in place of processes here. Raises OSError when results cannot be written; whatever is
    raised, also by a signal, finished partitions stay.
    """
    orphans(out)
    receipts: dict[int, Json] = {}
    jobs: list[Job] = []
    for number, path in sorted(facts.items()):
        job = Job(program, path, out, number, rows)
        found = receipt_of(out, job.stem, program.sha256, path)
        if found is None:
            (out / DONE / f"{job.stem}.json").unlink(missing_ok=True)
            jobs.append(job)
        else:
            receipts[number] = found
            step(int(found["patients"]))
    kept, faults = len(receipts), list[Diagnostic]()
    if spread is not None and jobs:
        ended = spread(jobs, step)
    else:
        ended = _here(jobs, step) if processes < 2 or len(jobs) < 2 else _there(jobs, processes, step)
    for number, result in ended:
        if isinstance(result, Invalid):
            faults += result.diagnostics
        else:
            receipts[number] = result
    orphans(out)  # tasks of a killed worker were done again by others
    return Ran(dict(sorted(receipts.items())), kept, tuple(faults))


def orphans(out: Path) -> None:
    """Remove what killed runs have left unfinished."""
    for kind in KINDS:
        for path in (out / kind).glob(".*.tmp"):
            path.unlink(missing_ok=True)
    for path in (out / DONE).glob(".*"):
        path.unlink(missing_ok=True)


def _here(jobs: Sequence[Job], step: Step) -> Iterator[tuple[int, Json | Invalid]]:
    for job in jobs:
        try:
            yield job.number, evaluate(job, step)
        except Invalid as invalid:
            yield job.number, invalid


def _there(jobs: Sequence[Job], processes: int, step: Step) -> Iterator[tuple[int, Json | Invalid]]:
    """In processes of their own. Few jobs wait at a time, so that an interruption ends soon."""
    waiting = list(reversed(jobs))
    running: dict[Future[Json], Job] = {}
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_ignore_interrupts)
    try:
        while waiting or running:
            while waiting and len(running) < processes:
                job = waiting.pop()
                running[pool.submit(evaluate, job)] = job
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                job = running.pop(future)
                try:
                    receipt = future.result()
                    step(int(receipt["patients"]))
                    yield job.number, receipt
                except Invalid as invalid:
                    yield job.number, invalid
    except BaseException:
        for process in [*(pool._processes or {}).values()]:  # pyright: ignore[reportPrivateUsage]
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _ignore_interrupts() -> None:
    """Ctrl-C is for the process that was started; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
