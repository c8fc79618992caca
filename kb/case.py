"""A test case as values: one patient, and what the answer has to say of them. Read in facts/, checked in queries/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOf

from .diagnostics import Diagnostic
from .edb import EDB
from .ir import Span

ACTIONS = ("for", "consider", "against")
PARTS = (*ACTIONS, "alerts", "expectations", "prognosis", "undetermined", "flags", "holds")
"""The parts of an answer that a case may speak of; `holds` are goals over the patient's model."""

DETAILS: Mapping[str, tuple[str, ...]] = {
    "for": ("status", "because", "assumes", "urgency"),
    "consider": ("status", "because", "assumes"),
    "against": ("status", "because", "assumes"),
    "alerts": ("status", "because", "assumes"),
    "expectations": ("status", "because", "assumes"),
    "prognosis": ("value", "status", "because", "assumes"),
    "undetermined": ("blocks", "would_decide", "conflicting"),
    "flags": ("status", "because", "assumes"),
    "holds": (),
}

Detail = str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a case file, and where it stands there."""

    name: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Expected:
    """One item that the answer must have, with the details that are asked of it."""

    item: str
    details: Mapping[str, Detail]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is asked of one answer. Of the parts that are not in `exactly`, items that are not named are not judged.

    `transcript`: the file that holds the whole answer as text, "" for none.
    """

    wanted: Mapping[str, tuple[Expected, ...]]
    unwanted: Mapping[str, tuple[Named, ...]]
    exactly: frozenset[str] = frozenset()
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A condition that no test will show to hold, or to fail alone, and why that is so."""

    rule: str
    condition: str
    never: OneOf["holds", "fails"]
    because: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test patient. `place` is `file:line` of the case or its row, and unique; `given` is the record as written.

    `edb` is None when `problems` say why the record or the expectation cannot be used.
    """

    __test__ = False  # pytest collects what is called Test

    place: str
    name: str
    section: str
    about: tuple[Named, ...]
    given: tuple[str, ...]
    edb: EDB | None
    expectation: Expectation
    span: Span
    problems: tuple[Diagnostic, ...] = ()

    @property
    def words(self) -> str:
        """What the case can be picked by: its place, section and name, and the statements that it is about."""
        return " ".join((self.place, self.section, self.name, *(one.name for one in self.about)))
