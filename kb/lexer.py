"""Text to tokens, each with its span; what cannot be read is a diagnostic and a token of kind `error`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .diagnostics import Diagnostic, quoted
from .ir import Span
from .values import Value, canonical

LONGEST_NUMBER = 30  # characters
MOST = 1000  # problems of one text after which the rest is not read

# A quantifier that ends in `+` gives nothing back: no text takes longer than its length.
_TOKEN = re.compile(
    r"""
    [ \t]*+ (?: (?P<newline>\n) | (?P<comment>%[^\n]*+)
  | (?P<name>[a-z][A-Za-z0-9_]*+ (?!\w|-\w))
  | (?P<variable>(?:[A-Z][A-Za-z0-9_]*+|_) (?!\w|-\w))
  | (?P<foreign>==|=\\=|<-(?![0-9])|->|\\\+|\|\||&&|//)
  | (?P<punct>:-|\?-|\.\.|=>|=<|<=|>=|!=|\\=|[<>=(),.|:@{}]|-(?![0-9]))
  | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2} (?![\w-]))
  | (?P<number>-?[0-9]++(?:\.[0-9]++)? (?!\w|[-/.][0-9]))
  | (?P<quoted>'(?:[^'\\\n]|\\[^\n]|'')*+' (?!\w))
  | (?P<string>"(?:[^"\\\n]|\\[^\n])*+" (?!\w))
  | (?P<badnumber>-?[0-9]\w*+(?:[-/.]\w++)*+)
  | (?P<badword>\w++(?:-\w++)*+)
  | (?P<openquote>['"“”„«»‘’‚‹›][^\n]*+)
  | (?P<bad>(?P<one>[^\n])(?P=one)*+)
  | (?P<nothing>\Z) )
    """,
    re.VERBOSE,
)
_SPELLING = {"=<": "<=", "\\=": "!="}  # Prolog's spelling of two comparisons
_ESCAPE = re.compile(r"\\(u\{([0-9A-Fa-f]{1,6})\}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
# Control characters, and those that make an editor show a line in another order than the one that is read.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_DASHES = dict.fromkeys("‐‑‒–—−", "a dash is written `-`")
_HELP = {
    **dict.fromkeys(("==", "=:="), "equality is written `=`"),
    **dict.fromkeys(("=\\=", "≠", "<>"), "write `!=`"),
    "≥": "write `>=`",
    **dict.fromkeys(("<-", "->", "→", "←", "⇐", "⇒"), "a rule is written `head :- condition, condition.`"),
    **dict.fromkeys(("\\+", "~", "¬"), "write `not`, or `-p(X)` for what is recorded to be false"),
    **dict.fromkeys(("||", ";", "∨"), "an alternative is a rule of its own with the same head"),
    **dict.fromkeys(("&&", "&", "∧"), "conditions are joined by `,`"),
    **dict.fromkeys(("//", "#", "/"), "a comment begins with `%`"),
    **dict.fromkeys("+*^", "there is no arithmetic: durations and sums are computed before they are recorded"),
    **dict.fromkeys("[]", "there are no lists: a list is several facts"),
    "≤": "write `<=`",
    "!": "unequal is written `!=`; there is no cut",
    **_DASHES,
}


class Token(NamedTuple):
    """kind: name, variable, value (number, date), quoted, string, punct, error, end; `value` is what it stands for."""

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


class _Unreadable(Exception):  # noqa: N818  (control flow inside this file)
    def __init__(self, code: str, message: str, help: str = "") -> None:  # noqa: A002
        super().__init__(message)
        self.code, self.message, self.help = code, message, help


def unix(text: str) -> str:
    """The text with every line end as one newline."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def tokens(source: Source) -> tuple[list[Token], list[Diagnostic]]:
    """All tokens, the last of kind `end`, and what could not be read. Lines end with a newline (see `unix`)."""
    found: list[Token] = []
    problems: list[Diagnostic] = []
    file, line, heading = source.file, source.line, source.heading
    start = -source.indent - 1  # the offset that would have column 0
    hides = HIDDEN.search(source.text) is not None
    for match in _TOKEN.finditer(source.text):
        kind = match.lastgroup or ""
        if kind == "newline":
            line, start = line + 1, match.end() - source.indent - 1
            continue
        text, at = match.group(kind), match.start(kind)
        if hides and (unseen := HIDDEN.search(text)):
            begin = at + unseen.start() - start
            span = Span(file, line, begin, begin + len(unseen.group()), heading)
            problems.append(hidden(unseen.group(), span))
            if kind != "comment":
                found.append(Token("error", text, "", span))
            continue
        if kind in ("comment", "nothing"):
            continue
        if len(problems) >= MOST:
            break
        span = Span(file, line, at - start, at - start + len(text), heading)
        try:
            found.append(_token(kind, text, span))
        except _Unreadable as error:
            problems.append(Diagnostic(error.code, error.message, span, help=error.help))
            found.append(Token("error", text, "", span))
    end = max(1, (found[-1].span.end if len(problems) >= MOST and found else len(source.text) - start))
    found.append(Token("end", "", "", Span(file, line, end, end + 1, heading)))
    return found, problems


def comments(text: str) -> tuple[str, ...]:
    """The comment lines that open a text, without their signs: the description of a saved query."""
    opening: list[str] = []
    for line in text.split("\n"):
        if not line.startswith("%"):
            break
        opening.append(line.lstrip("%").strip())
    return tuple(opening)


def hidden(characters: str, span: Span) -> Diagnostic:
    """E107: what stands there cannot be seen, or changes the order in which the line is shown."""
    names = ", ".join(dict.fromkeys(_character(c) for c in characters[:8]))
    help_ = f"delete it; where a text needs it, write `\\u{{{ord(characters[0]):x}}}`"
    return Diagnostic("E107", f"hidden character {names}", span, help=help_)


def in_prose(file: str, lines: list[str], at: int, heading: tuple[str, ...]) -> Iterator[Diagnostic]:
    """The hidden characters of one line, 0-based, that is no program."""
    for match in HIDDEN.finditer(lines[at]):
        yield hidden(match.group(), Span(file, at + 1, match.start() + 1, match.end() + 1, heading))


def _token(kind: str, text: str, span: Span) -> Token:
    if kind in ("name", "variable"):
        return Token(kind, text, text, span)
    if kind == "punct":
        text = _SPELLING.get(text, text)
        return Token(kind, text, text, span)
    if kind in ("quoted", "string"):
        inside = text[1:-1].replace("''", "'") if kind == "quoted" else text[1:-1]
        return Token(kind, text, _ESCAPE.sub(_unescape, inside) if "\\" in inside else inside, span)
    if kind == "number":
        if len(text) > LONGEST_NUMBER:
            message = f"the number is too long: {len(text):,} characters"
            raise _Unreadable("E103", message, f"{LONGEST_NUMBER} at most")
        return Token("value", text, canonical(Decimal(text)), span)
    if kind == "date":
        try:
            return Token("value", text, date.fromisoformat(text), span)
        except ValueError as error:
            raise _Unreadable("E103", f"there is no date `{text}`", str(error)) from None
    raise _bad(kind, text)


def _unescape(match: re.Match[str]) -> str:
    code = match.group(2)
    if code:
        if int(code, 16) > 0x10FFFF or 0xD800 <= int(code, 16) <= 0xDFFF:
            raise _Unreadable("E103", f"there is no character `\\u{{{code}}}`")
        return chr(int(code, 16))
    if match.group(1) not in _ESCAPES:
        known = r"known are `\n`, `\t`, `\\`, `\'`, `\"` and `\u{e9}`; a backslash itself is `\\`"
        raise _Unreadable("E103", f"unknown escape `\\{match.group(1)}`", known)
    return _ESCAPES[match.group(1)]


def _bad(kind: str, text: str) -> _Unreadable:
    """What is wrong with a piece that is no token."""
    first = text[0]
    if kind == "badnumber":
        looks = "date" if re.search("[-/.].*[-/.]|[0-9]-", text) else "number"
        right = "a date is written `2024-03-05`" if looks == "date" else f"as a value it is quoted: `'{text}'`"
        return _Unreadable("E103", f"{quoted(text)} is no {looks}", right)
    if kind == "badword":
        return _bad_word(text)
    if kind == "openquote" and first in "'\"":
        if re.match(r"""(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")\w""", text):
            return _Unreadable("E102", "the text ends before a letter", f"a quote inside a text is written `\\{first}`")
        closed = f"write `{first}` where it ends; a text has one line, and `\\n` inside it for a new one"
        return _Unreadable("E102", f"the text that starts with `{first}` is not closed on its line", closed)
    if kind == "openquote":
        return _Unreadable("E101", f"`{first}` is a typographic quote", "write the plain sign: `\"` or `'`")
    if kind == "foreign" or not first.isprintable() or first in _HELP:
        shown = text if kind == "foreign" else first if first.isprintable() else _character(first)
        right = _HELP.get(shown, "" if first.isprintable() else "delete it, or write a plain space")
        return _Unreadable("E101", f"`{shown}` has no meaning here", right)
    return _Unreadable("E101", f"`{first}` has no meaning here")


def _bad_word(text: str) -> _Unreadable:
    if text.startswith("_") and text.isascii():
        name = text.lstrip("_").capitalize() or "X"
        right = f"a variable begins with a capital letter: `{name}`; a value that does not matter is `_`"
        return _Unreadable("E105", f"{quoted(text)} is no variable", right)
    operator, _, rest = text.partition("-")
    if operator in ("not", "assuming", "unrecorded"):
        return _Unreadable("E105", f"{quoted(text)} is no word", f"put a space between: `{operator} -{rest}`")
    why = "has a dash" if text.isascii() else "has letters other than a-z and A-Z"
    right = f"as a value it is quoted: `'{text}'`" if len(text) < LONGEST_NUMBER else "as a value it is quoted"
    return _Unreadable("E105", f"{quoted(text)} {why}, which only a quoted value can have", right)


def _character(character: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'CONTROL')}"
