"""Columns to sets of patients as bits, and back; Parquet in and out (long: the one file here that knows Arrow).

A boolean array of Arrow is a bitmap with the first patient in the lowest bit, which is what an evaluator's bits are: a
set of patients goes over as bytes, without a look at any of them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pyarrow  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.compute  # pyright: ignore[reportMissingTypeStubs]
import pyarrow.parquet  # pyright: ignore[reportMissingTypeStubs]

from ...kb.columns import SUBJECT
from ...kb.diagnostics import Diagnostic, Invalid, quoted
from ...kb.ir import Kind, Value, canonical

pa, pc, pq = cast("Any", pyarrow), cast("Any", pyarrow.compute), cast("Any", pyarrow.parquet)  # it has no types

Texts = tuple[str, ...]
Places = Any
"""Rows of a slice, as an array of 32-bit numbers."""
_TEXT, _TEXTS = pa.string(), pa.list_(pa.string())
_NAME = pa.dictionary(pa.int32(), pa.string())
SCHEMAS: dict[str, Any] = {
    "answers": pa.schema(
        [
            (SUBJECT, _NAME),
            ("part", _NAME),
            ("name", _NAME),
            ("value", _NAME),
            ("status", _NAME),
            ("rule", _NAME),
            ("statement", _NAME),
            ("urgency", _NAME),
            ("rules", _TEXTS),
            ("statements", _TEXTS),
            ("assumes", _TEXTS),
            ("blocked_by", _TEXTS),
        ]
    ),
    "firings": pa.schema(
        [(SUBJECT, _NAME), ("rule", _NAME), ("predicate", _NAME), ("statement", _NAME), ("bindings", _NAME)]
    ),
    "undetermined": pa.schema(
        [
            (SUBJECT, _NAME),
            ("field", _NAME),
            ("conflicting", pa.bool_()),
            ("would_decide", _TEXTS),
            ("others", _TEXTS),
            ("statements", _TEXTS),
        ]
    ),
    "problems": pa.schema(
        [
            (SUBJECT, _NAME),
            ("code", _NAME),
            ("severity", _NAME),
            ("field", _NAME),
            ("file", _NAME),
            ("line", pa.int64()),
            ("message", _NAME),
            ("rows", pa.int64()),
            ("lost", pa.bool_()),
        ]
    ),
}
"""The columns of the files of a cohort (docs/cohort.md)."""


class Slice:
    """Some rows of a partition: patients 0 to `count` - 1."""

    def __init__(self, table: Any) -> None:
        self.table = table
        self.count: int = table.num_rows

    @property
    def patients(self) -> Any:
        """The ids, as an array."""
        return self.table[SUBJECT].combine_chunks()

    def subjects(self) -> list[str]:
        """The ids."""
        return self.table[SUBJECT].to_pylist()

    def flag(self, name: str) -> tuple[int, int]:
        """The patients of whom it is recorded true, and false."""
        column = self._column(name)
        return _bits(column), _bits(pc.invert(column))

    def values(self, name: str, kind: Kind) -> tuple[list[Value], Any]:
        """The distinct values, and for each patient the place of his (an array with nulls)."""
        encoded = self._column(name).dictionary_encode()
        return [value_of(v, kind) for v in encoded.dictionary.to_pylist()], encoded.indices

    def rows(self, name: str, kinds: Sequence[Kind] = ("symbol",)) -> Iterator[tuple[tuple[Value, ...], int]]:
        """The distinct rows of a column of lists, each with the patients who have it."""
        column = self._column(name)
        flat, parents = column.flatten(), pc.list_parent_indices(column)
        cells = flat.flatten() if pa.types.is_struct(flat.type) else [flat]
        encoded = [c.dictionary_encode() for c in cells]
        codes = encoded[0].indices.cast(pa.int64())
        for each in encoded[1:]:
            codes = pc.add(pc.multiply(codes, len(each.dictionary) or 1), each.indices)
        words: list[list[Value]] = [
            [value_of(v, k) for v in e.dictionary.to_pylist()] for e, k in zip(encoded, kinds, strict=True)
        ]
        for code in codes.unique().to_pylist():
            who = parents.filter(pc.equal(codes, code)).cast(pa.int64())
            values: tuple[Value, ...] = ()
            left: int = code
            for several in reversed(words):
                left, place = divmod(left, len(several))
                values = (several[place], *values)
            yield values, _places(who, self.count)

    def _column(self, name: str) -> Any:
        return self.table[name].combine_chunks()


def value_of(cell: Any, kind: Kind) -> Value:
    """The value that a cell holds."""
    return canonical(Decimal(cell)) if kind == "number" else cell


def where(indices: Any, wanted: Callable[[int], int], size: int) -> dict[int, int]:
    """For each group of places, the patients whose place is in it."""
    groups = pa.array([wanted(i) for i in range(size)], pa.int32()).take(indices)
    return {g: _bits(pc.equal(groups, g)) for g in groups.drop_null().unique().to_pylist()}


def _bits(mask: Any) -> int:
    """The set of rows where a boolean array is true; null is not."""
    mask = pc.fill_null(mask, False)
    if not len(mask):
        return 0
    return (int.from_bytes(mask.buffers()[1], "little") >> mask.offset) & ((1 << len(mask)) - 1)


def _places(rows: Any, count: int) -> int:
    """The set of these rows; each stands there once."""
    if not len(rows):
        return 0
    found = pc.scatter(pa.repeat(pa.scalar(True), len(rows)), rows, max_index=count - 1)
    return _bits(found)


def rows_of(bits: int, count: int) -> Any:
    """The rows of a set, as an array of 32-bit places."""
    return pc.indices_nonzero(_mask(bits, count)).cast(pa.int32())


class Rows:
    """Rows of a result that are the same for many patients but for the patient: collected, then made a table."""

    def __init__(self, kind: str, patients: Any) -> None:
        self.schema = SCHEMAS[kind]
        self.patients = patients
        self.who: list[Any] = []
        self.sizes: list[int] = []
        self.cells: list[tuple[object, ...]] = []

    def add(self, cells: tuple[object, ...], who: Any) -> None:
        """The cells after the patient, for the patients in these places (an array, or numbers)."""
        places = who if isinstance(who, pa.Array) else pa.array(who, pa.int32())
        if len(places):
            self.who.append(places)
            self.sizes.append(len(places))
            self.cells.append(cells)

    def table(self) -> Any:
        """The table; each column is written once for each distinct row, and a place in those for each patient."""
        schema, total = self.schema, sum(self.sizes)
        if not total:
            return schema.empty_table()
        places = pa.concat_arrays(self.who)
        columns = [pa.DictionaryArray.from_arrays(places, self.patients)]
        which = _repeated(self.sizes)
        for i, field in enumerate(list(schema)[1:]):
            cells = [row[i] for row in self.cells]
            if field.type == _NAME:
                encoded = pa.array(cells, _TEXT).dictionary_encode()
                columns.append(pa.DictionaryArray.from_arrays(encoded.indices.take(which), encoded.dictionary))
            else:
                columns.append(pa.array(cells, field.type).take(which))
        return pa.Table.from_arrays(columns, schema=schema)


def _repeated(sizes: Sequence[int]) -> Any:
    """0 as often as the first size says, and so on."""
    ends = pa.array(sizes, pa.int32())
    return pc.run_end_decode(
        pa.RunEndEncodedArray.from_arrays(pc.cumulative_sum(ends), pa.array(range(len(sizes)), pa.int32()))
    )


def numbered(parts: Sequence[str | tuple[list[str], Any]], who: Any) -> Any:
    """For each of some patients a text made of parts: the same for all, or (texts, each patient's place in them)."""
    cells = [p if isinstance(p, str) else pa.array(p[0], _TEXT).take(p[1].take(who)) for p in parts]
    return pc.binary_join_element_wise(*cells, "")


def varied(texts: Any, who: Any) -> Iterator[tuple[str, Any]]:
    """Each distinct text with the places of the patients who have it."""
    encoded = texts.dictionary_encode()
    order = pc.sort_indices(encoded.indices)
    who, codes = who.take(order), encoded.indices.take(order)
    begin = 0
    for code, size in ((c["values"], c["counts"]) for c in pc.value_counts(codes).to_pylist()):
        yield encoded.dictionary[code].as_py(), who.slice(begin, size)
        begin += size


def slices(path: Path, rows: int) -> Iterator[Slice]:
    """A partition, some rows at a time. Raises Invalid for a file that cannot be read."""
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(rows):
                yield Slice(pa.Table.from_batches([batch]))
    except (OSError, pa.ArrowException) as error:
        message = f"the partition {quoted(path.name)} cannot be read: {first_line(error)}"
        raise Invalid([Diagnostic("Q671", message, help="delete it and run again")]) from None


def first_line(error: BaseException) -> str:
    """What a library says, on one line."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def beside(place: Path) -> Path:
    """A new file for one writer alone, also where several machines write into one folder."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(".tmp", f".{place.name}.", place.parent)
    os.fchmod(handle, 0o644)
    os.close(handle)
    return Path(name)


def receipts(number: int, receipt: str | None, faults: str | None) -> Any:
    """What a worker tells of one partition, in the columns of `spark.COLUMNS`."""
    columns = {"number": pa.int64(), "receipt": pa.string(), "faults": pa.string()}
    cells = [pa.array([cell], kind) for cell, kind in zip((number, receipt, faults), columns.values(), strict=True)]
    return pa.RecordBatch.from_arrays(cells, list(columns))


class Files:
    """The result files of a partition while they are written: beside their places, renamed when all are whole."""

    def __init__(self, out: Path, stem: str) -> None:
        self.places = {kind: out / kind / f"{stem}.parquet" for kind in SCHEMAS}
        self.beside: dict[str, Path] = {}
        self.counts = dict.fromkeys(self.places, 0)
        self.open: dict[str, Any] = {}

    def write(self, kind: str, table: Any) -> None:
        """Add rows to one of the files."""
        if kind not in self.open:
            self.beside[kind] = beside(self.places[kind])
            self.open[kind] = pq.ParquetWriter(
                self.beside[kind], SCHEMAS[kind], compression="zstd", dictionary_pagesize_limit=64 * 2**20
            )
        self.open[kind].write_table(table, row_group_size=2**20)
        self.counts[kind] += table.num_rows

    def finish(self) -> None:
        """Put the files in their places."""
        for kind in self.places:
            if kind not in self.open:
                self.write(kind, SCHEMAS[kind].empty_table())
        for kind, place in self.places.items():
            self.open[kind].close()
            self.beside[kind].replace(place)

    def drop(self) -> None:
        """Leave nothing behind."""
        for writer in self.open.values():
            with suppress(OSError, pa.ArrowException):
                writer.close()
        for path in self.beside.values():
            path.unlink(missing_ok=True)


def grouped(sets: Sequence[int], count: int) -> Iterator[tuple[tuple[int, ...], Places]]:
    """The rows by the sets that they are in: the numbers of these sets, and the rows."""
    codes = pa.array([0] * count, pa.int64())
    members: list[tuple[int, ...]] = [()]
    for begin in range(0, len(sets), 31):
        some = sets[begin : begin + 31]
        mask = pa.array([0] * count, pa.int64())
        for i, bits in enumerate(some):
            mask = pc.add(mask, pc.multiply(_mask(bits, count).cast(pa.int64()), 1 << i))
        encoded = pc.add(pc.multiply(codes, 1 << 31), mask).dictionary_encode()
        members = [
            (*members[code >> 31], *(begin + i for i in range(len(some)) if code >> i & 1))
            for code in encoded.dictionary.to_pylist()
        ]
        codes = encoded.indices.cast(pa.int64())
    order = pc.sort_indices(codes)
    begin = 0
    for pair in pc.value_counts(codes.take(order)).to_pylist():
        yield members[pair["values"]], order.slice(begin, pair["counts"]).cast(pa.int32())
        begin += pair["counts"]


def bits_of(places: Places, count: int) -> int:
    """The set of these rows."""
    return _places(places.cast(pa.int64()), count)


def _mask(bits: int, count: int) -> Any:
    buffer = pa.py_buffer(bits.to_bytes((count + 7) // 8 or 1, "little"))
    return pa.BooleanArray.from_buffers(pa.bool_(), count, [None, buffer])
