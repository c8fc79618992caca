"""The names in a Datalog text, read from its tokens, so that a text that cannot be parsed yet has them too."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import cast

from ...kb.cursor import DECLARING, KEYWORDS
from ...kb.declarations import KINDS as NUMBER_KINDS
from ...kb.ir import COMPARISONS, FIELD, PATIENT, Program, Span
from ...kb.lexer import Source, Token, tokens
from ...kb.property import ACCEPT
from ...kb.property import KINDS as PROPERTY_KINDS
from ...kb.variants import SLOT
from .mention import Kind, Mention

STATEMENTS = ("reading", "rationale")
"""The annotations whose values are ids of statements."""


def datalog_names(source: Source, program: Program) -> tuple[Mention, ...]:
    """The mentions in a text, in its order; types of values are those that the program declares."""
    found, _ = tokens(source)
    return tuple(m for item in items(found) for m in _Item(item, program).names())


def items(found: Sequence[Token]) -> list[list[Token]]:
    """The tokens cut into clauses and declarations: after a period, or before a line that must begin one."""
    cut: list[list[Token]] = []
    current: list[Token] = []
    for token in found:
        if token.kind == "end":
            break
        if current and _begins(token, current):
            cut.append(current)
            current = []
        current.append(token)
        if token.kind == "punct" and token.text == ".":
            cut.append(current)
            current = []
    return [*cut, current] if current else cut


def _begins(token: Token, current: Sequence[Token]) -> bool:
    """Whether a line begins an item although the one before has no period: it is being typed."""
    before, first = current[-1], current[0]
    if token.span.line == before.span.line or token.span.column > first.span.column:
        return False
    if token.kind == "name" and token.text in DECLARING:
        return True
    annotated = first.text == "@" and not any(t.text in (":-", "(") and t.span.line > first.span.line for t in current)
    return token.text in ("@", "?-") and not annotated


@dataclass
class _Item:
    """The tokens of one clause, declaration, property or query."""

    tokens: Sequence[Token]
    program: Program

    def names(self) -> Iterator[Mention]:
        at = yield from self._annotations()
        if at >= len(self.tokens):
            return
        first = self.tokens[at]
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        named = following is not None and following.kind == "name"
        if first.kind == "name" and first.text == "type":
            yield from self._type(at + 1)
        elif first.kind == "name" and first.text in DECLARING:
            yield from self._declaration(at + 1)
        elif first.kind == "name" and first.text in (*PROPERTY_KINDS, ACCEPT) and named:
            yield from self._property(at + 1, first.text != ACCEPT)
        else:
            yield from self._conditions(at)

    def _annotations(self) -> Generator[Mention, None, int]:
        at = 0
        while at + 1 < len(self.tokens) and self.tokens[at].text == "@":
            name, at = self.tokens[at + 1].text, at + 2
            if not self._is(at, "("):
                continue
            while at < len(self.tokens) and not self._is(at, ")"):
                token = self.tokens[at]
                kind = cast("Kind", "rule" if name in ("id", "overrides") else "statement")
                if token.kind in ("name", "variable", "quoted") and name in ("id", "overrides", *STATEMENTS):
                    yield Mention(kind, str(token.value), token.span, defines=name == "id")
                at += 1
            at += 1
        return at

    def _type(self, at: int) -> Iterator[Mention]:
        if at >= len(self.tokens) or self.tokens[at].kind != "name":
            return
        name = self.tokens[at]
        yield Mention("type", name.text, name.span, defines=True)
        rest = self.tokens[at + 1 :]
        if len(rest) > 1 and rest[1].text in NUMBER_KINDS and not any(t.text == "|" for t in rest[2:4]):
            return
        for before, token in pairwise(rest):
            if before.text in ("=", "|") and before.kind == "punct" and token.kind in ("name", "quoted"):
                yield Mention("value", str(token.value), token.span, name.text, defines=True)

    def _declaration(self, at: int) -> Iterator[Mention]:
        if at >= len(self.tokens) or self.tokens[at].kind != "name":
            return
        name = self.tokens[at]
        yield Mention("predicate", name.text, name.span, defines=True)
        for n in range(at + 1, len(self.tokens)):
            token, before = self.tokens[n], self.tokens[n - 1]
            if token.kind == "variable" and before.text in ("(", ","):
                yield Mention("column", token.text, token.span, name.text, defines=True)
            elif token.kind == "name" and before.text == ":":
                yield Mention("type", token.text, token.span)
            elif token.kind == "string":
                yield from self._slots(token, name.text)

    def _slots(self, token: Token, predicate: str) -> Iterator[Mention]:
        for slot in SLOT.finditer(token.text):
            start = token.span.column + slot.start(1)
            span = token.span._replace(column=start, end=start + len(slot[1]))
            if slot[1]:
                yield Mention("column", slot[1], span, predicate)

    def _property(self, at: int, defines: bool) -> Iterator[Mention]:
        head = self.tokens[at]
        yield Mention("property", head.text, head.span, defines=defines)
        yield from (replace(m, kind="property") if m.span == head.span else m
                    for m in self._conditions(at) if m.span != head.span)  # fmt: skip

    def _conditions(self, at: int) -> Iterator[Mention]:
        """The atoms and comparisons from here on; a constant of a comparison has the type of the other side."""
        found: list[Mention] = []
        kinds: dict[str, str] = {}
        compared: list[tuple[Token, Token]] = []
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind == "name" and self._is(at + 1, "("):
                at = self._atom(at, found, kinds)
                continue
            left, right = (self._text(at - 1) in COMPARISONS, self._text(at + 1) in COMPARISONS)
            if token.kind == "variable":
                found += self._variable(token)
            elif left or right:
                other = at - 2 if left else at + 2
                if token.kind in ("name", "quoted") and 0 <= other < len(self.tokens):
                    compared.append((token, self.tokens[other]))
            elif token.kind == "name" and token.text not in KEYWORDS and self._opens(at):
                found.append(Mention("predicate", token.text, token.span))
            at += 1
        for token, other in compared:
            found += self._value(token, kinds.get(other.text, ""))
        return iter(found)

    def _opens(self, at: int) -> bool:
        """Whether a condition or an item begins here."""
        return at == 0 or self._text(at - 1) in (":-", "?-", ",", "-", "=>", ")", *KEYWORDS)

    def _atom(self, at: int, found: list[Mention], kinds: dict[str, str]) -> int:
        """An atom, whose arguments have the types of its columns; where reading goes on."""
        name = self.tokens[at]
        found.append(Mention("predicate", name.text, name.span))
        declared = self.program.predicates_by_name.get(name.text)
        types = [c.type for c in declared.columns] if declared else []
        at, column = at + 2, 0
        while at < len(self.tokens):
            token = self.tokens[at]
            at += 1
            if token.kind == "punct" and token.text in (")", ".", ":-", "?-", "@"):
                return at if token.text == ")" else at - 1
            if token.kind == "punct" and token.text == ",":
                column += 1
                continue
            kind = types[column] if column < len(types) else ""
            if token.kind == "variable":
                found += self._variable(token)
                kinds.setdefault(token.text, kind)
            elif token.kind in ("name", "quoted"):
                found += self._value(token, kind)
        return at

    def _variable(self, token: Token) -> Iterator[Mention]:
        if token.text != "_":
            first: Span = self.tokens[0].span
            yield Mention("variable", token.text, token.span, f"{first.place}:{first.column}")

    def _value(self, token: Token, kind: str) -> Iterator[Mention]:
        if kind == FIELD:
            yield Mention("predicate", str(token.value), token.span)
        elif kind != PATIENT and (declared := self.program.types_by_name.get(kind)) and declared.kind == "symbols":
            yield Mention("value", str(token.value), token.span, kind)

    def _is(self, at: int, text: str) -> bool:
        return at < len(self.tokens) and self.tokens[at].kind == "punct" and self.tokens[at].text == text

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""
