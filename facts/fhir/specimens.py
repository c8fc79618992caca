"""Specimens: which tissue a receptor was tested on, as far as the data say. A site is never guessed."""

from __future__ import annotations

from .chart import Chart
from .elements import obj, objects, references, said
from .resource import Resource

_TISSUE = {
    "": "unknown",
    "breast": "primary",
    "axillary_node": "lymph_node",
    "lymph_node": "lymph_node",
    # A tumour here may be a local recurrence as well.
    **dict.fromkeys(("skin", "scar", "chest_wall", "soft_tissue", "contralateral_breast", "other_site"), "unknown"),
}


def site_of(chart: Chart, specimen: Resource) -> tuple[str, str, str]:
    """The site that a Specimen was taken from: its name here, the element, and what stands there."""
    concept = obj(specimen.body.get("collection")).get("bodySite")
    if not obj(concept):
        return "", "", ""
    found = chart.find("site", concept)
    if not found.means:
        chart.unknown_code(specimen, found, "collection.bodySite")
        return "", "", ""
    return found.means[0].name, "collection.bodySite", said(concept)


def specimen_of(chart: Chart, observation: Resource) -> Resource | None:
    """The Specimen of an Observation: its own, or that of the one report that lists it."""
    own = [chart.get(r, observation) for r in references(observation.body.get("specimen"))]
    found = [one for one in own if one and one.type == "Specimen"]
    if not found:
        reported = {
            one
            for report in chart.resources.get("DiagnosticReport", ())
            if any(chart.get(r, report) is observation for r in references(report.body.get("result")))
            for r in references(report.body.get("specimen"))
            if (one := chart.get(r, report)) and one.type == "Specimen"
        }
        found = list(reported)
    return found[0] if len(found) == 1 else None


def tissue_of(chart: Chart, observation: Resource) -> tuple[str, Resource | None]:
    """`primary`, `metastasis`, `lymph_node` or `unknown`, and the Specimen that says so."""
    specimen = specimen_of(chart, observation)
    site = site_of(chart, specimen)[0] if specimen else ""
    if not site:
        for concept in objects(observation.body.get("bodySite")):
            found = chart.find("site", concept)
            site = found.means[0].name if found.means else ""
    return _TISSUE.get(site, "metastasis"), specimen
