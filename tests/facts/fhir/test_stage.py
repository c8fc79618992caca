"""The stage: written in several places, at several times, and sometimes for another cancer."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_build import (
    BONE,
    BREAST_CANCER,
    COLON_CANCER,
    LOINC,
    NEGATIVE,
    OURS,
    SNOMED,
    STAGE,
    TERMS,
    concept,
    condition,
    observation,
    reference,
    told,
)

M = concept(LOINC, "21907-1", "Distant metastases.clinical [Class] Cancer")
M0, M1 = concept(SNOMED, "1229901006", "cM0"), concept(SNOMED, "55440008", "M1")
AJCC = "http://cancerstaging.org"
CANCER = condition(BREAST_CANCER, "cancer", onsetDateTime="2019-05-01")


def stage(value: dict[str, Any], id_: str = "o1", day: str | None = "2019-05-08", **more: Any) -> dict[str, Any]:
    """A stage group."""
    return observation(STAGE, id_, day, valueCodeableConcept=value, **more)


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        (SNOMED, "1222769001", ["localized"]),
        (SNOMED, "258224005", ["localized"]),
        (SNOMED, "258228008", ["metastatic"]),
        (AJCC, "2B", ["localized"]),
        (AJCC, "4A", ["metastatic"]),
        (AJCC, "TEST", []),
        ("http://ncithesaurus.nci.nih.gov", "C80135", []),
        (TERMS + "data-absent-reason", "not-applicable", []),
    ],
)
def test_a_stage_in_every_vocabulary(system: str, code: str, expected: list[str]) -> None:
    assert told(CANCER, stage(concept(system, code))).of("stage") == expected


def test_a_stage_whose_code_is_not_verified_is_read_from_its_words() -> None:
    four = concept(SNOMED, "1222837003", "American Joint Committee on Cancer stage IV (qualifier value)")
    read = told(CANCER, stage(four))
    assert read.of("stage") == ["metastatic"]
    assert read.chart.accounts.unused, "the code itself is still listed as not used"


def test_the_stage_that_a_condition_holds() -> None:
    summary = {"summary": concept(SNOMED, "261615002", "Stage 2B"), "assessment": [reference("Observation/o1")]}
    read = told(condition(BREAST_CANCER, "cancer", onsetDateTime="2019-05-01", stage=[summary]))
    assert read.facts["stage: localized"] == ["Condition/cancer stage[0].summary"]
    assert read.of("stage_detail") == ["Stage 2B"]


def test_the_same_stage_at_two_granularities_is_agreement() -> None:
    read = told(
        CANCER, stage(concept(SNOMED, "258219007", "Stage 2")), stage(concept(SNOMED, "261614003", "Stage 2A"), "o2")
    )
    assert read.of("stage") == ["localized"]
    assert read.of("stage_detail") == ["Stage 2; Stage 2A"]


def test_a_pathologic_m_category_that_does_not_apply_is_no_stage() -> None:
    absent = concept(TERMS + "data-absent-reason", "not-applicable")
    read = told(CANCER, observation(M, valueCodeableConcept=absent), stage(concept(AJCC, "2A"), "o2"))
    assert read.of("stage") == ["localized"]
    assert not read.edb.not_applicable


def test_localized_then_metastatic_is_progress_and_no_contradiction() -> None:
    read = told(CANCER, stage(concept(AJCC, "2A")), condition(BONE, onsetDateTime="2024-02-01"))
    assert read.facts["stage: metastatic"] == ["Condition/c1 code"]
    assert read.why("Observation/o1") == "it is older than the finding of metastases"
    assert read.of("stage_detail") == []


def test_a_metastasis_without_an_onset_is_as_old_as_its_record() -> None:
    read = told(CANCER, stage(concept(AJCC, "2A")), condition(BONE, recordedDate="2024-02-01"))
    assert read.of("stage") == ["metastatic"]
    assert "stage" in told(CANCER, stage(concept(AJCC, "2A")), condition(BONE)).edb.conflicts


@pytest.mark.parametrize("day", ["2019-05-08", "2019", "2020-01-01", None])
def test_stage_4_together_with_m0_is_a_contradiction(day: str | None) -> None:
    read = told(
        CANCER, stage(concept(AJCC, "4A"), day="2019-05-08"), observation(M, "o2", day, valueCodeableConcept=M0)
    )
    assert read.of("stage") == []
    assert "stage" in read.edb.conflicts


def test_no_history_of_metastatic_cancer_is_without_metastasis() -> None:
    history = concept(SNOMED, "1287652008", "History of metastatic malignant neoplasm (situation)")
    assert told(CANCER, observation(history, valueBoolean=False)).of("stage") == ["localized"]
    assert told(CANCER, observation(history, valueBoolean=True)).of("stage") == ["metastatic"]
    assert told(CANCER, observation(history)).of("stage") == []


def test_the_answer_none_says_no_metastasis_only_where_metastases_were_asked_for() -> None:
    none = concept(SNOMED, "260413007", "None (qualifier value)")
    site = concept(LOINC, "44667-4", "Site of distant metastasis in Breast tumor")
    assert told(CANCER, observation(site, valueCodeableConcept=none)).of("stage") == ["localized"]
    assert told(CANCER, stage(none)).of("stage") == []
    assert told(CANCER, observation(M, valueCodeableConcept=NEGATIVE)).of("stage") == []


def test_localized_has_no_metastatic_sites() -> None:
    assert "metastatic_sites" in told(CANCER, stage(concept(AJCC, "2A"))).edb.listed
    assert "metastatic_sites" not in told(CANCER, stage(concept(AJCC, "4A"))).edb.listed
    assert "metastatic_sites" not in told(CANCER).edb.listed


def test_the_stage_of_another_cancer_is_not_taken() -> None:
    colon = condition(COLON_CANCER, "colon")
    linked = stage(concept(AJCC, "2A"), focus=[reference("Condition/colon")])
    read = told(CANCER, colon, linked)
    assert (read.of("stage"), read.why("Observation/o1")) == ([], "it belongs to another cancer")
    unlinked = told(CANCER, colon, stage(concept(AJCC, "2A")))
    assert unlinked.of("stage") == []
    breast = stage(concept(AJCC, "2A"), focus=[reference("Condition/cancer")])
    assert told(CANCER, colon, breast).of("stage") == ["localized"]
    alone = told(stage(concept(AJCC, "2A")))
    assert alone.why("Observation/o1") == "no breast cancer is recorded that it could be about"


def test_the_stage_at_diagnosis_is_not_the_stage_after_a_remission() -> None:
    remission = condition(BREAST_CANCER, "cancer", "remission", onsetDateTime="2019-05-01")
    assert told(remission, stage(concept(AJCC, "2A"))).of("stage") == []
    recurrence = condition(BREAST_CANCER, "cancer", "recurrence", onsetDateTime="2019-05-01")
    assert told(recurrence, stage(concept(AJCC, "2A"))).of("stage") == []
    assert told(recurrence, condition(BONE)).of("stage") == ["metastatic"]


def test_a_localized_stage_belongs_to_the_episode_that_it_was_found_in() -> None:
    old = condition(BREAST_CANCER, "old", "resolved", onsetDateTime="2010-01-01")
    assert told(old, CANCER, stage(concept(AJCC, "2A"), day="2019-05-08")).of("stage") == ["localized"]
    assert told(old, CANCER, stage(concept(AJCC, "2A"), day="2010-02-01")).of("stage") == []


def test_a_stage_that_is_marked_not_applicable() -> None:
    absent = {"dataAbsentReason": concept(TERMS + "data-absent-reason", "not-applicable")}
    read = told(observation(concept(OURS, "stage"), **absent))
    assert read.edb.not_applicable == {"stage"}
