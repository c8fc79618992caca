"""The `key: value` lines between two `---` that may open a document."""

from __future__ import annotations

from dataclasses import dataclass

from .diagnostics import Diagnostic, quoted, suggest
from .ir import Span

KEYS = ("name", "version", "title", "source")
LINE = "---"


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says, the position of the line after it, and what is wrong with it."""

    values: dict[str, str]
    end: int
    problems: tuple[Diagnostic, ...]


def header_of(file: str, lines: list[str]) -> Header:
    """The header of a document; of a document without one, an empty header."""
    values: dict[str, str] = {}
    problems: list[Diagnostic] = []
    if lines[0].rstrip() != LINE:
        return Header(values, 0, ())
    for at, line in enumerate(lines[1:], 1):
        if line.rstrip() == LINE:
            return Header(values, at + 1, tuple(problems))
        if not line.strip() or line.startswith(("#", "- ", "`")):
            break  # the document has begun
        key, colon, value = (part.strip() for part in line.partition(":"))
        span = Span(file, at + 1, 1, len(line) + 1)
        if not colon or key not in KEYS:
            help_ = suggest(key, KEYS) or f"a header line is `key: value`; keys are {', '.join(KEYS)}"
            problems.append(Diagnostic("E111", f"unknown header line {quoted(line.strip())}", span, line, help_))
        elif key in values:
            problems.append(Diagnostic("E111", f"`{key}` is given twice in the header", span, line, "keep one of them"))
        else:
            values[key] = value
    else:
        at = len(lines)
    help_ = "write it after the last `key: value`"
    message = f"the header that starts here is not closed by a line `{LINE}`"
    return Header(values, at, (*problems, Diagnostic("E112", message, Span(file, 1, 1, 4), lines[0], help_)))
