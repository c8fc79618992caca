"""How long one patient takes, warm, on each evaluator and with all proofs; and how long the commands take, cold.

    python benchmarks/evaluate.py [runs]

Figures are medians in milliseconds of wall time. A quiet machine gives them; the lowest of each row is printed too,
since it hardly depends on what else is running.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from guidekb.facts.read import Reading, read_files
from guidekb.kb.ir import EDB
from guidekb.kb.load import load
from guidekb.kb.normal import NormalProgram, normalise
from guidekb.queries.evaluation import pydatalog_engine, reference
from guidekb.queries.proofs.derivations import derivations
from guidekb.queries.proofs.proof import prove

EXAMPLES = Path(__file__).parent.parent / "facts" / "examples"
COLD_RUNS = 7


def machine() -> str:
    """The processor, its cores, Python and the engine."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("pyDatalog", "guidekb"))
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {versions}"


def engine() -> str:
    """Whether pyDatalog runs compiled."""
    from pyDatalog import pyEngine

    return "compiled" if not str(pyEngine.__file__).endswith(".py") else "pure Python"


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run."""
    times: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times


def with_proofs(program: NormalProgram, edb: EDB) -> None:
    """The model, every rule instance, and a proof of every atom that a rule concludes."""
    model = pydatalog_engine.derive(program, edb.facts)
    found = derivations(program, model, edb.facts)
    for atom in model.atoms - program.facts - edb.facts.keys():
        prove(found, atom)


def patients(program: NormalProgram, edbs: list[EDB], runs: int) -> None:
    """A row for each example patient."""
    print(f"\n{'':36} {'facts':>5} {'atoms':>5} {'rule':>9}   {'reference':^13}  {'pyDatalog':^13}  {'and proofs':^13}")
    print(
        f"{'patient':36} {'':5} {'':5} {'instances':>9}   {'median':>6} {'lowest':>6}"
        + f"  {'median':>6} {'lowest':>6}" * 2
    )
    medians: list[list[float]] = [[], [], []]
    for edb in edbs:
        facts = frozenset(edb.facts)
        model = pydatalog_engine.derive(program, facts)
        assert model == reference.derive(program, facts), edb.subject
        row = f"{edb.subject[:36]:36} {len(facts):5} {len(model.atoms):5} {len(model.instances):9} "
        works: tuple[tuple[Callable[[], object], int], ...] = (
            (lambda facts=facts: reference.derive(program, facts), runs),
            (lambda facts=facts: pydatalog_engine.derive(program, facts), runs),
            (lambda edb=edb: with_proofs(program, edb), runs),
        )
        for column, (work, count) in zip(medians, works, strict=True):
            times = timed(work, count)
            column.append(statistics.median(times))
            row += f"  {column[-1]:6.2f} {min(times):6.2f}"
        print(row, flush=True)
    print(
        f"{'median of the patients':36} {'':21} "
        + "  ".join(f"{statistics.median(column):6.2f}       " for column in medians)
    )


def commands(examples: list[Path]) -> None:
    """Whole processes, each started anew."""
    script = shutil.which("guidekb", path=str(Path(sys.executable).parent)) or "guidekb"
    print(f"\n{'cold, start to finish':60} {'median':>6} {'lowest':>6}")
    for command in (
        [sys.executable, "-c", "pass"],
        [script, "--version"],
        [script, "check"],
        [script, "recommend", str(examples[0])],
        [script, "recommend", "--format", "json", *map(str, examples)],
    ):
        result = subprocess.run(command, capture_output=True, check=False)
        times = timed(lambda command=command: subprocess.run(command, capture_output=True, check=False), COLD_RUNS)
        shown = " ".join(Path(word).name if "/" in word else word for word in command[:5])
        shown += f" ... ({len(examples)} files)" if len(command) > 5 else ""
        note = f"  (exit code {result.returncode})" if result.returncode else ""
        print(f"{shown[:60]:60} {statistics.median(times):6.0f} {min(times):6.0f}{note}", flush=True)


def main() -> None:
    """Print everything."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(machine())
    program = load()
    times = timed(load, COLD_RUNS)
    normal = normalise(program)
    files = sorted(path for path in EXAMPLES.iterdir() if path.suffix in {".yaml", ".json", ".dl"})
    readings = read_files(map(str, files), program)
    edbs = [edb for _, reading in readings if isinstance(reading, Reading) for edb in reading.edbs]
    size = f"{len(program.clauses)} clauses, {len(normal.rules)} normal rules"
    print(f"{program.name or 'knowledge base'} {program.version}: {size}")
    print(f"reading and checking it, warm: {statistics.median(times):.0f} ms (median of {COLD_RUNS})")
    compiling = timed(lambda: pydatalog_engine.derive(normalise(program), ()), COLD_RUNS)
    print(f"compiling it for pyDatalog ({engine()}): {statistics.median(compiling):.0f} ms (median of {COLD_RUNS})")
    patients(normal, edbs, runs)
    commands([path for path in files if path.suffix != ".dl"])


if __name__ == "__main__":
    main()
