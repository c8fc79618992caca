"""Where the metastases are, and whether one has been biopsied."""

from __future__ import annotations

from .chart import Chart, Evidence
from .conditions import evidence
from .diagnosis import PRESENT, Diagnosis
from .elements import objects
from .links import why_not_breast
from .procedures import DONE
from .resource import Resource
from .specimens import site_of


def weigh_metastases(chart: Chart) -> None:
    """The sites, from secondary cancers that are present; a site that is ruled out is recorded as such."""
    for d in chart.kinds["regional_node"]:
        chart.note(d.resource, "a regional lymph node is no distant metastasis")
    for d in chart.kinds["metastasis"]:
        why = why_not_breast(chart, d.resource)
        if why:
            chart.note(d.resource, why)
            continue
        sites, element = _sites(chart, d)
        for site in sites:
            if d.state in PRESENT:
                chart.add("metastatic_sites", evidence(d, site, element))
                chart.fact("metastatic_sites", (site,), [evidence(d, site, element)])
            elif d.state == "refuted":
                chart.fact("-metastatic_sites", (site,), [evidence(d, site, element)])
    for one in chart.found["metastatic_site_biopsied"]:
        if one.value in ("yes", "no"):
            chart.fact(("-" if one.value == "no" else "") + "metastatic_site_biopsied", (), [one])
    _biopsies(chart)


def _sites(chart: Chart, diagnosis: Diagnosis) -> tuple[list[str], str]:
    """The sites that a code names, or else the body sites of the Condition."""
    named = [m.value for m in diagnosis.found.means if m.name == "metastatic_sites"]
    if named:
        return named, "code"
    sites: list[str] = []
    for concept in objects(diagnosis.resource.body.get("bodySite")):
        found = chart.find("site", concept)
        sites += [m.name for m in found.means if m.name in chart.values_of("metastatic_sites")]
        if not found.means:
            chart.unknown_code(diagnosis.resource, found, "bodySite")
    return sites, "bodySite"


def _biopsies(chart: Chart) -> None:
    """A biopsy or a specimen whose body site is that of a recorded metastasis."""
    recorded = {e.value for e in chart.found["metastatic_sites"]}
    for one in chart.found[DONE + "biopsy"]:
        if one.where in recorded:
            chart.fact("metastatic_site_biopsied", (), [one])
        else:
            chart.note(one.resource, f"a biopsy of {one.where or 'an unstated site'}: no metastasis is recorded there")
    for specimen in chart.resources.get("Specimen", ()):
        site, element, said = site_of(chart, specimen)
        if site in recorded and site and _was_examined(chart, specimen):
            chart.fact("metastatic_site_biopsied", (), [Evidence("yes", specimen, element, said)])


def _was_examined(chart: Chart, specimen: Resource) -> bool:
    """Whether a report or a result refers to the specimen."""
    return any(
        chart.get(str(reference.get("reference")), holder) is specimen
        for kind in ("Observation", "DiagnosticReport")
        for holder in chart.resources.get(kind, ())
        for reference in objects(holder.body.get("specimen"))
    )
