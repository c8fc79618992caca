"""Treatments: an order is no administration, what was given may not go on, and a drug needs its reason."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_build import (
    BREAST_CANCER,
    COLON_CANCER,
    DERMATOMYOSITIS,
    ICD,
    OURS,
    RXNORM,
    SNOMED,
    Json,
    concept,
    condition,
    other,
    reference,
    stated,
    told,
)

CANCER = condition(BREAST_CANCER, "cancer", onsetDateTime="2024-01-05")
ATAXIA = condition({"text": "paraneoplastic cerebellar degeneration"}, "ataxia", onsetDateTime="2024-01-31")
PACLITAXEL, ANASTROZOLE = concept(RXNORM, "56946", "paclitaxel"), concept(RXNORM, "84857", "anastrozole")
PREDNISONE, ZOLEDRONATE = concept(RXNORM, "8640", "prednisone"), concept(RXNORM, "77655", "zoledronic acid")
CYCLOPHOSPHAMIDE = concept(RXNORM, "3002", "cyclophosphamide")
IVIG = concept("http://www.whocc.no/atc", "J06BA02", "Immunoglobulins, normal human, for intravascular administration")
LUMPECTOMY = concept(SNOMED, "392021009", "Lumpectomy of breast")
FOR_CANCER = {"reasonReference": [reference("Condition/cancer")]}
FOR_ATAXIA = {"reasonReference": [reference("Condition/ataxia")]}


def given(drug: Json, id_: str = "m1", day: str = "2024-02-14", status: str = "completed", **more: Any) -> Json:
    """An administration."""
    more = {"status": status, "medicationCodeableConcept": drug, "effectiveDateTime": day} | more
    return other("MedicationAdministration", id_, **more)


def taken(drug: Json, status: str = "active", id_: str = "m1", **more: Any) -> Json:
    """What a statement says is taken."""
    period = {"effectivePeriod": {"start": "2024-02-01"}}
    return other("MedicationStatement", id_, status=status, medicationCodeableConcept=drug, **(period | more))


def ordered(drug: Json, status: str = "active", intent: str = "order", **more: Any) -> Json:
    """An order."""
    more = {"authoredOn": "2024-02-01"} | more
    return other("MedicationRequest", "m1", status=status, intent=intent, medicationCodeableConcept=drug, **more)


@pytest.mark.parametrize(
    ("use", "started"),
    [
        (given(PACLITAXEL), ["yes"]),
        (given(PACLITAXEL, status="in-progress"), ["yes"]),
        (given(PACLITAXEL, status="not-done"), []),
        (taken(PACLITAXEL), ["yes"]),
        (taken(PACLITAXEL, "completed"), ["yes"]),
        (taken(PACLITAXEL, "intended"), []),
        (taken(PACLITAXEL, "not-taken"), []),
        (ordered(PACLITAXEL), []),
        (ordered(PACLITAXEL, "draft"), []),
        (ordered(PACLITAXEL, "stopped"), []),
        (ordered(PACLITAXEL, "completed"), ["yes"]),
        (ordered(PACLITAXEL, "completed", intent="proposal"), []),
        (ordered(PACLITAXEL, "completed", doNotPerform=True), []),
        (ordered(PACLITAXEL, reportedBoolean=True), ["yes"]),
    ],
)
def test_what_shows_that_treatment_of_the_cancer_has_started(use: Json, started: list[str]) -> None:
    assert told(CANCER, use).of("cancer_treatment_started") == started


def test_why_a_drug_gave_nothing() -> None:
    assert told(CANCER, ordered(ANASTROZOLE)).why("MedicationRequest/m1") == (
        "RxNorm 84857 anastrozole: an order (active) does not say that it was taken"
    )
    forbidden = told(CANCER, ordered(ANASTROZOLE, doNotPerform=True))
    assert "an order not to give it (`doNotPerform`)" in forbidden.why("MedicationRequest/m1")


def test_what_goes_on_is_told_apart_from_what_was_given() -> None:
    assert told(CANCER, taken(ANASTROZOLE)).of("cancer_systemic_therapy") == ["endocrine"]
    both = told(CANCER, taken(ANASTROZOLE), taken(PACLITAXEL, id_="m2"))
    assert both.of("cancer_systemic_therapy") == ["ongoing"]
    assert told(CANCER, given(PACLITAXEL)).of("cancer_systemic_therapy") == []
    assert told(CANCER, taken(ANASTROZOLE, "completed")).of("cancer_systemic_therapy") == []
    ended = taken(ANASTROZOLE, effectivePeriod={"start": "2024-01-01", "end": "2024-02-01"})
    assert told(CANCER, ended, stated("surgery", "none")).of("cancer_systemic_therapy") == []


def test_no_therapy_is_ever_said_to_be_completed_by_a_list_of_what_was_given() -> None:
    read = told(CANCER, given(PACLITAXEL), given(PACLITAXEL, "m2", "2024-03-06"), taken(ANASTROZOLE, "completed", "m3"))
    assert read.of("cancer_systemic_therapy") == []
    assert read.of("cancer_treatment_completed") == []


def test_a_treatment_of_another_disease_is_none_of_the_cancer() -> None:
    colon = condition(COLON_CANCER, "colon")
    assert told(CANCER, colon, given(PACLITAXEL)).of("cancer_treatment_started") == []
    for_colon = given(PACLITAXEL, reasonReference=[reference("Condition/colon")])
    assert told(CANCER, colon, for_colon).of("cancer_treatment_started") == []
    assert told(CANCER, colon, given(PACLITAXEL, **FOR_CANCER)).of("cancer_treatment_started") == ["yes"]
    assert told(given(PACLITAXEL)).of("cancer_treatment_started") == []


def test_cyclophosphamide_needs_its_reason() -> None:
    nothing = told(CANCER, ATAXIA, given(CYCLOPHOSPHAMIDE))
    assert (nothing.of("cancer_treatment_started"), nothing.of("immunotherapy_given")) == ([], [])
    assert "its reason does not say for which" in nothing.why("MedicationAdministration/m1")
    cancer = told(CANCER, ATAXIA, given(CYCLOPHOSPHAMIDE, **FOR_CANCER))
    assert (cancer.of("cancer_treatment_started"), cancer.of("immunotherapy_given")) == (["yes"], [])
    syndrome = told(CANCER, ATAXIA, given(CYCLOPHOSPHAMIDE, **FOR_ATAXIA))
    assert (syndrome.of("cancer_treatment_started"), syndrome.of("immunotherapy_given")) == ([], ["cyclophosphamide"])


def test_steroids_are_of_the_syndrome_only_when_it_is_their_reason() -> None:
    oral = {"dosage": [{"route": concept(SNOMED, "26643006", "Oral route")}]}
    dermatomyositis = condition(DERMATOMYOSITIS, "dm")
    for_dm = {"reasonReference": [reference("Condition/dm")]}
    assert told(dermatomyositis, taken(PREDNISONE, **for_dm, **oral)).of("corticosteroids") == ["oral"]
    assert told(dermatomyositis, taken(PREDNISONE, **for_dm)).of("corticosteroids") == ["ongoing"]
    assert told(dermatomyositis, taken(PREDNISONE, "completed", **for_dm)).of("corticosteroids") == []
    unstated = told(dermatomyositis, taken(PREDNISONE, **oral))
    assert unstated.of("corticosteroids") == []
    assert "its reason does not say that it is for the syndrome" in unstated.why("MedicationStatement/m1")


def test_days_to_the_first_ivig_count_from_the_first_symptom_to_what_was_given() -> None:
    read = told(CANCER, ATAXIA, given(IVIG, "m2", "2024-02-20"), given(IVIG, "m1", "2024-02-14"))
    assert read.facts["ivig_start_days_after_onset: 14"] == [
        "Condition/ataxia onsetDateTime",
        "MedicationAdministration/m1 effectiveDateTime",
    ]
    assert read.of("immunotherapy_given") == ["ivig"]
    order = told(CANCER, ATAXIA, ordered(IVIG, "completed"))
    assert order.of("ivig_start_days_after_onset") == []
    dermatomyositis = told(condition(DERMATOMYOSITIS, onsetDateTime="2024-01-31"), given(IVIG))
    assert dermatomyositis.of("ivig_start_days_after_onset") == []


def test_bisphosphonates() -> None:
    assert told(CANCER, taken(ZOLEDRONATE)).of("bisphosphonate") == ["ongoing"]
    assert told(CANCER, given(ZOLEDRONATE)).of("bisphosphonate") == []
    assert told(CANCER, condition(concept(ICD, "Z79.83"))).of("bisphosphonate") == ["ongoing"]
    denosumab = told(CANCER, taken(concept(RXNORM, "993449", "denosumab")))
    assert (denosumab.of("bisphosphonate"), denosumab.of("other_treatments")) == ([], ["denosumab"])


@pytest.mark.parametrize(
    ("status", "surgery", "started"),
    [
        ("completed", ["done"], ["yes"]),
        ("not-done", ["none"], []),
        ("preparation", [], []),
        ("in-progress", [], []),
        ("unknown", [], []),
    ],
)
def test_surgery(status: str, surgery: list[str], started: list[str]) -> None:
    read = told(CANCER, other("Procedure", "s1", status=status, code=LUMPECTOMY, performedDateTime="2024-02-01"))
    assert (read.of("surgery"), read.of("cancer_treatment_started")) == (surgery, started)


def test_one_operation_that_was_not_done_beside_one_that_was() -> None:
    mastectomy = other("Procedure", "s2", status="completed", code=concept(SNOMED, "172043006"))
    assert told(CANCER, other("Procedure", "s1", status="not-done", code=LUMPECTOMY), mastectomy).of("surgery") == [
        "done"
    ]


def test_surgery_of_an_earlier_cancer_is_not_that_of_the_present_one() -> None:
    old = condition(BREAST_CANCER, "old", "resolved", onsetDateTime="2010-01-01")
    then = other("Procedure", "s1", status="completed", code=LUMPECTOMY, performedDateTime="2010-03-01")
    read = told(old, CANCER, then)
    assert (read.of("surgery"), read.of("cancer_treatment_started")) == ([], [])
    now = other("Procedure", "s1", status="completed", code=LUMPECTOMY, performedDateTime="2024-03-01")
    assert told(old, CANCER, now).of("surgery") == ["done"]


def test_a_planned_operation_is_not_done() -> None:
    plan = other("ServiceRequest", "r1", status="active", intent="order", code=LUMPECTOMY, authoredOn="2024-02-01")
    read = told(CANCER, plan)
    assert read.of("surgery") == []
    assert read.why("ServiceRequest/r1") == "an order (active) is no sign that it was done"
    refused = told(CANCER, plan | {"doNotPerform": True})
    assert refused.why("ServiceRequest/r1") == "an order (active) not to do it (`doNotPerform`)"


def test_a_medication_that_is_referred_to() -> None:
    medication = {"resourceType": "Medication", "id": "drug", "code": PACLITAXEL}
    use: Json = {"status": "completed", "effectiveDateTime": "2024-02-14"}
    inside = other(
        "MedicationAdministration", "m1", contained=[medication], medicationReference=reference("#drug"), **use
    )
    assert told(CANCER, inside).of("cancer_treatment_started") == ["yes"]
    beside = other("MedicationAdministration", "m1", medicationReference=reference("Medication/drug"), **use)
    assert told(CANCER, beside, medication).of("cancer_treatment_started") == ["yes"]
    nowhere = told(CANCER, beside)
    assert nowhere.of("cancer_treatment_started") == []
    assert "Medication/drug is not in the data" in nowhere.why("MedicationAdministration/m1")


def test_sixty_cycles_are_one_fact_that_shows_the_earliest_three() -> None:
    cycles = [given(PACLITAXEL, f"m{n}", f"2024-02-{n:02}") for n in range(28, 0, -1)]
    read = told(CANCER, *cycles)
    shown = [f"MedicationAdministration/m{n} medicationCodeableConcept" for n in (1, 2, 3)]
    assert read.facts["cancer_treatment_started: yes"] == shown
    assert all(read.account(f"MedicationAdministration/m{n}").facts for n in range(1, 29))


def test_none_is_stated_and_never_assumed() -> None:
    assert told(CANCER).of("corticosteroids") == []
    assert told(stated("corticosteroids", "none")).of("corticosteroids") == ["none"]
    assert told(other("Procedure", "p1", status="completed", code=concept(OURS, "plasma_exchange"))).of(
        "immunotherapy_given"
    ) == ["plasma_exchange"]
