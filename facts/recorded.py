"""What one source records of one patient, as found and not yet weighed: facts that may still contradict each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ..kb.edb import Ground, Origin
from ..kb.ir import Span


class Fact(NamedTuple):
    """A ground fact, where it was recorded, and where that stands in the file."""

    atom: Ground
    origin: Origin
    span: Span


class Mark(NamedTuple):
    """A field that is marked not applicable or conflicting, and where."""

    origin: Origin
    span: Span


@dataclass(slots=True)
class Recorded:
    """Everything that one source says of one patient. `span` is where its id stands; `newest` the newest date seen."""

    subject: str
    span: Span
    facts: list[Fact] = field(default_factory=lambda: [])
    listed: set[str] = field(default_factory=lambda: set())
    not_applicable: dict[str, Mark] = field(default_factory=lambda: {})
    conflicting: dict[str, Mark] = field(default_factory=lambda: {})
    newest: date | None = None

    def dated(self, day: date) -> None:
        """A date of the data."""
        self.newest = day if self.newest is None else max(day, self.newest)
