"""Procedures and orders: what was done, what was not, and what is only planned."""

from __future__ import annotations

from .chart import Chart, Evidence
from .codes import Meaning
from .elements import objects, said, text
from .resource import Resource
from .times import when

DONE = "done "  # before the topic of what Procedures show, which is no statement of the field of that name
_COMPLETED, _BEGUN = ("completed",), ("completed", "in-progress", "stopped")


def read_procedures(chart: Chart) -> None:
    """What the Procedures of a chart say. Orders are noted: nothing has been done yet."""
    for resource in chart.resources.get("Procedure", ()):
        found = chart.find("procedure", resource.body.get("code"))
        if not found.means:
            chart.unknown_code(resource, found, "Procedure")
        for meaning in found.means:
            _one(chart, resource, meaning, found.said)
    for resource in chart.resources.get("ServiceRequest", ()):
        status = text(resource.body.get("status")) or "no status"
        if resource.body.get("doNotPerform") is True:
            chart.note(resource, f"an order ({status}) not to do it (`doNotPerform`)")
        else:
            chart.note(resource, f"an order ({status}) is no sign that it was done")


def _one(chart: Chart, resource: Resource, meaning: Meaning, shown: str) -> None:
    status, name = text(resource.body.get("status")), meaning.name
    days, _ = when(resource)
    evidence = Evidence("done", resource, "code", shown, days, meaning.value)
    if name == "context":
        chart.note(resource, f"{shown}: the record has no field for it")
    elif status == "not-done" and name == "surgery":
        chart.add(DONE + name, evidence._replace(value="none", element="status", said=f"not-done: {shown}"))
    elif status not in (_BEGUN if name == "cancer_treatment" else _COMPLETED):
        chart.note(resource, f"its status is `{status or 'not given'}`, so that it was not done")
    elif name == "biopsy":
        for site, place in _sites(chart, resource) or [("", "code")]:
            chart.add(DONE + name, evidence._replace(where=site, element=place))
    else:
        chart.add(DONE + name, evidence)


def _sites(chart: Chart, resource: Resource) -> list[tuple[str, str]]:
    """The body sites of a Procedure by their names here, with their elements."""
    sites: list[tuple[str, str]] = []
    for number, concept in enumerate(objects(resource.body.get("bodySite"))):
        found = chart.find("site", concept)
        if found.means:
            sites.append((found.means[0].name, f"bodySite[{number}]"))
        else:
            chart.note(resource, f"its bodySite is not in the table ({said(concept)})")
    return sites
