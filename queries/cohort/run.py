"""Partitions evaluated in this process or in several, until all are done; what was done before is kept."""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid
from .partition import Job, evaluate
from .receipt import DONE, KINDS, MANIFEST, PLAN, SUMMARY, Json, keep_only, receipt_of

Step = Callable[[int], None]
"""Is told how many more patients are done."""

Spread = Callable[[Sequence[Job], Step], Iterator[tuple[int, "Json | Invalid"]]]
"""Evaluates jobs, wherever it likes: each partition's receipt, or why it could not be evaluated."""


@dataclass(frozen=True, slots=True)
class Ran:
    """The receipts in the order of their files, how many of them were there before, and what could not be evaluated."""

    receipts: tuple[Json, ...]
    kept: int
    faults: tuple[Diagnostic, ...]


def run(
    jobs: Sequence[Job], out: Path, processes: int, step: Step = lambda _: None, spread: Spread | None = None
) -> Ran:
    """Evaluate what is not done of all jobs of a cohort. A partition that cannot be read does not stop the others.

    Results of files that are none of these jobs' are removed. `spread`: who evaluates them, in place of processes here.
    Raises OSError when results cannot be written; whatever is raised, also by a signal, finished partitions stay.
    """
    keep_only(out, {job.stem for job in jobs})
    orphans(out, {job.stem for job in jobs})
    receipts: dict[str, Json] = {}
    left: list[Job] = []
    for job in jobs:
        found = receipt_of(out, job.stem, job.program.sha256, job.facts)
        if found is None:
            (out / DONE / f"{job.stem}.json").unlink(missing_ok=True)
            left.append(job)
        else:
            receipts[job.stem] = found
            step(int(found["patients"]))
    kept, faults = len(receipts), list[Diagnostic]()
    if spread is not None and left:
        ended = spread(left, step)
    else:
        ended = _here(left, step) if processes < 2 or len(left) < 2 else _there(left, processes, step)
    for _, result in ended:
        if isinstance(result, Invalid):
            faults += result.diagnostics
        else:
            receipts[str(result["file"])] = result
    orphans(out, {job.stem for job in jobs})  # tasks of a killed worker were done again by others
    return Ran(tuple(receipt for _, receipt in sorted(receipts.items())), kept, tuple(faults))


def orphans(out: Path, stems: Collection[str]) -> None:
    """Remove what killed runs have left unfinished, and results of no file that is still there."""
    for kind in KINDS:
        for path in (out / kind).glob(".*.tmp"):
            path.unlink(missing_ok=True)
        for path in (out / kind).glob("part-*.parquet"):
            if path.stem not in stems:
                path.unlink(missing_ok=True)
    half = [path for name in (PLAN, SUMMARY, MANIFEST) for path in out.glob(f".{name}.*")]
    for path in [*half, *(out / DONE).glob(".*")]:
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
