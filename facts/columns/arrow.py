"""Partitions as Parquet files: the one file of this room that knows Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import pyarrow  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.compute  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.parquet  # pyright: ignore[reportMissingTypeStubs]

from ...kb.columns import AS_OF, MARKS, SOURCE, SUBJECT, FactColumn
from ...kb.ir import Kind
from .problem import Problem

pa, pc, pq = cast("Any", pyarrow), cast("Any", pyarrow.compute), cast("Any", pyarrow.parquet)  # it has no types

GROUP = 50_000
"""Rows of a row group, which is what is read at once."""
TYPES: dict[Kind, Any] = {
    "symbols": pa.string(),
    "symbol": pa.string(),
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.string(),
    "date": pa.date32(),
}


def schema(columns: Sequence[FactColumn]) -> Any:
    """The schema of a partition file."""
    names = pa.list_(pa.string())
    fields = [
        pa.field(SUBJECT, pa.string(), nullable=False),
        pa.field(AS_OF, pa.date32()),
        pa.field(SOURCE, pa.string()),
    ]
    fields += [pa.field(mark, names) for mark in MARKS]
    return pa.schema([*fields, *(pa.field(c.signed, _type(c)) for c in columns)])


def _type(column: FactColumn) -> Any:
    if column.shape == "flag":
        return pa.bool_()
    types = [TYPES[kind] for kind in column.kinds]
    if column.shape == "value":
        return types[0]
    return pa.list_(pa.struct(list(zip(column.keys, types, strict=True))))


def write_rows(rows: Sequence[dict[str, object]], columns: Sequence[FactColumn], path: Path) -> None:
    """Rows to a file, in their order."""
    write_table(pa.Table.from_pylist(list(rows), schema=schema(columns)), path)


def write_table(table: Any, path: Path) -> None:
    """A table to a file, beside it first: who sees the file sees all of it."""
    beside = path.with_name(f".{path.name}.tmp")
    try:
        pq.write_table(table, beside, row_group_size=GROUP, compression="zstd", write_statistics=False)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def in_order(paths: Iterable[Path], columns: Sequence[FactColumn]) -> tuple[Any, list[tuple[str, str, str]]]:
    """The rows of some files by patient; of a patient who is there twice the first, and (patient, first, other)."""
    table = pa.concat_tables([pq.read_table(p, schema=schema(columns)) for p in paths])
    table = table.append_column("place", pa.array(range(table.num_rows), pa.int64()))
    table = table.sort_by([(SUBJECT, "ascending"), ("place", "ascending")]).drop_columns(["place"])
    names = table[SUBJECT].combine_chunks()
    if len(names) < 2 or pc.count_distinct(names).as_py() == len(names):
        return table, []
    again = pa.concat_arrays([pa.array([False]), pc.equal(names[1:], names[:-1])])
    first = dict(zip(names.to_pylist()[::-1], table[SOURCE].to_pylist()[::-1], strict=True))
    others = table.filter(again)
    twice = [(n, first[n], s) for n, s in zip(others[SUBJECT].to_pylist(), others[SOURCE].to_pylist(), strict=True)]
    return table.filter(pc.invert(again)), twice


PROBLEMS = pa.schema(
    [
        (SUBJECT, pa.string()),
        ("code", pa.string()),
        ("severity", pa.string()),
        ("field", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("message", pa.string()),
        ("rows", pa.int64()),
        ("lost", pa.bool_()),
    ]
)
"""The columns of the files of problems (docs/cohort.md)."""


def write_problems(problems: Sequence[Problem], path: Path) -> None:
    """What was found wrong, as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [problem._asdict() for problem in problems]
    write_table(pa.Table.from_pylist(rows, schema=PROBLEMS), path)


def count_rows(path: Path) -> int:
    """The rows of a file, from its end."""
    return int(pq.read_metadata(path).num_rows)
