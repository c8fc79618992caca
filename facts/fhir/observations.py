"""Observations to evidence: the code says what is asked, the value what is answered."""

from __future__ import annotations

from .answers import NOT_APPLICABLE, Answer, answer
from .chart import Chart, Evidence
from .codes import Found, Meaning
from .diagnosis import Diagnosis
from .elements import said
from .resource import Resource
from .times import when

MARKERS = ("er", "pr", "her2")
_ABSENT = ("no", "absent", "negative")


def read_observations(chart: Chart) -> None:
    """What the Observations of a chart say."""
    for resource in chart.resources.get("Observation", ()):
        found = chart.find("observation", resource.body.get("code"))
        if found.means:
            for meaning in found.means:
                _question(chart, resource, found, meaning)
        elif not _finding(chart, resource):
            chart.unknown_code(resource, found, "Observation")


def _question(chart: Chart, resource: Resource, found: Found, meaning: Meaning) -> None:
    if meaning.name == "context":
        chart.note(resource, f"{found.said}: the record has no field for it")
        return
    got = answer(chart, resource)
    days, _ = when(resource)
    if got.absent == NOT_APPLICABLE and meaning.name in chart.fields:
        element = got.element
        chart.add(f"not applicable {meaning.name}", Evidence("", resource, element, NOT_APPLICABLE, days))
    elif not got.value:
        chart.note(resource, got.why)
        chart.add(f"unanswered {meaning.name}", Evidence(got.said, resource, got.element, got.why, days))
    else:
        _answered(chart, resource, meaning, got, Evidence(got.value, resource, got.element, got.said, days))


def _answered(chart: Chart, resource: Resource, meaning: Meaning, got: Answer, evidence: Evidence) -> None:
    topic = meaning.name
    accepted = _ACCEPTED.get(topic)
    if accepted is None and topic in chart.fields:
        accepted = chart.values_of(topic)
    if accepted is not None and got.value not in accepted:
        chart.note(resource, f"its value says `{got.value}`, which is no answer to {meaning.name}")
        return
    where = said(resource.body.get("valueCodeableConcept")) if topic == "stage" else meaning.value
    chart.add(topic, evidence._replace(where=where))


_ACCEPTED: dict[str, tuple[str, ...]] = {
    "stage": ("localized", "metastatic"),
    "m_category": ("localized", "metastatic"),
    "metastasis_history": ("yes", "no"),
    "metastasis_sites": ("none",),
    "calcium": ("high", "normal", "low"),
    "hormone_receptors": ("positive", "negative"),
    "antibodies": ("positive", "negative"),
    "imaging": ("negative", "suspicious"),
}


def _finding(chart: Chart, resource: Resource) -> bool:
    """An Observation whose code is that of a diagnosis: present or absent, as its value says."""
    found = chart.table.find("condition", resource.body.get("code"))
    if not found.means:
        return False
    got = answer(chart, resource)
    days, element = when(resource)
    if got.value in ("yes", "present", "positive"):
        diagnosis = Diagnosis(found, "active", resource, got.element, days, element)
    elif got.value in _ABSENT:
        diagnosis = Diagnosis(found, "refuted", resource, got.element, days, element)
        chart.note(resource, f"its value says that it is not present ({got.said})")
    else:
        chart.note(resource, got.why or f"its value says `{got.value}`, neither present nor absent")
        return True
    chart.diagnose(diagnosis)
    return True
