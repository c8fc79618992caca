"""Lines of an export on their way to their patients: in buckets on disk, each small enough to be held in memory."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from errno import EIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ...kb.partition_of import partition_of
from .bulk_lines import Line

Place = tuple[int, int, bytes]
"""Number of the file, line, and what stands there."""


class Buckets:
    """`count` buckets in `folder`, which is removed at the end; up to `held` bytes wait in memory.

    All lines of a patient are in one bucket. Medications, which belong to no patient, are in a table on disk.
    """

    def __init__(self, folder: Path, count: int, held: int) -> None:
        self.folder, self.count, self.held = folder, count, held
        self._waiting: dict[int, list[bytes]] = {}
        self._size = 0

    def __enter__(self) -> Self:
        """The folder, empty: what a run that was killed has left in it is gone."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._shared = sqlite3.connect(self.folder / "medications.sqlite", isolation_level=None)
        self._write("PRAGMA journal_mode = OFF")
        self._write("PRAGMA synchronous = OFF")
        self._write("CREATE TABLE medication (id TEXT, file INTEGER, line INTEGER, raw BLOB)")
        self._write("BEGIN")
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Remove the folder."""
        self._shared.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, one: Line) -> None:
        """Take a line of a patient."""
        head = f"{one.kind}\t{one.key}\t{one.file}\t{one.line}\t{','.join(one.uses)}\t".encode()
        record = head + one.raw + b"\n"
        self._waiting.setdefault(partition_of(one.key, self.count), []).append(record)
        self._size += len(record) + 100  # what a small object takes beside its bytes
        if self._size >= self.held:
            self._flush()

    def add_medication(self, one: Line) -> None:
        """Take a Medication."""
        self._write("INSERT INTO medication VALUES (?, ?, ?, ?)", (one.key, one.file, one.line, one.raw))

    def close(self) -> None:
        """No more lines come."""
        self._flush()
        self._write("CREATE INDEX medication_id ON medication (id)")
        self._write("COMMIT")

    def medication(self, id_: str) -> list[Place]:
        """The lines of the Medications of an id: more than one when the export repeats or contradicts itself."""
        sql = "SELECT file, line, raw FROM medication WHERE id = ? ORDER BY file, line"
        return [(int(f), int(n), bytes(raw)) for f, n, raw in self._shared.execute(sql, (id_,))]

    def patients(self, number: int) -> Iterator[list[Line]]:
        """The lines of each patient of a bucket, by file and line; patients by id."""
        path = self.folder / f"{number:05d}"
        if not path.exists():
            return
        places: dict[bytes, list[int]] = {}
        with path.open("rb") as file:
            at = 0
            for record in file:
                places.setdefault(record.split(b"\t", 2)[1], []).append(at)
                at += len(record)
            for key in sorted(places):
                yield [_line(file, at) for at in places[key]]
        path.unlink()

    def _write(self, sql: str, values: tuple[object, ...] = ()) -> None:
        try:
            self._shared.execute(sql, values)
        except sqlite3.OperationalError as error:  # a full disk, mostly
            raise OSError(EIO, f"the table of Medications cannot be written: {error}") from None

    def _flush(self) -> None:
        for number, records in self._waiting.items():
            with (self.folder / f"{number:05d}").open("ab") as file:
                file.writelines(records)
        self._waiting, self._size = {}, 0


def _line(file: BinaryIO, at: int) -> Line:
    file.seek(at)
    kind, key, number, line, uses, raw = file.readline().split(b"\t", 5)
    named = tuple(uses.decode().split(",")) if uses else ()
    return Line(kind.decode(), key.decode(), int(number), int(line), raw.removesuffix(b"\n"), named)
