"""The stage now: from TNM and stage groups, Condition.stage and metastases. A later finding of metastases counts."""

from __future__ import annotations

from datetime import date

from .chart import Chart, Evidence
from .conditions import evidence
from .dates import Days
from .diagnosis import PAST, PRESENT, Diagnosis
from .elements import Body, obj, objects, references, said
from .links import why_not_breast
from .times import known, when

_NO_DETAIL = ("unknown", "not_applicable", "conflicting")  # words that a record understands otherwise
LOCALIZED, METASTATIC = "localized", "metastatic"
_AS_STAGE = {"yes": METASTATIC, "no": LOCALIZED, "none": LOCALIZED}


def weigh_stage(chart: Chart) -> None:
    """The stage, unless what was found contradicts itself: then both are recorded, and set apart as a conflict."""
    present = [d for d in chart.kinds["breast_cancer"] if d.state in PRESENT]
    past = [d for d in chart.kinds["breast_cancer"] if d.state in PAST]
    found = [e for e in _all(chart) if _is_current(chart, e, present, past)]
    localized = [e for e in found if e.value == LOCALIZED]
    metastatic = [e for e in found if e.value == METASTATIC]
    spread = min((m.when.low if m.when else date.min for m in metastatic), default=date.min)
    if all(one.when and one.when.high < spread for one in localized):
        for one in localized:
            chart.note(one.resource, "it is older than the finding of metastases")
        localized = []
    for one in (*localized, *metastatic):
        chart.fact("stage", (one.value,), [one])
    _detail(chart, [e for e in (*localized, *metastatic) if e.where not in ("", e.value)])
    if localized and not metastatic and not chart.found["metastatic_sites"]:
        chart.recorded.listed.add("metastatic_sites")  # localized is without distant metastasis (A05)


def _all(chart: Chart) -> list[Evidence]:
    """Everything that says a stage of the breast cancer."""
    found: list[Evidence] = []
    for topic in ("stage", "m_category", "metastasis_history", "metastasis_sites"):
        for one in chart.found[topic]:
            why = why_not_breast(chart, one.resource)
            if why:
                chart.note(one.resource, why)
            else:
                found.append(one._replace(value=_AS_STAGE.get(one.value, one.value)))
    for diagnosis in chart.kinds["breast_cancer"]:
        if diagnosis.state != "refuted":
            found += _of_condition(chart, diagnosis)
    for diagnosis in chart.kinds["metastasis"]:
        if diagnosis.state in PRESENT and not why_not_breast(chart, diagnosis.resource):
            found.append(evidence(diagnosis, METASTATIC)._replace(when=diagnosis.onset or known(diagnosis.resource)))
    return found


def _of_condition(chart: Chart, diagnosis: Diagnosis) -> list[Evidence]:
    """The stages that a Condition holds itself, with the date of their assessment."""
    found: list[Evidence] = []
    for number, stage in enumerate(objects(diagnosis.resource.body.get("stage"))):
        summary = stage.get("summary")
        if not obj(summary) or stage.get("modifierExtension"):
            continue
        element = f"stage[{number}].summary"
        means = chart.find("answer", summary)
        value = means.means[0].name if means.means else ""
        if value in (LOCALIZED, METASTATIC):
            days = _assessed(chart, stage, diagnosis)
            found.append(Evidence(value, diagnosis.resource, element, means.said, days, said(summary)))
        else:
            chart.unknown_code(diagnosis.resource, means, element)
    return found


def _assessed(chart: Chart, stage: Body, diagnosis: Diagnosis) -> Days | None:
    """When a stage was assessed, or else the onset of its Condition, or when that was recorded."""
    for reference in references(stage.get("assessment")):
        found = chart.get(reference, diagnosis.resource)
        if found and (days := when(found)[0]):
            return days
    return diagnosis.onset or known(diagnosis.resource)


def _is_current(chart: Chart, one: Evidence, present: list[Diagnosis], past: list[Diagnosis]) -> bool:
    """Whether evidence speaks of the cancer as it is now. A localized stage belongs to the episode it was found in."""
    why = ""
    if past and not present:
        why = "the cancer is in remission or resolved since, so that its stage now is not known"
    elif one.value == LOCALIZED and any(d.state == "recurrence" for d in present):
        why = "the cancer has recurred, and this may be the stage of its first episode"
    elif one.value == LOCALIZED and past and any(not _since(one.when, d.onset) for d in present):
        why = "it may be the stage of an earlier episode of the cancer"
    if why:
        chart.note(one.resource, why)
    return not why


def _since(when: Days | None, onset: Days | None) -> bool:
    return when is not None and onset is not None and when.low >= onset.low


def _detail(chart: Chart, groups: list[Evidence]) -> None:
    """The stage in the record's own words, in time order."""
    dated = sorted(groups, key=lambda e: (e.when.low.toordinal() if e.when else 10**7, e.where))
    detail = "; ".join(dict.fromkeys(e.where for e in dated))
    if "stage_detail" in chart.fields and detail not in ("", *_NO_DETAIL):
        chart.fact("stage_detail", (detail,), dated)
