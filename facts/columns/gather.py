"""Rows of patients, as they come, to partition files; what does not fit into memory waits in files."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from ...kb.columns import SUBJECT, FactColumn, partition_name
from ...kb.diagnostics import quoted
from ...kb.partition_of import partition_of
from .arrow import in_order, write_rows, write_table
from .problem import Problem
from .rows import Row


class Gathering:
    """Rows on their way into `folder`, which is to hold `partitions` files; `held` rows are kept in memory."""

    def __init__(self, folder: Path, columns: tuple[FactColumn, ...], partitions: int, held: int) -> None:
        self.folder, self.columns, self.partitions, self.held = folder, columns, partitions, held
        self.waiting = folder / ".waiting"
        self.rows: dict[int, list[Row]] = {}
        self.files: dict[int, list[Path]] = {}
        self.count = 0
        shutil.rmtree(self.waiting, ignore_errors=True)
        self.waiting.mkdir(parents=True)

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows."""
        for row in rows:
            self.rows.setdefault(partition_of(str(row[SUBJECT]), self.partitions), []).append(row)
            self.count += 1
            if self.count >= self.held:
                self._flush()

    def finish(self) -> tuple[dict[int, Path], list[Problem]]:
        """The partition files, those without a patient too, and the patients who came twice."""
        self._flush()
        found: dict[int, Path] = {}
        problems: list[Problem] = []
        for number in range(self.partitions):
            path = self.folder / f"{partition_name(number)}.parquet"
            if number in self.files:
                table, twice = in_order(self.files[number], self.columns)
                write_table(table, path)
                problems += (_twice(*one) for one in twice)
            else:
                write_rows((), self.columns, path)
            found[number] = path
        shutil.rmtree(self.waiting)
        return found, problems

    def _flush(self) -> None:
        for number, rows in self.rows.items():
            path = self.waiting / f"{partition_name(number)}-{len(self.files.get(number, ())):05d}.parquet"
            write_rows(rows, self.columns, path)
            self.files.setdefault(number, []).append(path)
        self.rows, self.count = {}, 0


def _twice(patient: str, first: str, other: str) -> Problem:
    message = f"the patient {quoted(patient)} is recorded twice; what {quoted(first)} says is used"
    return Problem(patient, "D922", "error", "", other, 0, message, lost=True)
