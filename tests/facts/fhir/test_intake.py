"""What is taken for FHIR, in which forms it comes, and which resources are about whom."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from fhir_build import (
    BREAST_CANCER,
    DERMATOMYOSITIS,
    PATIENT,
    Json,
    bundle,
    condition,
    observation,
    patient,
    reference,
    refusal,
    told,
    vocabulary,
)
from guidekb.facts.fhir.detect import is_fhir
from guidekb.facts.read import Reading, read_files
from guidekb.kb.diagnostics import Invalid

CANCER = condition(BREAST_CANCER)
STATUS = "breast_cancer_status: known_active"


@pytest.mark.parametrize(
    ("data", "is_it"),
    [
        (b'{"resourceType": "Patient"}', True),
        (b'\xef\xbb\xbf \n {"id": "x", "resourceType": "Patient"}', True),
        (b'[{"resourceType": "Patient"}]', True),
        (b'{"entry": [{"resource": {"resourceType": "Patient"}}], "resourceType": "Bundle"}', True),
        (b'<Patient xmlns="http://hl7.org/fhir"/>', True),
        (b'{"id": "p1", "sex": "female"}', False),
        (b'{"id": "p1", "imaging": [{"note": "\\"resourceType\\""}]}', False),
        (b"id: p1\n", False),
        (b"sex(p1, female).", False),
        (b"", False),
    ],
)
def test_fhir_is_told_by_its_content(data: bytes, is_it: bool) -> None:
    assert is_fhir(data) is is_it


@pytest.mark.parametrize("kind", ["collection", "searchset", "transaction", "batch", "document"])
def test_bundles(kind: str) -> None:
    assert STATUS in told(data=bundle(CANCER, kind=kind)).facts


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([PATIENT, CANCER]),
        json.dumps([{"resource": PATIENT}, {"fullUrl": "urn:uuid:1", "resource": CANCER}]),
        f"{json.dumps(PATIENT)}\n{json.dumps(CANCER)}\n",
        f"\n{json.dumps(PATIENT)}\r\n\n{json.dumps(CANCER)}",
        "\ufeff" + bundle(CANCER).decode(),
    ],
)
def test_lists_and_ndjson(data: str) -> None:
    assert told(data=data.encode()).facts[STATUS] == ["Condition/c1 clinicalStatus", "Condition/c1 code"]


def test_a_resource_by_itself_is_read_for_the_patient_that_it_names() -> None:
    read = told(data=json.dumps(CANCER).encode())
    assert read.edb.subject == "p1"
    assert STATUS in read.facts
    assert read.of("sex") == []
    assert read.warnings == ["W953 no Patient is given, so that age and sex of `p1` are not known"]


def files(tmp_path: Path, **texts: str) -> str:
    """A folder with some files."""
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path)


def read(*paths: str, stdin: bytes = b"") -> list[Reading | Invalid]:
    return [result for _, result in read_files(paths, vocabulary(), stdin=io.BytesIO(stdin))]


def test_a_folder_of_resources_is_read_together(tmp_path: Path) -> None:
    folder = files(
        tmp_path, a=json.dumps(PATIENT), b=json.dumps(CANCER), notes="not FHIR", c=json.dumps({"id": "not a resource"})
    )
    (reading,) = read(folder)
    assert isinstance(reading, Reading)
    (edb,) = reading.edbs
    origins = {o.source for f, origins in edb.facts.items() for o in origins if f.predicate == "breast_cancer_status"}
    assert origins == {str(tmp_path / "b")}


def test_bundles_in_one_folder_may_use_the_same_ids(tmp_path: Path) -> None:
    def of(patient_: str, code: Json) -> str:
        cancer = condition(code) | {"subject": reference(f"Patient/{patient_}")}
        return bundle(patient(id=patient_), cancer).decode()

    (reading,) = read(files(tmp_path, a=of("p1", BREAST_CANCER), b=of("p2", DERMATOMYOSITIS)))
    assert isinstance(reading, Reading)
    first, second = reading.edbs
    assert {f.predicate for f in first.facts} == {"sex", "breast_cancer_status"}
    assert {f.predicate for f in second.facts} == {"sex", "syndromes"}


def test_one_patient_in_two_bundles_is_one_patient(tmp_path: Path) -> None:
    (reading,) = read(files(tmp_path, a=bundle(CANCER).decode(), b=bundle(condition(DERMATOMYOSITIS, "c2")).decode()))
    assert isinstance(reading, Reading)
    (edb,) = reading.edbs
    assert {f.predicate for f in edb.facts} == {"sex", "breast_cancer_status", "syndromes"}


def test_a_broken_file_makes_its_folder_unusable(tmp_path: Path) -> None:
    (result,) = read(files(tmp_path, a=json.dumps(PATIENT), b=json.dumps(CANCER)[:-20]))
    assert isinstance(result, Invalid)
    assert result.diagnostics[0].span.file == str(tmp_path / "b")


def test_standard_input() -> None:
    (reading,) = read("-", stdin=bundle(CANCER))
    assert isinstance(reading, Reading)
    assert [w.code for w in reading.warnings] == []


def test_ndjson_of_several_patients_gives_each_what_is_about_them() -> None:
    other = patient(id="p2", gender="male")
    about_other = CANCER | {"id": "c2", "subject": reference("Patient/p2")}
    lines = [PATIENT, other, condition(DERMATOMYOSITIS), about_other, {"resourceType": "Group", "id": "g"}]
    (reading,) = read("-", stdin="\n".join(map(json.dumps, lines)).encode())
    assert isinstance(reading, Reading)
    first, second = reading.edbs
    assert (first.subject, second.subject) == ("p1", "p2")
    assert {f.predicate for f in first.facts} == {"sex", "syndromes"}
    assert {f.predicate for f in second.facts} == {"sex", "breast_cancer_status", "not_applicable"}


def test_a_patient_who_was_read_already_is_an_error_of_the_later_file(tmp_path: Path) -> None:
    path = files(tmp_path, a=bundle(CANCER).decode())
    first, second = read(f"{path}/a", f"{path}/a")
    assert isinstance(first, Reading)
    assert isinstance(second, Invalid)
    assert [d.code for d in second.diagnostics] == ["D922"]


# ---- references ----


def in_bundle(subject: str, url: str) -> list[str]:
    """The status of a cancer whose subject is written in one way, of a patient at some address."""
    cancer = CANCER | {"subject": reference(subject)}
    entries = [{"fullUrl": url, "resource": PATIENT}, {"resource": cancer}]
    data = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    return told(data=data.encode()).of("breast_cancer_status")


@pytest.mark.parametrize(
    ("subject", "url", "is_found"),
    [
        ("Patient/p1", "", True),
        ("Patient/p1", "http://a.example/fhir/Patient/p1", True),
        ("Patient/p1/_history/3", "", True),
        ("http://a.example/fhir/Patient/p1", "http://a.example/fhir/Patient/p1", True),
        ("http://a.example/fhir/Patient/p1/_history/3", "http://a.example/fhir/Patient/p1", True),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", True),
        ("http://a.example/fhir/Patient/p1", "", True),
        ("http://a.example/fhir/Patient/p1", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", True),
        ("http://b.example/fhir/Patient/p1", "http://a.example/fhir/Patient/p1", False),
        ("Patient/p2", "", False),
        ("p1", "", False),
        ("#p1", "", False),
        ("", "", False),
    ],
)
def test_a_subject_in_every_form(subject: str, url: str, is_found: bool) -> None:
    assert in_bundle(subject, url) == (["known_active"] if is_found else [])


def test_a_patient_without_an_id_has_its_address() -> None:
    nameless: Json = {"resourceType": "Patient", "gender": "female"}
    uuid = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
    cancer = CANCER | {"subject": reference(uuid)}
    entries = [{"fullUrl": uuid, "resource": nameless}, {"resource": cancer}]
    read_ = told(data=json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode())
    assert read_.edb.subject == "0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
    assert STATUS in read_.facts


def test_what_is_about_somebody_else_is_not_used() -> None:
    read_ = told(
        CANCER, CANCER | {"id": "c2", "subject": reference("Patient/p2")}, CANCER | {"id": "c3", "subject": None}
    )
    assert read_.why("Condition/c2") == "its subject `Patient/p2` is no Patient of the data"
    assert read_.why("Condition/c3") == "it names no patient"


def test_a_copy_counts_once_and_references_to_it_are_found() -> None:
    uuid = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
    copy = PATIENT | {"text": {"status": "generated"}}
    cancer = CANCER | {"subject": reference(uuid)}
    entries: list[Any] = [{"resource": PATIENT}, {"fullUrl": uuid, "resource": copy}, {"resource": cancer}]
    read_ = told(data=json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode())
    assert STATUS in read_.facts
    assert [a.notes for a in read_.reading.strays] == [["the same resource stands twice in the data, and counts once"]]


# ---- what is left out, and said ----


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"resource": {"resourceType": "Claim", "id": "x"}}, "not a type that is read"),
        ({"resource": {"resourceType": "Observashun", "id": "x"}}, "no resource type `Observashun`; did you mean"),
        ({"resource": {"resourceType": "MedicationOrder", "id": "x"}}, "MedicationOrder is a type of DSTU2"),
        ({"request": {"method": "GET", "url": "x"}}, "the entry holds no resource"),
        ({"request": {"method": "DELETE", "url": "x"}, "resource": CANCER}, "the entry asks for its removal"),
        ({"resource": {"resourceType": "Medication", "id": "x"}}, "used only where another resource refers to it"),
    ],
)
def test_an_entry_that_gives_nothing(entry: Json, why: str) -> None:
    entries = [{"resource": PATIENT}, entry]
    read_ = told(data=json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode())
    (stray,) = read_.reading.strays
    assert why in stray.why_none


@pytest.mark.parametrize(
    ("type_", "element", "value"),
    [
        ("Condition", "verificationStatus", "confirmed"),
        ("Condition", "patient", {"reference": "Patient/p1"}),
        ("Observation", "category", {"coding": []}),
        ("Procedure", "occurrenceDateTime", "2024-03-01"),
        ("Procedure", "reason", [{"concept": {}}]),
        ("MedicationRequest", "medication", {"concept": {}}),
        ("MedicationStatement", "taken", "y"),
        ("MedicationAdministration", "occurrenceDateTime", "2024-03-01"),
        ("MedicationAdministration", "notGiven", False),
        ("ServiceRequest", "code", {"concept": {}}),
    ],
)
def test_shapes_of_other_versions_are_left_out_whole(type_: str, element: str, value: object) -> None:
    odd = {"resourceType": type_, "id": "x", "subject": reference("Patient/p1"), "code": BREAST_CANCER, element: value}
    read_ = told(CANCER, odd)
    assert read_.why(f"{type_}/x").startswith(f"not FHIR R4: `{element}` is ")
    assert [w.split()[0] for w in read_.warnings] == ["W956"]


def test_a_small_deviation_is_tolerated() -> None:
    """Real data have `interpretation` as an object where R4 has a list."""
    positive = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "POS"}]
    }
    er = {"coding": [{"system": "http://loinc.org", "code": "85337-4"}]}
    assert told(CANCER, observation(er, interpretation=positive)).of("er") == ["positive"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"resourceType": "Patient", "id": "p1", "id": "p2"}', "`id` is given twice in one object"),
        (b'{"resourceType": "Patient", "id": NaN}', "JSON has no number `NaN`"),
        (b'{"resourceType": "Patient", "x": 1' + b"0" * 5000 + b"}", "a number in it is too long"),
        (b'{"resourceType": "Patient", "x": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"resourceType": "Patient", "id": "p1"', "the text ends where `}` is missing"),
        (b'{"resourceType": "Patient", "id": "p', "this text has no closing double quote"),
        (b'{"resourceType": "Patient", "id": "p1",}', "remove the comma before it"),
        (b'{"resourceType": "Patient", "id": "p1"} x', "the document goes on after its end"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": {}}', "`entry` of the Bundle is no list"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": [1]}', "an entry of the Bundle is no object"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": [],}', "remove the comma before it"),
        (b'{"resourceType": "Bundle", "entry": []}', "a Bundle of no type is not read"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "the data hold no resource"),
        (b'{"resourceType": "Bundle", "type": "collection", "implicitRules": "x"}', "made under rules of its own"),
        (b'{"resourceType": "Questionnaire", "id": "q"}', "the data hold no Patient"),
        (b'{"resourceType": 7}', "a resource without `resourceType`"),
        (b'{"resourceType": "Patient", "id": "\xff"}', "byte 0xff does not belong here"),
        (b'[{"resourceType": "Patient", "id": "p1"}', "the text ends where `]` is missing"),
        (b'[{"resourceType": "Patient", "id": "p1"}, 7]', "a resource without `resourceType`"),
    ],
)  # fmt: skip
def test_what_is_no_fhir(data: bytes, message: str) -> None:
    assert message in refusal(data)


def test_every_broken_line_of_ndjson_is_told() -> None:
    lines = [json.dumps(PATIENT), '{"resourceType": "Condition"', json.dumps(CANCER), "nonsense", '{"a": 1} {"b": 2}']
    said = refusal("\n".join(lines).encode())
    assert said.count("error[D951]") == 3
    assert [f"b.json:{n}:" in said for n in (2, 4, 5)] == [True] * 3
