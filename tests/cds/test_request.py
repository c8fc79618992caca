"""Requests: each fault with its place, the meanings of a prefetch key, and whatever JSON is sent."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from cds_build import CDS, drafts, drug, request, schema
from guidekb.kb.diagnostics import Diagnostic, Invalid
from guidekb.kb.ir import Program, Span
from guidekb.queries.cds.discovery import discovery
from guidekb.queries.cds.refusal import Refusal
from guidekb.queries.cds.request import Request, checked, faults, unreadable
from guidekb.queries.cds.services import PREFETCH, SERVICES
from hypothesis import given, settings
from hypothesis import strategies as st

VIEW = "guidekb-patient-view"
SIGN = "guidekb-order-sign"


def test_discovery_follows_its_schema_and_declares_the_hooks(program: Program) -> None:
    body = discovery(program)
    assert schema("discovery").is_valid(body)
    services = body["services"]
    assert isinstance(services, list)
    assert [s["hook"] for s in services] == ["patient-view", "order-select", "order-sign"]
    assert services[0]["prefetch"]["patient"] == "Patient/{{context.patientId}}"
    assert len({s.id for s in SERVICES}) == len(SERVICES)


@pytest.mark.parametrize("name", ["discovery", "request", "response", "feedback"])
def test_our_schemas_are_schemas(name: str) -> None:
    import jsonschema

    jsonschema.Draft7Validator.check_schema(json.loads((CDS / f"{name}.schema.json").read_text(encoding="utf-8")))


def test_a_good_request_becomes_values() -> None:
    found = checked(SIGN, request("order-sign", draftOrders=drafts(drug("ivig")), encounterId="e1"))
    assert isinstance(found, Request)
    assert (found.hook, found.patient, found.user, found.encounter) == ("order-sign", "p", "Practitioner/p1", "e1")
    assert found.draft_orders
    assert list(found.prefetch) == ["patient"]


AUTHORIZED = {"access_token": "t", "token_type": "Bearer", "expires_in": 300, "scope": "user/*.read", "subject": "s"}
FAULTS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"hook": None}, "/hook", "expected a text"),
    ({"hook": "order-sign"}, "/hook", "this service answers to `patient-view`"),
    ({"hookInstance": "abc"}, "/hookInstance", "expected a UUID"),
    ({"context": []}, "/context", "expected an object"),
    ({"context": {"patientId": "p"}}, "/context/userId", "`userId` is required: `ResourceType/id`"),
    ({"context": {"userId": "Practitioner/p1", "patientId": "Patient/p"}}, "/context/patientId",
     "expected a FHIR id, without the resource type"),
    ({"fhirAuthorization": AUTHORIZED}, "/fhirServer", "it is required with `fhirAuthorization` (cds-r-1)"),
    ({"fhirServer": "https://f.example", "fhirAuthorization": AUTHORIZED | {"expires_in": "300"}},
     "/fhirAuthorization/expires_in", "expected a whole number"),
    ({"fhirServer": "https://f.example", "fhirAuthorization": AUTHORIZED | {"token_type": "MAC"}},
     "/fhirAuthorization/token_type", "expected `Bearer`"),
    ({"prefetch": []}, "/prefetch", "expected an object with a member for each key"),
    ({"prefetch": {"a/b": 1}}, "/prefetch/a~1b", "expected a resource with `resourceType`, or null"),
    ({"prefetch": {"x": {"resourceType": "Bundle", "entry": {}}}}, "/prefetch/x/entry", "expected a list"),
    ({"prefetch": {"x": {"resourceType": "Bundle", "entry": [{"resource": {}}]}}},
     "/prefetch/x/entry/0/resource", "no `resourceType`"),
)  # fmt: skip


@pytest.mark.parametrize(("change", "place", "text"), FAULTS, ids=[f[1] + " " + f[2][:12] for f in FAULTS])
def test_a_fault_is_told_with_its_place(change: dict[str, Any], place: str, text: str) -> None:
    refused = checked(VIEW, request() | change)
    assert isinstance(refused, Refusal)
    assert refused.status == 400
    assert [(r.pointer, r.text) for r in refused.reasons] == [(place, text)]


def test_all_faults_are_told_at_once() -> None:
    refused = checked(SIGN, {"hook": "order-sign", "hookInstance": 1, "context": {"patientId": "", "draftOrders": 1}})
    assert isinstance(refused, Refusal)
    places = [r.pointer for r in refused.reasons]
    assert places == ["/hookInstance", "/context/userId", "/context/patientId", "/context/draftOrders"]
    assert [i["diagnostics"].split(":")[0] for i in refused.outcome["issue"]] == places  # type: ignore[union-attr]


def test_a_service_that_is_not_there() -> None:
    refused = checked("guidekb", request())
    assert isinstance(refused, Refusal)
    assert refused.status == 404


PATIENT = {"resourceType": "Patient", "id": "p"}
NONE = {"resourceType": "Bundle", "type": "searchset", "entry": []}
FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}


@pytest.mark.parametrize(
    ("prefetch", "why"),
    [
        ({}, "it is not in the prefetch"),
        ({"patient": None}, "it is null, so that no Patient was found"),
        ({"patient": NONE}, "it holds no Patient"),
        ({"patient": FAILED}, "it holds no Patient"),
        ({"conditions": NONE}, "it is not in the prefetch"),
    ],
)
def test_without_the_patient_it_is_412_and_says_which_keys_are_missing(prefetch: dict[str, Any], why: str) -> None:
    refused = checked(VIEW, request() | {"prefetch": prefetch})
    assert isinstance(refused, Refusal)
    assert refused.status == 412
    first, *others = refused.outcome["issue"]  # type: ignore[misc]
    assert first["severity"] == "error"
    assert first["diagnostics"] == f"/prefetch/patient: prefetch key `patient` is required, and {why}"
    missing = [key for key in PREFETCH if key != "patient" and key not in prefetch]
    assert [o["diagnostics"].split(":")[0] for o in others] == [f"/prefetch/{key}" for key in missing]
    assert {o["severity"] for o in others} == {"information"}


def test_a_patient_under_another_key_will_do() -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": PATIENT}]}
    assert isinstance(checked(VIEW, request() | {"prefetch": {"everything": bundle}}), Request)


def test_data_that_cannot_be_read_are_refused_without_being_repeated() -> None:
    where = Span("prefetch.conditions.entry[3].resource", 1, 1, 2)
    refused = unreadable(Invalid([Diagnostic("D959", "the Patient has the id `Jane Doe`", where)]))
    assert refused.status == 400
    assert refused.reasons[0].pointer == "/prefetch/conditions/entry/3/resource"
    assert "Jane" not in json.dumps(refused.outcome)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=4) | st.sampled_from(["Bundle", "Patient", "p"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["entry", "resource", "x", ""]), inner),
    max_leaves=5,
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(p for key, one in inner for p in paths(one, (*at, key)))]


SELECTED = {"draftOrders": drafts(drug("ivig")), "selections": ["MedicationRequest/d"], "encounterId": "e"}
SERVER = {"fhirServer": "https://f.example", "fhirAuthorization": AUTHORIZED | {"patient": "p"}}
WHOLE = request("order-select", **SELECTED) | SERVER
SCHEMA = schema("request")


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_code_and_schema_agree_on_whatever_is_changed(data: st.DataObject) -> None:
    """One part of a whole request is replaced or left out: what the code refuses the schema refuses, and no more."""
    body = copy.deepcopy(WHOLE)
    *above, last = data.draw(st.sampled_from([p for p in paths(body) if p]))
    holder: Any = body
    for key in above:
        holder = holder[key]
    if isinstance(holder, dict) and data.draw(st.booleans()):
        del holder[last]
    else:
        holder[last] = data.draw(JSON)
    assert SCHEMA.is_valid(body) == (not list(faults(body))), body


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_anything_else_is_refused_and_never_an_error(body: Any) -> None:
    refused = checked(VIEW, body)
    assert isinstance(refused, Refusal)
    assert refused.reasons
