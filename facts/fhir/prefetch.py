"""The prefetch of a CDS Hooks request to the facts of its patient; a fact's source is the entry that it stands in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ...kb.diagnostics import Diagnostic, Invalid, quoted
from ...kb.edb import EDB
from ...kb.ir import Program, Span
from ..fields import fields_of
from .elements import Body, obj, objects, text, words
from .json_text import Json
from .reading import read_fhir

FOUND, NOTHING, FAILED = "found", "nothing found", "failed"
"""What became of a key: resources, asked and nothing found, an OperationOutcome (its message follows the word)."""


class Prefetch(NamedTuple):
    """What a prefetch says of the patient. `states`: what became of each key that was given.

    `unused`: resources that are about nobody here, or of types that are not read, each with why.
    """

    edb: EDB
    warnings: tuple[Diagnostic, ...]
    states: dict[str, str]
    unused: tuple[str, ...] = ()


def read_prefetch(prefetch: Mapping[str, Json], patient: str, program: Program, as_of: date | None = None) -> Prefetch:
    """The facts of the patient with this id. Raises Invalid for data that cannot be used.

    A null, an empty Bundle and a key that is not there give no facts: what was not found is not recorded, and stays
    unknown. Which of them it was is told in `states`.
    """
    sources: list[tuple[str, bytes]] = []
    states: dict[str, str] = {}
    for key, value in prefetch.items():
        states[key], found = _resources(f"prefetch.{key}", value)
        sources += found
    if not sources:
        raise Invalid([Diagnostic("D956", "the prefetch holds no resource", Span("prefetch", 0, 0, 0))])
    reading = read_fhir(sources, fields_of(program), program, as_of)
    mine = next((p.edb for p in reading.patients if p.edb.subject == patient), None)
    if mine is None:
        message = f"the prefetch has no Patient {quoted(patient)}, whom the context names"
        raise Invalid([Diagnostic("D956", message, Span("prefetch", 0, 0, 0))])
    others = [p.edb.subject for p in reading.patients if p.edb is not mine]
    if others:
        message = f"the prefetch holds two patients, {quoted(patient)} and {quoted(others[0])}"
        raise Invalid([Diagnostic("D957", message, Span("prefetch", 0, 0, 0))])
    unused = tuple(f"{a.resource.document.name}: {a.resource.label}: {'; '.join(a.notes)}" for a in reading.strays)
    return Prefetch(mine, reading.warnings, states, unused)


def _resources(place: str, value: Json) -> tuple[str, list[tuple[str, bytes]]]:
    """What became of a key, and each of its resources as a document of its own, named by where it stands."""
    body = obj(value)
    kind = text(body.get("resourceType"))
    if value is None:
        return NOTHING, []
    if kind == "OperationOutcome":
        return _failed(body), []
    if kind != "Bundle":
        return FOUND, [(place, _document(body, ""))]
    found: list[tuple[str, bytes]] = []
    failed = ""
    for number, entry in enumerate(objects(body.get("entry"))):
        held = obj(entry.get("resource"))
        if text(held.get("resourceType")) == "OperationOutcome":
            failed = failed or _failed(held)
        elif held:
            found.append((f"{place}.entry[{number}].resource", _document(held, text(entry.get("fullUrl")))))
    if failed and not found:
        return failed, []
    partial = any(text(link.get("relation")) == "next" for link in objects(body.get("link")))
    return (f"{FOUND}, one page of several" if partial else FOUND if found else NOTHING), found


def _failed(outcome: Body) -> str:
    told = "; ".join(_messages(outcome))
    return f"{FAILED}: {told}" if told else FAILED


def _messages(outcome: Body) -> Iterator[str]:
    for issue in objects(outcome.get("issue")):
        told = text(obj(issue.get("details")).get("text")) or text(issue.get("diagnostics")) or text(issue.get("code"))
        if told:
            yield words(told)


def _document(body: Body, url: str) -> bytes:
    """The resource as text again. An address that no id repeats is kept, for others may refer to it."""
    whole: Body = body
    if url.startswith("urn:"):
        whole = {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": url, "resource": body}]}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "surrogatepass")
