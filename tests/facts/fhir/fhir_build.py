"""Short ways to write FHIR resources, and to read what is said of one patient."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from guidekb.facts.fhir.account import Account
from guidekb.facts.fhir.chart import Chart
from guidekb.facts.fhir.reading import FhirReading, read_fhir
from guidekb.facts.fields import fields_of
from guidekb.facts.report import said
from guidekb.kb.diagnostics import Invalid, render
from guidekb.kb.ir import EDB, Program
from guidekb.kb.literate import read as read_document

ROOT = Path(__file__).parents[3]
SNOMED, LOINC, RXNORM = "http://snomed.info/sct", "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD, OURS = "http://hl7.org/fhir/sid/icd-10-cm", "urn:guidekb:record"
TERMS = "http://terminology.hl7.org/CodeSystem/"
Json = dict[str, Any]


@cache
def vocabulary() -> Program:
    """The fields of the record, as the knowledge base declares them."""
    program, _, problems = read_document("vocabulary.md", (ROOT / "kb" / "vocabulary.md").read_text(encoding="utf-8"))
    assert not problems
    return program


def concept(system: str, code: str, display: str = "") -> Json:
    """A CodeableConcept with one code."""
    return {"coding": [{"system": system, "code": code} | ({"display": display} if display else {})]}


BREAST_CANCER = concept(SNOMED, "254837009", "Malignant neoplasm of breast (disorder)")
DERMATOMYOSITIS = concept(SNOMED, "396230008", "Dermatomyositis (disorder)")
HYPERCALCEMIA = concept(ICD, "E83.52", "Hypercalcemia")
BONE = concept(SNOMED, "94222008", "Secondary malignant neoplasm of bone")
COLON_CANCER = concept(SNOMED, "93761005", "Primary malignant neoplasm of colon")
ER = concept(LOINC, "85337-4", "Estrogen receptor Ag [Presence] in Breast cancer specimen by Immune stain")
PR = concept(LOINC, "85339-0", "Progesterone receptor Ag [Presence] in Breast cancer specimen by Immune stain")
HER2 = concept(LOINC, "85319-2", "HER2 [Presence] in Breast cancer specimen by Immune stain")
CALCIUM = concept(LOINC, "17861-6", "Calcium [Mass/volume] in Serum or Plasma")
STAGE = concept(LOINC, "21908-9", "Stage group.clinical Cancer")
POSITIVE, NEGATIVE = concept(SNOMED, "10828004", "Positive"), concept(SNOMED, "260385009", "Negative")
PATIENT: Json = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1960-05-20"}


def _resource(kind: str, id_: str, more: Json) -> Json:
    subject = {} if kind in ("Patient", "Medication") else {"subject": {"reference": "Patient/p1"}}
    body = {"resourceType": kind, "id": id_} | subject | more
    return {name: value for name, value in body.items() if value is not None}


def patient(**more: Any) -> Json:
    """The Patient, with some elements changed."""
    return {name: value for name, value in (PATIENT | more).items() if value is not None}


def condition(code: Json, id_: str = "c1", clinical: str | None = "active", verified: str | None = "confirmed",
              **more: Any) -> Json:  # fmt: skip
    """A Condition with its two statuses."""
    statuses: Json = {}
    if clinical:
        statuses["clinicalStatus"] = concept(TERMS + "condition-clinical", clinical)
    if verified:
        statuses["verificationStatus"] = concept(TERMS + "condition-ver-status", verified)
    return _resource("Condition", id_, statuses | {"code": code} | more)


def observation(
    code: Json, id_: str = "o1", day: str | None = "2024-03-01", status: str = "final", **more: Any
) -> Json:
    """An Observation; its value is given as `valueCodeableConcept` and so on."""
    return _resource("Observation", id_, {"status": status, "code": code, "effectiveDateTime": day} | more)


def stated(field: str, value: str | bool, day: str = "2024-03-01", id_: str = "o1") -> Json:
    """An Observation that states a field of the record by its name."""
    answer = {"valueBoolean": value} if isinstance(value, bool) else {"valueCodeableConcept": concept(OURS, value)}
    return observation(concept(OURS, field), id_, day, **answer)


def other(kind: str, id_: str, **more: Any) -> Json:
    """Any other resource about the patient."""
    return _resource(kind, id_, more)


def reference(name: str) -> Json:
    """A Reference."""
    return {"reference": name}


def due_to(name: str) -> Json:
    """The extension that says what a Condition is due to."""
    url = "http://hl7.org/fhir/StructureDefinition/condition-dueTo"
    return {"extension": [{"url": url, "valueReference": reference(name)}]}


def bundle(*resources: Json, kind: str = "collection") -> bytes:
    """A Bundle of resources; a Patient is added when there is none."""
    all_ = resources if any(r["resourceType"] == "Patient" for r in resources) else (PATIENT, *resources)
    entries = [{"resource": r} for r in all_]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}, indent=1).encode()


@dataclass(frozen=True)
class Told:
    """What was read of one patient."""

    reading: FhirReading
    edb: EDB
    chart: Chart

    @property
    def facts(self) -> dict[str, list[str]]:
        """Each fact in the words of a record, with the elements that it came from."""
        fields = fields_of(vocabulary())
        ours = [f for f in self.edb.facts if f.predicate not in ("conflicting", "not_applicable")]
        return {said(f, fields): [o.place for o in self.edb.facts[f]] for f in ours}

    def of(self, field: str) -> list[str]:
        """What is recorded of one field."""
        return [fact.split(": ", 1)[1] for fact in self.facts if fact.split(": ")[0] == field]

    def account(self, label: str) -> Account:
        """What became of a resource."""
        return next(a for a in (*self.chart.accounts.of.values(), *self.reading.strays) if a.resource.label == label)

    def why(self, label: str) -> str:
        """Why a resource gave no fact, or what of it was not used."""
        return self.account(label).why_none or "; ".join(self.account(label).notes)

    @property
    def warnings(self) -> list[str]:
        return [f"{w.code} {w.message}" for w in self.reading.warnings]


def told(*resources: Json, as_of: str | None = None, data: bytes | None = None) -> Told:
    """What is said of the one patient of some resources."""
    day = date.fromisoformat(as_of) if as_of else None
    sources = [("b.json", data or bundle(*resources))]
    reading = read_fhir(sources, fields_of(vocabulary()), vocabulary(), day)
    (one,) = reading.patients
    return Told(reading, one.edb, one.chart)


def refusal(data: bytes, name: str = "b.json") -> str:
    """The errors of data that cannot be used, as they are shown."""
    try:
        reading = read_fhir([(name, data)], fields_of(vocabulary()), vocabulary(), None)
    except Invalid as invalid:
        return "\n".join(map(render, invalid.diagnostics))
    return "\n".join(map(render, reading.warnings))
