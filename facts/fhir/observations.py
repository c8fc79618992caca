"""Observations to evidence: the code says what is asked, the value what is answered."""

from __future__ import annotations

from collections import defaultdict

from .answers import NOT_APPLICABLE, Part, answer, parts
from .chart import Chart, Evidence
from .codes import Found, Meaning
from .dates import newest_start
from .diagnosis import Diagnosis, State
from .elements import said
from .resource import Resource
from .times import when

MARKERS = ("er", "pr", "her2")
_THERE, _NOT_THERE = ("yes", "present", "positive"), ("no", "absent", "negative")


def read_observations(chart: Chart) -> None:
    """What the Observations of a chart say, and their components."""
    findings: dict[tuple[Meaning, ...], list[Diagnosis]] = defaultdict(list)
    for resource in chart.resources.get("Observation", ()):
        for part in parts(resource):
            found = chart.find("observation", part.body.get("code"))
            finding = chart.table.find("condition", part.body.get("code"))
            if found.means:
                for meaning in found.means:
                    _question(chart, resource, part, found, meaning)
            elif finding.means:
                findings[finding.means] += _finding(chart, resource, part, finding)
            else:
                chart.unknown_code(resource, found, "component" if part.path else "Observation")
    for several in findings.values():
        _latest(chart, several)


def _question(chart: Chart, resource: Resource, part: Part, found: Found, meaning: Meaning) -> None:
    if meaning.name == "context":
        chart.note(resource, f"{found.said}: the record has no field for it")
        return
    got = answer(chart, resource, part)
    days, _ = when(resource)
    if got.absent == NOT_APPLICABLE and meaning.name in chart.fields:
        chart.add(f"not applicable {meaning.name}", Evidence("", resource, got.element, NOT_APPLICABLE, days))
    elif not got.value:
        chart.note(resource, got.why)
    elif got.value not in _accepted(chart, meaning.name):
        chart.note(resource, f"its value says `{got.value}`, which is no answer to {meaning.name}")
    else:
        where = said(part.body.get("valueCodeableConcept")) if meaning.name == "stage" else meaning.value
        chart.add(meaning.name, Evidence(got.value, resource, got.element, got.said, days, where))


def _accepted(chart: Chart, topic: str) -> tuple[str, ...]:
    """What may be answered to a question."""
    return _ACCEPTED.get(topic) or (chart.values_of(topic) if topic in chart.fields else ())


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


def _finding(chart: Chart, resource: Resource, part: Part, found: Found) -> list[Diagnosis]:
    """An Observation whose code is that of a diagnosis: present or absent, as its value says."""
    got = answer(chart, resource, part)
    days, element = when(resource)
    state: State | None = "active" if got.value in _THERE else "refuted" if got.value in _NOT_THERE else None
    if state is None:
        chart.note(resource, got.why or f"its value says `{got.value}`, neither present nor absent")
        return []
    if state == "refuted":
        chart.note(resource, f"its value says that it is not present ({got.said})")
    return [Diagnosis(found, state, resource, got.element, days, element)]


def _latest(chart: Chart, several: list[Diagnosis]) -> None:
    """Of findings of one thing, those that no other is certainly later than."""
    newest = newest_start(d.onset for d in several)
    for d in several:
        if d.onset and d.onset.high < newest:
            chart.note(d.resource, "a later Observation of the same is recorded")
        else:
            chart.diagnose(d)
