"""The SQL-on-FHIR views of docs/views: they find the codes that our reader asks its table for, and no others.

The views are run by the small evaluator below, which knows as much of FHIRPath as they use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from guidekb.facts.fhir.chart import Chart
from guidekb.facts.fhir.codes import Found, table
from guidekb.facts.fhir.elements import Coding, codings
from guidekb.facts.read import read
from guidekb.kb.load import HOME, load

ROOT = Path(__file__).parents[2]
VIEWS = {p.name.split(".")[0]: json.loads(p.read_bytes()) for p in sorted((ROOT / "docs" / "views").glob("*.json"))}
EXAMPLES = sorted((ROOT / "facts" / "examples" / "fhir").glob("*.json"))
USES = {
    "conditions": ("Condition", "condition"),
    "observations": ("Observation", "observation"),
    "procedures": ("Procedure", "procedure"),
    "medication_statements": ("MedicationStatement", "medication"),
}
STEP = re.compile(r"(\w+)(?:\(([^()]*)\))?(?:\.|$)")
Json = dict[str, Any]
Row = dict[str, Any]


def path(values: list[Any], expression: str) -> list[Any]:
    """The subset of FHIRPath that the views use."""
    assert "".join(m[0] for m in STEP.finditer(expression)) == expression, expression
    name = ""  # of a choice such as value[x], until its type is said
    for step, argument in ((m[1], m[2]) for m in STEP.finditer(expression)):
        match step:
            case "where":
                left, right = argument.split(" = ")
                values = [v for v in values if v.get(left) == right.strip("'")]
            case "exists":
                values = [bool(values)]
            case "not":
                values = [not v for v in values]
            case "first":
                values = values[:1]
            case "ofType":
                values = [v[key] for v in values if (key := name + argument[0].upper() + argument[1:]) in v]
            case "getResourceKey":
                values = [v["id"] for v in values]
            case "getReferenceKey":
                found = [v["reference"].split("/")[-2:] for v in values]
                values = [id_ for type_, id_ in found if type_ == argument]
            case "value" | "effective" | "onset" | "performed" | "medication" if not any(step in v for v in values):
                name = step
            case _:
                inner = [v[step] for v in values if step in v]
                values = [one for v in inner for one in (v if isinstance(v, list) else [v])]
    return values


def select(part: Json, one: Any) -> list[Row]:
    """The rows of a selection."""
    if "forEach" in part or "forEachOrNull" in part:
        found = path([one], part.get("forEach") or part["forEachOrNull"])
        if not found and "forEachOrNull" in part:
            return [{c["name"]: None for c in part["column"]}]
    else:
        found = [one]
    return [row for value in found for row in rows_of(part, value)]


def rows_of(part: Json, one: Any) -> Iterator[Row]:
    cells = {c["name"]: path([one], c["path"]) for c in part.get("column", ())}
    assert all(len(found) < 2 for found in cells.values()), cells
    own = [{name: found[0] if found else None for name, found in cells.items()}]
    inner = [select(sub, one) for sub in part.get("select", ())]
    union = [[row for sub in part["unionAll"] for row in select(sub, one)]] if "unionAll" in part else []
    for several in product(own, *inner, *union):
        yield {name: cell for row in several for name, cell in row.items()}


def run(view: Json, resources: list[Json]) -> list[Row]:
    """The rows of a view."""
    ones = [r for r in resources if r["resourceType"] == view["resource"]]
    ones = [r for r in ones if all(path([r], w["path"]) == [True] for w in view.get("where", ()))]
    return [row for one in ones for row in rows_of(view, one)]


def known(use: str, several: list[Coding]) -> set[tuple[str, str]]:
    """Those that the table has a row for."""
    return {(c.system, c.code) for c in several if table().row(use, c)}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_the_codes_of_the_views_are_those_that_the_reader_asks_for(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = json.loads(example.read_bytes())
    resources = [entry["resource"] for entry in bundle["entry"]]
    bundle["entry"] += [{"resource": wrong} for wrong in retracted(resources)]
    asked: list[tuple[str, Any]] = []
    find = Chart.find

    def spy(chart: Chart, use: str, concept: Any) -> Found:
        asked.append((use, concept))
        return find(chart, use, concept)

    monkeypatch.setattr(Chart, "find", spy)
    reading = read(json.dumps(bundle).encode(), example.name, load(HOME))
    assert reading.fhir
    (patient,) = reading.fhir.patients
    every = [entry["resource"] for entry in bundle["entry"]]
    for name, (type_, use) in USES.items():
        rows = run(VIEWS[name], every)
        bodies = [one.body for one in patient.chart.resources.get(type_, ())]
        parts: list[Any] = [b for body in bodies for b in (body, *body.get("component", ()))]  # type: ignore[misc]
        concepts = [p.get("medicationCodeableConcept" if use == "medication" else "code") for p in parts]
        ours = [c for concept in concepts if any(u == use and o is concept for u, o in asked) for c in codings(concept)]
        theirs = [Coding(row["system"], row["code"], "") for row in rows]
        assert known(use, theirs) == known(use, ours), name
        assert {row["id"] for row in rows} <= {r["id"] for r in resources}
        assert {row["patient"] for row in rows} <= {patient.edb.subject}
    answers = {(r["answer_system"], r["answer_code"]) for r in run(VIEWS["observations"], every) if r["answer_code"]}
    results = [
        r.body for r in patient.chart.resources.get("Observation", ())
    ]  # a report's conclusion is no Observation
    values: list[Any] = [p.get("valueCodeableConcept") for r in results for p in (r, *r.get("component", ()))]  # type: ignore[misc]
    ours = [c for u, one in asked if u == "answer" and any(one is v for v in values) for c in codings(one)]
    assert known("answer", ours) == known("answer", [Coding(*one, "") for one in answers])
    (person,) = run(VIEWS["patients"], every)
    assert person["id"] == patient.edb.subject


def retracted(resources: list[Json]) -> Iterator[Json]:
    """Resources that were entered in error, with codes that no other resource of these has."""
    subject = next(r["subject"] for r in resources if "subject" in r)
    rows = {use: next(r for r in table().rows if r.use == use and not r.code.endswith("*") and r.system != "text")
            for _, use in USES.values()}  # fmt: skip
    systems = {name: uri for uri, name in table().systems.items()}
    for number, (type_, use) in enumerate(USES.values()):
        concept = {"coding": [{"system": systems[rows[use].system], "code": rows[use].code}]}
        element = "medicationCodeableConcept" if use == "medication" else "code"
        one = {"resourceType": type_, "id": f"wrong-{number}", "subject": subject, element: concept}
        wrong: Json = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                                   "code": "entered-in-error"}]}  # fmt: skip
        yield one | ({"verificationStatus": wrong} if type_ == "Condition" else {"status": "entered-in-error"})


def test_every_view_is_on_the_page() -> None:
    page = (ROOT / "docs" / "cohort.md").read_text("utf-8")
    assert set(re.findall(r"views/(\w+)\.ViewDefinition\.json", page)) == set(VIEWS) == {*USES, "patients"}
