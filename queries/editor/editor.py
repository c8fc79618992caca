"""One editor's view of the knowledge bases whose files are open: what the protocol asks, answered in our own values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ...kb.case import TestCase
from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Span
from .actions import Action, actions
from .case_completion import case_completions
from .code_pages import addresses
from .completion import completions
from .desk import Desk
from .doors import Doors
from .findings import Base, Findings, base, case_files, cases_of, findings, is_stale
from .folder import name_of
from .hover import meaning_of, word_meaning
from .layout import LineEdit, formatting
from .lookup import declared_at, named, used_at
from .mention import Mention
from .rename import Renamed, renamable, rename
from .snapshot import Snapshot
from .suggestion import Suggestion
from .symbols import Symbol, symbols
from .tested import Tested

CASES = (".yaml", ".yml", ".json")


class Where(NamedTuple):
    """A place in a file of a knowledge base; line and column from 1."""

    at: Snapshot
    name: str
    line: int
    column: int

    @property
    def mention(self) -> Mention | None:
        """The name there."""
        return self.at.at(self.name, self.line, self.column)


class Lens(NamedTuple):
    """A rule with the cases that exercise it; None when they have not been run with it as it is."""

    rule: str
    span: Span
    cases: tuple[TestCase, ...] | None


class Editor:
    """The open files, and what was found in their knowledge bases."""

    def __init__(self, doors: Doors) -> None:
        self.desk = Desk(doors)
        self.tested: dict[Path, Tested] = {}
        self._found: dict[Path, tuple[Base, frozenset[str] | None]] = {}

    def snapshot(self, path: Path) -> tuple[Snapshot, str] | None:
        """The knowledge base of a file, and the file's name there; None for a file of none."""
        folder = self.desk.folder(path)
        if folder is None:
            return None
        at, name = self.desk.snapshot(folder), name_of(path, folder)
        return (at, name) if name in at.texts else None

    def findings(self, folder: Path, waiting: bool = False) -> tuple[Snapshot, Findings]:
        """All that is wrong with a knowledge base now; `waiting`: cases as they were read before."""
        at = self.desk.snapshot(folder)
        fired = self.tests(folder).fired(at)
        known = self._found.get(folder)
        if known is None or known[0].at is not at or known[1] != fired:
            known = self._found[folder] = (base(at, fired), fired)
        return at, findings(known[0], waiting)

    def stale(self, folder: Path) -> Iterator[None]:
        """Reads the files of cases that have to be read again, one at each step."""
        at = self.desk.snapshot(folder)
        if at.assembled[1] or at.checked:
            return
        for name in case_files(at):
            if is_stale(at, name):
                cases_of(at, name)
                yield

    def tests(self, folder: Path) -> Tested:
        """What its cases show."""
        return self.tested.setdefault(folder, Tested())

    @cached_property
    def pages(self) -> dict[str, str]:
        """The address of the page of each code."""
        return addresses(self.desk.doors.pages)

    def hover(self, where: Where) -> tuple[str, Span] | None:
        """What the name or word at a place means, and where it stands; with the pages of what was found there."""
        one, parts = where.mention, list[str]()
        span = Span(where.name, where.line, where.column, where.column)
        if one:
            span = one.span
            parts.append(meaning_of(where.at, one))
        elif found := self._word(where):
            parts.append(word_meaning(found[0], found[2]))
            span = found[1]
        for d in self._found_at(where):
            page = self.pages.get(d.code)
            parts.append(f"[{d.code}]({page}): `guidekb explain-code {d.code}`" if page else d.code)
        text = "\n\n---\n\n".join(p for p in parts if p)
        return (text, span) if text else None

    def _found_at(self, where: Where) -> list[Diagnostic]:
        known = self._found.get(where.at.folder)
        if known is None or known[0].at is not where.at:
            return []
        listed = findings(known[0], waiting=True).of(where.name)
        return [d for d in listed if d.span.line == where.line and d.span.column <= where.column <= d.span.end]

    def _word(self, where: Where) -> tuple[str, Span, bool] | None:
        """The word at a place inside the program, and whether it stands after `@`."""
        if where.name.endswith(CASES) or not self._in_program(where):
            return None
        lines = where.at.lines(where.name)
        line = lines[where.line - 1] if where.line <= len(lines) else ""
        start = end = min(where.column - 1, len(line))
        while start > 0 and (line[start - 1].isalnum() or line[start - 1] == "_"):
            start -= 1
        while end < len(line) and (line[end].isalnum() or line[end] == "_"):
            end += 1
        span = Span(where.name, where.line, start + 1, end + 1)
        return (line[start:end], span, line[start - 1 : start] == "@") if end > start else None

    def _in_program(self, where: Where) -> bool:
        at = where.line - 1
        return where.name.endswith(".dl") or any(b.first < at < b.last for b in where.at.blocks(where.name))

    def definition(self, where: Where) -> tuple[Mention, ...]:
        """Where the name at a place is declared."""
        return declared_at(where.at, where.mention) if where.mention else ()

    def references(self, where: Where, declarations: bool) -> tuple[Mention, ...]:
        """Where the name at a place is used."""
        return used_at(where.at, where.mention, declarations) if where.mention else ()

    def highlights(self, where: Where) -> tuple[Mention, ...]:
        """The same name in the same file."""
        return tuple(m for m in self.references(where, True) if m.span.file == where.name)

    def completions(self, where: Where) -> tuple[Suggestion, ...]:
        """What may stand at a place."""
        look = case_completions if where.name.endswith(CASES) else completions
        found = look(where.at, where.name, where.line, where.column)
        return tuple({s.text: s for s in reversed(found)}.values())[::-1]

    def renamable(self, where: Where) -> Mention:
        """The name at a place, when it can be changed. Raises Refused."""
        return renamable(where.at, where.mention)

    def rename(self, where: Where, new: str) -> Renamed:
        """The changes that give it another name. Raises Refused."""
        return rename(where.at, where.mention, new)

    def symbols(self, at: Snapshot, name: str) -> list[Symbol]:
        """The outline of a file."""
        return symbols(at, name)

    def named(self, query: str) -> Iterator[tuple[Snapshot, Mention]]:
        """Everything declared in the open knowledge bases whose name has these letters."""
        for folder in dict.fromkeys(filter(None, map(self.desk.folder, list(self.desk.opened)))):
            at = self.desk.snapshot(folder)
            yield from ((at, one) for one in named(at, query))

    def formatting(self, at: Snapshot, name: str) -> tuple[LineEdit, ...]:
        """The edits that bring a file into canonical layout; none for one that cannot be read."""
        if name.endswith(CASES):
            return ()
        try:
            return formatting(name, at.texts[name])
        except Invalid:
            return ()  # the findings of the file say why

    def actions(self, at: Snapshot, name: str, first: int, last: int) -> list[Action]:
        """What can be mended in some lines of a file."""
        _, found = self.findings(at.folder, waiting=True)
        return list(actions(at, found, name, first, last))

    def lenses(self, at: Snapshot, name: str) -> list[Lens]:
        """The rules of a file, each with the cases that exercise it."""
        tested = self.tests(at.folder)
        if tested.program is None or not tested.cases:
            return []
        ids = {m.name: m.span for m in at.mentions(name) if m.kind == "rule" and m.defines}
        rules = (c for c in at.program.clauses if c.body and c.id in ids)
        return [Lens(c.id, ids[c.id], tested.by(c)) for c in rules if c.span.file == name]
