"""The tree of a document: scalars as they were written, sequences and mappings, each with its place in the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import NamedTuple

from ..kb.diagnostics import Invalid
from ..kb.ir import Span
from .findings import Findings
from .source import Source

DEEPEST = 32  # levels of nesting; a record has four
MOST = 1_000_000  # values in one file

ScalarKind = OneOf["text", "word", "number", "boolean", "null"]


class Scalar(NamedTuple):
    """A value as written. INVARIANT (late typing): a scalar is not converted before the type of its column is known.

    text: a quoted string. word: an unquoted YAML scalar that is none of the following. number, boolean, null: what JSON
    or YAML 1.1 would read; `text` still holds the characters that were written.
    """

    start: int
    end: int
    text: str
    kind: ScalarKind


class Sequence(NamedTuple):
    """A list of values."""

    start: int
    end: int
    items: tuple[Node, ...]


class Mapping(NamedTuple):
    """Keys with their values, in the order written; each key once."""

    start: int
    end: int
    entries: tuple[tuple[Scalar, Node], ...]


Node = Scalar | Sequence | Mapping


def is_word(node: Node, text: str) -> bool:
    """Whether the node is this word, quoted or not."""
    return isinstance(node, Scalar) and node.text == text and node.kind in ("word", "text")


def is_unknown(node: Node) -> bool:
    """Whether the node says that nothing is known: null or `unknown`."""
    return (isinstance(node, Scalar) and node.kind == "null") or is_word(node, "unknown")


@dataclass(slots=True)
class _Frame:
    """A list or map that is still open; of a map, the key that waits for its value."""

    start: int
    is_map: bool
    items: list[Node] = field(default_factory=lambda: [])
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=lambda: {})
    key: Scalar | None = None


class Builder:
    """Builds the tree from a stream of beginnings, scalars and ends, without recursion and within bounds."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self.source = source
        self.findings = findings
        self.frames: list[_Frame] = []
        self.roots: list[Node] = []
        self.count = 0

    @property
    def wants_key(self) -> bool:
        """Whether the next scalar is a key of a map."""
        return bool(self.frames) and self.frames[-1].is_map and self.frames[-1].key is None

    @property
    def opened(self) -> Span:
        """Where the innermost open list or map begins."""
        return self.source.span(self.frames[-1].start)

    def begin(self, start: int, is_map: bool) -> None:
        """A list or a map begins."""
        if self.wants_key:
            raise self.findings.fatal("D912", "a key has to be a name, not a list or a map", self.source.span(start))
        if len(self.frames) == DEEPEST:
            raise self.too_deep(start)
        self._bound(start)
        self.frames.append(_Frame(start, is_map))

    def too_deep(self, start: int) -> Invalid:
        """The error for a document that is nested beyond the bounds."""
        message = f"the document is nested more than {DEEPEST} levels deep"
        return self.findings.fatal("D908", message, self.source.span(start), "a patient record needs four levels")

    def end(self, end: int) -> None:
        """The innermost list or map ends."""
        frame = self.frames.pop()
        if frame.is_map:
            self._add(Mapping(frame.start, end, tuple(frame.entries.values())))
        else:
            self._add(Sequence(frame.start, end, tuple(frame.items)))

    def scalar(self, scalar: Scalar) -> None:
        """A key, or a value of the innermost list or map."""
        self._bound(scalar.start)
        if self.wants_key:
            self.frames[-1].key = scalar
        else:
            self._add(scalar)

    def _bound(self, start: int) -> None:
        self.count += 1
        if self.count > MOST:
            message = f"the file holds more than {MOST:,} values"
            raise self.findings.fatal("D909", message, self.source.span(start), "split it into smaller files")

    def _add(self, node: Node) -> None:
        if not self.frames:
            self.roots.append(node)
            return
        frame = self.frames[-1]
        key = frame.key
        if key is None:
            frame.items.append(node)
            return
        frame.key = None
        earlier = frame.entries.setdefault(key.text, (key, node))
        if earlier[0] is not key:
            self.findings.twice(key.text, self.source.span(key.start, key.end), self.source.span(earlier[0].start))
