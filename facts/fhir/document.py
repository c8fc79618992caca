"""A file of FHIR JSON: its text, and where in it something stands. Lines are counted only when they are told."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import NoReturn

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Span
from .detect import LARGEST
from .json_text import Fault, items, members

Kind = OneOf["one resource", "Bundle", "list", "NDJSON"]


@dataclass(slots=True, eq=False)
class Document:
    """A named text. `warnings` is what the user has to know of it; `kind` is told by whoever takes it apart."""

    name: str
    text: str
    kind: Kind = "one resource"
    warnings: list[Diagnostic] = field(default_factory=lambda: [])

    def span(self, at: int) -> Span:
        """The line and column of an offset."""
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        return Span(self.name, line, column, column + 1)

    def diagnostic(self, code: str, message: str, at: int | None, help: str = "") -> Diagnostic:  # noqa: A002
        """A finding at an offset, with its line; without one, it is about the whole file."""
        if at is None:
            return Diagnostic(code, message, Span(self.name, 0, 0, 0), help=help)
        begin = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        line = self.text[begin : len(self.text) if end < 0 else end]
        return Diagnostic(code, message, self.span(at), line, help)

    def fail(self, code: str, message: str, at: int | None, help: str = "") -> NoReturn:  # noqa: A002
        """Refuse the file."""
        raise Invalid([self.diagnostic(code, message, at, help)])

    def warn(self, code: str, message: str, at: int | None = None, help: str = "") -> None:  # noqa: A002
        """Say something about a file that is used."""
        self.warnings.append(self.diagnostic(code, message, at, help))


def document_of(data: bytes, name: str) -> Document:
    """The decoded text of a file."""
    if len(data) > LARGEST:
        message = f"the file is larger than {LARGEST // 2**20} MiB"
        raise Invalid([Diagnostic("D950", message, Span(name, 0, 0, 0), help="export fewer patients at a time")])
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Document(name, body.decode("utf-8"))
    except UnicodeDecodeError as error:
        good = Document(name, body[: error.start].decode("utf-8"))
        message = f"the file is not UTF-8: byte 0x{body[error.start]:02x} does not belong here"
        good.fail("D903", message, len(good.text), "FHIR JSON is UTF-8")


def position(text: str, at: int, path: str) -> int:
    """The offset of an element inside the value at an offset, or of the last part of the path that is there.

    A path is written as `stage[0].summary`; a name without `[]` before a list means its first item.
    """
    for part in path.replace("[", ".").replace("]", "").split("."):
        at = _first_of_list(text, at) if text[at : at + 1] == "[" and not part.isdigit() else at
        found = _child(text, at, part)
        if found is None:
            return at
        at = found
    return at


def _first_of_list(text: str, at: int) -> int:
    return next((begin for _, begin, _ in items(text, at)), at)


def _child(text: str, at: int, part: str) -> int | None:
    try:
        if text[at : at + 1] == "[":
            return next((begin for n, (_, begin, _) in enumerate(items(text, at)) if str(n) == part), None)
        if text[at : at + 1] == "{":
            return next((begin for name, begin in members(text, at) if name == part), None)
    except Fault:
        return None
    return None
