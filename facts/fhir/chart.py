"""One patient's chart while it is read: the resources, what was found in them, and the facts that come of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ...kb.ir import Ground, Origin, Span, Value, ValueType, canonical
from ..fields import Fields
from ..recorded import Fact, Mark, Recorded
from .account import Accounts, Given
from .codes import Found, Table
from .dates import Between, Days
from .diagnosis import Diagnosis
from .elements import Coding
from .index import Index
from .json_text import Json
from .people import SHARED
from .resource import Resource

ORIGINS = 3  # of one fact that are carried into an answer; sixty cycles of one treatment say it no better than three


class Evidence(NamedTuple):
    """One thing that one element of one resource says of a topic, and when it held."""

    value: str
    resource: Resource
    element: str
    said: str
    when: Days | None = None
    where: str = ""

    @property
    def told(self) -> str:
        """What is written there, with its date."""
        return f"{self.said}, {self.when}" if self.when else self.said


@dataclass(slots=True, eq=False)
class Chart:
    """`found` holds the evidence by topic, `kinds` the diagnoses by what they mean, `recorded` the facts.

    `exactly`: places are to be told by line, which costs a search.
    """

    recorded: Recorded
    index: Index
    table: Table
    accounts: Accounts
    as_of: date
    born: Days | None
    resources: dict[str, list[Resource]]
    usable: frozenset[Resource]
    fields: Fields
    neurological: frozenset[str] = frozenset()
    exactly: bool = False
    found: dict[str, list[Evidence]] = field(default_factory=lambda: defaultdict(list))
    diagnoses: dict[Resource, Diagnosis] = field(default_factory=lambda: {})
    kinds: dict[str, list[Diagnosis]] = field(default_factory=lambda: defaultdict(list))
    given: Counter[Ground] = field(default_factory=lambda: Counter())

    def get(self, reference: str, holder: Resource) -> Resource | None:
        """The resource that a reference names: a usable one of this patient, one of no patient, or a contained one."""
        found = self.index.get(reference, holder)
        if found is None or found.type in SHARED or reference.startswith("#"):
            return found
        return found if found in self.usable else None

    def find(self, use: str, concept: Json) -> Found:
        """What a concept means in one use; codes that are not in the table are counted."""
        found = self.table.find(use, concept)
        if found.unused:
            self.accounts.not_used(found.unused, use)
        return found

    def note(self, resource: Resource, why: str) -> None:
        """Why something of a resource is not used."""
        self.accounts.note(resource, why)

    def unknown_code(self, resource: Resource, found: Found, what: str) -> None:
        """Say that a concept means nothing here."""
        if found.disagree:
            self.note(resource, f"the codes of its {what} mean different things: {found.said}")
        else:
            named = ", ".join(_named(self.table, c) for c in found.unused) or "it has none"
            self.note(resource, f"the code of its {what} is not in the table ({named})")

    def diagnose(self, diagnosis: Diagnosis) -> None:
        """A diagnosis that was found, listed under everything that its code means."""
        self.diagnoses[diagnosis.resource] = diagnosis
        for meaning in diagnosis.found.means:
            self.kinds[meaning.name].append(diagnosis)

    def add(self, topic: str, evidence: Evidence) -> None:
        """Something that was found."""
        self.found[topic].append(evidence)

    def fact(self, field_: str, values: tuple[Value, ...], sources: Iterable[Evidence]) -> None:
        """A fact, with each element that it rests on. A name with `-` is recorded as false."""
        declared = self.fields.get(field_.removeprefix("-"))
        good = declared is not None and all(map(_fits, values, declared.types)) and len(values) == len(declared.types)
        atom = Ground(field_, (self.recorded.subject, *values))
        for one in sources:
            if good:
                self.accounts[one.resource].facts.append(Given(atom, one.element))
                self.given[atom] += 1
                if self.given[atom] <= ORIGINS:
                    self.recorded.facts.append(Fact(atom, self.origin(one), self.span(one)))
            else:
                shown = ", ".join(map(str, values))
                self.note(one.resource, f"the knowledge base has no field or no value for {field_}({shown})")

    def number(self, field_: str, between: Between, sources: list[Evidence]) -> None:
        """A number that lies between two dates. Where they leave a choice it is not recorded, and the range is told."""
        if between.high < 0:
            self.note(sources[0].resource, f"{field_} would be negative: the dates contradict each other")
        elif between.exact:
            self.fact(field_, (canonical(between.low),), sources)
        else:
            elements = " and ".join(dict.fromkeys(f"{s.resource.label} {s.element}" for s in sources))
            self.out_of_reach(f"{field_} lies between {between.low} and {between.high} by {elements}", sources)

    def out_of_reach(self, why: str, sources: list[Evidence]) -> None:
        """What dates of year or month alone leave open: said to the user, for it is one date away from being known."""
        first = sources[0].resource
        for one in sources:
            self.note(one.resource, f"{why}; it is not recorded")
        at = first.offset(sources[0].element) if self.exactly else None
        first.document.warn("W960", f"{why}; it is not recorded", at, "a full date would settle it")

    def complete(self, field_: str, resource: Resource) -> None:
        """A list is complete: what is not in it is absent."""
        self.recorded.listed.add(field_)
        self.accounts[resource].facts.append(Given(Ground("listed", (self.recorded.subject, field_)), "code"))

    def values_of(self, field_: str) -> tuple[str, ...]:
        """What may be answered to the question of a field; `yes` and `no` for one that has no value."""
        declared = self.fields[field_]
        return tuple(label.name for label in declared.types[-1].labels) if declared.types else ("yes", "no")

    @property
    def as_of_days(self) -> Days:
        """The day of the answer, as days are reckoned."""
        return Days(self.as_of, self.as_of)

    def not_applicable(self, field_: str, source: Evidence) -> None:
        """The question of a field does not arise."""
        self.recorded.not_applicable.setdefault(field_, Mark(self.origin(source), self.span(source)))
        atom = Ground("not_applicable", (self.recorded.subject, field_))
        self.accounts[source.resource].facts.append(Given(atom, source.element))

    def origin(self, one: Evidence) -> Origin:
        """`ResourceType/id element` in the file, and what is written there."""
        return Origin(one.resource.document.name, f"{one.resource.label} {one.element}", one.told)

    def span(self, one: Evidence) -> Span:
        """The place in the file. Looked up only when it will be told, for it costs a search."""
        return one.resource.span(one.element) if self.exactly else Span(one.resource.document.name, 0, 0, 0)


def _named(table: Table, coding: Coding) -> str:
    return f"{table.name(coding.system)} {coding.code} {coding.display}".strip()


def _fits(value: Value, column: ValueType) -> bool:
    """Whether a column may have a value."""
    if column.kind == "symbols":
        return any(label.name == value for label in column.labels) or (column.more and isinstance(value, str))
    if column.kind in ("integer", "number"):
        if not isinstance(value, int | Decimal) or (column.kind == "integer" and not isinstance(value, int)):
            return False
        low, high = column.low, column.high
        return (low is None or value >= low) and (high is None or value <= high)
    return isinstance(value, date) if column.kind == "date" else isinstance(value, str)
