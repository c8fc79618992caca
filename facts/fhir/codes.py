"""The reviewed table from codes to facts (`facts/codes.csv`): what a code of a system means where it stands."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path
from typing import NamedTuple, NoReturn

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Span
from .elements import Coding, codings, text, words
from .elements import obj as obj
from .json_text import Json

FOLDER = Path(__file__).parents[1]
COLUMNS = ["system", "code", "display", "use", "means", "seen"]
USES = ("condition", "observation", "answer", "procedure", "medication", "site", "morphology", "route", "list")
ANY_TISSUE = "any tissue"  # of a test that is done on other tumours too
TEXT = "text"  # the "system" of words that stand for a code where none is known


class Meaning(NamedTuple):
    """One thing that a code means: a name alone, or a name with a value, as `metastatic_sites=bone`."""

    name: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.name}={self.value}" if self.value else self.name


class Row(NamedTuple):
    """A row of the table."""

    system: str
    code: str
    display: str
    use: str
    means: tuple[Meaning, ...]
    seen: str
    line: int

    @property
    def core(self) -> frozenset[Meaning]:
        """What the code means, whatever tissue it is used for."""
        return frozenset(Meaning(m.name, "" if m.value == ANY_TISSUE else m.value) for m in self.means)

    @property
    def is_specific(self) -> bool:
        """Whether the code is used for the breast only."""
        return all(m.value != ANY_TISSUE for m in self.means)


class Found(NamedTuple):
    """What a CodeableConcept means in one use. `said` is the code or the words that say it.

    unused: its codings that are not in the table. disagree: its codings mean different things, and none is chosen.
    """

    means: tuple[Meaning, ...] = ()
    said: str = ""
    unused: tuple[Coding, ...] = ()
    disagree: bool = False

    def value(self, name: str) -> str:
        """The value of the meaning of this name, "" when it has none."""
        return next((m.value for m in self.means if m.name == name), "")

    def has(self, name: str) -> bool:
        """Whether it has a meaning of this name."""
        return any(m.name == name for m in self.means)


class Table:
    """The table, ready to be asked."""

    def __init__(self, rows: list[Row], systems: dict[str, str]) -> None:
        self.rows = rows
        self.systems = systems
        self._exact = {(r.use, r.system, r.code): r for r in rows}
        self._branches = sorted((r for r in rows if r.code.endswith("*")), key=lambda r: -len(r.code))

    def row(self, use: str, coding: Coding) -> Row | None:
        """The row of a code; in ICD-10-CM, else the row of the longest branch above it."""
        system = self.systems.get(coding.system)
        if system is None:
            return None
        found = self._exact.get((use, system, coding.code))
        if found or not self._branches:
            return found
        return next(
            (
                r
                for r in self._branches
                if r.use == use and r.system == system and coding.code.startswith(r.code.removesuffix("*"))
            ),
            None,
        )

    def find(self, use: str, concept: Json) -> Found:
        """What a concept means by its codes; by its words only when none of its codes is in the table."""
        given = codings(concept)
        matched = [(c, r) for c in given if (r := self.row(use, c))]
        unused = tuple(c for c in given if self.row(use, c) is None)
        if matched:
            coding, row = max(matched, key=lambda m: (len(m[1].means), m[1].is_specific))
            if any(not r.core <= row.core for _, r in matched):
                both = " and ".join(f"{r.system} {c.code}" for c, r in matched)
                return Found(unused=unused, disagree=True, said=both)
            return Found(row.means, f"{row.system} {words(coding.code)} {coding.display or row.display}", unused)
        for shown in (text(obj(concept).get("text")), *(c.display for c in given)):
            row = self.words(use, shown)
            if row:
                return Found(row.means, f"read from the text `{words(shown)}`", unused)
        return Found(unused=unused)

    def words(self, use: str, shown: str) -> Row | None:
        """The row of words that stand for a code."""
        return self._exact.get((use, TEXT, plain(shown))) if shown else None

    def name(self, system: str) -> str:
        """The name of a code system; its URI when it has none here."""
        return self.systems.get(system) or words(system) or "no system"


def plain(shown: str) -> str:
    """Words as they are compared: exactly, but for case and blanks."""
    return " ".join(shown.casefold().split())


@cache
def table() -> Table:
    """The table that is installed with the program."""
    return table_of((FOLDER / "codes.csv").read_text("utf-8"), (FOLDER / "code_systems.csv").read_text("utf-8"))


def table_of(codes: str, systems: str) -> Table:
    """A table from the texts of its two files. Raises Invalid with the first fault."""
    names = {row[1]: row[0] for row in list(csv.reader(io.StringIO(systems)))[1:] if len(row) == 2}
    known = {*names.values(), TEXT}
    reader = csv.reader(io.StringIO(codes))
    if next(reader, None) != COLUMNS:
        _fault(1, f"the columns are {','.join(COLUMNS)}")
    rows: list[Row] = []
    seen: dict[tuple[str, str, str], int] = {}
    for cells in reader:
        line = reader.line_num
        if not cells or cells[0].startswith("#"):
            continue
        row = _row(cells, line, known)
        key = (row.use, row.system, row.code)
        if key in seen:
            _fault(line, f"{row.system} {row.code} has a row for `{row.use}` in line {seen[key]}")
        seen[key] = line
        rows.append(row)
    return Table(rows, names)


def _row(cells: list[str], line: int, systems: set[str]) -> Row:
    if len(cells) != len(COLUMNS):
        _fault(line, f"a row has {len(COLUMNS)} cells, not {len(cells)}")
    system, code, display, use, means, where = (cell.strip() for cell in cells)
    if system not in systems:
        _fault(line, f"`{system}` is no name of code_systems.csv")
    if use not in USES:
        _fault(line, f"`{use}` is no use of a code: {', '.join(USES)}")
    if "*" in code[:-1] or (code.endswith("*") and system != "ICD-10-CM"):
        _fault(line, "only a code of ICD-10-CM may end with `*`, for the branch below it")
    if not (code and display and means and where):
        _fault(line, "no cell is empty: a code has a display, a meaning and the places where it was seen")
    found = tuple(Meaning(*(part.strip() for part in one.split("=", 1))) for one in means.split(";"))
    return Row(system, plain(code) if system == TEXT else code, display, use, found, where, line)


def _fault(line: int, message: str) -> NoReturn:
    raise Invalid([Diagnostic("D970", f"the table of codes: {message}", Span("codes.csv", line, 1, 2))])
