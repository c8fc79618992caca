"""A place in the tokens of a text: what comes next, what was expected there, and where to go on after a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal as OneOf
from typing import TypeVar

from .diagnostics import Diagnostic, quoted
from .ir import Span
from .lexer import Source, Token, tokens

DECLARING = frozenset({"type", "input", "table", "derived"})
KEYWORDS = DECLARING | {"not", "assuming", "unrecorded"}
NEVER_A_FACT = KEYWORDS | {"open", "closed", "single", "fixed", "yes", "no", "unknown", "ask"}
_T = TypeVar("_T")

Part = OneOf["annotations", "head", "body", "declaration"]


class Stop(Exception):  # noqa: N818  (control flow of the parser)
    """The item that is being read cannot be read on; the diagnostic is None when the lexer has said why."""

    def __init__(self, diagnostic: Diagnostic | None) -> None:
        super().__init__()
        self.diagnostic = diagnostic


@dataclass
class Cursor:
    """The tokens of a source, and how far they are read. `part`: which part of an item is being read."""

    source: Source
    found: list[Token]
    problems: list[Diagnostic]
    at: int = 0
    start: int = 0
    part: Part = "head"
    anonymous: int = 0
    damaged: set[str] = field(default_factory=lambda: set())
    half_declared: set[str] = field(default_factory=lambda: set())
    _rules: list[bool] = field(default_factory=lambda: [])

    @classmethod
    def over(cls, source: Source) -> Cursor:
        """At the first token of a source."""
        return cls(source, *tokens(source))

    # reading

    @property
    def here(self) -> Token:
        """The next token."""
        return self.found[self.at]

    def looking_at(self, *texts: str) -> bool:
        """Whether a sign or a word of the language comes next."""
        token = self.found[self.at]
        return token.text in texts and token.kind in ("punct", "name")

    def looking_at_text(self) -> bool:
        """Whether a text in double quotes comes next."""
        return self.found[self.at].kind == "string"

    def step(self) -> Token:
        """The next token, which is read."""
        token = self.found[self.at]
        self.at += token.kind != "end"
        return token

    def take(self, text: str) -> bool:
        """Whether a sign comes next; then it is read."""
        return self.looking_at(text) and bool(self.step())

    def expect(self, text: str, where: str) -> Token:
        """The sign, which has to come next."""
        if not self.looking_at(text):
            raise self.stop(f"`{text}` {where}")
        return self.step()

    def name(self, what: str) -> Token:
        """A lower-case word, which has to come next."""
        token = self.here
        if token.kind == "name" and token.text not in KEYWORDS:
            return self.step()
        raise self.stop(what, f"`{token.text}` is a word of the language" if token.text in KEYWORDS else "")

    def several(self, one: Callable[[], _T], separator: str = ",") -> tuple[_T, ...]:
        """One or more, with a sign between them."""
        items = [one()]
        while self.take(separator):
            items.append(one())
        return tuple(items)

    def span_from(self, first: Token) -> Span:
        """From the first token to the last one read, cut at the end of the first line."""
        last = self.found[self.at - 1].span
        a = first.span
        return Span(a.file, a.line, a.column, last.end if last.line == a.line else a.end, a.heading)

    # faults

    def stop(self, expected: str, help: str = "") -> Stop:  # noqa: A002
        """What to raise when something else was expected. On a later line, the fault is where this line ends."""
        token, span = self.here, self.here.span
        if token.kind == "error":
            return Stop(None)
        seen = "the end" if token.kind == "end" else quoted(token.text)
        last = self.found[self.at - 1].span if self.at > self.start else span
        if last.line < span.line:
            seen += "" if token.kind == "end" else f" {self._later(span.line - last.line)}"
            span = Span(last.file, last.line, last.end, last.end + 1, last.heading)
        help_ = "greater or equal is written `>=`" if token.text == "=>" else help
        return Stop(Diagnostic("E104", f"expected {expected}, found {seen}", span, help=help_))

    def problem(self, code: str, message: str, span: Span, help: str = "") -> None:  # noqa: A002
        """A fault after which reading goes on."""
        self.problems.append(Diagnostic(code, message, span, help=help))

    def recover(self) -> None:
        """Go to the next item: after the final period, or at a line that begins one when the period is missing."""
        if self.at == self.start:
            self.step()
        while self.here.kind != "end" and not self._begins_item():
            token = self.step()
            if token.kind == "punct" and token.text == ".":
                break
        skipped = self.found[self.start : self.at]
        self.damaged.update(str(t.value) for t in skipped if t.kind in ("name", "variable", "quoted"))
        self.half_declared.update(_declared(skipped))

    def _later(self, lines: int) -> str:
        return "on the next line" if lines == 1 else f"{lines} lines below"

    def _begins_item(self) -> bool:
        """Whether the next token begins a line as items do: not indented, and not as a condition would.

        After a fault in annotations the rest of their rule belongs to the fault: without its id it is nothing.
        """
        token, before, first = self.here, self.found[self.at - 1], self.found[self.start]
        if before.span.line == token.span.line or token.span.column > first.span.column:
            return False
        if self.part == "annotations":
            return token.kind == "name" and token.text in DECLARING
        if self.looking_at("@", "?-", *DECLARING):
            return True
        if token.kind == "name" or self.looking_at("-"):
            return self._is_rule() or (self.part != "body" and token.text not in NEVER_A_FACT)
        return False

    def _is_rule(self) -> bool:
        """Whether from here `:-` comes before a period."""
        if not self._rules:
            ahead = False
            for token in reversed(self.found):
                if token.kind == "punct" and token.text in (":-", "."):
                    ahead = token.text == ":-"
                self._rules.append(ahead)
            self._rules.reverse()
        return self._rules[self.at]


def _declared(skipped: list[Token]) -> Iterator[str]:
    for word, name in pairwise(skipped):
        if word.kind == "name" and word.text in DECLARING and name.kind == "name":
            yield name.text
