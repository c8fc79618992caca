"""Paraneoplastic syndromes: which are present, what they are put down to, when they began; antibodies and infection."""

from __future__ import annotations

from collections import defaultdict

from .chart import Chart, Evidence
from .conditions import evidence
from .dates import Days, before, days_between, newest_start
from .diagnosis import PAST, PRESENT, Diagnosis
from .links import causes

SYNDROMES, CALCIUM = "syndromes", "hypercalcemia"


def weigh_syndromes(chart: Chart) -> None:
    """The facts on syndromes."""
    high = _high_calcium(chart)
    present = _present(chart, high)
    for d in present:
        _cause(chart, d)
    _onset(chart, present, bool(high) and not any(d.found.value(SYNDROMES) == CALCIUM for d in present))
    _antibodies(chart)
    _infection(chart)


def _present(chart: Chart, high: list[Evidence]) -> list[Diagnosis]:
    """The syndromes that are there now. One that is over or ruled out is recorded as not there."""
    by_name: dict[str, list[Diagnosis]] = defaultdict(list)
    for d in chart.kinds[SYNDROMES]:
        by_name[d.found.value(SYNDROMES)].append(d)
    for one in high:
        chart.fact(SYNDROMES, (CALCIUM,), [one])
    found: list[Diagnosis] = []
    for name, several in by_name.items():
        present = [d for d in several if d.state in PRESENT]
        is_there = bool(present) or (name == CALCIUM and bool(high))
        for d in present:
            chart.fact(SYNDROMES, (name,), [evidence(d, name)])
        for d in several:
            if d.state == "refuted" or (d.state in PAST and not is_there):
                chart.fact(f"-{SYNDROMES}", (name,), [evidence(d, name, d.element)])
        found += present
    return found


def _high_calcium(chart: Chart) -> list[Evidence]:
    """A calcium that the laboratory itself calls high. A number alone is none: the guideline has no threshold (A20)."""
    newest = newest_start(e.when for e in chart.found["calcium"])
    high: list[Evidence] = []
    for one in chart.found["calcium"]:
        if one.value != "high":
            chart.note(one.resource, f"a {one.value} calcium neither shows nor rules out hypercalcemia by itself")
        elif not one.when:
            chart.note(one.resource, "without a date it is not known whether it is the current calcium")
        elif one.when.high < newest:
            chart.note(one.resource, "a later calcium is recorded")
        else:
            high.append(one)
    return high


def _cause(chart: Chart, d: Diagnosis) -> None:
    """What the record puts a syndrome down to: by its code, or by the Condition that it is due to."""
    if d.has("paraneoplastic"):
        chart.fact("syndrome_attribution", ("paraneoplastic",), [evidence(d, "paraneoplastic")])
    for reference in causes(d.resource):
        found = chart.get(reference, d.resource)
        cause = chart.diagnoses.get(found) if found else None
        element = "extension"
        if cause is None:
            chart.note(d.resource, f"the cause that it refers to is not known here: {reference[:80]}")
        elif cause.has("breast_cancer") or cause.has("metastasis"):
            chart.fact("syndrome_attribution", ("paraneoplastic",), [evidence(d, "paraneoplastic", element)])
        elif cause.has("other_cancer"):
            chart.fact("syndrome_attribution", ("other_cancer",), [evidence(d, "other_cancer", element)])
        elif cause.has("other_cause"):
            chart.fact("syndrome_attribution", ("other_cause",), [evidence(d, "other_cause", element)])
        else:
            chart.note(d.resource, f"it is due to {cause.found.said}, which says neither cancer nor another cause")


def _onset(chart: Chart, present: list[Diagnosis], by_number: bool) -> None:
    """How long the symptoms have lasted, and when they began relative to the cancer."""
    dated = sorted((d for d in present if d.onset), key=lambda d: d.onset or ())
    if not dated or len(dated) < len(present) or by_number:
        for d in present:
            if not d.onset:
                chart.note(d.resource, "it has no onset, so that the length of the symptoms is not known")
        return
    first = dated[0]
    onset = first.onset
    if onset is None:
        return
    source = Evidence("", first.resource, first.onset_element, "onset", onset)
    lasted = days_between(onset, chart.as_of_days)
    chart.number("symptom_duration_days", lasted, [source])
    _timing(chart, onset, source)


def _timing(chart: Chart, onset: Days, source: Evidence) -> None:
    """Before the diagnosis of the cancer, on the same day, or after a remission: what the dates alone show."""
    cancers = [d for d in chart.kinds["breast_cancer"] if d.state in (*PRESENT, *PAST)]
    if not cancers or any(not d.onset for d in cancers):
        return
    first = min(cancers, key=lambda d: d.onset or ())
    found = Evidence("", first.resource, first.onset_element, "onset", first.onset)
    ended = [d for d in cancers if before(d.ended, onset)]
    if before(onset, first.onset):
        chart.fact("syndrome_timing", ("before_cancer_diagnosis",), [source, found])
    elif onset.exact and onset == first.onset:
        chart.fact("syndrome_timing", ("simultaneous",), [source, found])
    elif ended and all(d.state in PAST for d in cancers if before(d.onset, onset)):
        last = max(ended, key=lambda d: d.ended or ())
        over = Evidence("", last.resource, last.ended_element, "abatement", last.ended)
        chart.fact("syndrome_timing", ("after_remission",), [source, over])
    else:
        chart.note(source.resource, "dates alone do not say how its onset relates to the treatment of the cancer")


def _antibodies(chart: Chart) -> None:
    """Antibody results. Two that differ are set apart."""
    for one in chart.found["antibodies"]:
        chart.fact("antibodies", (one.where, one.value), [one])


def _infection(chart: Chart) -> None:
    """Infection as such ruled out or present. One kind of infection ruled out rules out no other."""
    for d in chart.kinds["infection"]:
        if d.state == "refuted":
            chart.fact("infection_excluded", (), [evidence(d, "yes", d.element)])
        elif d.state in PRESENT:
            chart.fact("-infection_excluded", (), [evidence(d, "no")])
