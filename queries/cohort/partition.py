"""One partition: a file of facts in, files of answers, firings and undetermined fields out. A pure function.

It can be run again, twice at once, and be killed at any moment: files are written beside and renamed, and the receipt,
without which a partition counts as not done, comes last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ...kb.columns import fact_columns, partition_name
from ...kb.ir import Program
from ..answers.answer import answer
from ..answers.assess import Knowledge
from ..evaluation.stages import fixed
from .apart import settled
from .arrow import Files, Rows, Slice, rows_of, slices
from .classes import case_of, classes, fields_read
from .conclusions import answer_rows, undetermined_rows
from .cuts import cuts
from .encode import encode
from .firings import Firings
from .receipt import DONE, FORMAT, Json, digest_of, write_json


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
    classes: set[object] = field(default_factory=lambda: set())
    incomplete: int = 0
    answers: Counter[tuple[str, str, str, str]] = field(default_factory=lambda: Counter())
    missing: Counter[str] = field(default_factory=lambda: Counter())


def evaluate(job: Job, step: Callable[[int], None] = lambda _: None) -> Json:
    """Write the results of a partition, then its receipt, which is returned. `step` is told how many patients are done.

    Raises Invalid for a file that is no partition, OSError when nothing can be written.
    """
    evaluator = Evaluator(job.program)
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
        "classes": len(counts.classes),
        "rows": dict(files.counts),
        "files": {kind: digest_of(path) for kind, path in files.places.items()},
        "counts": sorted([*key, n] for key, n in counts.answers.items()),
        "missing": dict(sorted(counts.missing.items())),
        "incomplete": counts.incomplete,
    }
    write_json(job.out / DONE / f"{job.stem}.json", receipt)
    return receipt


class Evaluator:
    """A program made ready for partitions."""

    def __init__(self, program: Program) -> None:
        self.knowledge = Knowledge(program)
        self.columns = fact_columns(program)
        self.cuts = cuts(self.knowledge.normal, self.columns)
        self.firings = Firings(program, self.knowledge.rules, self.cuts)
        self.read = fields_read(self.knowledge.normal)
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
        for key, places in classes(done.encoded, self.read).items():
            counts.classes.add(key)
            found = answer(case_of(self.knowledge, key))
            counts.incomplete += 0 if found.complete else len(places)
            for cells in answer_rows(found):
                answers.add(cells, places)
                counts.answers[cells[0], cells[1], cells[2], cells[3]] += len(places)
            for cells in undetermined_rows(found):
                missing.add(cells, places)
                counts.missing[cells[0]] += len(places)
        files.write("answers", answers.table())
        files.write("undetermined", missing.table())
        counts.patients += part.count
