"""The fences of a Markdown document: where a block begins, where it ends, and whether it is the program."""

from __future__ import annotations

import re
from dataclasses import dataclass

PROGRAM = "datalog"
_OTHER_NAMES = frozenset({"datalog", "prolog", "dl", "pl", "souffle", "logic", "asp", "clingo"})


@dataclass(frozen=True, slots=True)
class Fence:
    """The line that opens a block: its indentation, its sign (` or ~), how many of them, and the mark after them."""

    indent: int
    sign: str
    length: int
    mark: str

    @property
    def is_program(self) -> bool:
        """Whether the block is a part of the program."""
        return self.mark == PROGRAM

    def closed_by(self, line: str) -> bool:
        """Whether a line ends the block."""
        text = line.strip()
        return len(text) >= self.length and text == self.sign * len(text)

    def not_read(self, body: list[str]) -> str:
        """What to say of a block that looks like a part of the program and is none; "" for any other."""
        if self.mark == PROGRAM:
            return ""
        if self.mark.lower() in _OTHER_NAMES:
            return f"a block that is marked `{self.mark}` is not read"
        if not self.mark and any(":-" in line for line in body):
            return "this block holds a rule and is not marked, so it is not read"
        return ""


def fence_of(line: str) -> Fence | None:
    """The fence that a line opens."""
    text = line.lstrip(" \t")
    sign = text[:1]
    if sign not in ("`", "~") or text[:3] != sign * 3:
        return None
    info = text.lstrip(sign)
    if sign in info:
        return None  # words in the line, such as ```this```
    return Fence(len(line) - len(text), sign, len(text) - len(info), next(iter(info.split()), ""))


def closing(lines: list[str], at: int, fence: Fence) -> tuple[int, bool]:
    """Where the block that opens at this line ends, and whether a fence ends it.

    A block that is not closed ends where something begins that cannot stand in it.
    """
    for last in range(at + 1, len(lines)):
        line = lines[last]
        if fence.closed_by(line):
            return last, True
        if fence.is_program and re.match(r"#{1,6}\s|- \*\*", line):
            return last, False
        inner = fence_of(line)
        if inner and inner.mark and (fence.is_program or (inner.is_program and inner.length >= fence.length)):
            return last, False
    return len(lines), False
