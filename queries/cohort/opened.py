"""The folder of a run, opened for reading: what is done in it, by which rules, and its files, the newest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid, quoted
from ...kb.partition_of import partition_of
from .receipt import DONE, MANIFEST, Json, plan_of, read_json

_STEM = re.compile(r"part-(\d{5})(?:-d(\d{3}))?")


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder with results. `stems`: of each partition the names of its files, the newest first."""

    out: Path
    partitions: int
    stems: Mapping[int, tuple[str, ...]]
    receipts: Mapping[str, Json]
    finished: bool

    @property
    def apart(self) -> tuple[list[str], list[str]]:
        """The files of partitions that have one, and those of partitions in some of which a patient may be again."""
        alone = [stem for stems in self.stems.values() if len(stems) == 1 for stem in stems]
        return alone, [stem for stems in self.stems.values() if len(stems) > 1 for stem in stems]

    def files(self, kind: str, stems: Iterable[str] | None = None) -> list[Path]:
        """The files of one table, in order."""
        wanted = self.receipts if stems is None else stems
        return [self.out / kind / f"{stem}.parquet" for stem in sorted(wanted)]

    def of(self, subject: str) -> tuple[str, ...]:
        """The names of the files in which a patient may be, the newest first."""
        return self.stems.get(partition_of(subject, self.partitions), ())

    def newest_first(self) -> Iterator[tuple[str, ...]]:
        """Partition by partition, its files."""
        yield from (self.stems[number] for number in sorted(self.stems))

    def unfinished(self) -> str:
        """What a reader has to know of a run that was interrupted; nothing when it is whole."""
        if self.finished:
            return ""
        if len(self.stems) == self.partitions:
            return "the run is not finished: patients who changed since may be counted as they were before"
        return f"the run is not finished: {len(self.stems)} of {self.partitions} partitions are done, and counted here"


def opened(out: Path, kb: str | None) -> Opened:
    """What is done in a folder. `kb`: the sha256 of the rules at hand; None when any will do.

    Raises Invalid for a folder that is none of a run, and for one that other rules have written.
    """
    plan = plan_of(out)
    if plan is None:
        help_ = "guidekb cohort run SOURCE --out DIR makes one"
        raise Invalid([Diagnostic("Q672", f"{quoted(out)} holds no results of a cohort", help=help_)])
    if kb is not None and plan.get("kb_sha256") != kb:
        message = f"{quoted(out)} was written by another version of the knowledge base ({plan.get('kb_sha256')!s:.12})"
        help_ = "name that version with --kb, or run the cohort again"
        raise Invalid([Diagnostic("Q676", message, help=help_)])
    receipts: dict[str, Json] = {}
    found: dict[int, list[tuple[int, str]]] = {}
    for path in sorted((out / DONE).glob("part-*.json")):
        name, receipt = _STEM.fullmatch(path.stem), read_json(path)
        if name and receipt and receipt.get("kb_sha256") == plan.get("kb_sha256"):
            receipts[path.stem] = receipt
            found.setdefault(int(name[1]), []).append((int(name[2] or 0), path.stem))
    stems = {
        number: tuple(stem for _, stem in sorted(some, reverse=True))
        for number, some in sorted(found.items())
        if min(some)[0] == 0  # changes of a partition that is being made anew say nothing without the rest
    }
    receipts = {stem: receipts[stem] for some in stems.values() for stem in some}
    if not receipts:
        raise Invalid([Diagnostic("Q677", f"nothing is done yet in {quoted(out)}", help="run the cohort again")])
    return Opened(out, int(plan["partitions"]), stems, receipts, (out / MANIFEST).is_file())
