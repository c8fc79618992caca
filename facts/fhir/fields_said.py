"""Fields that an Observation states by their own name, as a judgement of the clinician: the latest one counts."""

from __future__ import annotations

from .chart import Chart, Evidence
from .dates import before
from .elements import obj, objects, references, text
from .observations import MARKERS

_WEIGHED_ELSEWHERE = ("stage", "metastatic_sites", "metastatic_site_biopsied", "antibodies", "imaging", *MARKERS)


def weigh_fields(chart: Chart) -> None:
    """A value for each field that is stated; what is marked not applicable; what is listed completely."""
    for name in chart.fields:
        stated = [] if name in _WEIGHED_ELSEWHERE else chart.found[name]
        for one in _latest(chart, stated):
            _state(chart, name, one)
        for one in _latest(chart, chart.found[f"not applicable {name}"]):
            if not any(f.atom.predicate.lstrip("-") == name for f in chart.recorded.facts):
                chart.not_applicable(name, one)
    _lists(chart)


def _latest(chart: Chart, several: list[Evidence]) -> list[Evidence]:
    """Those that no other is certainly later than. If they differ, both are recorded, and set apart."""
    latest = [e for e in several if not any(before(e.when, other.when) for other in several)]
    for one in several:
        if one not in latest:
            chart.note(one.resource, "a later statement of the same is recorded")
    return latest


def _state(chart: Chart, name: str, one: Evidence) -> None:
    shape = chart.fields[name].shape
    if shape == "yes or no":
        chart.fact(name if one.value == "yes" else f"-{name}", (), [one])
    elif shape in ("value", "list"):
        chart.fact(name, (one.value,), [one])


def _lists(chart: Chart) -> None:
    """A List that says it is the whole list of something: what is not in it is absent."""
    for resource in chart.resources.get("List", ()):
        found = chart.find("list", resource.body.get("code"))
        name = found.means[0].name if found.means else ""
        body = resource.body
        if name not in chart.fields:
            chart.unknown_code(resource, found, "List")
        elif text(body.get("status")) != "current" or text(body.get("mode")) not in ("working", "snapshot"):
            chart.note(resource, "a List is complete when its status is `current` and its mode `working` or `snapshot`")
        elif missing := _missing(chart, resource):
            chart.note(resource, f"its item {missing} is not used here, so that the list is not known to be complete")
        else:
            chart.complete(name, resource)


def _missing(chart: Chart, resource: object) -> str:
    """An item of a List that gave no fact, "" when there is none."""
    from .resource import Resource

    if not isinstance(resource, Resource):
        return ""
    for entry in objects(resource.body.get("entry")):
        for reference in references(obj(entry.get("item"))):
            found = chart.index.get(reference, resource)
            if found is None or (not chart.accounts[found].facts and entry.get("deleted") is not True):
                return reference[:80]
    return ""
