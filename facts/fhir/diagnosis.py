"""A diagnosis as a chart holds it: what it is, whether it is present, and from when to when."""

from __future__ import annotations

from typing import Literal as OneOf
from typing import NamedTuple

from .codes import Found
from .dates import Days
from .resource import Resource

State = OneOf["active", "recurrence", "remission", "resolved", "inactive", "suspected", "refuted", "unstated"]

PRESENT: tuple[State, ...] = ("active", "recurrence")
PAST: tuple[State, ...] = ("remission", "resolved", "inactive")


class Diagnosis(NamedTuple):
    """What a Condition, or an Observation of a finding, says. `element` is where the state is said."""

    found: Found
    state: State
    resource: Resource
    element: str
    onset: Days | None = None
    onset_element: str = ""
    ended: Days | None = None
    ended_element: str = ""

    def has(self, name: str) -> bool:
        """Whether its code has a meaning of this name."""
        return self.found.has(name)
