"""A record is read: each shape of field, what is unknown, and where each fact was recorded."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from guidekb.facts.read import Reading
from guidekb.kb.ir import EDB, Ground, Origin

Read = Callable[[str], EDB]

RECORD = """\
# a comment
id: p1
age_years: 47
stage: metastatic
stage_detail: "T4d: inflammatory"
er: not_applicable
her2: conflicting
resectable: no
syndromes: [dermatomyositis, hypercalcemia]
metastatic_sites: []
antibodies: {anti_yo: positive, anti_hu: negative}
imaging:
  - {order: 1, modality: ct_chest_abdomen_pelvis, result: negative, note: with contrast}
  - order: 2
    modality: mammogram
    result: suspicious
disease_free_interval_months: 18.50
"""


def test_every_shape_of_field(edb: Read) -> None:
    patient = edb(RECORD)
    assert patient.subject == "p1"
    assert set(patient.facts) == {
        Ground("age_years", ("p1", 47)),
        Ground("stage", ("p1", "metastatic")),
        Ground("stage_detail", ("p1", "T4d: inflammatory")),
        Ground("not_applicable", ("p1", "er")),
        Ground("conflicting", ("p1", "her2")),
        Ground("-resectable", ("p1",)),
        Ground("syndromes", ("p1", "dermatomyositis")),
        Ground("syndromes", ("p1", "hypercalcemia")),
        Ground("antibodies", ("p1", "anti_yo", "positive")),
        Ground("antibodies", ("p1", "anti_hu", "negative")),
        Ground("imaging", ("p1", 1, "ct_chest_abdomen_pelvis", "negative")),
        Ground("imaging", ("p1", 2, "mammogram", "suspicious")),
        Ground("disease_free_interval_months", ("p1", Decimal("18.5"))),
    }
    assert patient.listed == {"syndromes", "metastatic_sites", "antibodies", "imaging"}
    assert patient.not_applicable == {"er"}
    assert patient.conflicts == {"her2": (Origin("p.yaml", "her2 (line 7)", "conflicting"),)}
    assert patient.as_of is None


@pytest.mark.parametrize(
    ("fact", "place", "written"),
    [
        (Ground("age_years", ("p1", 47)), "age_years (line 3)", "47"),
        (Ground("stage_detail", ("p1", "T4d: inflammatory")), "stage_detail (line 5)", "T4d: inflammatory"),
        (Ground("-resectable", ("p1",)), "resectable (line 8)", "no"),
        (Ground("syndromes", ("p1", "hypercalcemia")), "syndromes item 2 (line 9)", "hypercalcemia"),
        (Ground("antibodies", ("p1", "anti_hu", "negative")), "antibodies.anti_hu (line 11)", "negative"),
        (
            Ground("imaging", ("p1", 1, "ct_chest_abdomen_pelvis", "negative")),
            "imaging item 1 (line 13)",
            "{order: 1, modality: ct_chest_abdomen_pelvis, result: negative, note: with contrast}",
        ),
        (
            Ground("imaging", ("p1", 2, "mammogram", "suspicious")),
            "imaging item 2 (line 14)",
            "order: 2 modality: mammogram result: suspicious",
        ),
        (
            Ground("disease_free_interval_months", ("p1", Decimal("18.5"))),
            "disease_free_interval_months (line 17)",
            "18.50",
        ),
    ],
)
def test_each_fact_knows_where_it_was_recorded(edb: Read, fact: Ground, place: str, written: str) -> None:
    assert edb(RECORD).facts[fact] == (Origin("p.yaml", place, written),)


@pytest.mark.parametrize("written", ["er: unknown", 'er: "unknown"', "er: null", "er: ~", "er:", "# no er"])
def test_unknown_is_asserted_in_no_way(edb: Read, written: str) -> None:
    patient = edb(f"id: p1\n{written}\n")
    assert patient == EDB("p1", {})


@pytest.mark.parametrize(
    ("written", "predicate"),
    [
        ("yes", "resectable"),
        ("'yes'", "resectable"),
        ("Yes", "resectable"),
        ("true", "resectable"),
        ("TRUE", "resectable"),
        ("no", "-resectable"),
        ('"no"', "-resectable"),
        ("false", "-resectable"),
    ],
)
def test_yes_and_no(edb: Read, written: str, predicate: str) -> None:
    assert set(edb(f"id: p1\nresectable: {written}\n").facts) == {Ground(predicate, ("p1",))}


def test_an_unknown_item_leaves_an_open_list_incomplete(edb: Read) -> None:
    patient = edb("id: p1\nsyndromes: [dermatomyositis, unknown]\nantibodies: {anti_yo: positive, anti_hu: unknown}\n")
    assert set(patient.facts) == {
        Ground("syndromes", ("p1", "dermatomyositis")),
        Ground("antibodies", ("p1", "anti_yo", "positive")),
    }
    assert patient.listed == frozenset()


def test_a_study_without_a_result_is_not_a_negative_one(edb: Read) -> None:
    study = "imaging:\n  - {order: 1, modality: ct_chest_abdomen_pelvis, result: %s}\n"
    patient = edb("id: p1\n" + study % "unknown")
    assert patient.facts == {}
    assert "imaging" not in patient.listed
    assert "imaging" in edb("id: p1\n" + study % "negative").listed


def test_what_a_report_leaves_open_is_the_symbol_unknown(edb: Read) -> None:
    patient = edb("id: p1\nreceptor_results: [{order: 1, er: positive}]\n")
    assert set(patient.facts) == {Ground("receptor_results", ("p1", 1, "unknown", "positive", "unknown"))}
    assert patient.listed == {"receptor_results"}


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("p1", "p1"),
        ("007", "007"),
        ("1e3", "1e3"),
        ("12:30", "12:30"),
        ("2024-03-05", "2024-03-05"),
        ('"yes"', "yes"),
        ('"O\'Hara \\"x\\"), halt.\\n:- evil(X).\\0"', 'O\'Hara "x"), halt.\n:- evil(X).\0'),
        ('"é\\u202e\\u0301"', "é\u202e\u0301"),
        ("x" * 200, "x" * 200),
    ],
)
def test_an_id_is_a_value_and_never_text_of_a_program(edb: Read, written: str, subject: str) -> None:
    patient = edb(f"id: {written}\nstage: localized\n")
    assert patient.subject == subject
    assert set(patient.facts) == {Ground("stage", (subject, "localized"))}


def test_json_and_yaml_say_the_same(edb: Read) -> None:
    record = '{"id": "p1", "age_years": 47.0, "resectable": true, "er": null, "syndromes": ["polymyositis"]}'
    assert set(edb(record).facts) == set(
        edb("{id: p1, age_years: 47, resectable: yes, syndromes: [polymyositis]}").facts
    )


def test_json_is_judged_as_json_under_any_name(edb: Read) -> None:
    patient = edb('{"id":\t"p\\u00e9\\ud83d\\ude00\\/1",\r\n\t"stage":\t"localized"}')
    assert patient.subject == "pé😀/1"
    assert patient.facts[Ground("stage", ("pé😀/1", "localized"))][0].place == "stage (line 2)"


def test_several_records_in_a_file(reading: Callable[..., Reading]) -> None:
    def ids(text: str) -> list[str]:
        return [patient.subject for patient in reading(text).edbs]

    assert ids("- id: a\n- id: b\n") == ["a", "b"]
    assert ids("---\nid: a\n---\nid: b\n...\n---\n") == ["a", "b"]
    assert ids("- id: a\n---\nid: b") == ["a", "b"]
    assert ids('[{"id": "a"}, {"id": "b"}]') == ["a", "b"]


def test_a_byte_order_mark_is_no_part_of_the_text(reading: Callable[..., Reading]) -> None:
    assert reading("\ufeffid: é\n".encode()).edbs[0].subject == "é"
    assert reading('\ufeff{"id": "é"}'.encode()).edbs[0].subject == "é"
