"""The results of runs asked through DuckDB: counts and comparisons in bounded memory. Only this file knows DuckDB.

Of a patient who is in several files of a partition, the rows of the newest count (docs/cohort.md).
"""

# ruff: noqa: S608 (what is put into SQL are the constants of our own modules and quoted names of columns; values are bound)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from ...kb.diagnostics import Diagnostic, Invalid
from .opened import Opened

STEM = "parse_filename(filename, true)"


class Tables:
    """The tables of one or two runs, `answers` and the like of the first, `answers_2` of the second."""

    def __init__(self, *runs: Opened, memory: int = 2**30) -> None:
        self.runs = runs
        self._connection = duckdb.connect()
        self._connection.execute("SET memory_limit = ?", [f"{memory // 2**20}MiB"])
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute("SET autoinstall_known_extensions = false")

    def ask(self, names: Sequence[str], select: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query over the named tables; `values` for its own question marks."""
        parts, given = self._tables(names)
        return self.run(f"WITH {', '.join(parts)} {select}" if parts else select, [*given, *values]).fetchall()

    def make(self, table: str, names: Sequence[str], select: str) -> None:
        """A table of this connection from a query over the named tables."""
        parts, given = self._tables(names)
        self.run(f"CREATE OR REPLACE TEMP TABLE {table} AS WITH {', '.join(parts)} {select}", given)

    def columns(self, name: str) -> list[str]:
        """The columns of one of the tables."""
        parts, given = self._tables([name])
        return [row[0] for row in self.run(f"WITH {parts[0]} SELECT * FROM {name} LIMIT 0", given).description]

    def newest(self) -> dict[str, int]:
        """Of the first run, by file (its stem): how many patients have their newest facts in it."""
        files = [str(path) for path in self.runs[0].files("facts")]
        newest = f"SELECT max({STEM}) AS s FROM read_parquet(?, filename = true) GROUP BY patient"
        found = self.run(f"SELECT s, count(*) FROM ({newest}) GROUP BY 1", [files]).fetchall()
        return {str(stem): int(count) for stem, count in found}

    def run(self, sql: str, values: Sequence[object] = ()) -> Any:
        """One statement. Raises Invalid when a file cannot be read or memory does not suffice."""
        try:
            return self._connection.execute(sql, list(values))
        except duckdb.Error as error:
            said = (str(error).splitlines() or [type(error).__name__])[0][:300]
            help_ = "run the cohort again: what is whole is kept, what is broken is made anew"
            raise Invalid([Diagnostic("Q678", f"the results cannot be read: {said}", help=help_)]) from None

    def _tables(self, names: Sequence[str]) -> tuple[list[str], list[object]]:
        parts: list[str] = []
        given: list[object] = []
        for name in names:
            run = self.runs[1 if name.endswith("_2") else 0]
            kind = name.removesuffix("_2")
            alone, several = run.apart
            selects: list[str] = []
            if alone or not several:
                selects.append("SELECT * FROM read_parquet(?)")
                given.append([str(path) for path in run.files(kind, alone)])
            if several:
                selects.append(
                    f"SELECT * EXCLUDE (filename, stem, p, s) FROM (SELECT *, {STEM} AS stem FROM "
                    f"read_parquet(?, filename = true)) JOIN (SELECT patient AS p, max({STEM}) AS s FROM "
                    "read_parquet(?, filename = true) GROUP BY 1) ON patient = p AND stem = s"
                )
                given += [[str(path) for path in run.files(table, several)] for table in (kind, "facts")]
            parts.append(f"{name} AS ({' UNION ALL '.join(selects)})")
        return parts, given


def quoted_name(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'
