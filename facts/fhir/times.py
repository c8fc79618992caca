"""When what a resource says held, and when it was known: the date elements of each type that is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .dates import Days, NoDate, days_of, span
from .elements import Body, obj, text
from .resource import Resource

_ELEMENTS: dict[str, tuple[str, ...]] = {
    "Condition": (
        "recordedDate",
        "onsetDateTime",
        "onsetPeriod.start",
        "onsetPeriod.end",
        "abatementDateTime",
        "abatementPeriod.start",
        "abatementPeriod.end",
    ),
    "Observation": ("effectiveDateTime", "effectivePeriod.start", "effectivePeriod.end", "effectiveInstant", "issued"),
    "Procedure": ("performedDateTime", "performedPeriod.start", "performedPeriod.end"),
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("effectiveDateTime", "effectivePeriod.start", "effectivePeriod.end", "dateAsserted"),
    "MedicationAdministration": ("effectiveDateTime", "effectivePeriod.start", "effectivePeriod.end"),
    "ImagingStudy": ("started",),
    "DiagnosticReport": ("effectiveDateTime", "effectivePeriod.start", "effectivePeriod.end", "issued"),
    "ServiceRequest": ("authoredOn",),
    "Specimen": ("collection.collectedDateTime", "collection.collectedPeriod.start", "receivedTime"),
    "FamilyMemberHistory": ("date",),
    "List": ("date",),
}
"""The dates of each type. The first that is given is when the resource was known: that is held against `as_of`."""

_PLANNED = {("MedicationStatement", "effectivePeriod.end"), ("MedicationAdministration", "effectivePeriod.end")}
"""Ends that may lie ahead, and so do not show how far the data reach."""


class BadDate(NamedTuple):
    """A date element that holds no date."""

    element: str
    written: str


def value(body: Body, path: str) -> str:
    """The text at a path of one or two names."""
    first, _, second = path.partition(".")
    if not second:
        return text(body.get(first))
    inner, _, third = second.partition(".")
    return text(obj(obj(body.get(first)).get(inner)).get(third)) if third else text(obj(body.get(first)).get(second))


def dates_of(resource: Resource) -> Iterator[tuple[str, Days | BadDate]]:
    """Each date element that is given, with its days."""
    for element in _ELEMENTS.get(resource.type, ()):
        written = value(resource.body, element)
        if written:
            try:
                yield element, days_of(written)
            except NoDate:
                yield element, BadDate(element, written)


def known(resource: Resource) -> Days | None:
    """When the resource was known."""
    return next((days for _, days in dates_of(resource) if isinstance(days, Days)), None)


def newest(resource: Resource) -> Days | None:
    """The newest date that shows how far the data reach."""
    found = [d for e, d in dates_of(resource) if isinstance(d, Days) and (resource.type, e) not in _PLANNED]
    return max(found, key=lambda d: d.high, default=None)


def start(resource: Resource) -> tuple[Days | None, str]:
    """When something that was done began, and the element that says so."""
    for element in ("effectiveDateTime", "effectivePeriod.start"):
        if written := value(resource.body, element):
            return days_of(written), element
    return None, ""


def when(resource: Resource) -> tuple[Days | None, str]:
    """When what the resource says held: from its DateTime, its Period or its Instant; and the element that says so."""
    body = resource.body
    for stem in ("effective", "performed", "started", "collected"):
        for suffix in ("DateTime", "Instant", ""):
            if written := text(body.get(stem + suffix)):
                return days_of(written), stem + suffix
        if inner := obj(body.get(f"{stem}Period")):
            start, end = text(inner.get("start")), text(inner.get("end"))
            return span(days_of(start) if start else None, days_of(end) if end else None), f"{stem}Period"
    for element in ("issued", "authoredOn", "date"):
        if written := text(body.get(element)):
            return days_of(written), element
    return None, ""
