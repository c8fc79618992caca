"""Tables of facts through DuckDB: what columns they have, and their rows, split by the partition of the patient."""

# ruff: noqa: S608 (names are quoted and come from the vocabulary or from DuckDB itself; paths are bound or quoted)

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import duckdb

from ...kb.columns import SUBJECT

BUCKET = "(('0x' || substr(md5({0}), 1, 8))::UBIGINT % {1})"
"""As `partition_of`."""


class Unreadable(Exception):  # noqa: N818  (a finding on its way to a diagnostic)
    """A table that DuckDB cannot read, with what it says, on one line."""


class Duck:
    """A connection with bounded memory, which waits on disk in `folder`."""

    def __init__(self, folder: Path, memory: int, threads: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = duckdb.connect()
        for name, value in (
            ("memory_limit", f"{memory // 2**20}MiB"),
            ("temp_directory", str(folder)),
            ("threads", threads),
            ("preserve_insertion_order", False),
            ("autoinstall_known_extensions", False),
            ("enable_progress_bar", False),
        ):
            self._connection.execute(f"SET {name} = {quoted_text(str(value))}")

    def columns(self, files: Sequence[Path]) -> dict[str, str]:
        """The columns of some files of one format, with DuckDB's types; VARCHAR for all of CSV."""
        rows = self._run(f"DESCRIBE SELECT * FROM {_reader(files)}", [list(map(str, files))]).fetchall()
        return {str(row[0]): str(row[1]) for row in rows}

    def split(self, files: Sequence[Path], columns: Sequence[str], partitions: int, into: Path) -> None:
        """The rows as files in folders by partition, every cell as text."""
        into.mkdir(parents=True, exist_ok=True)
        cells = ", ".join(f"CAST({name(c)} AS VARCHAR) AS {name(c)}" for c in columns)
        bucket = BUCKET.format(f"CAST({name(SUBJECT)} AS VARCHAR)", int(partitions))
        self._run(
            f"COPY (SELECT {cells}, coalesce({bucket}, 0) AS partition FROM {_reader(files)}) "
            f"TO {quoted_text(str(into))} (FORMAT parquet, PARTITION_BY (partition), OVERWRITE_OR_IGNORE true)",
            [list(map(str, files))],
        )

    def count(self, files: Sequence[Path]) -> int:
        """How many patients some files speak of, about."""
        query = f"SELECT approx_count_distinct(CAST({name(SUBJECT)} AS VARCHAR)) FROM {_reader(files)}"
        row = self._run(query, [list(map(str, files))]).fetchone()
        return int(row[0]) if row else 0

    def where(self, files: Sequence[Path], column: str, cell: str | None) -> list[tuple[str, int]]:
        """The files in which a cell of this column is as given, with how often."""
        test = f"CAST({name(column)} AS VARCHAR) IS NOT DISTINCT FROM $2"
        query = f"SELECT filename, count(*) FROM {_reader(files, named=True)} WHERE {test} GROUP BY 1 ORDER BY 1"
        return [(str(row[0]), int(row[1])) for row in self._run(query, [list(map(str, files)), cell]).fetchall()]

    def _run(self, query: str, values: list[object]) -> Any:
        try:
            return cast("Any", self._connection.execute(query, values))
        except duckdb.IOException as error:
            if "No space left" in str(error) or "Could not write" in str(error):
                raise OSError(28, "no space left on the device") from None
            raise Unreadable(_told(error)) from None
        except duckdb.OutOfMemoryException as error:
            raise Unreadable(f"there is not enough memory: {_told(error)}") from None
        except duckdb.Error as error:
            raise Unreadable(_told(error)) from None

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()


def _reader(files: Sequence[Path], named: bool = False) -> str:
    shown = ", filename = true" if named else ""
    if files and files[0].suffix == ".csv":
        strict = (
            "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', hive_partitioning = false"
        )
        return f"read_csv($1, {strict}{shown})"
    return f"read_parquet($1, hive_partitioning = false{shown})"


def name(word: str) -> str:
    """A name as an identifier."""
    return '"' + word.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text as a literal, where DuckDB takes no parameter."""
    return "'" + text.replace("'", "''") + "'"


def _told(error: Exception) -> str:
    """The first line of what DuckDB says, without the kind of error."""
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return line.partition(": ")[2][:200] or line[:200]
