"""Imaging: a study shows nothing without a result, and a result is what a report or an Observation concludes."""

from __future__ import annotations

from .chart import Chart, Evidence
from .elements import objects, text, words
from .procedures import DONE
from .resource import Resource
from .statuses import why_no_result
from .times import when

RESULTS = ("negative", "suspicious")
NO_RESULT = "it was done, and its result is not recorded"


def read_reports(chart: Chart) -> None:
    """What DiagnosticReports conclude, and which ImagingStudies were done."""
    for resource in chart.resources.get("DiagnosticReport", ()):
        found = chart.find("procedure", resource.body.get("code"))
        modality = found.value("imaging")
        if found.has("pathology"):
            _pathology(chart, resource)
        elif not modality:
            chart.unknown_code(resource, found, "DiagnosticReport")
        elif why := why_no_result(resource.body):
            chart.note(resource, why)
        else:
            _concluded(chart, resource, modality)
    for resource in chart.resources.get("ImagingStudy", ()):
        concepts = objects(resource.body.get("procedureCode"))
        found = next((f for c in concepts if (f := chart.find("procedure", c)).means), None)
        if found is None:
            chart.note(resource, "its procedureCode is not in the table" if concepts else "it has no procedureCode")
        elif text(resource.body.get("status")) != "available":
            chart.note(resource, f"its status is `{text(resource.body.get('status'))}`, not `available`")
        else:
            chart.note(resource, NO_RESULT)


def _concluded(chart: Chart, resource: Resource, modality: str) -> None:
    days, _ = when(resource)
    verdicts = [
        Evidence(found.means[0].name, resource, f"conclusionCode[{number}]", found.said, days, modality)
        for number, concept in enumerate(objects(resource.body.get("conclusionCode")))
        if (found := chart.find("answer", concept)).means and found.means[0].name in RESULTS
    ]
    if len({v.value for v in verdicts}) > 1:
        chart.note(resource, "its conclusions say both negative and suspicious")
        return
    if verdicts:
        chart.add("imaging", verdicts[0])
        return
    row = chart.table.words("answer", text(resource.body.get("conclusion")))
    if row and row.means[0].name in RESULTS:
        shown = f"read from the text `{words(resource.body.get('conclusion'))}`"
        chart.add("imaging", Evidence(row.means[0].name, resource, "conclusion", shown, days, modality))
        return
    chart.note(resource, NO_RESULT)


def _pathology(chart: Chart, resource: Resource) -> None:
    """A pathology report that concludes breast cancer is histology."""
    if why := why_no_result(resource.body):
        chart.note(resource, why)
        return
    days, _ = when(resource)
    for number, concept in enumerate(objects(resource.body.get("conclusionCode"))):
        found = chart.find("condition", concept)
        if found.has("breast_cancer"):
            source = Evidence("yes", resource, f"conclusionCode[{number}]", found.said, days)
            chart.fact("breast_cancer_histology_confirmed", (), [source])
            return
    chart.note(resource, "a pathology report without a coded conclusion; receptors are read from Observations")


def weigh_imaging(chart: Chart) -> None:
    """The studies with results, in time order."""
    for one in chart.found[DONE + "imaging"]:
        chart.note(one.resource, NO_RESULT)
    dated = [e for e in chart.found["imaging"] if e.when and e.when.exact]
    for one in chart.found["imaging"]:
        if one not in dated:
            chart.note(one.resource, "without a day it has no place in the order of studies")
    days = sorted({e.when for e in dated if e.when})
    for one in dated:
        if one.when:
            chart.fact("imaging", (days.index(one.when) + 1, one.where, one.value), [one])
