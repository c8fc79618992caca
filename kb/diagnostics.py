"""Errors for the person who caused them: a code, the place, the line with a caret, what was expected, a suggestion."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from .ir import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Note:
    """Another place that belongs to an error, such as an earlier definition."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `line` is the text of the line that `span` points into; "" when the finding has no line.

    Messages are lower case, without a final period, with the user's own words in backticks.
    """

    code: str
    message: str
    span: Span = NOWHERE
    line: str = ""
    help: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def severity(self) -> str:
        """`warning` for W codes, `error` for all others."""
        return "warning" if self.code.startswith("W") else "error"


class Invalid(Exception):  # noqa: N818  (it names the state of the input, which may have many errors)
    """Input that cannot be used, with everything that is wrong with it."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))


LONGEST_LINE = 160  # characters of a source line that an error shows


def render(diagnostic: Diagnostic) -> str:
    """The error as text: header, place, the line with a caret, help, notes."""
    d = diagnostic
    out = [f"{d.severity}[{d.code}]: {printable(d.message)}"]
    number = str(d.span.line)
    gutter = " " * len(number)
    if d.span.file:
        out.append(f"{gutter}--> {printable(str(d.span) if d.span.line else d.span.file)}")
    if d.line and d.span.line:
        text, caret = _excerpt(d.line.rstrip("\n"), d.span)
        out += [f"{number} | {text}", f"{gutter} | {caret}" + (f" {printable(d.help)}" if d.help else "")]
    elif d.help:
        out.append(f"{gutter} = {printable(d.help)}")
    out += [f"{gutter} = {printable(n.text)}" + (f" ({n.span.place})" if n.span.file else "") for n in d.notes]
    return "\n".join(out)


def _excerpt(line: str, span: Span) -> tuple[str, str]:
    """The part of the line around the caret, and the caret line; control characters cannot move the cursor."""
    start = max(0, span.column - 1 - LONGEST_LINE // 2) if len(line) > LONGEST_LINE else 0
    shown = printable(line[start : start + LONGEST_LINE].replace("\t", " "))
    offset = span.column - 1 - start
    width = max(1, min(span.end - span.column, len(shown) - offset))
    return shown, " " * offset + "^" * width


def printable(text: str) -> str:
    """The text with control characters replaced by U+FFFD, so that hostile input cannot drive a terminal."""
    return "".join(c if c.isprintable() or c == " " else "�" for c in text)


def suggest(name: str, candidates: Iterable[str]) -> str:
    """`did you mean \\`x\\`?` for the nearest candidate, or "" when none is near."""
    near = difflib.get_close_matches(name, sorted(set(candidates)), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""
