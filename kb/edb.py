"""Ground atoms and the extensional database of one subject: what evaluators take and give."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .values import Value, sort_key


class Ground(NamedTuple):
    """A ground atom: the signed name of its predicate and its values. What evaluators take and give."""

    predicate: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact was recorded: the source (a file name), the place in it (field or line), the value as written."""

    source: str
    place: str
    written: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.place}".strip()


@dataclass(frozen=True, slots=True)
class EDB:
    """The extensional database of one subject: ground facts with where each was recorded.

    `listed`: the input predicates whose complete list was given, so that what is not in it is absent, not unknown.
    `not_applicable`: predicates of which the question does not arise. `conflicts`: predicates whose recorded values
    contradict each other, with the origins; INVARIANT (conflict): `facts` holds none of the contradicting facts.
    `as_of` is the date that the data describe, None when the data carry no date.
    """

    subject: str
    facts: dict[Ground, tuple[Origin, ...]]
    listed: frozenset[str] = frozenset()
    not_applicable: frozenset[str] = frozenset()
    conflicts: dict[str, tuple[Origin, ...]] = field(default_factory=lambda: {})
    as_of: date | None = None


def ground_key(atom: Ground) -> tuple[str, tuple[tuple[int, str | int | Decimal], ...]]:
    """A total order over ground atoms, so that output never depends on the order of facts or rules."""
    return (atom.predicate, tuple(map(sort_key, atom.values)))
