"""A word of a file of test cases or of a record, with the keys above it: what an editor looks up and renames."""

from __future__ import annotations

from dataclasses import dataclass, field

from .ir import Span


@dataclass(frozen=True, slots=True)
class CaseWord:
    """A key or a value as written, without quotes. `keys`: the keys above it; of a table, its column is one of them.

    `verbatim`: the text stands in the file as it is, on one line, so that `span` covers it letter by letter.
    """

    keys: tuple[str, ...]
    text: str
    is_key: bool
    verbatim: bool
    span: Span = field(compare=False)
