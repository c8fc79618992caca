"""The guideline as PlanDefinition and Library: valid, in order, whole, and applied by no engine but ours."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from guidekb.kb.ir import Program
from guidekb.kb.load import HOME, documents, text_of
from guidekb.queries.fhir.definition import definition
from r4 import R4, ROOT

TEXTS = {path.relative_to(HOME).as_posix(): text_of(path) for path in documents(HOME)}


@pytest.fixture(scope="module")
def bundle(program: Program) -> dict[str, Any]:
    return json.loads(json.dumps(definition(program, TEXTS, "1.2.3")))


def test_it_is_valid_and_the_same_again(bundle: dict[str, Any], program: Program, r4: R4) -> None:
    assert r4.faults(bundle) == []
    assert bundle == json.loads(json.dumps(definition(program, TEXTS, "1.2.3")))


def test_a_small_guideline_is_valid(r4: R4, program: Program) -> None:
    from dataclasses import replace

    odd = replace(program, clauses=(), statements=(), name="x", sha256="")
    assert r4.faults(json.loads(json.dumps(definition(odd, {"a.md": "<b>"}, "1")))) == []


def test_the_library_holds_the_documents(bundle: dict[str, Any], program: Program) -> None:
    (library,) = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Library"]
    assert {c["title"]: base64.b64decode(c["data"]).decode() for c in library["content"]} == TEXTS
    assert program.sha256[:12] in library["version"]


def test_every_action_of_a_rule_is_in_the_plan_with_its_statements(bundle: dict[str, Any], program: Program) -> None:
    actions = {a["id"].replace("-", "_"): a for a in bundle["entry"][0]["resource"]["action"]}
    heads = [c for c in program.clauses if c.body and c.head.predicate in ("recommend", "consider")]
    assert set(actions) == {c.head.args[1].value for c in heads}  # type: ignore[union-attr]
    for clause in heads:
        action = actions[clause.head.args[1].value]  # type: ignore[union-attr]
        assert clause.statement in action["prefix"].split()
        assert clause.statement in [d["label"] for d in action["documentation"]]
        assert (action.get("requiredBehavior") == "could") == (clause.head.predicate == "consider")


def test_no_engine_applies_an_action_without_our_rules(bundle: dict[str, Any]) -> None:
    for action in bundle["entry"][0]["resource"]["action"]:
        assert [c["expression"]["expression"] for c in action["condition"]] == ["false"]


def test_the_order_is_that_of_the_requirements(bundle: dict[str, Any]) -> None:
    found = {
        (a["id"], r["actionId"]) for a in bundle["entry"][0]["resource"]["action"] for r in a.get("relatedAction", ())
    }
    assert found == {
        ("exclude-infection-first", "immunotherapy-ivig-methylprednisolone-cyclophosphamide"),
        ("er-pr-her2-assessment", "adjuvant-systemic-therapy-by-tumor-biology"),
        ("er-pr-her2-assessment", "systemic-therapy-immediately"),
    }


def test_the_source_is_named_and_its_references_are_not_made_up(bundle: dict[str, Any]) -> None:
    plan = bundle["entry"][0]["resource"]
    cited = [a for a in plan["relatedArtifact"] if a["type"] == "citation"]
    assert {a["display"] for a in cited} == {"not listed in source"}
    assert plan["status"] == "draft"
    assert ROOT.name not in json.dumps(plan)
