"""A file of the knowledge base as it stands and as it should stand: what a formatter or a fixer would write."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from .lexer import unix
from .load import text_of


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file with its text now and its text to be; lines end with a newline. `mark`, `ends`: how its bytes differ."""

    path: Path
    before: str
    after: str
    mark: bytes = b""
    ends: str = "\n"

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    @property
    def content(self) -> bytes:
        """The bytes to write: with the file's own byte order mark and line ends."""
        return self.mark + self.after.replace("\n", self.ends).encode("utf-8")

    @property
    def diff(self) -> str:
        """The difference, as `diff -u` shows it."""
        name = self.path.as_posix()
        lines = unified_diff(self.before.splitlines(True), self.after.splitlines(True), name, name)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def rewritten(path: Path, how: Callable[[str, str], str]) -> Rewritten:
    """The file as `how(name, text)` would have it. Raises Invalid when it cannot be read."""
    text = text_of(path)
    with path.open("rb") as file:
        data = file.read()
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    crlf = data.count(b"\r\n")
    ends = "\r\n" if crlf and crlf * 2 > data.count(b"\n") else "\n"
    return Rewritten(path, unix(text), how(path.as_posix(), text), mark, ends)
