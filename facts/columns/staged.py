"""The facts of a cohort changed as a whole or not at all: laid ready beside, then put in place.

What is to become of a folder of facts is written into a folder in it, the list of it last. From then on it is decided:
putting it in place can be interrupted anywhere and is gone on with by the next run. Before that, nothing has happened.
"""

from __future__ import annotations

import filecmp
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...kb.columns import partition_name
from .arrow import count_rows, write_problems
from .problem import Problem

FILE = "gathered.json"
NEXT = ".next"
PROBLEMS = "problems.parquet"
OURS = re.compile(r"part-\d{5}(-d\d{3})?\.parquet")
MOST = 999
"""The highest number of a file of changes."""
Keep = Callable[[Collection[str]], None]
"""Is told, before any file of facts changes, of which files (by stem) the results stay true."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a folder of facts holds: of each partition the numbers of its files of changes, oldest first.

    `source`: fingerprint of what was read in full; `columns`: of the fields; `change`: of the changes applied last.
    """

    source: str
    columns: str
    deltas: dict[int, tuple[int, ...]]
    patients: int
    problems: dict[str, int]
    lost: int
    change: str = ""

    def names(self, number: int) -> tuple[str, ...]:
        """The files of a partition, the newest first."""
        return (*(file_name(number, d) for d in reversed(self.deltas[number])), file_name(number))


@dataclass(slots=True)
class Next:
    """What a folder is to hold: files laid ready, and those that stay."""

    folder: Path
    source: str
    columns: str
    change: str = ""
    deltas: dict[int, tuple[int, ...]] = field(default_factory=lambda: {})

    @property
    def place(self) -> Path:
        """Where files are laid ready, by the names that they will have."""
        return self.folder / NEXT

    def commit(self, problems: Iterable[Problem]) -> None:
        """Decide: problems, then the list of all files, which is what counts."""
        write_problems(problems, self.place / PROBLEMS)
        names = [file_name(n, d) for n, some in self.deltas.items() for d in (0, *some)]
        places = (self.place / name if (self.place / name).exists() else self.folder / name for name in names)
        content = {
            "source": self.source,
            "columns": self.columns,
            "change": self.change,
            "deltas": {str(n): list(some) for n, some in sorted(self.deltas.items())},
            "patients": sum(map(count_rows, places)),
            "problems": dict(sorted(Counter(p.code for p in problems).items())),
            "lost": sum(p.lost for p in problems),
        }
        beside = self.place / f".{FILE}.tmp"
        beside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        beside.replace(self.place / FILE)


def file_name(number: int, delta: int = 0) -> str:
    """The file of a partition, or of some changes in it."""
    return partition_name(number) + (f"-d{delta:03d}" if delta else "") + ".parquet"


def held(folder: Path) -> Held | None:
    """What a folder holds; None when nothing was finished in it, or when a file is missing."""
    found = _held(folder / FILE)
    whole = found is not None and all((folder / name).is_file() for n in found.deltas for name in found.names(n))
    return found if whole else None


@contextmanager
def prepared(folder: Path, source: str, columns: str) -> Generator[Next]:
    """An empty place beside to lay files ready in; gone when that fails before it is decided."""
    made = Next(folder, source, columns)
    shutil.rmtree(made.place, ignore_errors=True)
    made.place.mkdir(parents=True)
    try:
        yield made
    finally:
        if not (made.place / FILE).exists():
            shutil.rmtree(made.place, ignore_errors=True)


def put_in_place(folder: Path, keep: Keep) -> None:
    """Finish what was decided, now or by a run that was interrupted; drop what was not."""
    ready = folder / NEXT
    decided = _held(ready / FILE)
    if decided is not None:
        staged = [p for p in ready.glob("part-*.parquet") if OURS.fullmatch(p.name)]
        changed = {p.stem for p in staged if not _same(p, folder / p.name)}
        every = {Path(name).stem for n in decided.deltas for name in decided.names(n)}
        keep(every - changed)
        for path in staged:
            path.replace(folder / path.name)
        if (ready / PROBLEMS).exists():
            problems = folder.parent / "problems" / "source.parquet"
            problems.parent.mkdir(parents=True, exist_ok=True)
            (ready / PROBLEMS).replace(problems)
        (ready / FILE).replace(folder / FILE)
    shutil.rmtree(ready, ignore_errors=True)
    now = _held(folder / FILE)
    if now is not None:
        names = {name for n in now.deltas for name in now.names(n)}
        for path in folder.glob("part-*.parquet"):
            if OURS.fullmatch(path.name) and path.name not in names:
                path.unlink(missing_ok=True)


def _held(path: Path) -> Held | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        deltas = {int(n): tuple(map(int, some)) for n, some in found["deltas"].items()}
        rest = (int(found["patients"]), dict(found["problems"]), int(found["lost"]), str(found["change"]))
        return Held(str(found["source"]), str(found["columns"]), deltas, *rest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _same(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False
