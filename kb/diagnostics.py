"""Errors for the person who caused them: a code, the place, the line with a caret, what was expected, a suggestion."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

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


class UnknownName(Invalid):
    """A name in a question that nothing carries: an action, a predicate, a patient, a saved query, a code."""


class Unavailable(Invalid):
    """What was asked for cannot be had here: a program is not installed, there is nothing to draw."""


LONGEST_LINE = 160  # characters of a source line that an error shows
LONGEST_NAME = 60  # characters of a name that a message repeats, or that gets a suggestion

MOST_NAMES = 2000  # names among which a near one is searched


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
    out += [
        f"{gutter} = {printable(n.text)}" + (f" ({printable(n.span.place)})" if n.span.file else "") for n in d.notes
    ]
    return "\n".join(out)


def _excerpt(line: str, span: Span) -> tuple[str, str]:
    """The part of the line around the caret, and the caret line; control characters cannot move the cursor."""
    start = max(0, span.column - 1 - LONGEST_LINE // 2) if len(line) > LONGEST_LINE else 0
    shown = printable(line[start : start + LONGEST_LINE].replace("\t", " "))
    offset = min(span.column - 1 - start, len(shown))
    width = max(1, min(span.end - span.column, len(shown) - offset))
    return shown, " " * _width(shown[:offset]) + "^" * max(1, _width(shown[offset : offset + width]))


def _width(text: str) -> int:
    """The columns that a text takes on a terminal: two for a wide character, none for an accent that combines."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def printable(text: str) -> str:
    """The text with control characters replaced by U+FFFD, so that hostile input cannot drive a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def quoted(text: object) -> str:
    """The user's own words in backticks, cut when they are too long to be read."""
    words = str(text)
    return f"`{words}`" if len(words) <= LONGEST_NAME else f"`{words[: LONGEST_NAME - 1]}…`"


def suggest(name: str, candidates: Iterable[str]) -> str:
    """`did you mean ...?` with the nearest candidate, or "" when none is near."""
    near = nearest(name, candidates)
    return f"did you mean `{near}`?" if near else ""


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that is most like the name, or "" when none is near."""
    from difflib import get_close_matches  # late: only a text with a fault in it needs this

    pool = {*candidates} - {name}
    if len(name) > LONGEST_NAME or len(pool) > MOST_NAMES:
        return ""
    others = sorted(pool)
    same = [c for c in others if _plain(c) == _plain(name)]
    return next(iter(same or get_close_matches(name, others, n=1, cutoff=0.6)), "")


def _plain(name: str) -> str:
    return name.strip().casefold().replace("-", "_").replace(" ", "_")


def with_lines(problems: Iterable[Diagnostic], texts: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """The diagnostics with the text of the lines that they point into, in the order of the text."""
    lines: dict[str, list[str]] = {}

    def one(d: Diagnostic) -> Diagnostic:
        if d.line or not d.span.line or d.span.file not in texts:
            return d
        inside = lines.setdefault(d.span.file, []) or texts[d.span.file].split("\n")
        lines[d.span.file] = inside
        return replace(d, line=inside[d.span.line - 1]) if d.span.line <= len(inside) else d

    return tuple(sorted(map(one, problems), key=order))


def order(d: Diagnostic) -> tuple[str, int, int, str, str]:
    """The order in which diagnostics are shown: that of the text."""
    return (d.span.file, d.span.line, d.span.column, d.code, d.message)
