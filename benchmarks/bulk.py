"""Peak memory and time of reading a FHIR bulk export into partitions, for exports of several sizes.

    python benchmarks/bulk.py 2000 20000

The patients are the example patients, again and again, with ids of their own. Each size has a process of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from guidekb.facts.columns.bulk import bulk_partitions
from guidekb.facts.columns.source import held_by
from guidekb.kb.load import HOME, load

EXAMPLES = Path(__file__).parents[1] / "facts" / "examples" / "fhir"
MEMORY = 256 * 2**20
PER_FILE = 100_000  # lines


def export(folder: Path, patients: int) -> None:
    """The export: in each file resources of one type, as servers write it."""
    bundles = [json.loads(p.read_bytes())["entry"] for p in sorted(EXAMPLES.glob("*.json"))]
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        files: dict[str, TextIO] = {}
        for number in range(patients):
            for one in renamed([e["resource"] for e in bundles[number % len(bundles)]], number):
                kind = one["resourceType"]
                if counts.get(kind, 0) % PER_FILE == 0:
                    name = f"{kind}.{counts.get(kind, 0) // PER_FILE:03d}.ndjson"
                    files[kind] = stack.enter_context((folder / name).open("w", encoding="utf-8"))
                counts[kind] = counts.get(kind, 0) + 1
                files[kind].write(json.dumps(one) + "\n")


def renamed(value: Any, number: int) -> Any:
    """The value with the patient's number in every id and reference."""
    if isinstance(value, dict):
        return {
            k: f"{v.rsplit('/', 2)[-2]}/{v.rsplit('/', 2)[-1]}-{number}" if k == "reference" and "/" in v
            else f"{v}-{number}" if k == "id" and isinstance(v, str) else renamed(v, number)
            for k, v in value.items()
        }  # fmt: skip
    return [renamed(v, number) for v in value] if isinstance(value, list) else value


def read(folder: Path, out: Path) -> None:
    """Read an export in this process and tell time, memory, problems."""
    program = load(HOME)
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    files, problems = bulk_partitions(folder, out, program, None, MEMORY, held_by(MEMORY), None, lambda _: None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"s": time.perf_counter() - begun, "before": before / 1024, "peak": peak / 1024}
    print(json.dumps(told | {"partitions": len(files), "lost": sum(p.lost for p in problems)}))


def main() -> None:
    """Each size."""
    for patients in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as name:
            folder, out = Path(name, "export"), Path(name, "out")
            folder.mkdir()
            export(folder, patients)
            size = sum(p.stat().st_size for p in folder.iterdir()) / 2**20
            ran = subprocess.run(
                [sys.executable, __file__, "--read", folder, out], check=True, capture_output=True, text=True
            )
            told = json.loads(ran.stdout)
            print(
                f"{patients:,} patients, {size:.0f} MiB: {told['s']:.0f} s ({patients / told['s']:.0f} a second), peak "
                f"{told['peak']:.0f} MiB ({told['before']:.0f} before it reads), {told['partitions']} partitions, "
                f"{told['lost']} lost", flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
