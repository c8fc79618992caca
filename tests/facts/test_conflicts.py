"""Data that contradict themselves: both sides are set apart, everything else stays, and it is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from guidekb.facts.read import Reading
from guidekb.kb.ir import Ground

Read = Callable[..., Reading]


def test_two_values_of_a_single_valued_field(reading: Read) -> None:
    found = reading("stage(p1, localized). stage(p1, metastatic).\ner(p1, positive).", "p.dl")
    (patient,) = found.edbs
    assert set(patient.facts) == {Ground("conflicting", ("p1", "stage")), Ground("er", ("p1", "positive"))}
    assert [origin.written for origin in patient.conflicts["stage"]] == [
        "stage(p1, localized)",
        "stage(p1, metastatic)",
    ]
    assert [warning.code for warning in found.warnings] == ["W903"]


def test_recorded_true_and_false(reading: Read) -> None:
    (patient,) = reading("resectable(p1).\n-resectable(p1).\n", "p.dl").edbs
    assert set(patient.facts) == {Ground("conflicting", ("p1", "resectable"))}
    assert [origin.place for origin in patient.conflicts["resectable"]] == [
        "resectable (line 1)",
        "resectable (line 2)",
    ]


def test_one_contradicted_entry_of_a_map_leaves_the_others(reading: Read) -> None:
    facts = "antibodies(p1, anti_yo, positive). antibodies(p1, anti_yo, negative). antibodies(p1, anti_hu, negative)."
    (patient,) = reading(facts + "\nlisted(p1, antibodies).", "p.dl").edbs
    assert set(patient.facts) == {
        Ground("conflicting", ("p1", "antibodies")),
        Ground("antibodies", ("p1", "anti_hu", "negative")),
    }
    assert patient.listed == frozenset()  # what is set apart is not absent


def test_a_value_and_a_mark(reading: Read) -> None:
    found = reading("er(p1, positive). conflicting(p1, er).\nstage(p1, localized). not_applicable(p1, stage).", "p.dl")
    (patient,) = found.edbs
    assert set(patient.facts) == {Ground("conflicting", ("p1", "er")), Ground("conflicting", ("p1", "stage"))}
    assert patient.not_applicable == frozenset()
    assert len(patient.conflicts["er"]) == len(patient.conflicts["stage"]) == 2
    assert [w.message for w in found.warnings] == [
        "`stage` has a value and is marked not applicable; these facts are set apart"
    ]


def test_the_same_fact_twice_is_no_contradiction(reading: Read) -> None:
    found = reading("stage(p1, localized).\nstage(p1, localized).\n", "p.dl")
    (origins,) = found.edbs[0].facts.values()
    assert [origin.place for origin in origins] == ["stage (line 1)", "stage (line 2)"]
    assert not found.warnings
    assert not found.edbs[0].conflicts


@pytest.mark.parametrize(
    ("record", "apart"),
    [
        ("ivig_start_days_after_onset: 14\nsymptom_duration_days: 14", []),
        (
            "ivig_start_days_after_onset: 15\nsymptom_duration_days: 14",
            ["ivig_start_days_after_onset", "symptom_duration_days"],
        ),
        ("disease_free_interval_months: 24\nage_years: 1", []),
        ("disease_free_interval_months: 24.5\nage_years: 1", ["age_years", "disease_free_interval_months"]),
        ("symptom_duration_days: 366\nage_years: 0", []),
        ("symptom_duration_days: 367\nage_years: 0", ["age_years", "symptom_duration_days"]),
    ],
)
def test_intervals_are_held_against_each_other(reading: Read, record: str, apart: list[str]) -> None:
    found = reading(f"id: p1\n{record}\nstage: localized\n")
    (patient,) = found.edbs
    assert sorted(patient.conflicts) == apart
    assert Ground("stage", ("p1", "localized")) in patient.facts
    assert {fact.values[1] for fact in patient.facts if fact.predicate == "conflicting"} == set(apart)
    assert not any(fact.predicate in apart for fact in patient.facts)
    assert len(found.warnings) == bool(apart)
