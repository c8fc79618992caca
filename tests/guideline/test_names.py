"""Everything that an answer can contain is expected of a test patient, and every statement and reading has a case."""

from __future__ import annotations

import pytest
from guidekb.kb.case import PARTS, TestCase
from guidekb.queries.answers.assess import Knowledge

NAMES = {
    "action": """
        treat_underlying_cancer_as_primary definitive_breast_surgery adjuvant_systemic_therapy_by_tumor_biology
        systemic_therapy_immediately endocrine_therapy third_generation_aromatase_inhibitor
        chemotherapy_instead_of_endocrine trastuzumab_plus_chemotherapy chemotherapy_as_only_systemic_option
        bisphosphonate exclude_infection_first immunotherapy_ivig_methylprednisolone_cyclophosphamide
        continue_cancer_therapy_as_definitive oral_corticosteroid rapid_cancer_workup_and_treatment
        ct_chest_abdomen_pelvis_with_contrast mammogram breast_mri pelvic_ultrasound_or_mri
        histopathological_confirmation er_pr_her2_assessment rebiopsy_metastatic_site complete_restaging
    """,
    "pitfall": """
        delay_cancer_treatment_for_immunosuppression assume_remission_excludes_recurrence
        corticosteroids_alone_for_dermatomyositis skip_mammogram_or_breast_mri_after_negative_ct
        expect_neurological_improvement_in_all immunotherapy_before_infection_excluded
        endocrine_or_her2_therapy_for_triple_negative
    """,
    "alert_name": """
        infection_not_excluded dm_rapid_progression_during_delay dm_may_indicate_recurrence_or_progression
        recurrence_possible_despite_remission receptor_conversion_possible negative_ct_does_not_exclude_breast_cancer
        corticosteroids_alone_pattern cancer_treatment_delayed_pattern
    """,
    "expectation": """
        syndrome_course_follows_cancer_response rapid_resolution_after_resection_possible dm_improves_after_surgery
        dm_dramatic_improvement_after_cancer_treatment immunotherapy_transient_only
        anti_yo_early_ivig_stabilization_possible symptoms_may_persist neurological_damage_may_be_irreversible
        bisphosphonate_rapid_relief timing_before_cancer_diagnosis_compatible timing_simultaneous_compatible
        timing_during_treatment_compatible dramatic_improvement_possible
    """,
    "factor": """
        long_disease_free_interval limited_nonbulky_metastases no_visceral_involvement hormone_receptor_positive
        dermatomyositis_in_metastatic_setting
    """,
    "prognostic_value": "favorable not_met unfavorable undetermined not_applicable",
    "flag_name": """
        boundary_value conflicting_receptor_results receptor_conversion hr_her2_overlap aggressiveness_not_recorded
        contradictory_record out_of_scope unlisted_syndrome no_paraneoplastic_syndrome partial_ct
        syndrome_has_other_cause patient_refusal_not_modelled
        anatomic_stage_0 anatomic_stage_ia anatomic_stage_ib anatomic_stage_iia anatomic_stage_iib anatomic_stage_iiia
        anatomic_stage_iiib anatomic_stage_iiic anatomic_stage_iv
    """,
}
"""The words of an answer, by their types in kb/vocabulary.md; written out, so that none is lost there unseen."""

NEVER_SAID = {"patient_refusal_not_modelled"}  # no field records a refusal (A08)
STATEMENTS = [f"S{n:02}" for n in range(1, 70)] + [f"T{n:02}" for n in range(1, 8)]
READINGS = [f"A{n:02}" for n in range(1, 49)] + ["B01", "B02"]


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_an_answer(name: str, knowledge: Knowledge, cases: list[TestCase]) -> None:
    """They are those of the vocabulary, and each is expected of somebody; a word never said is denied of somebody."""
    words = set(NAMES[name].split())
    declared = knowledge.program.types_by_name[name]
    assert {label.name for label in declared.labels} == words
    expectations = [case.expectation for case in cases]
    expected = {item for one in expectations for part in PARTS for each in one.wanted.get(part, ())
                for item in (each.item, each.details.get("value"))}  # fmt: skip
    denied = {each.name for one in expectations for part in PARTS for each in one.unwanted.get(part, ())}
    assert not words - NEVER_SAID - expected, "no case expects these"
    assert not words & NEVER_SAID - denied
    assert not NEVER_SAID & expected


def test_every_statement_and_reading_has_a_case(cases: list[TestCase]) -> None:
    about = {one.name for case in cases for one in case.about}
    assert sorted({*STATEMENTS, *READINGS} - about) == []
    assert sorted(about - {*STATEMENTS, *READINGS}) == []


def test_every_case_says_what_it_is_about(cases: list[TestCase]) -> None:
    assert [case.place for case in cases if not (case.about and case.section and case.name)] == []
