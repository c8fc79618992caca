"""Fields that an Observation states by their own name, as a judgement of the clinician: the latest one counts."""

from __future__ import annotations

from .chart import Chart, Evidence
from .dates import newest_start
from .observations import MARKERS

_WEIGHED_ELSEWHERE = ("stage", "metastatic_sites", "metastatic_site_biopsied", "antibodies", "imaging", *MARKERS)


def weigh_fields(chart: Chart) -> None:
    """A value for each field that is stated, and what is marked not applicable."""
    for name in chart.fields:
        stated = [] if name in _WEIGHED_ELSEWHERE else chart.found[name]
        for one in _latest(chart, stated):
            _state(chart, name, one)
        for one in _latest(chart, chart.found[f"not applicable {name}"]):
            if not any(f.atom.predicate.lstrip("-") == name for f in chart.recorded.facts):
                chart.not_applicable(name, one)


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
