"""The text of a data file with its positions: bytes are read, bounded and decoded here and nowhere else."""

from __future__ import annotations

import codecs
import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ..kb.diagnostics import Diagnostic, Invalid
from ..kb.ir import Span
from .fhir.detect import LARGEST as FHIR_LARGEST
from .fhir.detect import is_fhir

LARGEST = 16 * 2**20  # bytes of one data file
_LINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Source:
    """A named text. Positions are offsets of characters; `span` turns them into lines and columns on demand."""

    name: str
    text: str
    starts: array[int] = field(repr=False)

    def span(self, start: int, end: int | None = None) -> Span:
        """The span from one offset to another; it ends with the line where it begins."""
        line = self.line_number(start)
        first = self.starts[line - 1]
        last = min(start + 1 if end is None else end, first + len(self.line(line)))
        return Span(self.name, line, start - first + 1, max(last, start + 1) - first + 1)

    def line_number(self, offset: int) -> int:
        """The 1-based line of an offset."""
        return bisect_right(self.starts, offset)

    def line(self, number: int) -> str:
        """The text of a line, without its end."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


def source_of(data: bytes, name: str) -> Source:
    """The decoded text of a file; UTF-8, with or without a byte order mark."""
    if len(data) > LARGEST:
        raise _refuse("D902", name, f"the file is larger than {LARGEST // 2**20} MiB", "split it into smaller files")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _looks_like_utf16(data):
        raise _refuse("D903", name, "the file is UTF-16, not UTF-8", "save it as UTF-8")
    if b"\0" in data:
        raise _refuse("D905", name, "the file is binary, not text", "give a record in JSON or YAML, or Datalog facts")
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _undecodable(body, name, error.start) from None
    if not text.strip():
        raise _refuse("D904", name, "the file is empty", "a patient record has at least an `id`")
    return text_source(text, name)


def text_source(text: str, name: str) -> Source:
    """A text that needs no decoding, such as an argument."""
    starts = array("I", [0])
    starts.extend(match.end() for match in _LINE.finditer(text))
    return Source(name, text, starts)


def bytes_of(path: str, stdin: BinaryIO | None) -> bytes:
    """The bytes of a file, or of `stdin` (the process's, when None) for `-`, and no more than one too many."""
    try:
        if path == "-":
            return _bounded(stdin or open(0, "rb", closefd=False))
        if Path(path).is_dir():
            raise _refuse("D901", path, "this is a folder, not a file", "name the files in it")
        with Path(path).open("rb") as file:
            return _bounded(file)
    except OSError as error:
        raise _refuse("D901", path, f"cannot read the file: {(error.strerror or 'it failed').lower()}") from None
    except ValueError:  # a name with a NUL in it
        raise _refuse("D901", path, "cannot read the file: this is not a file name") from None


def _bounded(file: BinaryIO) -> bytes:
    """One byte more than the largest file of its kind, at most: FHIR may be larger than a record."""
    data = file.read(LARGEST + 1)
    return data + file.read(FHIR_LARGEST + 1 - len(data)) if len(data) > LARGEST and is_fhir(data) else data


def _looks_like_utf16(data: bytes) -> bool:
    """Every second byte of the beginning is NUL, as in UTF-16 of mostly Latin text without a byte order mark."""
    head = data[:64]
    odd, even = head[1::2], head[0::2]
    return len(head) >= 4 and (odd.count(0) == len(odd) or even.count(0) == len(even)) and head.count(0) < len(head)


def _undecodable(body: bytes, name: str, at: int) -> Invalid:
    begin = max(body.rfind(b"\n", 0, at), body.rfind(b"\r", 0, at)) + 1
    column = len(body[begin:at].decode("utf-8")) + 1
    line_number = len(_LINE.findall(body[:begin].decode("utf-8"))) + 1
    line = re.split(rb"[\r\n]", body[begin : begin + 4096], maxsplit=1)[0].decode("utf-8", errors="replace")
    message = f"the file is not UTF-8: byte 0x{body[at]:02x} does not belong here"
    span = Span(name, line_number, column, column + 1)
    return Invalid([Diagnostic("D903", message, span, line, "save it as UTF-8; it may be Latin-1 or Windows-1252")])


def _refuse(code: str, name: str, message: str, help: str = "") -> Invalid:  # noqa: A002  (the field's name)
    return Invalid([Diagnostic(code, message, Span(name, 0, 0, 0), help=help)])
