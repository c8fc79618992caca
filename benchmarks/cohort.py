"""What a cohort costs, beside DuckDB reading the same facts, and beside the same program as SQL on DuckDB.

    python benchmarks/cohort.py 10000 [100000 1000000]

CPU seconds of the whole process tree (user and system) and the peak of its memory: on a busy machine the wall time
says little. `gather` is tables of facts to partitions. `firings` is partitions to every rule instance with its
bindings, written. `all` is `guidekb cohort run` with the status of every conclusion and what is undetermined. `bound`
is DuckDB reading the same facts and writing rows of the shape of the firings; `SQL` is `guidekb export --to sql` fed
from the partitions, which gives conclusions without rule instances.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cohort_patients import write


def gathered(source: Path, out: Path) -> None:
    """Tables of facts to partitions."""
    from guidekb.facts.columns.cohort import gather
    from guidekb.kb.load import load

    gather(source, load(), None, lambda _: None)(out / "facts", None, 2**30, 1, lambda _: None)


def fired(out: Path) -> None:
    """Partitions to firings."""
    import pyarrow.parquet as pq
    from guidekb.kb.load import load
    from guidekb.queries.cohort.apart import settled
    from guidekb.queries.cohort.arrow import Rows, slices
    from guidekb.queries.cohort.encode import encode
    from guidekb.queries.cohort.partition import Evaluator

    made = Evaluator(load())
    for path in sorted((out / "facts").glob("part-*.parquet")):
        for part in slices(path, 50_000):
            encoded = encode(part, made.columns, made.cuts)
            worlds = settled(made.knowledge.normal, encoded).worlds
            rows = Rows("firings", part.patients)
            made.firings.rows(encoded, worlds, rows, made.fixed)
            pq.write_table(rows.table(), out / "firings.parquet", compression="zstd")


def bound(source: Path, out: Path) -> None:
    """DuckDB reading all facts and writing as many rows of the same shape as there are firings."""
    import duckdb
    import pyarrow.parquet as pq

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    for folder in sorted(p for p in source.iterdir()):
        connection.execute(f"SELECT count(DISTINCT hash(COLUMNS(*))) FROM '{folder}/*.parquet'")  # noqa: S608
    some = next((out / "results" / "firings").glob("part-00000.parquet"))
    each = pq.read_metadata(some).num_rows // max(1, pq.read_metadata(out / "results" / "facts" / some.name).num_rows)
    connection.execute(
        f"COPY (SELECT patient, 'rule_' || r AS rule, 'p' || (r % 50) AS predicate, 'S' || (r % 69) AS statement, "  # noqa: S608
        f"'{{}}' AS bindings FROM '{source}/patients/*.parquet', range({each}) t(r)) "
        f"TO '{out}/bound.parquet' (FORMAT parquet, COMPRESSION zstd)"
    )


def in_sql(out: Path) -> None:
    """The exported program on DuckDB, fed from the partitions: conclusions only."""
    import duckdb
    from guidekb.kb.columns import fact_columns
    from guidekb.kb.load import load
    from guidekb.queries.export.export import exported

    program = load()
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    script = exported(program, None, "sql")
    statements = [s for s in script.split(";\n") if s.strip()]
    creating = [s for s in statements if "CREATE TABLE" in s]
    for statement in creating:
        connection.execute(statement)
    known = {row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    files = f"'{out}/facts/part-*.parquet'"
    for column in fact_columns(program):
        name = column.signed if column.signed in known else column.signed.replace("-", "neg_")
        if name not in known:
            continue
        if column.shape == "flag":
            connection.execute(f'INSERT INTO "{name}" SELECT patient FROM {files} WHERE "{column.signed}"')  # noqa: S608
        elif column.shape == "value":
            connection.execute(f'INSERT INTO "{name}" SELECT patient, "{column.signed}" FROM {files} '  # noqa: S608
                               f'WHERE "{column.signed}" IS NOT NULL')  # fmt: skip
        else:
            cells = ", ".join(f'u."{k}"' for k in column.keys)
            connection.execute(f'INSERT INTO "{name}" SELECT patient, {cells} FROM (SELECT patient, '  # noqa: S608
                               f'unnest("{column.signed}") AS u FROM {files})')  # fmt: skip
    for statement in statements:
        if statement not in creating:
            connection.execute(statement)
    connection.execute(f"COPY (SELECT * FROM \"recommend\") TO '{out}/recommend.parquet' (FORMAT parquet)")  # noqa: S608


def everything(source: Path, out: Path) -> None:
    """`guidekb cohort run`."""
    command = [sys.executable, "-c", "from guidekb.cli import main; main()", "cohort", "run", str(source)]
    subprocess.run([*command, "--out", str(out / "results")], check=True, capture_output=True)


WORKS: dict[str, Callable[[Path, Path], None]] = {
    "gather": gathered,
    "firings": lambda _, out: fired(out),
    "SQL": lambda _, out: in_sql(out),
    "all": everything,
    "bound": bound,
}


def cost(name: str, source: Path, out: Path) -> tuple[float, float, float]:
    """Wall and CPU seconds, and the peak of memory in MB, in a process of its own."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, "--one", name, str(source), str(out)])
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, name
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """A line for each kind of work and number of patients."""
    machine = f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}")
    print(f"{'patients':>9} {'work':10} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'CPU us each':>12}")
    for count in map(int, sys.argv[1:] or ["10000"]):
        folder = Path(tempfile.mkdtemp(prefix="cohort-"))
        source = folder / "source"
        write(count, source)
        names = [n for n in WORKS if count <= 100_000 or os.environ.get("ALL") or n in ("gather", "firings", "SQL")]
        for name in names:
            wall, cpu, peak = cost(name, source, folder)
            print(f"{count:>9,} {name:10} {wall:>8.2f} {cpu:>8.2f} {peak:>8.0f} {1e6 * cpu / count:>12.1f}", flush=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        WORKS[sys.argv[2]](*map(Path, sys.argv[3:5]))
    else:
        main()
