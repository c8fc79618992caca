"""The outline of a file: headings with their statements, rules and declarations; cases by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal as OneOf

from ...kb.ir import Span
from .mention import Mention
from .snapshot import Snapshot

Sort = OneOf["heading", "statement", "rule", "predicate", "type", "property", "case"]


@dataclass
class Symbol:
    """An entry of the outline. `span`: its name; it goes on to the line `last`."""

    name: str
    sort: Sort
    detail: str
    span: Span
    last: int
    below: list[Symbol] = field(default_factory=lambda: [])


def symbols(at: Snapshot, name: str) -> list[Symbol]:
    """The outline of a file."""
    if name.endswith((".yaml", ".yml", ".json")):
        return _cases(at, name)
    lines = at.lines(name)
    texts = {s.id: s.text for s in at.program.statements}
    entries: list[tuple[int, Symbol]] = []
    blocks = {n for b in at.blocks(name) for n in range(b.first, b.last + 1)} if name.endswith(".md") else set[int]()
    for n, line in enumerate(lines):
        level = len(line) - len(line.lstrip("#"))
        if name.endswith(".md") and n not in blocks and 0 < level < 7 and line[level:].strip():
            title = line[level:].strip().rstrip("#").rstrip() or line
            entries.append((level, Symbol(title, "heading", "", Span(name, n + 1, level + 2, len(line) + 1), n + 1)))
    entries += ((7, _symbol(m, texts)) for m in _outlined(at.mentions(name)) if m.kind == "statement")
    entries += ((8, _symbol(m, texts)) for m in _outlined(at.mentions(name)) if m.kind != "statement")
    entries.sort(key=lambda e: (e[1].span.line, e[1].span.column))
    return _nested(entries, len(lines))


def _outlined(mentions: Iterable[Mention]) -> Iterable[Mention]:
    kinds = ("statement", "rule", "predicate", "type", "property")
    return (m for m in mentions if m.kind in kinds and (m.defines or (m.kind == "statement" and m.span.column == 5)))


def _symbol(one: Mention, texts: dict[str, str]) -> Symbol:
    sort: Sort = one.kind if one.kind in ("statement", "rule", "predicate", "type", "property") else "heading"
    return Symbol(one.name, sort, texts.get(one.name, "") if sort == "statement" else "", one.span, one.span.line)


def _nested(entries: Sequence[tuple[int, Symbol]], length: int) -> list[Symbol]:
    """Each below the last one of a higher level, and lasting until the next that is not below it."""
    top: list[Symbol] = []
    stack: list[tuple[int, Symbol]] = []
    for n, (level, one) in enumerate(entries):
        following = next((o.span.line - 1 for k, o in entries[n + 1 :] if k <= level), length)
        one.last = max(one.span.line, following)
        while stack and stack[-1][0] >= level:
            stack.pop()
        (stack[-1][1].below if stack else top).append(one)
        stack.append((level, one))
    return top


def _cases(at: Snapshot, name: str) -> list[Symbol]:
    words = at.words(name)
    found = [
        Symbol(value.text, "case", "", value.span, value.span.line)
        for key, value in pairwise(words)
        if key.is_key and not key.keys and key.text in ("name", "section") and value.keys == (key.text,)
    ]
    return _nested([(1, one) for one in found], len(at.lines(name)))
