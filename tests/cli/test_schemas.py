"""The JSON of every command about an answer has its published shape, and the shapes refuse what is something else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from running import ROOT, Run

FOLDER = ROOT / "queries" / "rendering"
SCHEMAS = {p.name.removesuffix(".schema.json"): json.loads(p.read_text("utf-8")) for p in FOLDER.glob("*.schema.json")}
REGISTRY: Registry[object] = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in SCHEMAS.values())
NAMED = ("published-01", "nearly-empty", "encephalitis-infection-unknown", "metastatic-hr-positive", "anti-yo-early")
EXAMPLES = [*(f"facts/examples/{name}.yaml" for name in NAMED), "facts/examples/fhir/hypercalcemia.json"]


def validator(name: str) -> Draft202012Validator:
    """Holds values against a schema, which may refer to the others."""
    return Draft202012Validator(SCHEMAS[name], registry=REGISTRY)


def names(run: Run) -> Iterator[str]:
    """Names of every kind of conclusion."""
    found = json.loads(run("recommend", EXAMPLES[0], "--format", "json").out)
    for part, key in (("recommendations", "action"), ("alerts", "alert"), ("expectations", "expectation"),
                      ("prognosis", "factor"), ("flags", "flag")):  # fmt: skip
        yield from [item[key] for item in found[part]][:2]


def of(run: Run, *words: str) -> object:
    """What a command prints in JSON."""
    ran = run(*words, "--format", "json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_schemas_are_schemas_and_refuse_what_they_are_not_for(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert list(validator(name).iter_errors({"patient": "p"}))
    assert list(validator(name).iter_errors([]))


@pytest.mark.parametrize("path", EXAMPLES)
def test_questions_and_explanations_have_their_shapes(run: Run, path: str) -> None:
    validator("ask").validate(of(run, "ask", path))
    for name in {*names(run), "trastuzumab_plus_chemotherapy", "mammogram"}:
        validator("why_not").validate(of(run, "why-not", path, name))
        validator("answer").validate(of(run, "explain", path, name))


@pytest.mark.parametrize("path", EXAMPLES)
def test_differences_have_their_shapes(run: Run, path: str) -> None:
    changed = of(
        run, "what-if", path, "--set", "her2=positive", "--unset", "stage", "--set", "menopausal_status=unknown"
    )
    validator("what_if").validate(changed)
    validator("compare").validate(of(run, "compare", EXAMPLES[0], path))
    assert list(validator("compare").iter_errors(changed))
