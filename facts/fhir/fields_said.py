"""Fields that an Observation states by their own name, as a judgement of the clinician: the latest one counts."""

from __future__ import annotations

from .chart import Chart, Evidence
from .dates import newest_start
from .elements import obj, objects, references, text, words
from .observations import MARKERS
from .resource import Resource

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
    newest = newest_start(e.when for e in several)
    latest = [e for e in several if e.when is None or e.when.high >= newest]
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


def _missing(chart: Chart, resource: Resource) -> str:
    """An item of a List that gave no fact, "" when there is none."""
    for entry in objects(resource.body.get("entry")):
        for reference in references(obj(entry.get("item"))):
            found = chart.get(reference, resource)
            account = chart.accounts.of.get(found) if found else None
            if account is None or not (account.facts or entry.get("deleted") is True):
                return words(reference)
    return ""
