"""The names in a document: ids of bullets, names in its blocks, and those that its sentences speak of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ...kb.ir import Program, Span
from ...kb.lexer import Source, unix
from ...kb.literate import Block
from .datalog_names import datalog_names
from .mention import Mention

_BULLET = re.compile(r"- \*\*\s*([A-Za-z][A-Za-z0-9_.-]*)\s*\*\*")
_ID = re.compile(r"(?<![\w`/#.-])[A-Z]\w*[0-9]\w*(?![\w`/#-])")
_CODE = re.compile(r"`(\w+)`")


def document_names(
    name: str, text: str, blocks: Sequence[Block], program: Program, rules: Collection[str], own: bool
) -> tuple[Mention, ...]:
    """The mentions of a document in its order. `own`: it declares statements, as a translation does not."""
    lines = unix(text).split("\n")
    ids = frozenset(s.id for s in program.statements)
    found: list[Mention] = []
    at = 0
    for block in blocks:
        found += _prose(name, lines, range(at, block.first), ids, program, rules, own)
        source = block_source(name, lines, block)
        found += sorted((*datalog_names(source, program), *in_comments(source, DATALOG_COMMENT, ids)), key=_place)
        at = block.last + 1
    found += _prose(name, lines, range(at, len(lines)), ids, program, rules, own)
    return tuple(found)


def block_source(name: str, lines: Sequence[str], block: Block) -> Source:
    """The program text of a block, placed where it stands."""
    body = lines[block.first + 1 : block.last]
    fence = len(lines[block.first]) - len(lines[block.first].lstrip(" \t"))
    cut = min([fence, *(len(line) - len(line.lstrip(" \t")) for line in body if line.strip())])
    return Source(name, "\n".join(line[cut:] for line in body), block.first + 2, cut)


def spoken(file: str, number: int, line: str, start: int, ids: Collection[str]) -> Iterator[Mention]:
    """The statements that a line, 1-based, speaks of from an offset on."""
    for match in _ID.finditer(line, start):
        if match[0] in ids:
            yield Mention("statement", match[0], Span(file, number, match.start() + 1, match.end() + 1), loose=True)


def in_comments(source: Source, sign: re.Pattern[str], ids: Collection[str]) -> Iterator[Mention]:
    """The statements that the comments of a text speak of; `sign` finds where the comment of a line begins."""
    for number, line in enumerate(source.text.split("\n"), source.line):
        if found := sign.search(line):
            for one in spoken(source.file, number, line, found.end(), ids):
                span = one.span._replace(
                    column=one.span.column + source.indent, end=one.span.end + source.indent
                )  # fmt: skip
                yield replace(one, span=span)


DATALOG_COMMENT = re.compile(r"""^(?:[^"'%]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*?%""")
YAML_COMMENT = re.compile(r"""^(?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*'|(?<=\S)#)*?(?<!\S)#""")


def in_prose(text: str, one: Mention, new: str) -> str:
    """A sentence with another name for a statement, a rule or a predicate that it speaks of."""
    if one.kind == "statement":
        text = _ID.sub(lambda m: new if m[0] == one.name else m[0], text)
    if one.kind in ("statement", "rule", "predicate"):
        text = _CODE.sub(lambda m: f"`{new}`" if m[1] == one.name else m[0], text)
    return text


def _prose(
    name: str, lines: Sequence[str], numbers: range, ids: Collection[str], program: Program, rules: Collection[str],
    own: bool,
) -> Iterator[Mention]:  # fmt: skip
    for number in numbers:
        line = lines[number]
        start = 0
        if bullet := _BULLET.match(line):
            span = Span(name, number + 1, bullet.start(1) + 1, bullet.end(1) + 1)
            yield Mention("statement", bullet[1], span, defines=own)
            start = bullet.end()
        yield from spoken(name, number + 1, line, start, ids)
        for match in _CODE.finditer(line, start):
            span = Span(name, number + 1, match.start(1) + 1, match.end(1) + 1)
            if match[1] in ids:
                yield Mention("statement", match[1], span, loose=True)
            elif match[1] in rules:
                yield Mention("rule", match[1], span, loose=True)
            elif match[1] in program.predicates_by_name:
                yield Mention("predicate", match[1], span, loose=True)


def _place(one: Mention) -> tuple[int, int]:
    return (one.span.line, one.span.column)
