"""Medications to courses: which drug, whether it was taken, whether it still is. An order may never have been taken."""

from __future__ import annotations

from typing import NamedTuple

from .chart import Chart, Evidence
from .codes import Found
from .dates import Days
from .elements import Body, obj, objects, references, text
from .resource import Resource
from .times import when

_TYPES = ("MedicationAdministration", "MedicationStatement", "MedicationRequest")


class Course(NamedTuple):
    """A drug and what is known of its use. `immunotherapy` is its name as one, "" when it is none."""

    drug: str
    name: str
    immunotherapy: str
    route: str
    was_given: bool
    is_ongoing: bool
    was_administered: bool
    evidence: Evidence


def read_medications(chart: Chart) -> list[Course]:
    """The courses of a chart. Those that show no use have a note."""
    return [
        course for kind in _TYPES for resource in chart.resources.get(kind, ()) for course in _courses(chart, resource)
    ]


def _courses(chart: Chart, resource: Resource) -> list[Course]:
    found, element = _drug(chart, resource)
    if not found.means:
        chart.unknown_code(resource, found, "medication")
        return []
    why, given, ongoing = _use(chart, resource)
    if why:
        chart.note(resource, f"{found.said}: {why}")
    if not given and not ongoing:
        return []
    days, _ = when(resource)
    evidence = Evidence("", resource, element, found.said, days)
    route = _route(chart, resource)
    immunotherapy = found.value("immunotherapy_given")
    drugs = [m for m in found.means if m.name != "immunotherapy_given"] or list(found.means[:1])
    return [
        Course(
            "immunotherapy" if m.name == "immunotherapy_given" else m.name,
            m.value,
            immunotherapy,
            route,
            given,
            ongoing,
            resource.type == "MedicationAdministration",
            evidence,
        )
        for m in drugs
    ]


def _drug(chart: Chart, resource: Resource) -> tuple[Found, str]:
    """The drug, written here or in the Medication that is referred to."""
    if "medicationCodeableConcept" in resource.body:
        return chart.find("medication", resource.body.get("medicationCodeableConcept")), "medicationCodeableConcept"
    for reference in references(resource.body.get("medicationReference")):
        medication = chart.get(reference, resource)
        if medication is not None and medication.type == "Medication":
            return chart.find("medication", medication.body.get("code")), "medicationReference"
        chart.note(resource, f"its medication {reference[:80]} is not in the data")
    return Found(), "medication"


def _use(chart: Chart, resource: Resource) -> tuple[str, bool, bool]:
    """Why nothing follows, or else: whether the drug was taken, and whether it is being taken."""
    body, status = resource.body, text(resource.body.get("status"))
    if body.get("doNotPerform") is True:
        return "it is an order not to give it (`doNotPerform`)", False, False
    if resource.type == "MedicationAdministration":
        if status in ("completed", "in-progress", "stopped"):
            return "", True, status == "in-progress"
        return f"its status is `{status}`, so that it was not given", False, False
    if resource.type == "MedicationStatement" or _is_reported(body):
        return _stated(chart, body, status)
    if text(body.get("intent")) not in ("order", "original-order", "instance-order", "reflex-order"):
        return f"its intent is `{text(body.get('intent'))}`, not an order", False, False
    if status == "completed":
        return "", True, False
    return f"an order ({status or 'no status'}) does not say that it was taken", False, False


def _is_reported(body: Body) -> bool:
    return body.get("reportedBoolean") is True or bool(obj(body.get("reportedReference")))


def _stated(chart: Chart, body: Body, status: str) -> tuple[str, bool, bool]:
    if status == "active":
        end = text(obj(body.get("effectivePeriod")).get("end"))
        return "", True, not end or _ends(end).low >= chart.as_of
    if status in ("completed", "stopped"):
        return "", True, False
    if status == "not-taken":
        return "it was not taken", False, False
    return f"its status is `{status or 'not given'}`, which does not say that it was taken", False, False


def _ends(written: str) -> Days:
    from .dates import days_of

    return days_of(written)


def _route(chart: Chart, resource: Resource) -> str:
    """`oral`, `intravenous`, or "" when it is not stated."""
    body = resource.body
    doses = [*objects(body.get("dosage")), *objects(body.get("dosageInstruction"))]
    found = {chart.table.find("route", d.get("route")).means for d in doses if obj(d.get("route"))}
    routes = {means[0].name for means in found if means}
    return routes.pop() if len(routes) == 1 else ""
