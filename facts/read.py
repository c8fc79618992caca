"""The door to patient data: bytes or files in; for each patient an EDB, or everything that is wrong with the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

from ..kb.diagnostics import Diagnostic, Invalid, Note
from ..kb.edb import EDB
from ..kb.ir import Program, Span
from .conflicts import settle
from .datalog_facts import datalog_facts, is_datalog
from .document import records
from .fhir.detect import is_fhir
from .fhir.folder import folder_sources, is_folder
from .fields import Fields, fields_of
from .findings import Findings, quoted
from .record import read_record
from .recorded import Recorded
from .source import bytes_of, source_of

if TYPE_CHECKING:
    from .fhir.reading import FhirReading


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: an EDB for each patient, in the order of the file, with what the user has to know of it.

    `places`: where each patient's id stands. `recorded`: the same patients before their facts were weighed.
    """

    edbs: tuple[EDB, ...]
    warnings: tuple[Diagnostic, ...] = ()
    places: dict[str, Span] = field(default_factory=lambda: {})
    recorded: tuple[Recorded, ...] = ()
    fhir: FhirReading | None = None


def read(data: bytes, name: str, program: Program, as_of: date | None = None) -> Reading:
    """The patients of a file: FHIR, or a record in JSON, YAML or Datalog facts, told apart by content.

    Facts dated after `as_of` are left out, with a warning; without it, a patient's newest date counts. Raises Invalid
    with all its errors.
    """
    return _read(data, name, program, fields_of(program), as_of, {})


def read_files(
    paths: Iterable[str], program: Program, as_of: date | None = None, stdin: BinaryIO | None = None
) -> Iterator[tuple[str, Reading | Invalid]]:
    """Each file with its patients or its errors, as it is read: a bad file does not stop the others.

    `-` is standard input. In a folder, the files with FHIR are read together, then each record. A patient who was
    already read from an earlier file is an error of the later one.
    """
    fields = fields_of(program)
    seen: dict[str, Span] = {}
    for path in paths:
        for name, sources in _opened(path):
            try:
                if isinstance(sources, Invalid):
                    raise sources
                if sources is not None:
                    reading = _fhir(sources, program, fields, as_of, seen)
                else:
                    shown = "<stdin>" if name == "-" else name
                    reading = _read(bytes_of(name, stdin), shown, program, fields, as_of, seen)
            except Invalid as invalid:
                yield name, invalid
                continue
            seen |= reading.places
            yield name, reading


def _opened(path: str) -> Iterator[tuple[str, list[tuple[str, bytes]] | Invalid | None]]:
    """What is read under one name: a file, or of a folder its FHIR files together and then each record."""
    if path == "-" or not is_folder(path):
        yield path, None
        return
    try:
        together, records = folder_sources(path)
    except Invalid as invalid:
        yield path, invalid
        return
    if together:
        yield path, together
    yield from ((name, None) for name in records)


def _read(
    data: bytes, name: str, program: Program, fields: Fields, as_of: date | None, seen: dict[str, Span]
) -> Reading:
    if is_fhir(data):
        return _fhir([(name, data)], program, fields, as_of, seen)
    source = source_of(data, name)
    findings = Findings(source)
    if is_datalog(source):
        found = datalog_facts(source, fields, program, findings, as_of)
    else:
        read_ones = (read_record(record, fields, findings, as_of) for record in records(source, findings))
        found = [one for one in read_ones if one is not None]
    places = _distinct(found, findings, seen)
    edbs = tuple(settle(recorded, fields, findings, as_of) for recorded in found)
    findings.raise_if_any()
    return Reading(edbs, tuple(findings.warnings), places, tuple(found))


def _fhir(
    sources: Iterable[tuple[str, bytes]], program: Program, fields: Fields, as_of: date | None, seen: dict[str, Span]
) -> Reading:
    from .fhir.reading import read_fhir  # late: a record does not need it

    found = read_fhir(list(sources), fields, program, as_of)
    twice = [_twice(subject, place, seen[subject]) for subject, place in found.places.items() if subject in seen]
    if twice:
        raise Invalid(twice)
    edbs = tuple(patient.edb for patient in found.patients)
    recorded = tuple(patient.chart.recorded for patient in found.patients)
    return Reading(edbs, found.warnings, found.places, recorded, found)


def _distinct(found: list[Recorded], findings: Findings, seen: dict[str, Span]) -> dict[str, Span]:
    """Where each patient's id stands; an id that stands twice, here or in an earlier file, is an error."""
    places: dict[str, Span] = {}
    for recorded in found:
        earlier = seen.get(recorded.subject) or places.get(recorded.subject)
        if earlier:
            findings.add([_twice(recorded.subject, recorded.span, earlier)])
        places.setdefault(recorded.subject, recorded.span)
    return places


def _twice(subject: str, place: Span, earlier: Span) -> Diagnostic:
    note = Note(earlier, "the first record of this patient")
    return Diagnostic("D922", f"the patient {quoted(subject)} is recorded twice", place, notes=(note,))
