"""Family history and the patient: what they state, and what they do not."""

from __future__ import annotations

from .chart import Chart, Evidence
from .dates import Days, days_of, years_between
from .elements import objects, said, text
from .resource import Resource


def read_family(chart: Chart) -> None:
    """Relatives with cancer are named. Whether they make a strong family history is a judgement, not derived (A35)."""
    for resource in chart.resources.get("FamilyMemberHistory", ()):
        with_cancer = [
            found
            for condition in objects(resource.body.get("condition"))
            if (found := chart.find("condition", condition.get("code"))).has("breast_cancer")
        ]
        who = said(resource.body.get("relationship"))
        if with_cancer:
            chart.note(resource, f"{who} with breast cancer: whether the family history is strong is not stated")
        else:
            chart.note(resource, f"{who}: no breast cancer is recorded")


def weigh_patient(chart: Chart, patient: Resource, is_dated: bool) -> None:
    """Sex, and the age on the day that the data reach to."""
    gender = text(patient.body.get("gender"))
    if gender in ("female", "male"):
        source = Evidence(gender, patient, "gender", gender)
        chart.fact("sex", (gender,), [source])
        if gender == "male" and not chart.found["menopausal_status"]:
            chart.not_applicable("menopausal_status", source)
    else:
        chart.note(patient, f"its gender `{gender}` is no value of `sex`" if gender else "it has no gender")
    if chart.born is None:
        chart.note(patient, "it has no birthDate")
        return
    if not is_dated:
        chart.note(patient, "the data have no date that an age could be reckoned to")
        return
    source = Evidence("", patient, "birthDate", "born", chart.born)
    chart.number("age_years", years_between(chart.born, chart.as_of_days), [source])


def born(patient: Resource) -> Days | None:
    """The birth date of a patient whose dates do not contradict each other. Raises Invalid."""
    written = text(patient.body.get("birthDate"))
    died = text(patient.body.get("deceasedDateTime"))
    found: dict[str, Days] = {}
    for element, one in (("birthDate", written), ("deceasedDateTime", died)):
        if one:
            found[element] = _day(patient, element, one)
    birth, death = found.get("birthDate"), found.get("deceasedDateTime")
    if birth and death and death.high < birth.low:
        message = f"{patient.label} contradicts itself: it died on {death} and was born on {birth}"
        patient.document.fail("D960", message, patient.offset("deceasedDateTime"), "correct the one that is wrong")
    if patient.body.get("deceasedBoolean") is False and death:
        message = f"{patient.label} contradicts itself: it has a date of death and is not deceased"
        patient.document.fail("D960", message, patient.offset("deceasedBoolean"), "correct the one that is wrong")
    if death or patient.body.get("deceasedBoolean") is True:
        message = f"{patient.label} has died" + (f" ({death})" if death else "")
        patient.document.warn("W955", message, patient.offset("id"), "what is said is for the time before")
    return birth


def _day(patient: Resource, element: str, written: str) -> Days:
    from .dates import NoDate

    try:
        return days_of(written)
    except NoDate:
        message = f"the {element} of {patient.label} is no date: `{written[:40]}`"
        patient.document.fail("D971", message, patient.offset(element), "write it as 2024-03-05, 2024-03 or 2024")
