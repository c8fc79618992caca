"""Conditions: what the two statuses make of a code, and since when."""

from __future__ import annotations

import pytest
from fhir_build import (
    BONE,
    BREAST_CANCER,
    COLON_CANCER,
    DERMATOMYOSITIS,
    HYPERCALCEMIA,
    ICD,
    OURS,
    SNOMED,
    concept,
    condition,
    due_to,
    observation,
    other,
    patient,
    stated,
    told,
)


@pytest.mark.parametrize(
    ("clinical", "verified", "status"),
    [
        ("active", "confirmed", ["known_active"]),
        ("active", None, ["known_active"]),
        ("recurrence", "confirmed", ["known_active"]),
        ("relapse", "confirmed", ["known_active"]),
        ("remission", "confirmed", ["prior_in_remission"]),
        ("resolved", "confirmed", ["treated_no_evident_disease"]),
        ("inactive", "confirmed", []),
        (None, "confirmed", []),
        ("active", "provisional", ["suspected"]),
        ("active", "differential", ["suspected"]),
        ("active", "unconfirmed", ["suspected"]),
        ("active", "refuted", ["excluded"]),
        (None, "entered-in-error", []),
    ],
)
def test_the_status_of_the_breast_cancer(clinical: str | None, verified: str | None, status: list[str]) -> None:
    assert told(condition(BREAST_CANCER, clinical=clinical, verified=verified)).of("breast_cancer_status") == status


def test_a_fact_names_the_resource_and_its_elements() -> None:
    read = told(condition(BREAST_CANCER, onsetDateTime="2024-01-05"))
    assert read.facts["breast_cancer_status: known_active"] == ["Condition/c1 clinicalStatus", "Condition/c1 code"]
    (one, other_) = next(o for f, o in read.edb.facts.items() if f.predicate == "breast_cancer_status")
    assert one.source == "b.json"
    assert other_.written == "SNOMED CT 254837009 Malignant neoplasm of breast (disorder), 2024-01-05"


@pytest.mark.parametrize("clinical", [None, "no-such-status"])
def test_without_a_clinical_status_nothing_is_known_to_be_present(clinical: str | None) -> None:
    read = told(condition(DERMATOMYOSITIS, clinical=clinical))
    assert read.of("syndromes") == []
    assert read.why("Condition/c1") == "it has no clinicalStatus, so that it is not known whether it is present"


def test_an_earlier_cancer_and_a_present_one() -> None:
    read = told(
        condition(BREAST_CANCER, "old", "resolved", onsetDateTime="2010-02-01", abatementDateTime="2011-03-01"),
        condition(BREAST_CANCER, "new", onsetDateTime="2024-02-01"),
    )
    assert read.of("breast_cancer_status") == ["known_active"]
    assert read.facts["prior_breast_cancer: yes"] == ["Condition/old clinicalStatus"]
    assert read.facts["disease_free_interval_months: 168"] == [
        "Condition/old onsetDateTime",
        "Condition/new onsetDateTime",
    ]
    assert read.facts["remission_long_term: yes"] == ["Condition/old abatementDateTime", "Condition/new onsetDateTime"]


def test_an_earlier_cancer_whose_end_is_not_before_the_present_one_gives_no_interval() -> None:
    read = told(
        condition(BREAST_CANCER, "old", "resolved", onsetDateTime="2010-02-01"),
        condition(BREAST_CANCER, "new", onsetDateTime="2024-02-01"),
    )
    assert (read.of("prior_breast_cancer"), read.of("disease_free_interval_months")) == (["yes"], [])
    assert read.of("remission_long_term") == []


def test_one_cancer_that_is_present_and_over_contradicts_itself() -> None:
    read = told(
        condition(BREAST_CANCER, "a", "resolved", onsetDateTime="2024-02-01"),
        condition(BREAST_CANCER, "b", onsetDateTime="2024-02-01"),
    )
    assert "breast_cancer_status" in read.edb.conflicts
    assert read.of("prior_breast_cancer") == []


def test_a_confirmed_and_a_refuted_cancer_contradict_each_other() -> None:
    read = told(condition(BREAST_CANCER), condition(BREAST_CANCER, "c2", verified="refuted"))
    assert read.of("breast_cancer_status") == []
    assert [o.place for o in read.edb.conflicts["breast_cancer_status"]] == [
        "Condition/c1 clinicalStatus",
        "Condition/c1 code",
        "Condition/c2 verificationStatus",
        "Condition/c2 code",
    ]
    assert read.warnings == ["W903 `breast_cancer_status` has more than one value; these facts are set apart"]


def test_a_refuted_cancer_of_the_other_breast_contradicts_nothing() -> None:
    left, right = concept(SNOMED, "80248007"), concept(SNOMED, "73056007")
    read = told(
        condition(BREAST_CANCER, bodySite=[left]), condition(BREAST_CANCER, "c2", verified="refuted", bodySite=[right])
    )
    assert read.of("breast_cancer_status") == ["known_active"]
    assert "another body site" in read.why("Condition/c2")


def test_a_history_of_breast_cancer_says_nothing_of_today() -> None:
    read = told(condition(concept(ICD, "Z85.3")))
    assert read.of("prior_breast_cancer") == ["yes"]
    assert read.of("breast_cancer_status") == []
    assert told(condition(concept(ICD, "Z85.3"), verified="refuted")).of("prior_breast_cancer") == ["no"]


# ---- syndromes ----


def test_a_syndrome_that_is_ruled_out_or_over_is_recorded_as_not_there() -> None:
    assert told(condition(DERMATOMYOSITIS)).of("syndromes") == ["dermatomyositis"]
    assert told(condition(DERMATOMYOSITIS, verified="refuted")).of("syndromes") == ["not dermatomyositis"]
    assert told(condition(DERMATOMYOSITIS, clinical="resolved")).of("syndromes") == ["not dermatomyositis"]
    assert told(condition(DERMATOMYOSITIS, verified="provisional")).of("syndromes") == []


def test_a_syndrome_that_came_back_is_there() -> None:
    read = told(condition(DERMATOMYOSITIS, clinical="resolved"), condition(DERMATOMYOSITIS, "c2"))
    assert read.of("syndromes") == ["dermatomyositis"]


def test_a_finding_as_an_observation_is_present_or_absent_as_its_value_says() -> None:
    present = told(observation(DERMATOMYOSITIS, valueBoolean=True))
    assert present.facts == present.facts | {"syndromes: dermatomyositis": ["Observation/o1 code"]}
    assert told(observation(DERMATOMYOSITIS, valueBoolean=False)).of("syndromes") == ["not dermatomyositis"]
    absent = concept("http://loinc.org", "LA9634-2", "Absent")
    assert told(observation(DERMATOMYOSITIS, valueCodeableConcept=absent)).of("syndromes") == ["not dermatomyositis"]
    unclear = told(observation(DERMATOMYOSITIS, valueString="see letter"))
    assert unclear.of("syndromes") == []
    assert unclear.why("Observation/o1") == "its value is a text that states no verdict: `see letter`"


def test_the_latest_observation_of_a_finding_counts() -> None:
    was = observation(DERMATOMYOSITIS, "o1", "2020-01-01", valueBoolean=True)
    read = told(was, observation(DERMATOMYOSITIS, "o2", "2024-01-01", valueBoolean=False))
    assert read.of("syndromes") == ["not dermatomyositis"]
    assert read.why("Observation/o1") == "a later Observation of the same is recorded"
    assert told(was, observation(DERMATOMYOSITIS, "o2", "2020", valueBoolean=False)).edb.conflicts.keys() == {
        "syndromes"
    }


def test_no_syndrome_follows_from_what_is_not_there() -> None:
    read = told(condition(BREAST_CANCER))
    assert read.of("syndromes") == []
    assert "syndromes" not in read.edb.listed


@pytest.mark.parametrize(
    ("syndrome", "attribution"),
    [
        (condition(concept(ICD, "M36.0")), ["paraneoplastic"]),
        (condition(DERMATOMYOSITIS), []),
        (condition(DERMATOMYOSITIS, **due_to("Condition/cancer")), ["paraneoplastic"]),
        (condition(DERMATOMYOSITIS, **due_to("Condition/colon")), ["other_cancer"]),
        (condition(HYPERCALCEMIA, **due_to("Condition/adenoma")), ["other_cause"]),
        (condition(HYPERCALCEMIA, **due_to("Condition/unknown-code")), []),
        (condition(HYPERCALCEMIA, **due_to("Condition/nowhere")), []),
    ],
)
def test_what_a_syndrome_is_put_down_to(syndrome: dict[str, object], attribution: list[str]) -> None:
    read = told(
        condition(BREAST_CANCER, "cancer"),
        condition(COLON_CANCER, "colon"),
        condition(concept(ICD, "D35.1"), "adenoma"),
        condition(concept(ICD, "I48.0"), "unknown-code"),
        syndrome,
    )
    assert read.of("syndrome_attribution") == attribution


def test_words_stand_for_a_code_only_when_they_are_exactly_those_of_the_table() -> None:
    read = told(condition({"text": "Paraneoplastic cerebellar degeneration"}))
    assert read.of("syndromes") == ["cerebellar_degeneration"]
    (origin,) = next(o for f, o in read.edb.facts.items() if f.predicate == "syndromes")
    assert origin.written == "read from the text `Paraneoplastic cerebellar degeneration`"
    assert told(condition({"text": "no paraneoplastic cerebellar degeneration"})).of("syndromes") == []


def test_infection_as_such_is_excluded_and_one_kind_of_it_is_not_enough() -> None:
    infection = concept(SNOMED, "40733004", "Infectious disease (disorder)")
    read = told(condition(infection, verified="refuted"))
    assert read.facts["infection_excluded: yes"] == ["Condition/c1 verificationStatus"]
    assert told(condition(infection)).of("infection_excluded") == ["no"]
    herpes = concept(SNOMED, "428638009", "Herpes simplex encephalitis")
    assert told(condition(herpes, verified="refuted")).of("infection_excluded") == []


# ---- metastases ----


def test_a_metastasis_has_its_site_from_its_code_or_from_its_body_site() -> None:
    cancer = condition(BREAST_CANCER, "cancer")
    assert told(cancer, condition(BONE)).of("metastatic_sites") == ["bone"]
    liver = condition(concept(SNOMED, "128462008"), bodySite=[concept(SNOMED, "10200004", "Liver structure")])
    assert told(cancer, liver).facts["metastatic_sites: liver"] == ["Condition/c1 bodySite"]
    unstated = told(cancer, condition(concept(SNOMED, "128462008")))
    assert (unstated.of("metastatic_sites"), unstated.of("stage")) == ([], ["metastatic"])


def test_what_is_no_metastasis() -> None:
    cancer = condition(BREAST_CANCER, "cancer")
    assert told(cancer, condition(BONE, verified="refuted")).of("metastatic_sites") == ["not bone"]
    assert told(cancer, condition(BONE, verified="provisional")).of("metastatic_sites") == []
    assert told(cancer, condition(BONE, clinical="resolved")).of("metastatic_sites") == []
    node = told(cancer, condition(concept(ICD, "C77.3")))
    assert (node.of("metastatic_sites"), node.of("stage")) == ([], [])
    in_breast = told(cancer, condition(concept(ICD, "C79.81"), "c2"))
    assert (in_breast.of("stage"), in_breast.of("breast_cancer_status")) == ([], ["known_active"])


def test_a_metastasis_of_another_cancer_is_not_taken_for_one_of_the_breast_cancer() -> None:
    both = (condition(BREAST_CANCER, "breast"), condition(COLON_CANCER, "colon"))
    read = told(*both, condition(BONE, **due_to("Condition/colon")))
    assert (read.of("metastatic_sites"), read.of("stage")) == ([], [])
    assert read.why("Condition/c1") == "it belongs to another cancer"
    unlinked = told(*both, condition(BONE))
    assert unlinked.of("stage") == []
    assert "does not say which of them" in unlinked.why("Condition/c1")
    assert told(*both, condition(BONE, **due_to("Condition/breast"))).of("stage") == ["metastatic"]


def test_a_biopsy_of_a_metastasis() -> None:
    cancer, bone = condition(BREAST_CANCER, "cancer"), condition(BONE)
    biopsy = concept(SNOMED, "86273004", "Biopsy")
    site = {"status": "completed", "bodySite": [concept(SNOMED, "272673000", "Bone structure")]}
    read = told(cancer, bone, other("Procedure", "b1", code=biopsy, **site))
    assert read.facts["metastatic_site_biopsied: yes"] == ["Procedure/b1 bodySite[0]"]
    assert told(cancer, other("Procedure", "b1", code=biopsy, **site)).of("metastatic_site_biopsied") == []
    unstated = told(cancer, bone, other("Procedure", "b1", code=biopsy, status="completed"))
    assert unstated.of("metastatic_site_biopsied") == []


# ---- histology and what a man is not asked ----


def test_histology_is_confirmed_by_the_extension_of_mcode() -> None:
    url = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
    morphology = {"url": url, "valueCodeableConcept": concept(SNOMED, "82711006")}
    read = told(condition(BREAST_CANCER, extension=[morphology]))
    assert read.facts["breast_cancer_histology_confirmed: yes"] == ["Condition/c1 extension[0].valueCodeableConcept"]


def test_a_man_is_not_asked_for_the_menopause() -> None:
    read = told(patient(gender="male"), condition(BREAST_CANCER))
    assert "menopausal_status" in read.edb.not_applicable
    contradictory = told(patient(gender="male"), stated("menopausal_status", "postmenopausal"))
    assert contradictory.of("menopausal_status") == ["postmenopausal"]


def test_codings_that_mean_different_things_are_not_used() -> None:
    both = {"coding": [*BREAST_CANCER["coding"], *COLON_CANCER["coding"]]}
    read = told(condition(both))
    assert read.of("breast_cancer_status") == []
    assert read.why("Condition/c1") == (
        "the codes of its Condition mean different things: SNOMED CT 254837009 and SNOMED CT 93761005"
    )


def test_a_code_of_our_own_serves_where_no_published_one_does() -> None:
    assert told(condition(concept(OURS, "opsoclonus_myoclonus"))).of("syndromes") == ["opsoclonus_myoclonus"]
