"""Changed patients, whole, to files of changes beside the partitions; where they are many, a partition is made anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from ...kb.columns import FactColumn, fact_columns
from ...kb.diagnostics import Diagnostic, Invalid, quoted
from ...kb.ir import Program, Span
from ...kb.partition_of import partition_of
from ..source import bytes_of, source_of
from .arrow import count_rows, in_order, patients_of, read_problems, without, write_table
from .cells import bad_id
from .problem import Problem
from .source import Gathered, columns_of, fingerprint, finished, found, read
from .staged import FILE, MOST, NEXT, Held, Keep, Next, file_name, held, prepared, put_in_place

SHARE = 0.05
"""A partition is made anew when more of its patients than this stand in files of changes."""
FILES = 50
"""A partition is made anew when it would have more files of changes: each is opened whenever the cohort is read."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is new: a source with the changed patients only, each whole (or None); ids of those who are withdrawn."""

    source: Path | None
    removed: tuple[str, ...] = ()
    share: float = SHARE

    def fingerprint(self, program: Program, as_of: date | None) -> str:
        """Changes when what it says does."""
        own = fingerprint(self.source, program, as_of) if self.source else ""
        return sha256("\0".join((own, *sorted(self.removed))).encode("utf-8", "surrogatepass")).hexdigest()


def removed_in(path: Path) -> tuple[str, ...]:
    """The ids in a file, one on a line. Raises Invalid with every line that is no id."""
    ids: list[str] = []
    wrong: list[Diagnostic] = []
    for line, text in enumerate(source_of(bytes_of(str(path), None), str(path)).text.splitlines(), 1):
        subject = text.strip()
        fault = bad_id(subject) if subject else ""
        if fault:
            wrong.append(Diagnostic("D921", fault, Span(str(path), line, 1, 0)))
        elif subject:
            ids.append(subject)
    if wrong:
        raise Invalid(wrong)
    return tuple(dict.fromkeys(ids))


def updatable(folder: Path) -> None:
    """Raises Invalid when there is no cohort that could be changed."""
    if not (folder / FILE).is_file() and not (folder / NEXT / FILE).is_file():
        message = f"{quoted(folder.parent)} has no cohort that could be updated"
        help_ = "run the whole cohort first: guidekb cohort run SOURCE --out DIR"
        raise Invalid([Diagnostic("D980", message, help=help_)])


def updated(
    change: Change, folder: Path, program: Program, memory: int, threads: int, as_of: date | None, keep: Keep,
    step: Callable[[int], None],
) -> Gathered:  # fmt: skip
    """The facts in `folder` with what changed. The change that was applied last is not applied again.

    Raises Invalid for changes that cannot be used at all, OSError when nothing can be written; `folder` is as it was.
    """
    put_in_place(folder, keep)
    now = held(folder)
    if now is None or now.columns != columns_of(program):
        what = "the fields of a record have changed since" if now else "files are missing from the facts"
        message = f"{quoted(folder.parent)} cannot be updated: {what}"
        raise Invalid([Diagnostic("D981", message, help="run the whole cohort, without --update")])
    print_ = change.fingerprint(program, as_of)
    with prepared(folder, now.source, now.columns) as ready:
        ready.change, ready.deltas = print_, dict(now.deltas)
        problems = read_problems(folder.parent / "problems" / "source.parquet")
        columns = fact_columns(program)
        gone: set[str] = set()
        if now.change != print_:
            problems, gone = _applied(change, now, ready, program, memory, threads, as_of, problems, step)
        for number, some in sorted(ready.deltas.items()):
            mine = {subject for subject in gone if partition_of(subject, len(ready.deltas)) == number}
            paths = [_place(ready, number, d) for d in (*reversed(some), 0)]
            if mine or (some and _many(paths, change.share)):
                _merged(paths, mine, columns, ready.place / file_name(number))
                for delta in some:
                    (ready.place / file_name(number, delta)).unlink(missing_ok=True)
                ready.deltas[number] = ()
        if now.change == print_ and ready.deltas == now.deltas:
            return found(folder, now, kept=True)
        ready.commit(problems)
    return finished(folder, keep)


def _applied(
    change: Change, now: Held, ready: Next, program: Program, memory: int, threads: int, as_of: date | None,
    problems: list[Problem], step: Callable[[int], None],
) -> tuple[list[Problem], set[str]]:  # fmt: skip
    """Lay the changes ready; the problems as they are then, and who is in the cohort no more."""
    changed: set[str] = set()
    new: list[Problem] = []
    if change.source is not None:
        files, told = read(change.source, ready.place, program, len(now.deltas), memory, threads, as_of, step)
        new = list(told)
        for number, path in files.items():
            subjects = patients_of([path]).to_pylist()
            changed |= set(subjects)
            if subjects:
                delta = next(n for n in range(1, MOST + 1) if n > max(now.deltas[number], default=0))
                path.replace(ready.place / file_name(number, delta))
                ready.deltas[number] = (*now.deltas[number], delta)
            else:
                path.unlink()
    both = sorted(changed & set(change.removed))
    if both:
        message = f"the patient {quoted(both[0])} is to be removed, and the source has a record of him"
        more = f"and {len(both) - 1:,} others" if len(both) > 1 else ""
        raise Invalid([Diagnostic("D982", message, help=more or "leave him out of one of the two")])
    lost = {p.patient for p in new if p.lost and p.patient} - changed
    known = _known(now, ready.folder, {*lost, *change.removed})
    nobody = [s for s in change.removed if s not in known and not any(p.patient == s for p in problems)]
    new += (Problem(s, "W971", "warning", "", "", 0, f"no patient {quoted(s)} to remove is in this cohort")
            for s in nobody)  # fmt: skip
    settled = changed | lost | set(change.removed)
    return [*(p for p in problems if p.patient not in settled), *new], known


def _known(now: Held, folder: Path, subjects: Collection[str]) -> set[str]:
    """Those of some patients who are in the cohort."""
    found: set[str] = set()
    for number in {partition_of(s, len(now.deltas)) for s in subjects}:
        found |= set(subjects) & set(patients_of([folder / name for name in now.names(number)]).to_pylist())
    return found


def _place(ready: Next, number: int, delta: int) -> Path:
    """Where a file is that will be in place: laid ready, or there already."""
    path = ready.place / file_name(number, delta)
    return path if path.exists() else ready.folder / path.name


def _many(paths: Sequence[Path], share: float) -> bool:
    """Whether the files of changes (all but the last) are many, or have more than this share of the patients."""
    if len(paths) - 1 > FILES:
        return True
    return len(patients_of(paths[:-1])) > share * count_rows(paths[-1])


def _merged(paths: Sequence[Path], gone: set[str], columns: tuple[FactColumn, ...], place: Path) -> None:
    """One file of several, the newest first: of each patient the newest facts."""
    table, _ = in_order(paths, columns)
    write_table(without(table, gone), place)
