"""Places as the protocol counts them, lines from 0 and in units of an encoding, and as we do, from 1 in characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal as OneOf

Encoding = OneOf["utf-8", "utf-16", "utf-32"]


def units(text: str, encoding: Encoding) -> int:
    """How long a text is in the units of an encoding; a character that UTF-16 has no pair for counts as one."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-16":
        return len(text) + sum(character > "\uffff" for character in text)
    return len(text.encode("utf-8", "surrogatepass"))


def unit_of(lines: Sequence[str], line: int, column: int, encoding: Encoding) -> int:
    """The protocol's column of our line and column; what lies behind the end of the line is its end."""
    text = lines[line - 1] if 1 <= line <= len(lines) else ""
    return units(text[: max(0, column - 1)], encoding)


def column_of(lines: Sequence[str], line: int, unit: int, encoding: Encoding) -> int:
    """Our column of the protocol's 0-based line and unit; inside a character, the place before it."""
    text = lines[line] if 0 <= line < len(lines) else ""
    if encoding == "utf-32" or text.isascii():
        return min(max(unit, 0), len(text)) + 1
    counted = 0
    for at, character in enumerate(text):
        counted += units(character, encoding)
        if counted > unit:
            return at + 1
    return len(text) + 1
