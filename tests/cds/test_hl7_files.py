"""HL7's own files and small ones that restate what each is about: good ones are accepted, bad ones refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cds_build import SHARED, drafts, drug, request, schema
from guidekb.queries.cds.invariants import broken
from guidekb.queries.cds.request import faults

GOOD = (
    "cdshooks-request-pv-good", "cdshooks-response-empty-good", "cdshooks-response-good", "cdshooks-services-good",
    "cdshooks/cdshooks-request-order-select-good", "cdshooks/cdshooks-request-order-sign-good",
    "cdshooks/cdshooks-request-patient-view-good", "cdshooks/cdshooks-response-empty",
    "cdshooks/cdshooks-response-link", "cdshooks/cdshooks-response-no-link", "cdshooks/cdshooks-response-source-link",
    "cdshooks/cdshooks-response-two-cards",
)  # fmt: skip
BAD = (
    "cdshooks-response-empty-bad", "cdshooks/cdshooks-request-order-select-bad",
    "cdshooks/cdshooks-request-order-select-extensions", "cdshooks/cdshooks-request-order-sign-bad-1",
    "cdshooks/cdshooks-request-order-sign-bad-2", "cdshooks/cdshooks-request-patient-view-bad",
    "cdshooks/cdshooks-response-empty-source", "cdshooks/cdshooks-response-empty2",
    "cdshooks/cdshooks-response-suggestion", "cdshooks/cdshooks-services-order-select-extensions",
)  # fmt: skip

CARD = {"summary": "A card", "indicator": "info", "source": {"label": "A service"}}
MADE = {"type": "create", "description": "Do it", "resource": {"resourceType": "ServiceRequest", "id": "s"}}
SUGGESTED = CARD | {"suggestions": [{"label": "Do it", "actions": [MADE]}]}
ODD_PREFETCH = {"item1": {"response": {"status": "200 OK"}, "resource": {"resourceType": "Patient", "id": "p"}}}
SERVICE = {"hook": "order-select", "id": "s", "description": "A service"}
OURS: tuple[tuple[str, str, Any, bool], ...] = (
    ("a patient view", "request", request(), True),
    ("a key that holds null", "request", request() | {"prefetch": {"item3": None}}, True),
    ("drafted orders", "request", request("order-sign", draftOrders=drafts(drug("ivig"))), True),
    ("a selection", "request",
     request("order-select", draftOrders=drafts(drug("ivig")), selections=["MedicationRequest/draft-ivig"]), True),
    ("a type before the id", "request", request(patientId="Patient/p"), False),
    ("a type before the encounter", "request", request(encounterId="Encounter/e"), False),
    ("a selection without its type", "request",
     request("order-select", draftOrders=drafts(), selections=["draft-ivig"]), False),
    ("no drafted orders", "request", request("order-select", selections=["MedicationRequest/d"]), False),
    ("an entry in place of a resource", "request", request() | {"prefetch": ODD_PREFETCH}, False),
    ("no cards", "response", {"cards": []}, True),
    ("a card", "response", {"cards": [CARD]}, True),
    ("a link", "response", {"cards": [CARD | {"links": [{"label": "x", "url": "https://x.example"}]}]}, True),
    ("nothing", "response", {}, False),
    ("a source without label", "response", {"cards": [CARD | {"source": {}}]}, False),
    ("suggestions without behavior", "response", {"cards": [SUGGESTED]}, False),
    ("hard-stop", "response", {"cards": [CARD | {"indicator": "hard-stop"}]}, False),
    ("a service", "discovery", {"services": [SERVICE]}, True),
    ("no service", "discovery", {"services": []}, True),
    ("an unknown extension", "discovery", {"services": [SERVICE | {"extension": {"x": 1}}]}, False),
)  # fmt: skip


def accepted(kind: str, body: Any) -> bool:
    """Whether our checks accept it; for a request the schema and the code have to agree."""
    by_schema = schema(kind).is_valid(body)
    if kind == "request":
        by_code = not list(faults(body))
        assert by_code == by_schema
    return by_schema and not list(broken(body))


@pytest.mark.parametrize("name", [*GOOD, *BAD])
def test_hl7_s_files_are_accepted_or_refused_as_its_validator_does(name: str) -> None:
    path = SHARED / f"{name}.json"
    if not path.is_file():
        pytest.skip("NOT RUN: HL7's test cases are not here; they are looked for in ../shared/data")
    kind = next(
        k
        for word, k in {"request": "request", "response": "response", "services": "discovery"}.items()
        if word in path.name
    )
    assert accepted(kind, json.loads(path.read_text(encoding="utf-8"))) == (name in GOOD)


@pytest.mark.parametrize(("kind", "body", "good"), [case[1:] for case in OURS], ids=[case[0] for case in OURS])
def test_what_they_are_about_is_accepted_or_refused(kind: str, body: Any, good: bool) -> None:
    assert accepted(kind, body) == good


def test_no_file_of_hl7_is_left_out() -> None:
    if not SHARED.is_dir():
        pytest.skip("NOT RUN: HL7's test cases are not here; they are looked for in ../shared/data")
    there = {
        p.relative_to(SHARED).with_suffix("").as_posix() for p in SHARED.rglob("*.json") if "outcomes" not in p.parts
    }
    assert there == {*GOOD, *BAD}


def test_the_outcomes_of_hl7_say_the_same() -> None:
    """What HL7's validator finds in a file is in its outcome; a file without errors is a good one."""
    folder = SHARED / "outcomes" / "java"
    if not folder.is_dir():
        pytest.skip("NOT RUN: HL7's test cases are not here; they are looked for in ../shared/data")
    listed = {Path(name).name: name in GOOD for name in (*GOOD, *BAD)}
    seen = 0
    for path in folder.glob("*.json"):
        name = path.stem.removeprefix("R4.").removesuffix("-logical")
        name = name.replace("request-bad-1", "request-order-sign-bad-1")
        if name in listed:
            seen += 1
            issues = json.loads(path.read_text(encoding="utf-8")).get("issue", [])
            assert (not any(i["severity"] in ("error", "fatal") for i in issues)) == listed[name]
    assert seen > 15
