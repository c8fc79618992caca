"""A Datalog text in pieces that a formatter or a linter can move: comments, and items cut into lines of tokens."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from .cursor import DECLARING
from .declarations import FLAGS, TEMPLATES
from .lexer import Source, Token, tokens

Part = OneOf["annotation", "head", "condition", "label", "sentence"]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its sign, and the line where it stands."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on one line of an item that is written out: an annotation, a head, a condition, a label, a sentence.

    `above`: the comments inside the item that stand before it on lines of their own, or among its tokens. `after`: the
    comment at its end.
    """

    part: Part
    tokens: tuple[Token, ...]
    above: tuple[Comment, ...] = ()
    after: Comment | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A clause, a declaration or a query, up to its period."""

    lines: tuple[Line, ...]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All its tokens; the last is the period."""
        return tuple(t for line in self.lines for t in line.tokens)

    @property
    def word(self) -> str:
        """`type`, `input`, `table`, `derived`, `?-`, or "" for a clause."""
        first = self.lines[0].tokens[0]
        return first.text if first.text in DECLARING or first.text == "?-" else ""

    @property
    def first(self) -> int:
        """The line where it begins."""
        return self.lines[0].tokens[0].span.line

    @property
    def last(self) -> int:
        """The line where it ends."""
        return self.lines[-1].tokens[-1].span.line

    def with_token(self, place: tuple[int, int], text: str) -> Item:
        """The item with another text for the token at a line and column."""

        def one(token: Token) -> Token:
            return token._replace(text=text) if (token.span.line, token.span.column) == place else token

        return Item(tuple(replace(line, tokens=tuple(map(one, line.tokens))) for line in self.lines))

    @property
    def comments(self) -> tuple[Comment, ...]:
        """The comments inside it and at its end."""
        return tuple(c for line in self.lines for c in (*line.above, line.after) if c)


Piece = Comment | Item


def pieces(source: Source) -> tuple[Piece, ...]:
    """The comments between items, and the items, in the order of a text that parses.

    A comment among the first tokens of an item comes before it.
    """
    found, _ = tokens(source)
    listed = [t for t in found if t.kind != "end"]
    result: list[Piece] = []
    waiting = deque(_comments(source, listed))
    begin = 0
    for at, token in enumerate(listed):
        if token.kind == "punct" and token.text == ".":
            own = listed[begin : at + 1]
            following = listed[at + 1].span.line if at + 1 < len(listed) else None
            last = token.span.line
            while waiting and waiting[0].line < own[0].span.line:
                result.append(waiting.popleft())
            inside: list[Comment] = []
            while waiting and (waiting[0].line < last or (waiting[0].line == last and following != last)):
                inside.append(waiting.popleft())
            first, *others = _lines(own, inside)
            result += (replace(c, line=own[0].span.line) for c in first.above)
            result.append(Item((replace(first, above=()), *others)))
            begin = at + 1
    return (*result, *waiting)


def _comments(source: Source, found: Sequence[Token]) -> Iterator[Comment]:
    """What stands in each line after its last token: tokens have one line, so it is a comment or nothing."""
    ends: dict[int, int] = {}
    for token in found:
        ends[token.span.line] = token.span.end - 1 - source.indent
    for number, line in enumerate(source.text.split("\n"), source.line):
        rest = line[ends.get(number, 0) :].strip()
        if rest:
            yield Comment(rest, number)


def _lines(own: list[Token], inside: list[Comment]) -> Iterator[Line]:
    """The lines of an item, each with the comments that stand before, in and after it."""
    left = deque(inside)
    cut = list(_cut(own))
    for at, (part, mine) in enumerate(cut):
        end = mine[-1].span.line
        shared = at + 1 < len(cut) and cut[at + 1][1][0].span.line == end
        above: list[Comment] = []
        while left and left[0].line < end:
            above.append(left.popleft())
        after = left.popleft() if left and left[0].line == end and not shared else None
        yield Line(part, tuple(mine), tuple(above), after)


def _cut(own: list[Token]) -> Iterator[tuple[Part, list[Token]]]:
    word = own[0].text
    if word == "type":
        return _separated(own, "=", "|", "label")
    if word in ("input", "table", "derived"):
        return _declaration(own)
    return _clause(own)


def _clause(own: list[Token]) -> Iterator[tuple[Part, list[Token]]]:
    at = 0
    while own[at].text == "@" and own[at].kind == "punct":
        end = at + 2
        if own[end].text == "(":
            end = next(n for n in range(end, len(own)) if own[n].text == ")" and own[n].kind == "punct") + 1
        yield "annotation", own[at:end]
        at = end
    rest = own[at:]
    query = rest[0].text == "?-"
    yield from _separated(rest, "?-" if query else ":-", ",", "condition")


def _separated(own: list[Token], opener: str, separator: str, part: Part) -> Iterator[tuple[Part, list[Token]]]:
    """The head up to its opener, then what stands between separators that are in no parentheses.

    A separator `,` ends a line; `|` begins one.
    """
    line: list[Token] = []
    now: Part = "head"
    depth = 0
    for token in own:
        sign = token.text if token.kind == "punct" else ""
        depth += (sign == "(") - (sign == ")")
        if sign == separator == "|" and line:
            yield now, line
            line = []
        line.append(token)
        if (now == "head" and sign == opener) or (sign == separator == "," and depth == 0 and now == part):
            yield now, line
            line, now = [], part
    if line:
        yield now, line


def _declaration(own: list[Token]) -> Iterator[tuple[Part, list[Token]]]:
    line: list[Token] = []
    now: Part = "head"
    closed = False
    for at, token in enumerate(own):
        follows = own[at + 1].kind if at + 1 < len(own) else ""
        if closed and token.kind == "name" and token.text in TEMPLATES and follows == "string":
            yield now, line
            line, now = [], "sentence"
        closed = closed or token.text in (")", *FLAGS)
        line.append(token)
    yield now, line
