"""Text to tokens, each with its span; what cannot be read becomes a diagnostic and lexing goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .diagnostics import Diagnostic
from .ir import Span, Value, canonical

LONGEST_NUMBER = 30  # digits
LONGEST_LINE_READ = 10_000  # characters

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r]+) | (?P<newline>\n) | (?P<comment>%[^\n]*)
  | (?P<date>\d{4}-\d{2}-\d{2}(?![\w-]))
  | (?P<number>-?\d++(?:\.\d++)?(?![A-Za-z_0-9]))
  | (?P<variable>[A-Z_][A-Za-z0-9_]*)
  | (?P<name>[a-z][A-Za-z0-9_]*)
  | (?P<quoted>'(?:[^'\\\n]|\\.|'')*')
  | (?P<string>"(?:[^"\\\n]|\\.)*")
  | (?P<punct>:-|\?-|\.\.|=<|<=|>=|!=|\\=|[<>=(),.|:@{}-])
    """,
    re.VERBOSE,
)
_SPELLING = {"=<": "<=", "\\=": "!="}  # Prolog's spelling of two comparisons
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}


@dataclass(frozen=True, slots=True)
class Token:
    """kind: name, variable, value (number, date), quoted, string, punct, or end; `value` is what it stands for."""

    kind: str
    text: str
    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of a file to be read: its text, where its first line stands, its indentation, the headings above."""

    file: str
    text: str
    line: int = 1
    indent: int = 0
    heading: tuple[str, ...] = ()

    def span(self, line: int, column: int, end: int) -> Span:
        """The span in the file of a 0-based line and columns of this piece."""
        return Span(self.file, self.line + line, column + self.indent + 1, end + self.indent + 1, self.heading)

    def diagnostic(self, code: str, message: str, span: Span, help: str = "") -> Diagnostic:  # noqa: A002
        """A diagnostic with the text of its line."""
        lines = self.text.split("\n")
        at = span.line - self.line
        line = " " * self.indent + lines[at] if 0 <= at < len(lines) else ""
        return Diagnostic(code, message, span, line, help)


def tokens(source: Source) -> tuple[list[Token], list[Diagnostic]]:
    """All tokens, the last of kind `end`, and what could not be read."""
    found: list[Token] = []
    problems: list[Diagnostic] = []
    line, line_start, at, text = 0, 0, 0, source.text
    while at < len(text):
        match = _TOKEN.match(text, at)
        span = source.span(line, at - line_start, (match.end() if match else at + 1) - line_start)
        if match is None:
            problems.append(_unreadable(source, text[at], span))
            # A stray quote spoils the rest of its line: go on after it, so that one slip is one error.
            rest = text.find("\n", at)
            at = at + 1 if text[at] not in "'\"" else len(text) if rest < 0 else rest
            continue
        at, kind = match.end(), match.lastgroup
        if kind == "newline":
            line, line_start = line + 1, at
        elif kind not in ("space", "comment"):
            try:
                found.append(_token(str(kind), match.group(), span))
            except ValueError as error:
                problems.append(source.diagnostic("E103", str(error), span))
                found.append(Token("value", match.group(), 0, span))
    end = source.span(line, at - line_start, at - line_start + 1)
    found.append(Token("end", "", "", end))
    return found, problems


def comments(text: str) -> tuple[str, ...]:
    """The comment lines that open a text, without their signs: the description of a saved query."""
    opening: list[str] = []
    for line in text.split("\n"):
        if not line.startswith("%"):
            break
        opening.append(line.lstrip("%").strip())
    return tuple(opening)


def _token(kind: str, text: str, span: Span) -> Token:
    if kind == "number":
        if len(text) > LONGEST_NUMBER:
            raise ValueError(f"the number is too long ({len(text)} characters, {LONGEST_NUMBER} at most)")
        return Token("value", text, canonical(Decimal(text)), span)
    if kind == "date":
        try:
            return Token("value", text, date.fromisoformat(text), span)
        except ValueError as error:
            raise ValueError(f"`{text}` is not a date ({error})") from None
    if kind in ("quoted", "string"):
        return Token(kind, text, _unescape(text[1:-1].replace("''", "'") if kind == "quoted" else text[1:-1]), span)
    text = _SPELLING.get(text, text)
    return Token(kind, text, text, span)


def _unescape(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match.group(1) not in _ESCAPES:
            raise ValueError(f"unknown escape `\\{match.group(1)}` (known: \\n \\t \\\\ \\' \\\")")
        return _ESCAPES[match.group(1)]

    return re.sub(r"\\(.)", one, text)


def _unreadable(source: Source, character: str, span: Span) -> Diagnostic:
    if character in "'\"":
        return source.diagnostic("E102", f"the text that starts with {character} is not closed on its line", span)
    return source.diagnostic("E101", f"the character `{character}` has no meaning here", span)
