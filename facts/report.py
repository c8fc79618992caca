"""What a source says: facts with where they came from, resources that gave none with why, codes that were not used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ..kb.diagnostics import Diagnostic, Invalid
from ..kb.ir import EDB, Ground, Origin, Program, ground_key
from ..kb.values import written
from .fields import META, Field, Fields, fields_of
from .read import read_files
from .record_text import record_text

if TYPE_CHECKING:
    from .fhir.chart import Chart


class Source(NamedTuple):
    """A fact, in the words of a record, and where it came from; `more` elements say the same."""

    field: str
    said: str
    origins: tuple[Origin, ...]
    more: int = 0


class Unread(NamedTuple):
    """A resource, the facts that it gave, and what was not used of it, with why."""

    resource: str
    facts: tuple[str, ...]
    why: tuple[str, ...]


class Code(NamedTuple):
    """A code that is not in the table, in which use, and how often it occurs."""

    system: str
    code: str
    display: str
    use: str
    times: int


class Patient(NamedTuple):
    """What is recorded of one patient. `resources` and `codes` are empty unless the source is FHIR."""

    id: str
    as_of: date | None
    facts: tuple[Source, ...]
    complete: tuple[str, ...]
    not_applicable: tuple[Source, ...]
    conflicts: tuple[Source, ...]
    resources: tuple[Unread, ...]
    codes: tuple[Code, ...]
    record: str


class Report(NamedTuple):
    """What one source says. `others`: resources that are about none of the patients, or of types that are not read."""

    source: str
    patients: tuple[Patient, ...]
    others: tuple[Unread, ...]
    warnings: tuple[Diagnostic, ...]


def report(path: str, program: Program, as_of: date | None = None, stdin: BinaryIO | None = None) -> Report:
    """What a file or a folder says. Raises Invalid when it cannot be used."""
    ((_, reading),) = read_files([path], program, as_of, stdin)
    if isinstance(reading, Invalid):
        raise reading
    fields = fields_of(program)
    charts = [p.chart for p in reading.fhir.patients] if reading.fhir else [None] * len(reading.edbs)
    patients = tuple(
        _patient(edb, fields, chart, record_text(recorded, fields))
        for edb, recorded, chart in zip(reading.edbs, reading.recorded, charts, strict=True)
    )
    strays = reading.fhir.strays if reading.fhir else ()
    others = tuple(Unread(a.resource.label, (), tuple(a.notes)) for a in strays)
    return Report(path, patients, others, reading.warnings)


def _patient(edb: EDB, fields: Fields, chart: Chart | None, record: str) -> Patient:
    names = list(fields)
    facts = sorted((f for f in edb.facts if f.predicate.removeprefix("-") in names), key=ground_key)
    facts.sort(key=lambda f: names.index(f.predicate.removeprefix("-")))
    sources = [
        Source(
            f.predicate.removeprefix("-"),
            said(f, fields),
            edb.facts[f],
            max(0, chart.given[f] - len(edb.facts[f])) if chart else 0,
        )
        for f in facts
    ]
    return Patient(
        edb.subject,
        edb.as_of,
        tuple(sources),
        tuple(sorted(edb.listed)),
        tuple(_marked(edb, "not_applicable", sorted(edb.not_applicable))),
        tuple(Source(name, f"{name}: conflicting", edb.conflicts[name]) for name in sorted(edb.conflicts)),
        _resources(chart, fields) if chart else (),
        _codes(chart) if chart else (),
        record,
    )


def _resources(chart: Chart, fields: Fields) -> tuple[Unread, ...]:
    return tuple(
        Unread(a.resource.label, tuple(dict.fromkeys(said(g.atom, fields) for g in a.facts)), tuple(a.notes))
        if a.facts
        else Unread(a.resource.label, (), (a.why_none,))
        for a in chart.accounts.of.values()
    )


def _codes(chart: Chart) -> tuple[Code, ...]:
    """The commonest first."""
    counted = sorted(chart.accounts.unused.items(), key=lambda one: (-one[1], one[0]))
    return tuple(
        Code(chart.table.name(c.system), c.code, chart.accounts.displays.get(c, ""), c.use, n) for c, n in counted
    )


def _marked(edb: EDB, mark: str, names: list[str]) -> Iterator[Source]:
    for name in names:
        yield Source(name, f"{name}: {mark}", edb.facts.get(Ground(mark, (edb.subject, name)), ()))


def said(fact: Ground, fields: Fields) -> str:
    """A fact as the record writes it: `stage: metastatic`, `antibodies: anti_yo positive`."""
    name, values = fact.predicate.removeprefix("-"), fact.values[1:]
    if name in META or name not in fields:
        return f"{name}: {', '.join(map(written, values))}"
    return f"{name}: {_value(fields[name], fact)}"


def _value(field: Field, fact: Ground) -> str:
    values, negated = fact.values[1:], fact.predicate.startswith("-")
    if not values:
        return "no" if negated else "yes"
    shown = " ".join(map(written, values))
    if field.shape == "objects":
        shown = ", ".join(f"{key} {written(v)}" for key, v in zip(field.keys, values, strict=True))
    return f"not {shown}" if negated else shown
