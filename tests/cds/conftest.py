"""The knowledge base, reports of records, the schemas that we publish, and requests to begin from."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from guidekb.facts.read import read
from guidekb.kb.ir import EDB, Program
from guidekb.kb.load import HOME, load
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.explanations.report import Report, report
from guidekb.queries.wording.words import words

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "cds-hooks-test-cases" / "validator"
CDS = ROOT / "queries" / "cds"
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge(load(HOME))


@pytest.fixture(scope="session")
def program(knowledge: Knowledge) -> Program:
    return knowledge.program


@pytest.fixture(scope="session")
def told(knowledge: Knowledge) -> Callable[[EDB], Report]:
    """A record's report."""
    return lambda edb: report(assess(knowledge, edb), words())


@pytest.fixture(scope="session")
def record(program: Program) -> Callable[[str], EDB]:
    """A record from YAML, or an example by its file name."""

    def of(text: str) -> EDB:
        path = ROOT / "facts" / "examples" / text.splitlines()[0]
        data = path.read_bytes() if "\n" not in text and path.is_file() else text.encode()
        return read(data, "p.yaml", program).edbs[0]

    return of


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
