"""What has been done: surgery, treatment of the cancer, steroids, immunotherapy, bisphosphonates."""

from __future__ import annotations

from typing import NamedTuple

from .chart import Chart, Evidence
from .conditions import evidence
from .dates import Days
from .diagnosis import PAST, PRESENT
from .links import BREAST, linked, why_not_breast
from .medications import Course
from .procedures import DONE

CANCER = ("chemotherapy", "endocrine", "her2_directed", "targeted")


class Episode(NamedTuple):
    """When the present episode of the cancer began; `is_first` when no earlier one is recorded."""

    is_first: bool
    began: Days | None


def weigh_treatments(chart: Chart, courses: list[Course]) -> None:
    """The facts on treatments."""
    episode = _episode(chart)
    _surgery(chart, episode)
    ours = [c for c in courses if c.drug in CANCER and _is_for_cancer(chart, c)]
    if any(d.state in PRESENT for d in chart.kinds["breast_cancer"]):
        _started(chart, episode, ours)
    else:
        for one in (*chart.found[DONE + "cancer_treatment"], *(c.evidence for c in ours)):
            chart.note(one.resource, "no breast cancer is present now that it would be a treatment of")
    _systemic(chart, [c for c in ours if c.is_ongoing])
    _steroids(chart, [c for c in courses if c.drug == "corticosteroid" and _is_for_syndrome(chart, c)])
    _immunotherapy(chart, courses)
    for c in courses:
        if c.drug == "bisphosphonate" and c.is_ongoing:
            chart.fact("bisphosphonate", ("ongoing",), [c.evidence])
        elif c.drug == "bisphosphonate":
            chart.note(c.evidence.resource, "it was given, and whether it is given now is not known")
        elif c.drug == "other_treatments" and c.was_given:
            chart.fact("other_treatments", (c.name,), [c.evidence])
    _by_code(chart)


def _episode(chart: Chart) -> Episode:
    cancers = chart.kinds["breast_cancer"]
    present = [d for d in cancers if d.state in PRESENT]
    several = len([d for d in cancers if d.state in (*PRESENT, *PAST)]) > len(present)
    earlier = (several and bool(present)) or any(d.state == "recurrence" for d in present)
    onsets = [d.onset for d in present if d.onset and d.state != "recurrence"]
    return Episode(not earlier, min(onsets, default=None))


def _is_now(chart: Chart, episode: Episode, one: Evidence) -> bool:
    """Whether a treatment belongs to the present episode of the cancer."""
    if episode.is_first or (one.when and episode.began and one.when.low >= episode.began.low):
        return True
    chart.note(one.resource, "it may belong to an earlier episode of the cancer")
    return False


def _surgery(chart: Chart, episode: Episode) -> None:
    done = [e for e in chart.found[DONE + "surgery"] if e.value == "done" and _of_breast(chart, e)]
    for one in done:
        if _is_now(chart, episode, one):
            chart.fact("surgery", ("done",), [one])
    for one in chart.found[DONE + "surgery"]:
        if one.value == "none" and not done and _of_breast(chart, one):
            chart.fact("surgery", ("none",), [one])
        elif one.value == "none":
            chart.note(one.resource, "another operation was done")


def _of_breast(chart: Chart, one: Evidence) -> bool:
    why = why_not_breast(chart, one.resource, is_specific=one.where == "breast")
    if why:
        chart.note(one.resource, why)
    return not why


def _started(chart: Chart, episode: Episode, courses: list[Course]) -> None:
    operated = [e for e in chart.found[DONE + "surgery"] if e.value == "done"]
    done = [e for e in operated if not why_not_breast(chart, e.resource, is_specific=True)]
    begun = [e for e in chart.found[DONE + "cancer_treatment"] if _of_breast(chart, e)]
    given = [c.evidence for c in courses if c.was_given]
    for one in sorted((*done, *begun, *given), key=lambda e: (e.when is None, e.when or ())):
        if _is_now(chart, episode, one):
            chart.fact("cancer_treatment_started", (), [one])


def _systemic(chart: Chart, ongoing: list[Course]) -> None:
    """Only what goes on is recorded: that some drugs have been given does not say that the treatment is completed."""
    kinds = {c.drug for c in ongoing}
    value = "endocrine" if kinds == {"endocrine"} else "ongoing"
    for c in ongoing:
        chart.fact("cancer_systemic_therapy", (value,), [c.evidence])


def _steroids(chart: Chart, courses: list[Course]) -> None:
    ongoing = [c for c in courses if c.is_ongoing]
    routes = {c.route for c in ongoing}
    value = "oral" if routes == {"oral"} else "ongoing"
    for c in ongoing:
        chart.fact("corticosteroids", (value,), [c.evidence])
    for c in courses:
        if not c.is_ongoing:
            chart.note(c.evidence.resource, "it was given, and whether it is given now is not known")


def _immunotherapy(chart: Chart, courses: list[Course]) -> None:
    """Drugs that are immunotherapy by themselves, and others when a syndrome is their reason."""
    for c in courses:
        if not c.was_given or not c.immunotherapy:
            continue
        if c.drug == "immunotherapy" or _is_for_syndrome(chart, c):
            chart.fact("immunotherapy_given", (c.immunotherapy,), [c.evidence])
    for one in chart.found[DONE + "immunotherapy_given"]:
        chart.fact("immunotherapy_given", (one.where,), [one])


def _is_for_cancer(chart: Chart, course: Course) -> bool:
    why = why_not_breast(chart, course.evidence.resource)
    reasons = linked(chart, course.evidence.resource)
    if not why and course.immunotherapy and not any(d.has(b) for d in reasons for b in BREAST):
        why = "it is given for cancer and as immunotherapy, and its reason does not say for which"
        if any(d.has("syndromes") for d in reasons):
            return False
    if not why and reasons and not any(d.has(b) for d in reasons for b in BREAST):
        why = "its reason is not the breast cancer"
    if why:
        chart.note(course.evidence.resource, why)
    return not why


def _is_for_syndrome(chart: Chart, course: Course) -> bool:
    if any(d.has("syndromes") for d in linked(chart, course.evidence.resource)):
        return True
    if course.drug == "corticosteroid":
        chart.note(course.evidence.resource, "its reason does not say that it is for the syndrome")
    return False


def _by_code(chart: Chart) -> None:
    """Treatments that a diagnosis code states, as long-term use of a bisphosphonate."""
    for field in ("bisphosphonate", "cancer_systemic_therapy"):
        for d in chart.kinds[field]:
            if d.state in (*PRESENT, "unstated"):
                chart.fact(field, (d.found.value(field),), [evidence(d, field)])
