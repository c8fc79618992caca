"""Conditions to diagnoses: what the code means, whether it is present, past, suspected or ruled out, and since when."""

from __future__ import annotations

from .chart import Chart, Evidence
from .dates import Days, span
from .diagnosis import PAST, Diagnosis, State
from .elements import Body, obj, text
from .resource import Resource
from .statuses import state_of
from .times import value
from .units import Refused, age_after


def read_conditions(chart: Chart) -> None:
    """The diagnoses of a chart."""
    for resource in chart.resources.get("Condition", ()):
        found = chart.find("condition", resource.body.get("code"))
        if not found.means:
            chart.unknown_code(resource, found, "Condition")
            continue
        state, element = state_of(resource.body)
        onset, onset_element = moment(chart, resource, "onset")
        ended, ended_element = moment(chart, resource, "abatement")
        if onset and onset.low > chart.as_of:
            chart.note(resource, f"it begins after {chart.as_of}")
            continue
        if state in PAST and ended and ended.low > chart.as_of:
            state, element = "active", ended_element  # it has ended since, and not yet by `as_of`
        diagnosis = Diagnosis(found, state, resource, element, onset, onset_element, ended, ended_element)
        chart.diagnose(diagnosis)
        _explain(chart, diagnosis)
        if found.has("context"):
            chart.note(resource, f"{found.said}: the record has no field for it")


def _explain(chart: Chart, diagnosis: Diagnosis) -> None:
    """Notes on diagnoses that are not taken as present."""
    notes: dict[State, str] = {
        "suspected": "its verificationStatus says that it is not established",
        "refuted": "its verificationStatus says that it is ruled out",
        "unstated": "it has no clinicalStatus, so that it is not known whether it is present",
        "inactive": "its clinicalStatus says that it is no longer present",
        "resolved": "its clinicalStatus says that it is no longer present",
        "remission": "its clinicalStatus says that it is in remission",
    }
    if diagnosis.state in notes:
        chart.note(diagnosis.resource, notes[diagnosis.state])


def moment(chart: Chart, resource: Resource, stem: str) -> tuple[Days | None, str]:
    """The days of an onset or an abatement, in any of its forms, and the element that gives it."""
    body = resource.body
    for element in (f"{stem}DateTime", f"{stem}Period"):
        if element in body:
            return _days(body, element), element
    if f"{stem}Age" in body:
        element = f"{stem}Age"
        found = age_after(obj(body.get(element)), chart.born)
        if isinstance(found, Refused):
            chart.note(resource, f"{element} gives no date: {found.why}")
            return None, ""
        return found, element
    for suffix in ("Range", "String"):
        if f"{stem}{suffix}" in body:
            chart.note(resource, f"{stem}{suffix} gives no date")
    return None, ""


def _days(body: Body, element: str) -> Days | None:
    from .dates import days_of

    if element.endswith("DateTime"):
        written = text(body.get(element))
        return days_of(written) if written else None
    start, end = value(body, f"{element}.start"), value(body, f"{element}.end")
    return span(days_of(start) if start else None, days_of(end) if end else None)


def evidence(diagnosis: Diagnosis, value_: str, element: str = "code") -> Evidence:
    """A diagnosis as evidence: what its code says, since its onset."""
    shown = diagnosis.found.said if element == "code" else f"{diagnosis.state}: {diagnosis.found.said}"
    return Evidence(value_, diagnosis.resource, element, shown, diagnosis.onset)
