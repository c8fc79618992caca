"""The interface is as its OpenAPI document says: schemathesis sends what fits and what does not, and finds no fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from guidekb.queries.service.access import Access
from guidekb.queries.service.openapi import SCHEMAS, openapi, schema
from guidekb.queries.service.routes import ROUTES
from guidekb.queries.service.settings import Settings
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from serving import record, site

HERE = site(Settings(rate=0, hosts=("localhost", "testserver")))
DOCUMENT = schemathesis.openapi.from_asgi("/openapi.json", HERE.application)
# No schema says which objects are a record of a patient: what fits it may still be refused, with a reason.
NOT_PROMISED = [positive_data_acceptance]


def test_the_document_describes_every_answer_of_the_command_line() -> None:
    told = HERE.ask("GET", "/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    assert set(told["paths"]) == {"/recommend", "/explain", "/why-not", "/ask", "/what-if", "/compare"}
    assert set(SCHEMAS) <= set(told["components"]["schemas"])
    assert "urn:guidekb" not in json.dumps(told)
    for name in SCHEMAS:
        Draft202012Validator.check_schema(told["components"]["schemas"][name])
        assert "$ref" not in json.dumps(schema(name)) or "#/components/schemas/" in json.dumps(schema(name))


def test_the_document_says_where_it_is_and_who_is_let_in() -> None:
    told = openapi(ROUTES, Access("0123456789abcdef"), "https://cds.example.org")
    assert told["servers"] == [{"url": "https://cds.example.org"}]
    assert told["security"] == [{"bearer": []}]
    assert "security" not in openapi(ROUTES, Access())


@DOCUMENT.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_what_is_sent_and_answered_is_what_the_document_says(case: schemathesis.Case) -> None:
    case.call_and_validate(excluded_checks=NOT_PROMISED)


PATIENT = record("metastatic-hr-positive.yaml")
BODIES: dict[str, dict[str, Any]] = {
    "/recommend": {"patient": PATIENT},
    "/explain": {"patient": PATIENT, "name": "endocrine_therapy"},
    "/why-not": {"patient": PATIENT, "name": "trastuzumab_plus_chemotherapy"},
    "/ask": {"patient": PATIENT},
    "/what-if": {"patient": PATIENT, "set": {"her2": "positive"}, "unset": ["stage"]},
    "/compare": {"first": PATIENT, "second": record("published-01.yaml")},
}


@pytest.mark.parametrize("path", BODIES)
def test_answers_for_patients_are_what_the_document_says(path: str) -> None:
    operation = DOCUMENT[path]["POST"]
    told = operation.Case(body=BODIES[path], media_type="application/json").call_and_validate()
    assert told.status_code == 200


def test_there_is_a_page_for_people() -> None:
    text = HERE.ask("GET", "/docs").text
    assert text.startswith("<!doctype html>")
    assert all(f"<code>POST {path}</code>" in text for path in BODIES)
