"""The reading of one record: how a fact, a mark and an unknown part are recorded, and where errors are placed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ..kb.edb import Ground, Origin
from ..kb.values import Value
from .fields import CONFLICTING, EXAMPLES, NOT_APPLICABLE, Field, Fields
from .findings import Findings, quoted
from .recorded import Fact, Mark, Recorded
from .tree import Mapping, Node, Scalar, Sequence, is_word

LONGEST_WRITTEN = 200  # characters of the source that an origin repeats


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reading of one record needs: its fields, the findings, the date after which facts do not count."""

    fields: Fields
    findings: Findings
    recorded: Recorded
    as_of: date | None

    def fact(self, name: str, values: tuple[Value, ...], node: Node, place: str, on: date | None = None) -> None:
        """Record a fact; one that is dated after `as_of` is left out, and that is said."""
        span = self.findings.source.span(node.start, node.end)
        for day in (on, *(v for v in values if isinstance(v, date))):
            if day and self.as_of and day > self.as_of:
                message = f"{quoted(place)} is dated {day}, after {self.as_of}, and is left out"
                self.findings.warn("W901", message, span)
                return
            if day:
                self.recorded.dated(day)
        self.recorded.facts.append(Fact(Ground(name, (self.recorded.subject, *values)), self.origin(node, place), span))

    def origin(self, node: Node, place: str) -> Origin:
        """Where a node stands and what is written there."""
        source = self.findings.source
        whole = node.text if isinstance(node, Scalar) else source.text[node.start : node.end]
        written = " ".join(whole[: 2 * LONGEST_WRITTEN].split())
        if len(written) > LONGEST_WRITTEN:
            written = written[: LONGEST_WRITTEN - 1] + "…"
        return Origin(source.name, f"{place} (line {source.line_number(node.start)})", written)

    def error(self, code: str, message: str, node: Node, help: str = "") -> None:  # noqa: A002
        """An error at a node."""
        self.findings.error(code, message, self.findings.source.span(node.start, node.end), help)

    def incomplete(self, field: Field, node: Node, place: str) -> None:
        """A part of a list is unknown: then the list is not complete; of a closed predicate, this is said."""
        self.recorded.listed.discard(field.name)
        if not field.predicate.open:
            message = f"{place} is unknown and counts as absent"
            self.findings.warn("W902", message, self.findings.source.span(node.start, node.end))

    def is_marked(self, field: Field, node: Node) -> bool:
        """Whether the field is marked not applicable or conflicting, and so has no value."""
        for word, marks in (
            (NOT_APPLICABLE, self.recorded.not_applicable),
            (CONFLICTING, self.recorded.conflicting),
        ):
            if is_word(node, word):
                span = self.findings.source.span(node.start, node.end)
                marks[field.name] = Mark(self.origin(node, field.name), span)
                return True
        return False

    def wrong_shape(self, field: Field, node: Node) -> None:
        """A list where one value is wanted, and the like."""
        found = "a list" if isinstance(node, Sequence) else "a map" if isinstance(node, Mapping) else "a single value"
        is_item = field.shape == "list" and isinstance(node, Scalar)
        help = f"write {quoted(f'[{node.text}]')}" if is_item and isinstance(node, Scalar) else ""  # noqa: A001
        self.error("D924", f"`{field.name}` wants {EXAMPLES[field.shape]}, not {found}", node, help)
