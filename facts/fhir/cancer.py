"""The breast cancer: its status, an earlier one, remission, histology."""

from __future__ import annotations

from .chart import Chart, Evidence
from .conditions import evidence
from .dates import before, months_between
from .diagnosis import PAST, PRESENT, Diagnosis
from .elements import objects, text

_HISTOLOGY = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
_STATUS = {
    "active": "known_active",
    "recurrence": "known_active",
    "suspected": "suspected",
    "refuted": "excluded",
    "remission": "prior_in_remission",
    "resolved": "treated_no_evident_disease",
}
LONG_TERM = 24  # months of remission, the definition of the field (A44)


def weigh_cancer(chart: Chart) -> None:
    """The facts that the breast cancer's own Conditions give."""
    ones = chart.kinds["breast_cancer"]
    present = [d for d in ones if d.state in PRESENT]
    past = [d for d in ones if d.state in PAST]
    others = [d for d in ones if d.state in ("suspected", "refuted")]
    # One cancer cannot be present and over: of the same onset, the two contradict each other.
    others += [d for d in past if d.onset and any(d.onset == p.onset for p in present)]
    past = [d for d in past if d not in others]
    _status(chart, present, past, [d for d in others if d.state in PAST or not _elsewhere(d, present)])
    _earlier(chart, present, past)
    _histology(chart, ones)
    for d in others:
        if d.state not in PAST and _elsewhere(d, present):
            chart.note(d.resource, "it is about another body site than the breast cancer that is established")


def _elsewhere(one: Diagnosis, present: list[Diagnosis]) -> bool:
    """Whether a refuted or suspected Condition is about another body site than those that are established."""
    mine = _sites(one)
    return bool(present and mine) and all(_sites(p) and not mine & _sites(p) for p in present)


def _sites(diagnosis: Diagnosis) -> set[str]:
    concepts = objects(diagnosis.resource.body.get("bodySite"))
    return {text(c.get("code")) for concept in concepts for c in objects(concept.get("coding"))}


def _status(chart: Chart, present: list[Diagnosis], past: list[Diagnosis], others: list[Diagnosis]) -> None:
    """An established cancer counts over an earlier one; all else that differs is a contradiction, which is shown."""
    for d in [*present, *others, *([] if present else past)]:
        status = _STATUS.get(d.state)
        if status is None:
            chart.note(d.resource, "`inactive` may mean remission or cure, so that the status is not known")
            continue
        chart.fact("breast_cancer_status", (status,), [evidence(d, status, d.element), evidence(d, status)])


def _earlier(chart: Chart, present: list[Diagnosis], past: list[Diagnosis]) -> None:
    """An earlier breast cancer, and how long the remission has lasted."""
    recurrent = [d for d in present if d.state == "recurrence"]
    for d in [*past, *recurrent]:
        chart.fact("prior_breast_cancer", (), [evidence(d, "yes", d.element)])
    for d in chart.kinds["history_of_breast_cancer"]:
        if d.state != "suspected":
            sign = "-" if d.state == "refuted" else ""
            chart.fact(f"{sign}prior_breast_cancer", (), [evidence(d, "yes")])
    _remission(chart, present, past)


def _remission(chart: Chart, present: list[Diagnosis], past: list[Diagnosis]) -> None:
    """How long the remission lasted: from the end of the last episode to the relapse, or to now."""
    relapses = [d for d in present if d.onset]
    if len(relapses) < len(present) or any(not d.ended for d in past):
        for d in past:
            chart.note(d.resource, "the dates that would give the length of the remission are not all recorded")
        return
    if not past:
        return
    last = max(past, key=lambda d: d.ended or ())
    relapse = min(relapses, key=lambda d: d.onset or ()) if relapses else None
    end = relapse.onset if relapse and relapse.onset else chart.as_of_days
    if last.ended is None or not before(last.ended, end):
        return
    months = months_between(last.ended, end)
    shown = (
        f"remission of {months.low} months" if months.exact else f"remission of {months.low} to {months.high} months"
    )
    sources = [Evidence("", last.resource, last.ended_element, shown, last.ended)]
    if relapse:
        sources.append(Evidence("", relapse.resource, relapse.onset_element, "onset", relapse.onset))
    if months.low > LONG_TERM:
        chart.fact("remission_long_term", (), sources)
    elif months.high <= LONG_TERM:
        chart.fact("-remission_long_term", (), sources)
    else:
        chart.out_of_reach(f"the {shown} may be long-term or not", sources)


def _histology(chart: Chart, ones: list[Diagnosis]) -> None:
    """Histology that mCODE's extension names."""
    for d in ones:
        for number, extension in enumerate(objects(d.resource.body.get("extension"))):
            if text(extension.get("url")) != _HISTOLOGY or d.state == "refuted":
                continue
            found = chart.find("morphology", extension.get("valueCodeableConcept"))
            if found.has("malignant"):
                element = f"extension[{number}].valueCodeableConcept"
                source = Evidence("yes", d.resource, element, found.said, d.onset)
                chart.fact("breast_cancer_histology_confirmed", (), [source])
            else:
                chart.unknown_code(d.resource, found, "histology")
