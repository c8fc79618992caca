"""What became of each resource: the facts that it gave with their elements, or why it gave none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ...kb.ir import Ground
from .elements import Coding
from .resource import Resource


class Given(NamedTuple):
    """A fact and the element that it came from."""

    atom: Ground
    element: str


@dataclass(slots=True)
class Account:
    """One resource's account. `notes` says what was not used of it, and why."""

    resource: Resource
    facts: list[Given] = field(default_factory=lambda: [])
    notes: list[str] = field(default_factory=lambda: [])

    @property
    def why_none(self) -> str:
        """Why the resource gave no fact; "" when it gave one."""
        if self.facts:
            return ""
        return "; ".join(self.notes) or "nothing in it is a fact of the record"


class Unused(NamedTuple):
    """A code that is not in the table, and where it stood."""

    system: str
    code: str
    use: str


@dataclass(slots=True)
class Accounts:
    """The accounts by resource, and the codes that were not used, with how often and with what words."""

    of: dict[Resource, Account] = field(default_factory=lambda: {})
    unused: Counter[Unused] = field(default_factory=lambda: Counter())
    displays: dict[Unused, str] = field(default_factory=lambda: {})

    def __getitem__(self, resource: Resource) -> Account:
        found = self.of.get(resource)
        if found is None:
            found = self.of[resource] = Account(resource)
        return found

    def note(self, resource: Resource, why: str) -> None:
        """Why something of a resource is not used; once."""
        notes = self[resource].notes
        if why not in notes:
            notes.append(why)

    def not_used(self, codings: tuple[Coding, ...], use: str) -> None:
        """Codes that are not in the table."""
        for coding in codings:
            code = Unused(coding.system, coding.code, use)
            self.unused[code] += 1
            self.displays[code] = self.displays.get(code) or coding.display
