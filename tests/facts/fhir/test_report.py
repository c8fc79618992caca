"""`guidekb facts`: what a source says, fact by fact and resource by resource, as text, JSON and a record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fhir_build import (
    BREAST_CANCER,
    DERMATOMYOSITIS,
    ER,
    NEGATIVE,
    POSITIVE,
    ROOT,
    Json,
    bundle,
    condition,
    observation,
    vocabulary,
)
from guidekb.facts.report import Report, report
from guidekb.facts.report_text import report_json, report_record, report_text
from guidekb.kb.diagnostics import Invalid


@pytest.fixture
def of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Resources to the report of a bundle that is called b.json."""
    monkeypatch.chdir(tmp_path)

    def make(*resources: Json) -> Report:
        Path("b.json").write_bytes(bundle(*resources))
        return report("b.json", vocabulary())

    return make


TRANSCRIPT = """\
Patient p1, as of 2024-03-01, recorded in b.json

Facts: 4
  age_years: 63
      Patient/p1 birthDate: born, 1960-05-20
  sex: female
      Patient/p1 gender: female
  breast_cancer_status: known_active
      Condition/c1 clinicalStatus: active: SNOMED CT 254837009 Malignant neoplasm of breast (disorder)
      Condition/c1 code: SNOMED CT 254837009 Malignant neoplasm of breast (disorder)
  syndromes: not dermatomyositis
      Condition/c2 verificationStatus: refuted: SNOMED CT 396230008 Dermatomyositis (disorder)

Contradictions, of which nothing is used: 1
  er: conflicting
      Observation/o1 valueCodeableConcept: SNOMED CT 10828004 Positive, 2024-03-01
      Observation/o2 valueCodeableConcept: SNOMED CT 260385009 Negative, 2024-03-01

Resources that gave no fact: 3 of 8
  the code of its Observation is not in the table (LOINC 29463-7 Body weight)
      Observation/o3
  not a type that is read
      2 Encounter

Not everything in these was used
  its verificationStatus says that it is ruled out
      Condition/c2

Codes that are not in the table
  LOINC 29463-7 Body weight (observation, once)
"""

BUNDLE = (
    condition(BREAST_CANCER),
    condition(DERMATOMYOSITIS, "c2", verified="refuted"),
    observation(ER, "o1", valueCodeableConcept=POSITIVE),
    observation(ER, "o2", valueCodeableConcept=NEGATIVE),
    observation({"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]}, "o3"),
    {"resourceType": "Encounter", "id": "e1"},
    {"resourceType": "Encounter", "id": "e2"},
)


def test_the_report_as_it_is_read(of) -> None:
    assert report_text(of(*BUNDLE)) == TRANSCRIPT


def test_the_report_for_programs_has_every_resource(of) -> None:
    data = json.loads(report_json(of(*BUNDLE)))
    (patient,) = data["patients"]
    named = [r["resource"] for r in patient["resources"]]
    assert sorted(named) == sorted(
        ["Patient/p1", *(f"Condition/c{n}" for n in (1, 2)), *(f"Observation/o{n}" for n in (1, 2, 3))]
    )
    assert [r["resource"] for r in data["other_resources"]] == ["Encounter/e1", "Encounter/e2"]
    assert all(r["facts"] or r["not_used"] for r in [*patient["resources"], *data["other_resources"]])
    assert patient["codes_not_used"] == [
        {"system": "LOINC", "code": "29463-7", "display": "Body weight", "use": "observation", "times": 1}
    ]
    assert patient["conflicts"][0]["origins"][0] == {
        "source": "b.json",
        "place": "Observation/o1 valueCodeableConcept",
        "written": "SNOMED CT 10828004 Positive, 2024-03-01",
    }
    assert [w["code"] for w in data["warnings"]] == ["W903"]


def test_the_same_input_gives_the_same_bytes(of) -> None:
    assert report_json(of(*BUNDLE)) == report_json(of(*BUNDLE))
    assert report_text(of(*BUNDLE)) == report_text(of(*BUNDLE))


def test_a_record_has_a_report_too() -> None:
    found = report(str(ROOT / "facts" / "examples" / "anti-yo-early.yaml"), vocabulary())
    text = report_text(found)
    assert "  antibodies: anti_yo positive\n      antibodies.anti_yo (line " in text
    assert "Complete lists\n  antibodies, imaging, immunotherapy_given, metastatic_sites, syndromes\n" in text
    assert "Resources" not in text


def test_several_patients_are_several_documents() -> None:
    found = report(str(ROOT / "facts" / "examples" / "fhir"), vocabulary())
    assert report_record(found).count("\n---\n") == len(found.patients) - 1
    assert report_text(found).count("\nPatient ") == len(found.patients) - 1


def test_a_bad_file_has_no_report() -> None:
    with pytest.raises(Invalid):
        report("no-such-file", vocabulary())


def test_signs_that_could_drive_a_terminal_are_not_repeated(of) -> None:
    hostile = {
        "coding": [{"system": "http://x\u001b[2J", "code": "1\u001b[31m", "display": "a\u202eb\u0007"}],
        "text": "\u001b]0;x",
    }
    found = of(condition(hostile, "c1"), observation(hostile, "o1", valueString="\u001b[2J"))
    assert report_text(found).replace("\n", "").isprintable()
