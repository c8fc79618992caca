"""The open files of an editor over those on the disk: which knowledge base each belongs to, as it stands now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid, with_lines
from ...kb.ir import Span
from ...kb.lexer import unix
from ...kb.load import LARGEST, text_of
from .doors import Doors
from .folder import REVIEWED, files_of, folder_of, name_of
from .kept import Kept
from .snapshot import Snapshot


class Desk:
    """What lies open. `opened`: the text of each open file."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.opened: dict[Path, str] = {}
        self.kept = Kept()
        self._last: dict[Path, Snapshot] = {}
        self._disk: dict[Path, tuple[object, str]] = {}
        self._files: dict[Path, tuple[Path, ...]] = {}

    def put(self, path: Path, text: str) -> None:
        """A file is opened, or its text is another now."""
        self.opened[path] = text.removeprefix("\ufeff")

    def take(self, path: Path) -> None:
        """A file is closed: what is saved counts again."""
        self.opened.pop(path, None)

    def look_again(self) -> None:
        """Files may have come or gone: folders are listed anew."""
        self._files.clear()
        self.kept.forget_of("kb of", "cases")

    def folder(self, path: Path) -> Path | None:
        """The knowledge base that a file belongs to; for a `.dl` file that is in none, the one that was given."""
        found = folder_of(path, lambda p: p in self.opened or p.is_file()) or self._of_case(path)
        return found or (self.doors.home.absolute() if path.suffix == ".dl" else None)

    def _of_case(self, path: Path) -> Path | None:
        """Of a file of cases, and of the gaps beside it."""
        if path.suffix not in (".yaml", ".yml"):
            return None
        return self.kept.of(("kb of", path.parent), lambda: self.doors.kb_of(path.with_name("any.yaml")))

    def snapshot(self, folder: Path) -> Snapshot:
        """The knowledge base as it stands; the same object as before when nothing has changed."""
        texts: dict[str, str] = {}
        bad: list[Diagnostic] = []
        mine = [path for path in self.opened if self.folder(path) == folder]
        if folder not in self._files:
            self._files[folder] = tuple(files_of(folder, self.doors.case_files(folder)))
        for path in dict.fromkeys((*self._files[folder], *mine)):
            self._add(path, name_of(path, folder), texts, bad)
        records: list[str] = []
        for path in self._patients(texts, folder):
            name = path.as_posix()
            if name not in texts:
                self._add(path, name, texts, [])
                records += [name] if name in texts else []
        found = with_lines(bad, texts)
        reviewed = self._reviewed(folder / REVIEWED)
        last = self._last.get(folder)
        now = (texts, found, reviewed, tuple(records))
        if last is None or (last.texts, last.unreadable, last.reviewed, last.records) != now:
            last = self._last[folder] = Snapshot(folder, texts, self.doors, self.kept, found, reviewed, tuple(records))
        return last

    def _add(self, path: Path, name: str, texts: dict[str, str], bad: list[Diagnostic]) -> None:
        try:
            texts[name] = self._text(path)
        except Invalid as invalid:
            span = Span(name, 1, 1, 2)
            bad += (Diagnostic(d.code, d.message, span, help=d.help) for d in invalid.diagnostics)

    def _text(self, path: Path) -> str:
        """The text of a file, in the editor or on the disk. Raises Invalid as `text_of` does."""
        text = self.opened.get(path)
        if text is not None:
            if len(text) > LARGEST:
                raise Invalid([Diagnostic("E118", f"`{path.name}` is larger than {LARGEST:,} bytes")])
            return unix(text)
        try:
            at = path.stat()
            stamp = (at.st_mtime_ns, at.st_size)
        except OSError:
            stamp = None
        known = self._disk.get(path)
        if known is None or stamp is None or known[0] != stamp:
            known = self._disk[path] = (stamp, text_of(path))
        return known[1]

    def _reviewed(self, path: Path) -> str | None:
        try:
            return self._text(path)
        except Invalid:
            return None

    def _patients(self, texts: dict[str, str], folder: Path) -> Iterator[Path]:
        """The records that cases take from files."""
        for name in [n for n in texts if n.endswith((".yaml", ".yml"))]:
            text = texts[name]
            for patient in self.kept.of(("patients", name, text), lambda n=name, t=text: self._named(n, t)):
                path = (folder / name).parent / patient
                if path.suffix in (".yaml", ".yml", ".json") and path.is_file():
                    yield path.resolve()

    def _named(self, name: str, text: str) -> tuple[str, ...]:
        if "patient:" not in text:
            return ()
        try:
            words = self.doors.words(name, text, ())
        except Invalid:
            return ()
        return tuple(w.text for w in words if w.keys[-1:] == ("patient",) and len(w.keys) < 3 and not w.is_key)
