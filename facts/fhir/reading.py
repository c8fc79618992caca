"""The door to FHIR: files or a folder in; for each patient what is recorded, and what became of every resource."""

from __future__ import annotations

from array import array
from datetime import date
from typing import NamedTuple

from ...kb.diagnostics import Diagnostic
from ...kb.ir import EDB, Program, Span
from ..conflicts import settle
from ..fields import Fields
from ..findings import Findings
from ..source import Source, text_source
from .account import Account
from .chart import Chart
from .codes import table
from .document import Document, document_of
from .intake import resources_of
from .patient_facts import chart_of
from .people import People, people


class Patient(NamedTuple):
    """A patient: the facts, and the account of every resource that is about him or her."""

    edb: EDB
    chart: Chart


class FhirReading(NamedTuple):
    """What was read. `strays`: the resources that are about no patient, or of types that are not read."""

    patients: tuple[Patient, ...]
    strays: tuple[Account, ...]
    warnings: tuple[Diagnostic, ...]
    places: dict[str, Span]


def read_fhir(sources: list[tuple[str, bytes]], fields: Fields, program: Program, as_of: date | None) -> FhirReading:
    """The patients of some files that belong together. Raises Invalid with everything that makes them unusable."""
    documents = [document_of(data, name) for name, data in sources]
    resources = [one for document in documents for one in resources_of(document)]
    found = people(documents, resources)
    reading = _read(documents, found, fields, program, as_of, exactly=False)
    if any(not warning.span.line for warning in reading.warnings):
        for document in documents:
            document.warnings = [w for w in document.warnings if w.span.line and w.code not in _WEIGHED]
        reading = _read(documents, found, fields, program, as_of, exactly=True)
    return reading


_WEIGHED = frozenset({"W901", "W955", "W956", "W957", "W958", "W959", "W960", "W961"})
"""Warnings that come up each time a chart is weighed, unlike those that come up when a file is taken apart."""


def _read(
    documents: list[Document], found: People, fields: Fields, program: Program, as_of: date | None, exactly: bool
) -> FhirReading:
    patients: list[Patient] = []
    warnings: list[Diagnostic] = []
    places: dict[str, Span] = {}
    for person in found.persons:
        chart = chart_of(person, found.names, table(), fields, program, as_of, exactly)
        home = (person.patient or person.resources[0]).document
        source = text_source(home.text, home.name) if exactly else Source(home.name, "", array("I", [0]))
        findings = Findings(source)
        patients.append(Patient(settle(chart.recorded, fields, findings, as_of), chart))
        warnings += findings.warnings
        places[person.subject] = chart.recorded.span
        if not any(a.facts for r, a in chart.accounts.of.items() if r is not person.patient):
            at = (person.patient or person.resources[0]).at
            home.warn("W961", f"no resource of {person.subject} but the Patient gave a fact", at)
    told = [w for document in documents for w in document.warnings]
    strays = tuple(Account(one, [], [why]) for one, why in found.strays)
    return FhirReading(tuple(patients), strays, (*told, *warnings), places)
