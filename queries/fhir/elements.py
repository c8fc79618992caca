"""The elements that our resources are made of: texts that FHIR allows, references, codings."""

from __future__ import annotations

import re

from ...kb.diagnostics import printable
from ...kb.ir import Program

Data = dict[str, object]
RECORD = "urn:guidekb:record"
"""The code system of the record's fields, which our own reader understands too (docs/fhir.md)."""
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def told(text: str) -> str:
    """A text as FHIR allows it: printable, without blanks around it, never empty."""
    return printable(text).strip() or "(no text)"


def patient(subject: str) -> Data:
    """The subject as a Reference: to a Patient where it can be the id of one, else by what it is called."""
    if _ID.fullmatch(subject):
        return {"reference": f"Patient/{subject}"}
    return {"type": "Patient", "identifier": {"value": told(subject)}}


def to(uuid: str, shown: str = "") -> Data:
    """A Reference to another resource of the same Bundle."""
    return {"reference": f"urn:uuid:{uuid}", **({"display": told(shown)} if shown else {})}


def action_id(name: str) -> str:
    """The id of an action in a group; FHIR has no underscore in an id."""
    return name.replace("_", "-")[:64]


def concept(text: str, system: str = "", code: str = "", display: str = "") -> Data:
    """A CodeableConcept: the words, and a coding only where there is a code."""
    coding = [{"system": system, "code": code, "display": told(display or text)}] if code else []
    return {**({"coding": coding} if coding else {}), "text": told(text)}


def canonical(program: Program) -> str:
    """The canonical address of the guideline, without its version."""
    return f"urn:guidekb:guideline:{program.name.replace('+', ':')}"


def edition(program: Program) -> str:
    """The version of the guideline with the hash that tells two drafts of one version apart."""
    return f"{program.version}+sha256.{program.sha256[:12]}" if program.sha256 else program.version


def entry(resource: Data) -> Data:
    """A resource as an entry of a Bundle; its id is the UUID that others refer to."""
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
