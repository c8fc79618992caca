"""Intervals: from the first diagnosis to a relapse or to now, and from the first symptom to the first IVIg."""

from __future__ import annotations

from .chart import Chart, Evidence
from .dates import before, days_between, months_between
from .diagnosis import PAST, PRESENT, Diagnosis
from .medications import Course
from .times import start

IVIG = "ivig"


def weigh_intervals(chart: Chart, courses: list[Course]) -> None:
    """The numbers that lie between two dates; each carries both."""
    _disease_free(chart)
    _ivig(chart, courses)


def _begin(d: Diagnosis) -> Evidence:
    return Evidence("", d.resource, d.onset_element, "onset", d.onset)


def _disease_free(chart: Chart) -> None:
    """From the first diagnosis to the relapse, or to now in a remission (A40), where an earlier episode is recorded."""
    cancers = [d for d in chart.kinds["breast_cancer"] if d.state in (*PRESENT, *PAST)]
    if not cancers or any(d.onset is None for d in cancers):
        return
    first = min(cancers, key=lambda d: d.onset or ())
    later = [d for d in cancers if d.state in PRESENT and d is not first]
    if first.onset is None:
        return
    if first.state == "inactive":
        return
    if first.state in PAST and not later:
        chart.number("disease_free_interval_months", months_between(first.onset, chart.as_of_days), [_begin(first)])
    elif first.state in PAST:
        relapse = min(later, key=lambda d: d.onset or ())
        if not before(first.ended, relapse.onset):
            chart.note(first.resource, "its end does not certainly lie before the present cancer began")
        elif relapse.onset:
            months = months_between(first.onset, relapse.onset)
            chart.number("disease_free_interval_months", months, [_begin(first), _begin(relapse)])
    elif first.state == "recurrence":
        _to_metastasis(chart, first)


def _to_metastasis(chart: Chart, first: Diagnosis) -> None:
    """A Condition that recurred keeps its first onset; the date of the relapse is that of the earliest metastasis."""
    spread = [d for d in chart.kinds["metastasis"] if d.state in PRESENT]
    if not spread or any(d.onset is None for d in spread) or first.onset is None:
        chart.note(first.resource, "the date of its recurrence is not recorded")
        return
    earliest = min(spread, key=lambda d: d.onset or ())
    if earliest.onset:
        months = months_between(first.onset, earliest.onset)
        chart.number("disease_free_interval_months", months, [_begin(first), _begin(earliest)])


def _ivig(chart: Chart, courses: list[Course]) -> None:
    """From the first neurological symptom to the first infusion that was given."""
    given = [c for c in courses if c.immunotherapy == IVIG and c.was_administered and c.was_given]
    symptoms = [
        d for d in chart.kinds["syndromes"] if d.state in PRESENT and d.found.value("syndromes") in chart.neurological
    ]
    if not given or not symptoms:
        return
    begun = [(start(c.evidence.resource), c.evidence) for c in given]
    if any(days is None for (days, _), _ in begun) or any(d.onset is None for d in symptoms):
        chart.note(given[0].evidence.resource, "the days from onset to IVIg need the date of each")
        return
    (first, element), infusion = min(begun, key=lambda b: b[0][0] or ())
    onset = min(symptoms, key=lambda d: d.onset or ())
    if onset.onset and first:
        source = infusion._replace(element=element, when=first)
        chart.number("ivig_start_days_after_onset", days_between(onset.onset, first), [_begin(onset), source])
