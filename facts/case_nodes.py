"""The parts of a test case read from the tree of its file; what is not as a case wants it is an error there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..kb.case import DETAILS, PARTS, Detail, Expectation, Expected, Named
from .findings import Findings, one_of, quoted
from .tree import Mapping as MapNode
from .tree import Node, Scalar, Sequence

LISTS = ("because", "assumes", "blocks", "would_decide")
NOT, EXACTLY, TRANSCRIPT = "not", "exactly", "transcript"
Entries = dict[str, tuple[Scalar, Node]]


@dataclass(frozen=True, slots=True)
class CaseNodes:
    """Reads nodes of one case file."""

    findings: Findings

    def wrong(self, code: str, message: str, node: Node, help: str = "") -> None:  # noqa: A002
        """An error at a node."""
        self.findings.error(code, message, self.findings.source.span(node.start, node.end), help)

    def entries(self, node: Node, allowed: Iterable[str], what: str) -> Entries:
        """The entries of a map; a key that is not allowed is an error."""
        if not isinstance(node, MapNode):
            self.wrong("D963", f"{what} is a map of names to values", node)
            return {}
        names = tuple(allowed)
        found: Entries = {}
        for key, value in node.entries:
            if names and key.text not in names:
                help_ = self.findings.near(key.text, names) or f"it may have {one_of(names)}"
                self.wrong("D961", f"{what} has no key {quoted(key.text)}", key, help_)
            else:
                found[key.text] = (key, value)
        return found

    def named(self, node: Node, what: str) -> tuple[Named, ...]:
        """A list of names."""
        if not isinstance(node, Sequence) or not all(isinstance(item, Scalar) for item in node.items):
            self.wrong("D963", f"{what} is a list of names", node, "such as `[a, b]`")
            return ()
        span = self.findings.source.span
        return tuple(Named(n.text, span(n.start, n.end)) for n in node.items if isinstance(n, Scalar))

    def text(self, node: Node, what: str) -> str:
        """One text."""
        if isinstance(node, Scalar) and node.kind != "null" and node.text.strip():
            return node.text
        self.wrong("D963", f"{what} is a text", node)
        return ""

    def expectation(self, node: Node | None) -> Expectation:
        """What `expect` asks of the answer."""
        if node is None:
            return Expectation({}, {})
        if (isinstance(node, Scalar) and node.kind == "null") or (isinstance(node, MapNode) and not node.entries):
            help_ = "say what the answer must have, such as `for: [ACTION]`"
            self.wrong("D964", "`expect` is still to be filled in: it says nothing", node, help_)
            return Expectation({}, {})
        entries = self.entries(node, (*PARTS, NOT, EXACTLY, TRANSCRIPT), "`expect`")
        refused = self.entries(entries[NOT][1], PARTS, "`not`") if NOT in entries else {}
        exactly = self.named(entries[EXACTLY][1], "`exactly`") if EXACTLY in entries else ()
        for one in exactly:
            if one.name not in PARTS or one.name == "holds":
                help_ = self.findings.near(one.name, PARTS) or f"parts are {one_of(PARTS[:-1])}"
                self.findings.error("D961", f"an answer has no part {quoted(one.name)}", one.span, help_)
        wanted = {p: self.expected(p, e[1]) for p, e in entries.items() if p in PARTS}
        for part in wanted:
            if _is_empty(entries[part][1]) and part not in (one.name for one in exactly):
                help_ = f"write `exactly: [{part}]` if there must be none"
                self.wrong("D964", f"an empty `{part}` says nothing", entries[part][0], help_)
        return Expectation(
            wanted,
            {part: self.named(entry[1], f"`not.{part}`") for part, entry in refused.items()},
            frozenset(one.name for one in exactly),
            self.text(entries[TRANSCRIPT][1], "`transcript`") if TRANSCRIPT in entries else "",
        )

    def expected(self, part: str, node: Node) -> tuple[Expected, ...]:
        """The items of a part: names, or maps with details; of `prognosis` a map of factors."""
        if part == "prognosis" and isinstance(node, MapNode):
            return tuple(self._factor(key, value) for key, value in node.entries)
        if not isinstance(node, Sequence):
            form = "a map of factors to values" if part == "prognosis" else "a list of items"
            self.wrong("D963", f"`{part}` is {form}", node)
            return ()
        return tuple(self._items(part, node.items))

    def _factor(self, key: Scalar, node: Node) -> Expected:
        value = {"value": node.text} if isinstance(node, Scalar) else self._details("prognosis", node, key.text)
        return Expected(key.text, value, self.findings.source.span(key.start, key.end))

    def _items(self, part: str, nodes: Iterable[Node]) -> Iterator[Expected]:
        for node in nodes:
            if isinstance(node, Scalar):
                yield Expected(node.text, {}, self.findings.source.span(node.start, node.end))
                continue
            name = next((v for k, v in node.entries if k.text == "item"), None) if isinstance(node, MapNode) else None
            if not isinstance(name, Scalar):
                self.wrong("D963", f"an item of `{part}` is a name, or a map with `item` and details", node)
                continue
            details = self._details(part, node, name.text)
            yield Expected(name.text, details, self.findings.source.span(name.start, name.end))

    def _details(self, part: str, node: Node, item: str) -> Mapping[str, Detail]:
        found: dict[str, Detail] = {}
        for name, (_, value) in self.entries(node, ("item", *DETAILS[part]), f"an item of `{part}`").items():
            if name in LISTS:
                found[name] = tuple(one.name for one in self.named(value, f"`{name}` of {quoted(item)}"))
            elif name != "item":
                text = self.text(value, f"`{name}` of {quoted(item)}")
                found[name] = text.lower() in ("yes", "true") if name == "conflicting" else text
        return found


def _is_empty(node: Node) -> bool:
    return (isinstance(node, Sequence) and not node.items) or (isinstance(node, MapNode) and not node.entries)


def cells(columns: Iterable[str], node: Sequence, known: Iterable[str]) -> tuple[Entries, Entries, Entries]:
    """A row of a table as the entries of `given`, of `expect` and of its `not`; an empty cell says nothing."""
    given: Entries = {}
    wanted: Entries = {}
    unwanted: Entries = {}
    fields = set(known)
    for column, cell in zip(columns, node.items, strict=True):
        refused, part = column.startswith("not "), column.removeprefix("not ")
        key = Scalar(cell.start, cell.end, part, "word")
        if column in fields:
            given[column] = (key, cell)
        elif not (isinstance(cell, Scalar) and cell.kind == "null"):
            listed = cell if not isinstance(cell, Scalar) else Sequence(cell.start, cell.end, (cell,))
            (unwanted if refused else wanted)[part] = (key, listed)
    return given, wanted, unwanted


def columns_of(fields: Iterable[str]) -> tuple[str, ...]:
    """What a column of a table may be: a field of the record, or a part of the answer, with or without `not`."""
    parts = [part for part in PARTS if part not in ("prognosis", "undetermined")]
    return (*fields, *parts, *(f"not {part}" for part in parts))
