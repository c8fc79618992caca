"""ER, PR and HER2: the reports in time order, and what governs now. That they disagree is a conflict."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from .chart import Chart, Evidence
from .codes import ANY_TISSUE
from .conditions import evidence
from .dates import Days, newest_start
from .links import why_not_breast
from .observations import MARKERS
from .specimens import tissue_of
from .times import when

PANEL = "hormone_receptors"
_UNKNOWN = "unknown"


@dataclass(slots=True)
class Report:
    """The results of one specimen or, when none is named, of one day."""

    tissue: str
    when: Days | None
    results: dict[str, list[Evidence]] = field(default_factory=lambda: defaultdict(list))

    def value(self, marker: str) -> str:
        """What the report says of a marker: a value only if all its results say the same."""
        found = {e.value for e in self.results[marker]}
        return found.pop() if len(found) == 1 else _UNKNOWN


def weigh_receptors(chart: Chart) -> None:
    """The governing values, and the log of reports."""
    reports = _reports(chart)
    for marker in MARKERS:
        for one in _governing(chart, reports, marker):
            chart.fact(marker, (one.value,), [one])
    _log(chart, reports)


def _reports(chart: Chart) -> list[Report]:
    """The reports, those with dates first and in their order."""
    found: dict[object, Report] = {}
    for topic in (*MARKERS, PANEL):
        for one in chart.found[topic]:
            why = why_not_breast(chart, one.resource, is_specific=one.where != ANY_TISSUE)
            if why:
                chart.note(one.resource, why)
                continue
            tissue, specimen = tissue_of(chart, one.resource)
            days = (when(specimen)[0] if specimen else None) or one.when
            report = found.setdefault(specimen or (days, tissue), Report(tissue, days))
            report.results[topic].append(one)
    for marker in (*MARKERS, PANEL):
        for diagnosis in chart.kinds[marker]:
            value = diagnosis.found.value(marker)
            if value and diagnosis.state in ("active", "recurrence", "unstated"):
                report = found.setdefault((diagnosis.onset, _UNKNOWN), Report(_UNKNOWN, diagnosis.onset))
                report.results[marker].append(evidence(diagnosis, value))
    return sorted(found.values(), key=lambda r: (r.when is None, r.when or (), r.tissue))


def _governing(chart: Chart, reports: list[Report], marker: str) -> list[Evidence]:
    """The results that govern: those of the latest metastasis, or else all. That they differ is a conflict."""
    with_result = [r for r in reports if r.results[marker]]
    of_metastasis = [r for r in with_result if r.tissue == "metastasis"]
    governing = _latest(of_metastasis) or with_result
    for report in with_result:
        if report not in governing:
            for one in report.results[marker]:
                chart.note(one.resource, "a later result from a metastasis governs; it stands in the log of reports")
    return [one for report in governing for one in report.results[marker]]


def _latest(reports: list[Report]) -> list[Report]:
    """The reports that no other is certainly later than."""
    newest = newest_start(r.when for r in reports)
    return [r for r in reports if r.when is None or r.when.high >= newest]


def _log(chart: Chart, reports: list[Report]) -> None:
    """The log, when it says more than the governing values: several reports, a known tissue, a panel."""
    if len(reports) == 1 and reports[0].tissue == _UNKNOWN and not _panel_alone(reports[0]):
        return
    if len(reports) > 1 and any(r.when is None or not r.when.exact for r in reports):
        for report in reports:
            for one in (e for several in report.results.values() for e in several):
                if report.when is None or not report.when.exact:
                    chart.note(one.resource, "without a day it has no place in the order of reports")
        reports = [r for r in reports if r.when and r.when.exact]
    days = sorted({r.when for r in reports if r.when})
    for report in reports:
        order = days.index(report.when) + 1 if report.when else 1
        er, pr, her2 = (report.value(marker) for marker in MARKERS)
        panel = report.results[PANEL]
        if _panel_alone(report):
            er = "positive_or_pr_positive"
        for one in panel:
            if one.value == "negative" and _UNKNOWN in (er, pr):
                chart.note(one.resource, "a panel says nothing of one receptor alone")
        if (er, pr, her2) == (_UNKNOWN,) * 3:
            continue
        used = [e for topic in (*MARKERS, PANEL) for e in report.results[topic]]
        chart.fact("receptor_results", (order, report.tissue, er, pr, her2), used)


def _panel_alone(report: Report) -> bool:
    """Whether a report says only that the hormone receptors are positive, and not which of them."""
    return report.value(PANEL) == "positive" and report.value("er") == report.value("pr") == _UNKNOWN
