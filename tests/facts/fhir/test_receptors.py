"""ER, PR and HER2 as real data write them: four shapes, several reports, specimens that are rarely named."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_build import (
    BONE,
    BREAST_CANCER,
    COLON_CANCER,
    ER,
    HER2,
    ICD,
    LOINC,
    NEGATIVE,
    OURS,
    POSITIVE,
    PR,
    SNOMED,
    TERMS,
    Told,
    concept,
    condition,
    observation,
    other,
    reference,
    told,
)

PANEL = concept(LOINC, "10480-2", "Estrogen+Progesterone receptor Ag [Presence] in Tissue by Immune stain")
ANY_HER2 = concept(LOINC, "48676-1", "HER2 [Interpretation] in Tissue")
HIGH = {"interpretation": [concept(TERMS + "v3-ObservationInterpretation", "POS", "Positive")]}
CANCER = condition(BREAST_CANCER, "cancer", onsetDateTime="2019-05-01")


def er(id_: str, day: str | None, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An estrogen receptor result."""
    return observation(ER, id_, day, valueCodeableConcept=value, **more)


def specimen(id_: str, day: str, site: dict[str, Any]) -> dict[str, Any]:
    """A Specimen taken from a site on a day."""
    return other("Specimen", id_, collection={"collectedDateTime": day, "bodySite": site})


BREAST = concept(SNOMED, "80248007", "Left breast structure (body structure)")
LIVER = concept(SNOMED, "10200004", "Liver structure (body structure)")


@pytest.mark.parametrize(
    ("value", "er_status"),
    [
        ({"valueCodeableConcept": POSITIVE}, ["positive"]),
        ({"valueCodeableConcept": concept(LOINC, "LA6577-6", "Negative")}, ["negative"]),
        ({"valueString": "Positive"}, ["positive"]),
        ({"valueString": "weakly positive"}, []),
        ({"valueQuantity": {"value": 3, "unit": "%"}}, []),
        ({"valueQuantity": {"value": 90, "unit": "%"}} | HIGH, ["positive"]),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 100}}}, []),
        ({"valueInteger": 3}, []),
        (HIGH, ["positive"]),
        ({"valueCodeableConcept": NEGATIVE} | HIGH, []),
        ({"valueCodeableConcept": concept(SNOMED, "42425007", "Equivocal")}, []),
        ({"dataAbsentReason": concept(TERMS + "data-absent-reason", "asked-unknown")}, []),
        ({"valueCodeableConcept": concept(TERMS + "data-absent-reason", "not-performed")}, []),
        ({}, []),
    ],
)
def test_a_value_in_every_form(value: dict[str, Any], er_status: list[str]) -> None:
    assert told(CANCER, observation(ER, **value)).of("er") == er_status


@pytest.mark.parametrize("status", ["registered", "preliminary", "cancelled", "entered-in-error", "unknown"])
def test_what_is_not_final_is_no_result(status: str) -> None:
    assert told(CANCER, er("o1", "2024-03-01", POSITIVE, status=status)).of("er") == []


def test_why_a_result_was_not_used() -> None:
    def why(**value: Any) -> str:
        return told(CANCER, observation(ER, **value)).why("Observation/o1")

    percent = {"value": 3, "unit": "%"}
    assert why(valueQuantity=percent) == "its value is a number without a verdict: 3 %"
    assert why(valueString="less than 1.8") == "its value is a text that states no verdict: `less than 1.8`"
    absent = concept(TERMS + "data-absent-reason", "not-performed")
    assert why(dataAbsentReason=absent) == "its value is absent: not-performed"
    assert why(valueCodeableConcept=NEGATIVE, **HIGH) == "its value says negative and its interpretation positive"
    assert why(status="preliminary") == "its status is `preliminary`, so that it is not a final result"


def test_two_values_in_one_observation_are_reported() -> None:
    read = told(CANCER, observation(ER, valueCodeableConcept=POSITIVE, valueQuantity={"value": 90, "unit": "%"}))
    assert read.of("er") == ["positive"]
    assert read.account("Observation/o1").notes == ["R4 allows one value, and `valueQuantity` is not used"]


def test_the_same_result_twice_is_one_fact_with_two_sources() -> None:
    read = told(CANCER, er("o1", "2024-03-01", POSITIVE), er("o2", "2024-03-01", POSITIVE))
    assert read.facts["er: positive"] == [
        "Observation/o1 valueCodeableConcept",
        "Observation/o2 valueCodeableConcept",
    ]


def test_a_later_result_does_not_win_by_itself() -> None:
    read = told(CANCER, er("o1", "2019-05-01", POSITIVE), er("o2", "2024-03-01", NEGATIVE))
    assert read.of("er") == []
    assert "er" in read.edb.conflicts
    assert read.of("receptor_results") == [
        "order 1, specimen unknown, er positive, pr unknown, her2 unknown",
        "order 2, specimen unknown, er negative, pr unknown, her2 unknown",
    ]


def converted(**later: Any) -> Told:
    """A positive primary, and a later negative result."""
    return told(
        CANCER,
        specimen("s1", "2019-05-01", BREAST),
        specimen("s2", "2024-02-07", LIVER),
        er("o1", "2019-05-09", POSITIVE, specimen=reference("Specimen/s1")),
        er("o2", "2024-02-15", NEGATIVE, **later),
    )


def test_a_result_from_a_metastasis_governs() -> None:
    read = converted(specimen=reference("Specimen/s2"))
    assert read.facts["er: negative"] == ["Observation/o2 valueCodeableConcept"]
    assert read.of("receptor_results") == [
        "order 1, specimen primary, er positive, pr unknown, her2 unknown",
        "order 2, specimen metastasis, er negative, pr unknown, her2 unknown",
    ]


def test_without_a_specimen_the_same_results_are_a_conflict() -> None:
    assert "er" in converted().edb.conflicts


def test_a_report_names_the_specimen_of_the_results_that_it_lists() -> None:
    report = other(
        "DiagnosticReport",
        "r1",
        status="final",
        code=concept(LOINC, "22637-3"),
        specimen=[reference("Specimen/s1")],
        result=[reference("Observation/o1")],
    )
    read = told(CANCER, specimen("s1", "2024-02-27", BREAST), er("o1", "2024-03-01", POSITIVE), report)
    assert read.of("receptor_results") == ["order 1, specimen primary, er positive, pr unknown, her2 unknown"]


def test_a_skin_specimen_may_be_a_local_recurrence() -> None:
    read = told(CANCER, er("o1", "2024-03-01", POSITIVE, bodySite=concept(OURS, "skin")))
    assert read.of("receptor_results") == []


def test_a_positive_panel_does_not_say_which_receptor() -> None:
    read = told(CANCER, observation(PANEL, valueCodeableConcept=POSITIVE))
    assert (read.of("er"), read.of("pr")) == ([], [])
    assert read.of("receptor_results") == [
        "order 1, specimen unknown, er positive_or_pr_positive, pr unknown, her2 unknown"
    ]


def test_a_negative_panel_sets_nothing() -> None:
    read = told(CANCER, observation(PANEL, valueCodeableConcept=NEGATIVE))
    assert (read.of("er"), read.of("pr"), read.of("receptor_results")) == ([], [], [])


def test_a_panel_beside_its_parts_adds_nothing() -> None:
    results = [observation(PANEL, "o0", valueCodeableConcept=POSITIVE), er("o1", "2024-03-01", POSITIVE)]
    read = told(CANCER, *results, observation(PR, "o2", valueCodeableConcept=NEGATIVE))
    assert (read.of("er"), read.of("pr"), read.of("receptor_results")) == (["positive"], ["negative"], [])


def test_er_alone_says_nothing_of_the_others() -> None:
    read = told(CANCER, er("o1", "2024-03-01", NEGATIVE))
    assert (read.of("er"), read.of("pr"), read.of("her2")) == (["negative"], [], [])


def test_a_test_that_other_tumours_have_too_needs_a_link_when_there_is_another_cancer() -> None:
    colon = condition(COLON_CANCER, "colon")
    her2 = {"valueCodeableConcept": POSITIVE}
    assert told(CANCER, observation(ANY_HER2, **her2)).of("her2") == ["positive"]
    assert told(CANCER, colon, observation(ANY_HER2, **her2)).of("her2") == []
    assert told(CANCER, colon, observation(HER2, **her2)).of("her2") == ["positive"]
    linked = observation(ANY_HER2, focus=[reference("Condition/cancer")], **her2)
    assert told(CANCER, colon, linked).of("her2") == ["positive"]
    other_tumour = observation(HER2, focus=[reference("Condition/colon")], **her2)
    read = told(CANCER, colon, other_tumour)
    assert (read.of("her2"), read.why("Observation/o1")) == ([], "it belongs to another cancer")


def test_a_result_without_a_day_has_no_place_in_the_order() -> None:
    read = told(CANCER, er("o1", "2019-05-01", POSITIVE), er("o2", None, POSITIVE))
    assert read.of("er") == ["positive"]
    assert read.of("receptor_results") == ["order 1, specimen unknown, er positive, pr unknown, her2 unknown"]
    assert "it has no place in the order" in read.account("Observation/o2").notes[0]


def test_receptors_as_diagnosis_codes() -> None:
    triple_negative = told(condition(concept(ICD, "Z17.421")))
    assert [triple_negative.of(m) for m in ("er", "pr", "her2")] == [["negative"]] * 3
    hormones = told(condition(concept(ICD, "Z17.411")))
    assert [hormones.of(m) for m in ("er", "pr", "her2")] == [[], [], ["negative"]]
    assert hormones.of("receptor_results")[0].startswith("order 1, specimen unknown, er positive_or_pr_positive")


def test_an_observation_with_several_codings_is_read_once() -> None:
    both = {"coding": [*ANY_HER2["coding"], *HER2["coding"]]}
    assert told(CANCER, observation(both, valueCodeableConcept=POSITIVE)).of("her2") == ["positive"]
    unknown = {"coding": [{"system": "LOINC", "code": "48676-1"}, *HER2["coding"]]}
    read = told(CANCER, observation(unknown, valueCodeableConcept=POSITIVE))
    assert read.of("her2") == ["positive"]
    assert [(u.system, u.code) for u in read.chart.accounts.unused] == [("LOINC", "48676-1")]


def test_a_metastasis_in_bone_is_not_needed_for_a_specimen_to_be_one() -> None:
    read = told(CANCER, condition(BONE), er("o1", "2024-03-01", POSITIVE, bodySite=LIVER))
    assert read.of("receptor_results") == ["order 1, specimen metastasis, er positive, pr unknown, her2 unknown"]


def test_results_in_the_components_of_one_observation() -> None:
    markers = [{"code": ER, "valueCodeableConcept": POSITIVE}, {"code": PR, "valueCodeableConcept": NEGATIVE}]
    unknown = {"code": concept(LOINC, "85336-6", "DCIS"), "valueBoolean": True}
    pathology = concept(LOINC, "44667-8", "Pathology panel")
    read = told(CANCER, observation(pathology, component=[*markers, unknown]))
    assert read.facts["er: positive"] == ["Observation/o1 component[0].valueCodeableConcept"]
    assert read.facts["pr: negative"] == ["Observation/o1 component[1].valueCodeableConcept"]
    assert read.account("Observation/o1").notes == [
        "the code of its Observation is not in the table (LOINC 44667-8 Pathology panel)",
        "the code of its component is not in the table (LOINC 85336-6 DCIS)",
    ]


def test_a_result_that_a_report_contains_is_said_not_to_be_read() -> None:
    inside = er("er", "2024-03-01", POSITIVE)
    report = other("DiagnosticReport", "r1", status="final", code=concept(LOINC, "22637-3"), contained=[inside])
    read = told(CANCER, report)
    assert read.of("er") == []
    assert "what it contains is not read by itself: Observation" in read.why("DiagnosticReport/r1")
