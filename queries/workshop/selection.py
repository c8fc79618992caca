"""Which cases `-k` picks: words that the case has, joined by `and`, `or`, `not` and parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...kb.diagnostics import Diagnostic, Invalid, quoted

Pick = Callable[[str], bool]
_WORD = re.compile(r"\s*([()]|[^\s()]+)")


def selection(expression: str) -> Pick:
    """A function that says whether a text is picked; case makes no difference. Raises Invalid (Q642)."""
    words = [w for w in _WORD.findall(expression) if w]
    if not words:
        return lambda _: True
    reader = _Reader(expression, words)
    found = reader.either()
    if reader.words:
        raise reader.fault()
    return lambda text: found(text.lower())


class _Reader:
    def __init__(self, expression: str, words: list[str]) -> None:
        self.expression = expression
        self.words = words[:60]  # a selection is typed; what is longer would only nest too deep

    def fault(self) -> Invalid:
        message = f"the selection {quoted(self.expression)} cannot be read"
        return Invalid([Diagnostic("Q642", message, help="write words joined by `and`, `or`, `not` and parentheses")])

    def either(self) -> Pick:
        first = self.both()
        while self.words[:1] == ["or"]:
            self.words.pop(0)
            first = _or(first, self.both())
        return first

    def both(self) -> Pick:
        """Words that follow each other must all be there, as with `and`."""
        first = self.one()
        while self.words and self.words[0] not in ("or", ")"):
            if self.words[0] == "and":
                self.words.pop(0)
            first = _and(first, self.one())
        return first

    def one(self) -> Pick:
        word = self.words.pop(0) if self.words else ""
        if word == "not":
            inside = self.one()
            return lambda text: not inside(text)
        if word == "(":
            inside = self.either()
            if self.words[:1] != [")"]:
                raise self.fault()
            self.words.pop(0)
            return inside
        if word in ("", ")", "and", "or"):
            raise self.fault()
        return lambda text: word.lower() in text


def _or(one: Pick, other: Pick) -> Pick:
    return lambda text: one(text) or other(text)


def _and(one: Pick, other: Pick) -> Pick:
    return lambda text: one(text) and other(text)
