"""The results for a patient in FHIR R4: valid for every example, and saying what the answer says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from guidekb.facts.fhir.order_table import drafts
from guidekb.facts.read import read
from guidekb.kb.ir import EDB, Program
from guidekb.queries.explanations.report import Report
from guidekb.queries.fhir.results import results
from guidekb.queries.wording.words import words
from r4 import R4, ROOT

EXAMPLES = sorted(p for p in (ROOT / "facts" / "examples").rglob("*") if p.is_file())
EDGES = {
    "nothing": "id: p\n",
    "hostile": 'id: "x\'); DROP TABLE p; -- <script>alert(1)</script>\\u202e"\nbreast_cancer_status: known_active\n',
    "no-recommendation": "id: p\nbreast_cancer_status: excluded\nsyndromes: []\n",
    "contradictory": "id: p\nstage: conflicting\nbreast_cancer_status: known_active\nsyndromes: [dermatomyositis]\n",
    "not-excluded": "id: p\nbreast_cancer_status: known_active\nsyndromes: [anti_nmdar_encephalitis]\n"
    "infection_excluded: no\n",
}
Told = Callable[[EDB], Report]


def made(report: Report) -> dict[str, Any]:
    return json.loads(json.dumps(results(report, words(), "1.2.3", drafts())))


def of_type(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def status_of(action: dict[str, Any]) -> str:
    (extension,) = action["extension"]
    assert extension["url"] == "urn:guidekb:status"
    return extension["valueCode"]


def record(text: str, program: Program) -> EDB:
    (edb,) = read(text.encode(), "p.yaml", program).edbs
    return edb


def example(name: str, program: Program) -> EDB:
    path = ROOT / "facts" / "examples" / name
    return read(path.read_bytes(), path.name, program).edbs[0]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.relative_to(ROOT / "facts/examples").as_posix())
def test_the_results_of_an_example_are_valid(path: Any, told: Told, program: Program, r4: R4) -> None:
    for edb in read(path.read_bytes(), path.name, program).edbs:
        bundle = made(told(edb))
        assert r4.faults(bundle) == []
        assert bundle == made(told(edb))


@pytest.mark.parametrize("name", EDGES)
def test_the_results_of_an_edge_case_are_valid(name: str, told: Told, program: Program, r4: R4) -> None:
    assert r4.faults(made(told(record(EDGES[name], program)))) == []


def test_what_the_record_contradicts_itself_about_is_told(told: Told, program: Program) -> None:
    bundle = made(told(example("contradictory-stage.yaml", program)))
    (outcome,), (guidance,) = of_type(bundle, "OperationOutcome"), of_type(bundle, "GuidanceResponse")
    told_of = [i["diagnostics"] for i in outcome["issue"] if i["code"] == "conflict"]
    assert told_of == [
        "what is recorded of er is contradictory: contradictory-stage.yaml er (line 11) conflicting",
        "what is recorded of metastatic sites is contradictory: "
        "contradictory-stage.yaml metastatic_sites item 1 (line 17) liver",
        "what is recorded of stage is contradictory: contradictory-stage.yaml stage (line 9) localized",
    ]
    assert guidance["evaluationMessage"] == [{"reference": f"urn:uuid:{outcome['id']}"}]


def test_what_is_said_stands_in_it_once(told: Told, program: Program) -> None:
    """Every action, alert and piece of advice of every example, and nothing else."""
    for path in EXAMPLES:
        for edb in read(path.read_bytes(), path.name, program).edbs:
            report = told(edb)
            bundle, answer = made(report), report.answer
            actions = [a for g in of_type(bundle, "RequestGroup") for a in g["action"]]
            wanted = {i.name for i in answer.recommendations if i.direction != "against" and i.status != "excluded"}
            assert {a["id"].replace("-", "_") for a in actions if status_of(a) != "undetermined"} == wanted
            issues = [i["identifier"][0]["value"] for i in of_type(bundle, "DetectedIssue")]
            against = [i.name for i in answer.recommendations if i.direction == "against"]
            assert sorted(issues) == sorted([*against, *(i.name for i in answer.alerts)])
            (guidance,) = of_type(bundle, "GuidanceResponse")
            asked = [d["codeFilter"][0]["code"][0]["code"] for d in guidance.get("dataRequirement", [])]
            assert asked == [m.fact for m in answer.undetermined]
            outputs = of_type(bundle, "Parameters")
            count = len(answer.expectations) + len(answer.prognosis) + len(answer.flags)
            assert sum(len(p["parameter"]) for p in outputs) == count


def test_exclusion_of_infection_comes_before_immunotherapy(told: Told, program: Program) -> None:
    """S24 before S25: the immunotherapy waits, on hold and with its condition."""
    bundle = made(told(example("encephalitis-infection-unknown.yaml", program)))
    (group,) = of_type(bundle, "RequestGroup")
    by_id = {a["id"]: a for a in group["action"]}
    therapy = "immunotherapy-ivig-methylprednisolone-cyclophosphamide"
    assert by_id["exclude-infection-first"]["relatedAction"] == [{"actionId": therapy, "relationship": "before-start"}]
    waiting = by_id[therapy]
    assert waiting["title"].startswith("Not yet: ")
    assert waiting["condition"][0]["expression"] == {
        "description": "not before this is settled: whether infection has been excluded is not recorded",
        "language": "text/fhirpath",
        "expression": "false",
    }
    (held,) = [e["resource"] for e in bundle["entry"] if e["fullUrl"] == waiting["resource"]["reference"]]
    assert held["status"] == "on-hold"


def test_receptors_come_before_the_adjuvant_regimen(told: Told, program: Program) -> None:
    bundle = made(told(example("localized-operated.yaml", program)))
    (group,) = of_type(bundle, "RequestGroup")
    assert [(a["id"], a["relatedAction"]) for a in group["action"] if "relatedAction" in a] == [
        (
            "er-pr-her2-assessment",
            [{"actionId": "adjuvant-systemic-therapy-by-tumor-biology", "relationship": "before-start"}],
        )
    ]


@pytest.mark.parametrize(
    ("record_", "status"),
    [
        (EDGES["nothing"], "data-required"),
        (EDGES["no-recommendation"], "success"),
        ("id: p\nbreast_cancer_status: known_active\nsyndromes: [dermatomyositis]\n", "data-requested"),
    ],
)
def test_the_status_says_whether_more_is_needed(record_: str, status: str, told: Told, program: Program) -> None:
    (guidance,) = of_type(made(told(record(record_, program))), "GuidanceResponse")
    assert guidance["status"] == status


def test_a_requirement_is_a_question_that_our_reader_understands(told: Told, program: Program) -> None:
    """What is asked for, given back as an Observation, is the fact that was missing."""
    edb = example("encephalitis-infection-unknown.yaml", program)
    (guidance,) = of_type(made(told(edb)), "GuidanceResponse")
    (wanted,) = guidance["dataRequirement"]
    observation = {
        "resourceType": wanted["type"],
        "id": "o",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": wanted["codeFilter"][0]["code"]},
        "valueBoolean": True,
    }
    given = {"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Patient", "id": "p"}}, {"resource": observation}]}  # fmt: skip
    (read_,) = read(json.dumps(given).encode(), "b.json", program).edbs
    assert [f.predicate for f in read_.facts] == ["infection_excluded"]


def test_nothing_is_graded_or_coded_that_the_source_and_the_table_do_not_have(told: Told, program: Program) -> None:
    """Codes are the table's or names of the record; a grade is always absent."""
    from guidekb.facts.fhir.codes import table

    systems = table().systems
    known = {(r.system, r.code) for r in table().rows} | {("guidekb", p.name) for p in program.predicates}
    for path in EXAMPLES:
        for edb in read(path.read_bytes(), path.name, program).edbs:
            bundle = made(told(edb))
            for coding in codings(bundle):
                assert (systems[coding["system"]], coding["code"]) in known
            text = json.dumps(bundle)
            assert text.count("cqf-strengthOfRecommendation") == text.count("not graded in source") / 2


def codings(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if {"system", "code"} <= value.keys() else []
        return [*own, *(c for inner in value.values() for c in codings(inner))]
    return [c for one in value for c in codings(one)] if isinstance(value, list) else []


def test_the_draft_of_an_action_has_a_code_where_the_table_has_one(told: Told, program: Program) -> None:
    bundle = made(told(example("localized-unoperated.yaml", program)))
    texts = {r["code"]["text"]: r["code"].get("coding") for r in of_type(bundle, "ServiceRequest")}
    assert texts["Definitive surgery of the breast tumor"] is None
    (drug,) = of_type(bundle, "MedicationRequest")
    assert drug["medicationCodeableConcept"]["coding"][0]["code"] == "8640"


def test_provenance_names_knowledge_and_software(told: Told, program: Program) -> None:
    bundle = made(told(example("hypercalcemia.yaml", program)))
    (provenance,), (device,) = of_type(bundle, "Provenance"), of_type(bundle, "Device")
    assert program.sha256 in provenance["entity"][0]["what"]["identifier"]["value"]
    assert device["version"] == [{"value": "1.2.3"}]
    assert len(provenance["target"]) == len(bundle["entry"]) - 2
    stamped = results(told(example("hypercalcemia.yaml", program)), words(), "1", drafts(), "2026-01-02T03:04:05Z")
    assert '"recorded": "2026-01-02T03:04:05Z"' in json.dumps(stamped)


def test_the_checks_find_what_the_schema_forgets(r4: R4) -> None:
    action = {"id": "a", "title": "x"}
    assert r4.faults({"resourceType": "GuidanceResponse"}) == [
        "GuidanceResponse: no status", "GuidanceResponse: no module"]  # fmt: skip
    assert r4.faults({"resourceType": "RequestGroup", "status": "draft", "intent": "proposal", "action": [action]}) == [
        "a: a resource or actions, not both or none"
    ]
    assert r4.faults({"resourceType": "DetectedIssue", "status": "preliminary", "odd": 1}) != []
