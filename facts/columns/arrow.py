"""Partitions as Parquet files: the one file of this room that knows Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
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


def write_problems(problems: Iterable[Problem], path: Path) -> None:
    """What was found wrong, as a file, beside it first; the problems need not fit into memory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    try:
        with pq.ParquetWriter(beside, PROBLEMS, compression="zstd", write_statistics=False) as writer:
            waiting = iter(problems)
            while some := list(islice(waiting, GROUP)):
                writer.write_table(pa.Table.from_pylist([p._asdict() for p in some], schema=PROBLEMS))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def count_rows(path: Path) -> int:
    """The rows of a file, from its end."""
    return int(pq.read_metadata(path).num_rows)


def read_problems(path: Path) -> list[Problem]:
    """What was found wrong before."""
    return [Problem(**row) for row in pq.read_table(path).to_pylist()] if path.is_file() else []


def patients_of(paths: Sequence[Path]) -> Any:
    """The distinct patients of some partition files, as an array."""
    return pa.concat_tables([pq.read_table(p, columns=[SUBJECT], partitioning=None) for p in paths])[SUBJECT].unique()


def without(table: Any, patients: Iterable[str]) -> Any:
    """A partition's rows but those of some patients."""
    gone = pa.array(sorted(patients), pa.string())
    return table.filter(pc.invert(pc.is_in(table[SUBJECT], value_set=gone))).combine_chunks()


class Rows:
    """The rows of one predicate in one partition: a patient and the cells, as text until they are read."""

    def __init__(self, table: Any) -> None:
        self.table = table

    @property
    def count(self) -> int:
        """How many rows."""
        return int(self.table.num_rows)

    def patients(self) -> Any:
        """The distinct patients, as an array."""
        return self.table[SUBJECT].unique()

    def words(self, column: str) -> list[str | None]:
        """The distinct cells of a column."""
        return self.table[column].unique().to_pylist()

    def having(self, column: str, cells: Sequence[str | None]) -> tuple[int, list[str]]:
        """In how many rows one of these stands, and of which patients (those without an id left out)."""
        mask = pc.is_in(self.table[column], value_set=pa.array(cells, pa.string()))
        found = self.table.filter(mask)
        return found.num_rows, [p for p in found[SUBJECT].unique().to_pylist() if p is not None]

    def without(self, column: str, cells: Sequence[str | None]) -> Rows:
        """The rows in which none of these stands."""
        mask = pc.is_in(self.table[column], value_set=pa.array(cells, pa.string()))
        return Rows(self.table.filter(pc.invert(mask)))

    def read(self, column: str, kind: Kind | None, values: Mapping[str | None, object]) -> Rows:
        """The column with each text replaced by its value; kind None: a boolean."""
        encoded = self.table[column].combine_chunks().dictionary_encode()
        typed = pa.array([values[w] for w in encoded.dictionary.to_pylist()], TYPES[kind] if kind else pa.bool_())
        place = self.table.column_names.index(column)
        return Rows(self.table.set_column(place, column, typed.take(encoded.indices)))

    def once(self) -> tuple[Rows, int]:
        """Each row once, and how many were too many."""
        names = self.table.column_names
        unique = self.table.group_by(names, use_threads=False).aggregate([])
        return Rows(unique.select(names)), self.count - unique.num_rows

    def several(self, keys: Sequence[str]) -> list[str]:
        """The patients with several rows for one value of these columns."""
        grouped = self.table.group_by([SUBJECT, *keys], use_threads=False).aggregate([([], "count_all")])
        return grouped.filter(pc.greater(grouped["count_all"], 1))[SUBJECT].unique().to_pylist()

    def of(self, patients: Any) -> list[dict[str, Any]]:
        """The rows of some patients."""
        return self.table.filter(pc.is_in(self.table[SUBJECT], value_set=patients)).to_pylist()

    def cells(self, patients: Any, keys: Sequence[str], shape: str) -> Any:
        """For each of these patients what a partition holds of the predicate: one cell, or a list of structs."""
        where = pc.index_in(patients, value_set=self.table[SUBJECT].combine_chunks())
        if shape != "rows":
            return self.table[keys[0]].combine_chunks().take(where)
        ordered = self.table.sort_by([(name, "ascending") for name in (SUBJECT, *keys)])
        names = ordered[SUBJECT].combine_chunks()
        counts = pc.value_counts(names)
        sizes = counts.field("counts")
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(sizes).cast(pa.int32())])
        struct = pa.StructArray.from_arrays([ordered[k].combine_chunks() for k in keys], names=list(keys))
        lists = pa.ListArray.from_arrays(offsets, struct)
        return lists.take(pc.index_in(patients, value_set=counts.field("values")))

    def names(self, patients: Any, column: str) -> Any:
        """For each of these patients the list of what stands in a column, or an empty one."""
        structs = self.cells(patients, [column], "rows")
        flat = pa.ListArray.from_arrays(structs.offsets, structs.values.field(0)) if len(structs) else structs
        return pc.fill_null(flat, []) if len(structs) else pa.array([], pa.list_(pa.string()))


def read_rows(files: Sequence[Path], columns: Sequence[str]) -> Rows:
    """The rows of some files that were split from a table."""
    schema_ = pa.schema([pa.field(c, pa.string()) for c in columns])
    if not files:
        return Rows(schema_.empty_table())
    return Rows(
        pa.concat_tables([pq.read_table(f, columns=list(columns), partitioning=None).cast(schema_) for f in files])
    )


def together(groups: Sequence[Any]) -> Any:
    """All patients of some arrays, each once, in order."""
    every = pa.concat_arrays([g if isinstance(g, pa.Array) else g.combine_chunks() for g in groups])
    unique = every.drop_null().unique()
    return unique.take(pc.sort_indices(unique))


def all_but(patients: Any, some: Sequence[str]) -> Any:
    """The patients without some."""
    return patients.filter(pc.invert(pc.is_in(patients, value_set=pa.array(some, pa.string()))))


def partition_table(
    rows: Mapping[str, Rows], columns: Sequence[FactColumn], patients: Any, as_of: date | None, source: str
) -> Any:
    """A partition of these patients, whose facts do not contradict each other."""
    wanted = schema(columns)
    count = len(patients)
    cells: dict[str, Any] = {SUBJECT: patients, SOURCE: pa.array([source] * count, pa.string())}
    if "patients" in rows and AS_OF in rows["patients"].table.column_names:
        cells[AS_OF] = rows["patients"].cells(patients, [AS_OF], "value")
    if as_of is not None:
        cells[AS_OF] = pa.array([as_of] * count, pa.date32())
    for mark in MARKS:
        cells[mark] = (
            rows[mark].names(patients, "field") if mark in rows else pa.array([[]] * count, wanted.field(mark).type)
        )
    for column in columns:
        if column.signed in rows:
            keys = column.keys or ("value",)
            cells[column.signed] = rows[column.signed].cells(patients, keys, column.shape)
    made = [cells[f.name].cast(f.type) if f.name in cells else pa.nulls(count, f.type) for f in wanted]
    return pa.Table.from_arrays(made, schema=wanted)


def with_rows(table: Any, rows: Sequence[dict[str, object]], columns: Sequence[FactColumn]) -> Any:
    """The table with some more rows, by patient."""
    if not rows:
        return table
    more = pa.Table.from_pylist(list(rows), schema=schema(columns))
    return pa.concat_tables([table, more]).sort_by(SUBJECT)
