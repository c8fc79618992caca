"""Imaging, family history, statements of single fields, and lists that are complete."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_build import (
    BREAST_CANCER,
    DERMATOMYOSITIS,
    LOINC,
    NEGATIVE,
    OURS,
    SNOMED,
    TERMS,
    concept,
    condition,
    observation,
    other,
    reference,
    stated,
    told,
)

CT = concept(SNOMED, "418023006", "Computed tomography of chest, abdomen and pelvis (procedure)")
MAMMOGRAM = concept(SNOMED, "71651007", "Mammography (procedure)")


def report(code: dict[str, Any], id_: str = "r1", day: str | None = "2024-03-01", **more: Any) -> dict[str, Any]:
    """A final report on a study."""
    return other("DiagnosticReport", id_, **({"status": "final", "code": code, "effectiveDateTime": day} | more))


@pytest.mark.parametrize(
    ("resource", "imaging"),
    [
        (report(CT, conclusionCode=[NEGATIVE]), ["order 1, modality ct_chest_abdomen_pelvis, result negative"]),
        (report(CT, conclusion=" Negative "), ["order 1, modality ct_chest_abdomen_pelvis, result negative"]),
        (report(CT, conclusion="No sign of malignancy."), []),
        (report(CT, conclusion="negative for fracture"), []),
        (report(CT, conclusionCode=[NEGATIVE], status="preliminary"), []),
        (report(CT, conclusionCode=[NEGATIVE], effectiveDateTime=None), []),
        (report(CT, conclusionCode=[NEGATIVE], effectiveDateTime="2024-03"), []),
        (report(CT), []),
        (other("Procedure", "x1", status="completed", code=CT, performedDateTime="2024-03-01"), []),
        (other("ImagingStudy", "x1", status="available", started="2024-03-01", procedureCode=[CT]), []),
        (other("ServiceRequest", "x1", status="active", intent="order", code=CT), []),
        (
            observation(concept(LOINC, "24606-6", "MG Breast Screening"), valueString="suspicious"),
            ["order 1, modality mammogram, result suspicious"],
        ),
    ],
)
def test_a_study_is_a_fact_when_it_has_a_day_and_a_result(resource: dict[str, Any], imaging: list[str]) -> None:
    assert told(resource).of("imaging") == imaging


def test_why_a_study_is_no_fact() -> None:
    done = told(other("Procedure", "x1", status="completed", code=MAMMOGRAM))
    assert done.why("Procedure/x1") == "it was done, and its result is not recorded"
    assert told(report(CT, conclusionCode=[NEGATIVE], effectiveDateTime="2024-03")).why("DiagnosticReport/r1") == (
        "without a day it has no place in the order of studies"
    )
    both = told(report(CT, conclusionCode=[NEGATIVE, concept(OURS, "suspicious")]))
    assert both.why("DiagnosticReport/r1") == "its conclusions say both negative and suspicious"
    failed = told(other("ImagingStudy", "x1", status="cancelled", procedureCode=[CT]))
    assert failed.why("ImagingStudy/x1") == "its status is `cancelled`, not `available`"


def test_studies_are_ordered_by_their_days() -> None:
    read = told(
        report(MAMMOGRAM, "r2", "2024-03-11", conclusionCode=[concept(OURS, "suspicious")]),
        report(CT, "r1", "2024-03-04", conclusionCode=[NEGATIVE]),
    )
    assert read.facts == read.facts | {
        "imaging: order 1, modality ct_chest_abdomen_pelvis, result negative": [
            "DiagnosticReport/r1 conclusionCode[0]"
        ],
        "imaging: order 2, modality mammogram, result suspicious": ["DiagnosticReport/r2 conclusionCode[0]"],
    }


def test_a_pathology_report_that_concludes_breast_cancer_is_histology() -> None:
    pathology = concept(LOINC, "22637-3", "Pathology report final diagnosis Narrative")
    read = told(report(pathology, conclusionCode=[BREAST_CANCER]))
    assert read.facts["breast_cancer_histology_confirmed: yes"] == ["DiagnosticReport/r1 conclusionCode[0]"]
    assert told(report(pathology, conclusion="invasive carcinoma")).of("breast_cancer_histology_confirmed") == []


# ---- family history ----


def test_a_relative_with_breast_cancer_makes_no_strong_family_history() -> None:
    sister = concept(TERMS + "v3-RoleCode", "NSIS", "natural sister")
    history = {
        "resourceType": "FamilyMemberHistory",
        "id": "f1",
        "status": "completed",
        "patient": reference("Patient/p1"),
        "relationship": sister,
        "condition": [{"code": BREAST_CANCER}],
    }
    read = told(history)
    assert read.of("family_history_strong") == []
    assert read.of("breast_cancer_status") == []
    assert read.why("FamilyMemberHistory/f1") == (
        "natural sister with breast cancer: whether the family history is strong is not stated"
    )


# ---- fields that are stated by name ----


def test_a_field_is_stated_by_its_own_name() -> None:
    read = told(
        stated("resectable", True, id_="a"),
        stated("metastatic_burden", "limited", id_="b"),
        stated("screening_up_to_date", False, id_="c"),
        stated("suspicion_for_breast_cancer", "high", id_="d"),
    )
    assert read.facts == read.facts | {
        "resectable: yes": ["Observation/a valueBoolean"],
        "metastatic_burden: limited": ["Observation/b valueCodeableConcept"],
        "screening_up_to_date: no": ["Observation/c valueBoolean"],
        "suspicion_for_breast_cancer: high": ["Observation/d valueCodeableConcept"],
    }


def test_an_answer_to_another_question_is_no_answer() -> None:
    read = told(stated("resectable", "limited"))
    assert read.of("resectable") == []
    assert read.why("Observation/o1") == "its value says `limited`, which is no answer to resectable"


def test_the_latest_statement_counts_and_two_of_one_day_contradict_each_other() -> None:
    first, last = stated("resectable", True, "2024-02-01", "a"), stated("resectable", False, "2024-03-01", "b")
    read = told(first, last)
    assert read.of("resectable") == ["no"]
    assert read.why("Observation/a") == "a later statement of the same is recorded"
    assert "resectable" in told(first, stated("resectable", False, "2024-02-01", "b")).edb.conflicts


def test_not_applicable_closes_a_question_and_unknown_does_not() -> None:
    def resectable(reason: str) -> dict[str, Any]:
        absent = {"dataAbsentReason": concept(TERMS + "data-absent-reason", reason)}
        return observation(concept(OURS, "resectable"), **absent)

    assert told(resectable("not-applicable")).edb.not_applicable == {"resectable"}
    unknown = told(resectable("asked-unknown"))
    assert not unknown.edb.not_applicable
    assert unknown.why("Observation/o1") == "its value is absent: asked-unknown"
    both = told(resectable("not-applicable"), stated("resectable", True, id_="o2"))
    assert (both.of("resectable"), both.edb.not_applicable) == (["yes"], frozenset())


# ---- lists ----


def a_list(*items: str, **more: Any) -> dict[str, Any]:
    """A List that is all of the syndromes."""
    body = {"status": "current", "mode": "snapshot", "code": concept(OURS, "syndromes")} | more
    return other("List", "l1", entry=[{"item": reference(i)} for i in items] or None, **body)


def test_a_list_of_resources_says_that_nothing_else_is_there() -> None:
    syndrome = condition(DERMATOMYOSITIS)
    assert "syndromes" in told(syndrome, a_list("Condition/c1")).edb.listed
    empty = told(a_list(emptyReason=concept(TERMS + "list-empty-reason", "nilknown")))
    assert (empty.of("syndromes"), empty.edb.listed) == ([], {"syndromes"})
    assert empty.account("List/l1").facts[0].element == "code"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"mode": "changes"}, "a List is complete when its status is `current` and its mode `working` or `snapshot`"),
        ({"status": "retired"}, "a List is complete when its status is `current` and its mode `working` or `snapshot`"),
        ({"code": concept(LOINC, "11450-4")}, "the code of its List is not in the table (LOINC 11450-4)"),
    ],
)
def test_a_list_that_is_not_complete(more: dict[str, Any], why: str) -> None:
    read = told(condition(DERMATOMYOSITIS), a_list("Condition/c1", **more))
    assert "syndromes" not in read.edb.listed
    assert read.why("List/l1") == why


def test_a_list_with_an_item_that_was_not_used_is_not_complete() -> None:
    unclear = condition(DERMATOMYOSITIS, verified="provisional")
    read = told(unclear, a_list("Condition/c1"))
    assert "syndromes" not in read.edb.listed
    assert "its item Condition/c1 is not used here" in read.why("List/l1")
    assert "syndromes" not in told(a_list("Condition/nowhere")).edb.listed


def test_an_empty_list_whose_reason_is_that_nobody_knows() -> None:
    for reason in ("unavailable", "notasked", "withheld", "notstarted"):
        read = told(a_list(emptyReason=concept(TERMS + "list-empty-reason", reason)))
        assert "syndromes" not in read.edb.listed, reason


def test_a_list_that_leaves_out_what_is_recorded_is_not_complete() -> None:
    read = told(condition(DERMATOMYOSITIS), condition(concept(OURS, "urticaria"), "c2"), a_list("Condition/c1"))
    assert read.of("syndromes") == ["dermatomyositis", "urticaria"]
    assert "syndromes" not in read.edb.listed
    assert read.why("List/l1") == "what Condition/c2 says is not in it, so that the list is not complete"


def test_another_resource_that_says_the_same_leaves_a_list_complete() -> None:
    read = told(condition(DERMATOMYOSITIS), condition(DERMATOMYOSITIS, "c2"), a_list("Condition/c1"))
    assert "syndromes" in read.edb.listed


def test_an_item_that_gave_another_fact_makes_no_list_complete() -> None:
    read = told(condition(BREAST_CANCER), a_list("Condition/c1"))
    assert "syndromes" not in read.edb.listed
