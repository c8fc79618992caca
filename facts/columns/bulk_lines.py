"""A bulk export of FHIR, line by line: what stands in each line, and about whom. Nothing of it stays in memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ...kb.diagnostics import quoted, suggest
from ..fhir.elements import obj, text, words
from ..fhir.json_text import Fault, Json, skip, value_at
from ..fhir.people import SHARED, named_by
from ..fhir.r4 import ELSEWHERE, NAMES, READ
from .problem import Problem

LONGEST_LINE = 64 * 2**20
"""Bytes of a line; a resource has a few KB, with a document in it some MB."""
PATIENT, OTHER, BROKEN, MEDICATION = "P", "R", "!", "M"
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_SUBJECT = re.compile(rb'"(?:subject|patient)"\s*:\s*\{[^{}\[\]]*?"reference"\s*:\s*"([^"\\]*)"')
_PATIENT = re.compile(rb'"resourceType"\s*:\s*"Patient"')
_OWN_ID = re.compile(rb'^\s*\{(?:[^{}\[\]]*?,)?\s*"id"\s*:\s*"([^"\\]*)"')
_REFERENCE = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$")


class Line(NamedTuple):
    """A line that counts. `key`: the patient's id (of a Medication, its own). `uses`: the Medications that it names."""

    kind: str
    key: str
    file: int
    line: int
    raw: bytes
    uses: tuple[str, ...] = ()


def lines_of(path: Path, number: int) -> Iterator[Line | Problem]:
    """The lines of a file that say something of a patient, and what is wrong with others, in their order.

    `number`: that of the file. A broken line is a problem, and BROKEN for the patient whom it names, if it still does.
    """
    with path.open("rb") as file:
        at = 0
        while raw := file.readline(LONGEST_LINE + 1):
            at += 1
            if len(raw) > LONGEST_LINE:
                while raw and not raw.endswith(b"\n"):
                    raw = file.readline(LONGEST_LINE)
                yield _problem(path, at, "D950", f"the line is longer than {LONGEST_LINE // 2**20} MiB")
                continue
            raw = raw.removeprefix(codecs.BOM_UTF8) if at == 1 else raw
            raw = raw.rstrip(b"\r\n")
            if raw.strip():
                yield from _line(path, number, at, raw)


def _line(path: Path, number: int, at: int, raw: bytes) -> Iterator[Line | Problem]:
    try:
        value = _value(raw.decode("utf-8"))
    except (UnicodeDecodeError, Fault) as fault:
        whose = _still_named(raw)
        if whose:
            yield Line(BROKEN, whose, number, at, b"")
        tail = f"{quoted(whose)} is left out, whom it names" if whose else "whom it is about is not known"
        if isinstance(fault, Fault):
            yield _problem(path, at, "D951", f"not JSON: {fault.message}; {tail}", whose)
        else:
            yield _problem(path, at, "D903", f"the line is not UTF-8; {tail}", whose)
        return
    body, kind = obj(value), text(obj(value).get("resourceType"))
    if not kind:
        what = "a resource without `resourceType`" if isinstance(value, dict) else "expected a resource, an object"
        yield _problem(path, at, "D953", what)
    elif kind == "Bundle":
        yield _problem(path, at, "D953", "a Bundle in a line of NDJSON is not taken apart; each line is one resource")
    elif kind in SHARED:
        yield Line(MEDICATION, text(body.get("id")), number, at, raw)
    elif kind == "Patient":
        own = text(body.get("id"))
        if _ID.fullmatch(own):
            yield Line(PATIENT, own, number, at, raw)
        else:
            shown = f"the id {quoted(words(own))}" if own else "no id"
            yield _problem(path, at, "D959", f"the Patient has {shown}")
    elif kind in READ:
        named = named_by(body)
        type_, whose = _target(named)
        if type_ == "Patient":
            uses = {id_ for type_, id_ in map(_target, _references(value)) if type_ in SHARED}
            yield Line(OTHER, whose, number, at, raw, tuple(sorted(uses)))
        else:
            about = f"names {quoted(words(named))}, which is no Patient of an export" if named else "names no patient"
            yield _problem(path, at, "D985", f"{kind}/{words(body.get('id'))} {about}")
    elif kind not in NAMES:
        near = "" if kind in ELSEWHERE else suggest(kind, NAMES)
        message = f"FHIR R4 has no resource type {quoted(words(kind))}" + (f"; {near}" if near else "")
        yield _problem(path, at, "D953", message)


def _value(line: str) -> Json:
    """The value of a line, in a hurry; it is read again, with care, when its patient is."""
    begin = skip(line, 0)
    value, end = value_at(line, begin)
    if skip(line, end) < len(line):
        raise Fault(end, "the line goes on after its resource")
    return value


def _target(reference: str) -> tuple[str, str]:
    """Type and id of the resource that a reference names."""
    match = _REFERENCE.search(reference)
    return (match[1], match[2]) if match else ("", "")


def _references(value: Json) -> Iterator[str]:
    """Every reference in a value; one that is nested more deeply than JSON is read does not get here."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if named := text(one.get("reference")):
                yield named
            waiting.extend(v for v in one.values() if isinstance(v, dict | list))
        elif isinstance(one, list):
            waiting.extend(v for v in one if isinstance(v, dict | list))


def _still_named(raw: bytes) -> str:
    """The patient whom a broken line still names."""
    if _PATIENT.search(raw):
        own = _OWN_ID.search(raw)
        found = own[1].decode("utf-8", "replace") if own else ""
        return found if _ID.fullmatch(found) else ""
    subject = _SUBJECT.search(raw)
    type_, whose = _target(subject[1].decode("utf-8", "replace")) if subject else ("", "")
    return whose if type_ == "Patient" else ""


def _problem(path: Path, line: int, code: str, message: str, patient: str = "") -> Problem:
    return Problem(patient, code, "error", "", str(path), line, message, lost=True)
