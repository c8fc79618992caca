"""Every key and value of a YAML or JSON file with the keys above it: files of cases, of gaps, and patient records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..kb.case_word import CaseWord
from .document import records
from .findings import Findings
from .source import Source, text_source
from .tree import Mapping, Node, Scalar

_TABLE, _ROWS, _EXPECT, _NOT = "columns", "rows", "expect", "not"


def case_words(name: str, text: str, fields: Sequence[str] = ()) -> tuple[CaseWord, ...]:
    """The words of a text in its order. Raises Invalid for what is no YAML or JSON.

    A row of a table has the keys of a case: `fields` are the columns that are given, the others are expected.
    """
    source = text_source(text, name)
    findings = Findings(source)
    found = records(source, findings)
    findings.raise_if_any()
    return tuple(word for record in found for word in _case(source, record, frozenset(fields)))


def _case(source: Source, record: Mapping, fields: frozenset[str]) -> Iterator[CaseWord]:
    entries = {key.text: value for key, value in record.entries}
    columns = [n.text for n in _items(entries.get(_TABLE)) if isinstance(n, Scalar)]
    for key, value in record.entries:
        yield _word(source, key, (), True)
        rows = _items(value) if key.text == _ROWS and columns else ()
        if not rows:
            yield from _below(source, value, (key.text,))
        for row in rows:
            if isinstance(row, Mapping):
                yield from _below(source, row, (_ROWS,))
                continue
            for column, cell in zip(columns, _items(row), strict=False):
                yield from _below(source, cell, (_ROWS, *_column(column, fields)))


def _column(column: str, fields: frozenset[str]) -> tuple[str, ...]:
    """Where a cell would stand, were its row written out."""
    if column in fields:
        return ("given", column)
    part = column.removeprefix("not ")
    return (_EXPECT, part) if part == column else (_EXPECT, _NOT, part)


def _below(source: Source, node: Node, keys: tuple[str, ...]) -> Iterator[CaseWord]:
    if isinstance(node, Scalar):
        yield _word(source, node, keys, False)
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            yield _word(source, key, keys, True)
            yield from _below(source, value, (*keys, key.text))
    else:
        for item in node.items:
            yield from _below(source, item, keys)


def _items(node: Node | None) -> tuple[Node, ...]:
    return () if node is None or isinstance(node, Scalar | Mapping) else node.items


def _word(source: Source, node: Scalar, keys: tuple[str, ...], is_key: bool) -> CaseWord:
    written = source.text[node.start : node.end]
    quotes = written[:1] in ("'", '"') and written[:1] == written[-1:] and len(written) > 1
    inside = written[1:-1] if quotes else written
    start = node.start + quotes
    verbatim = inside == node.text and "\n" not in inside
    end = start + len(inside) if verbatim else node.end
    return CaseWord(keys, node.text, is_key, verbatim, source.span(start, max(end, start)))
