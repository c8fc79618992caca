"""Resources to patients: each belongs to the one that its subject names; two patients in one Bundle are an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, NoReturn

from ...kb.diagnostics import Diagnostic, Invalid, Note, quoted
from .document import Document
from .elements import Body, references, words
from .index import Index
from .intake import why_not_read
from .r4 import READ, other_version
from .resource import Resource

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
SHARED = ("Medication",)  # of no patient: used where another resource refers to it


class Person(NamedTuple):
    """A patient with the resources that are about him or her. `patient` is None when only others refer to it."""

    subject: str
    patient: Resource | None
    resources: list[Resource]


class People(NamedTuple):
    """The patients, and the resources that are about none of them, each with why."""

    persons: list[Person]
    strays: list[tuple[Resource, str]]
    names: Index


def people(documents: Iterable[Document], resources: list[Resource]) -> People:
    """The patients of some documents, in the order in which they stand there."""
    strays = [(one, why_not_read(one)) for one in resources if one.type not in READ or not one.body]
    read, doubles = _once(one for one in resources if one.type in READ and one.body)
    strays += [(one, "the same resource stands twice in the data, and counts once") for one, _ in doubles]
    index = Index(read, doubles)
    patients = [one for one in read if one.type == "Patient"]
    if not patients:
        return People([_alone(documents, read or resources)], strays, index)
    _one_to_a_bundle(patients)
    of = {one: Person(_subject(one), one, []) for one in patients}
    _distinct(of)
    for one in read:
        if one.type in SHARED:
            strays.append((one, "used only where another resource refers to it"))
        elif one not in of:
            named = named_by(one.body)
            patient = index.get(named, one) if named else None
            if patient in of:
                of[patient].resources.append(one)
            else:
                strays.append((one, _whose(one, named)))
    return People(list(of.values()), strays, index)


def _alone(documents: Iterable[Document], resources: list[Resource]) -> Person:
    """One resource given by itself is about the patient that it names. More of them without a Patient are an error."""
    first = resources[0] if resources else None
    if first is None:
        raise Invalid([next(d.diagnostic("D956", "the data hold no resource", None) for d in documents)])
    named = named_by(first.body)
    if len(resources) > 1 or first.document.kind != "one resource" or not named:
        about = f"; {first.label} is about {quoted(words(named))}" if named else ""
        help = "add the Patient, or name the folder that holds it"  # noqa: A001
        first.document.fail("D956", f"the data hold no Patient{about}", first.at, help)
    name = re.split(r"[/:]", named)[-1]
    if not _ID.fullmatch(name):
        message = f"the subject {quoted(words(named))} of {first.label} is no Patient"
        first.document.fail("D959", message, first.offset("subject"))
    message = f"no Patient is given, so that age and sex of {quoted(name)} are not known"
    first.document.warn("W953", message, first.at)
    return Person(name, None, [first])


def named_by(body: Body) -> str:
    """The reference by which a resource names its patient, "" when it has none."""
    return next(iter(references(body.get("subject")) or references(body.get("patient"))), "")


def _whose(resource: Resource, named: str) -> str:
    element = "patient" if "patient" in resource.body else "subject"
    return f"its {element} {quoted(words(named))} is no Patient of the data" if named else "it names no patient"


def _subject(patient: Resource) -> str:
    """The id that the patient has from here on: its own, or the last part of its address."""
    name = patient.id or re.split(r"[/:]", patient.url)[-1]
    if not _ID.fullmatch(name):
        shown = f"the id {quoted(words(patient.id))}" if patient.id else "no id"
        patient.document.fail("D959", f"the Patient has {shown}", patient.offset("id"), "letters, digits, `-` and `.`")
    found = other_version("Patient", patient.body)
    unsafe = next((name for name in ("modifierExtension", "implicitRules") if patient.body.get(name)), "")
    if found or unsafe:
        why = found[1] if found else f"`{unsafe}` changes its meaning in a way that is not known here"
        patient.document.fail("D955", f"{patient.label} cannot be read: {why}", patient.offset(unsafe or "id"))
    return name


def _once(resources: Iterable[Resource]) -> tuple[list[Resource], list[tuple[Resource, Resource]]]:
    """Each resource once, and those that repeat one. The same id with other content is an error: neither is chosen.

    Two Bundles may use one id for different resources: each is a world of its own.
    """
    seen: dict[tuple[str, str], list[Resource]] = {}
    doubles: list[tuple[Resource, Resource]] = []
    found: list[Resource] = []
    for one in resources:
        others = seen.setdefault((one.type, one.id), []) if one.id else []
        first = next((o for o in others if _content(o.body) == _content(one.body)), None)
        if first:
            doubles.append((one, first))
            continue
        for other in others:
            if other.document is one.document or "Bundle" not in (other.document.kind, one.document.kind):
                message = f"{one.label} is given twice, with different content"
                d = one.document.diagnostic("D958", message, one.at, "keep the version that is true")
                note = Note(other.span(), "it stands here first")
                raise Invalid([Diagnostic(d.code, d.message, d.span, d.line, d.help, (note,))])
        others.append(one)
        found.append(one)
    return found, doubles


def _content(body: Body) -> Body:
    return {name: value for name, value in body.items() if name not in ("text", "meta")}


def _distinct(of: dict[Resource, Person]) -> None:
    seen: dict[str, Resource] = {}
    for one, person in of.items():
        other = seen.setdefault(person.subject, one)
        if other is not one:
            _two(f"two patients with the id {quoted(person.subject)}", one, other, "give each an id of its own")


def _one_to_a_bundle(patients: list[Resource]) -> None:
    first: dict[Document, Resource] = {}
    for one in patients:
        other = first.setdefault(one.document, one)
        if other is not one and one.document.kind == "Bundle":
            message = f"two patients in one Bundle: {other.label} and {one.label}"
            _two(message, one, other, "give each patient a Bundle, or use NDJSON")


def _two(message: str, one: Resource, first: Resource, help: str) -> NoReturn:  # noqa: A002
    d = one.document.diagnostic("D957", message, one.at, help)
    note = Note(first.span(), "the first stands here")
    raise Invalid([Diagnostic(d.code, d.message, d.span, d.line, d.help, (note,))])
