"""The source of a run, as a function of where its partitions are to lie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from ...kb.columns import AS_OF, MARKS, SOURCE, SUBJECT, fact_columns
from ...kb.diagnostics import Diagnostic, Unavailable
from ...kb.ir import Program
from .source import Gathered, gathered, kind_of
from .staged import Keep
from .update import Change, updatable, updated

Gather = Callable[[Path, int | None, int, int, Keep], Gathered]
"""From the folder, the number of partitions, memory, threads, and who is told what stays true, to the partitions."""


def gather(source: Path, program: Program, as_of: date | None, step: Callable[[int], None]) -> Gather:
    """The whole cohort."""
    kind_of(source)
    _no_column_twice(program)

    def into(folder: Path, partitions: int | None, memory: int, threads: int, keep: Keep) -> Gathered:
        return gathered(source, folder, program, partitions, memory, threads, as_of, keep, step)

    return into


def update(change: Change, out: Path, program: Program, as_of: date | None, step: Callable[[int], None]) -> Gather:
    """The cohort of an earlier run in the folder `out`, with some patients changed. Raises Invalid if there is none."""
    if change.source is not None:
        kind_of(change.source)
    _no_column_twice(program)
    updatable(out / "facts")

    def into(folder: Path, partitions: int | None, memory: int, threads: int, keep: Keep) -> Gathered:
        del partitions  # a cohort keeps its own
        return updated(change, folder, program, memory, threads, as_of, keep, step)

    return into


def _no_column_twice(program: Program) -> None:
    taken = {SUBJECT, AS_OF, SOURCE, *MARKS} & {c.signed for c in fact_columns(program)}
    if taken:
        message = f"a field called `{min(taken)}` cannot be told from the column of that name in a partition"
        raise Unavailable([Diagnostic("D979", message, help="give the predicate another name")])
