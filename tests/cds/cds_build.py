"""Requests to begin from, drafts of orders, and the schemas that we publish."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "cds-hooks-test-cases" / "validator"
CDS = ROOT / "queries" / "cds"


def schema(name: str) -> jsonschema_rs.Draft7Validator:
    """A schema that we publish."""
    return jsonschema_rs.Draft7Validator(json.loads((CDS / f"{name}.schema.json").read_text(encoding="utf-8")))


def request(hook: str = "patient-view", **context: Any) -> dict[str, Any]:
    """A good request."""
    return {
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/p1", "patientId": "p", **context},
        "prefetch": {"patient": {"resourceType": "Patient", "id": "p", "gender": "female"}},
    }


def drafts(*resources: dict[str, Any]) -> dict[str, Any]:
    """A Bundle of draft orders."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def drug(name: str, code: str = "", **more: Any) -> dict[str, Any]:
    """A drafted medication: a code of RxNorm, or words."""
    coding = [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": code, "display": name}] if code else []
    return {
        "resourceType": "MedicationRequest",
        "id": f"draft-{name}",
        "status": "draft",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {**({"coding": coding} if coding else {}), "text": name},
        **more,
    }
