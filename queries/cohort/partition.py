"""One partition: a file of facts in, files of answers, firings and undetermined fields out. A pure function.

It can be run again, twice at once, and be killed at any moment: files are written beside and renamed, and the receipt,
without which a partition counts as not done, comes last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from ...kb.columns import fact_columns, partition_name
from ...kb.ir import Program
from ..answers.assess import Knowledge
from ..evaluation.stages import fixed
from .apart import settled
from .arrow import Files, Rows, Slice, bits_of, rows_of, slices
from .cuts import cuts
from .encode import encode
from .firings import Firings
from .receipt import DONE, FORMAT, Json, digest_of, write_json
from .status import Classes, Searches
from .waits import Waits


@dataclass(frozen=True, slots=True)
class Job:
    """What one partition needs: nothing else is read. `facts`: the file; `stem`: the name of the files that it gives;
    `rows`: patients at once."""

    program: Program
    facts: Path
    out: Path
    number: int
    rows: int = 50_000
    delta: int = 0

    @property
    def stem(self) -> str:
        """The name of its files."""
        return partition_name(self.number) + (f"-d{self.delta:03d}" if self.delta else "")


@dataclass(slots=True)
class _Counts:
    patients: int = 0
    classes: Classes = field(default_factory=lambda: Classes())
    incomplete: int = 0
    answers: Counter[tuple[str, str, str, str]] = field(default_factory=lambda: Counter())
    missing: Counter[str] = field(default_factory=lambda: Counter())


def evaluate(job: Job, step: Callable[[int], None] = lambda _: None) -> Json:
    """Write the results of a partition, then its receipt, which is returned. `step` is told how many patients are done.

    Raises Invalid for a file that is no partition, OSError when nothing can be written.
    """
    evaluator = evaluator_of(job.program)
    files = Files(job.out, job.stem)
    counts = _Counts()
    try:
        for part in slices(job.facts, job.rows):
            evaluator.slice(part, files, counts)
            step(part.count)
        files.finish()
    except BaseException:
        files.drop()
        raise
    receipt: Json = {
        "format": FORMAT,
        "partition": job.number,
        "file": job.stem,
        "kb_sha256": job.program.sha256,
        "facts_sha256": digest_of(job.facts),
        "patients": counts.patients,
        "classes": len(counts.classes.seen),
        "unassessed": counts.classes.left_out,
        "rows": dict(files.counts),
        "files": {kind: digest_of(path) for kind, path in files.places.items()},
        "counts": sorted([*key, n] for key, n in counts.answers.items()),
        "missing": dict(sorted(counts.missing.items())),
        "incomplete": counts.incomplete,
    }
    write_json(job.out / DONE / f"{job.stem}.json", receipt)
    return receipt


def evaluator_of(program: Program) -> Evaluator:
    """The program made ready; kept in this process, with what was found for classes of patients."""
    if program.sha256 and _kept.get("sha256") == program.sha256:
        return cast("Evaluator", _kept["evaluator"])
    made = Evaluator(program)
    _kept.update(sha256=program.sha256, evaluator=made)
    return made


_kept: dict[str, object] = {}


class Evaluator:
    """A program made ready for partitions."""

    def __init__(self, program: Program) -> None:
        self.knowledge = Knowledge(program)
        self.columns = fact_columns(program)
        self.cuts = cuts(self.knowledge.normal, self.columns)
        self.firings = Firings(program, self.knowledge.rules, self.cuts)
        self.searches = Searches(self.knowledge)
        self.fixed = fixed(self.knowledge.normal)

    def slice(self, part: Slice, files: Files, counts: _Counts) -> None:
        """Evaluate some patients."""
        encoded = encode(part, self.columns, self.cuts)
        done = settled(self.knowledge.normal, encoded)
        patients = part.patients
        problems = Rows("problems", patients)
        for name, bits in done.apart.items():
            message = f"the rules find what is recorded of `{name}` contradicted; it is set apart"
            problems.add(("W661", "warning", name, "", 0, message, 1, False), rows_of(bits, part.count))
        files.write("problems", problems.table())
        rows = Rows("firings", patients)
        self.firings.rows(encoded, done.worlds, rows, self.fixed)
        files.write("firings", rows.table())
        answers, missing = Rows("answers", patients), Rows("undetermined", patients)
        waits, cut = Waits(), 0
        for found, places in self.searches.of(done.encoded, done.worlds, counts.classes):
            for cells in found.rows:
                answers.add(cells, places)
                counts.answers[cells[0], cells[1], cells[2], cells[3] or ""] += len(places)
            if found.waiting or not found.complete:
                bits = bits_of(places, part.count)
                waits.add(found.waiting, bits)
                cut |= 0 if found.complete else bits
        for cells, places in waits.rows(done.encoded):
            missing.add(cells, places)
            counts.missing[cells[0]] += len(places)
        counts.incomplete += cut.bit_count()
        files.write("answers", answers.table())
        files.write("undetermined", missing.table())
        counts.patients += part.count
