"""Resources to patients: each belongs to the one that its subject names; two patients in one Bundle are an error."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, NoReturn

from ...kb.diagnostics import Diagnostic, Invalid, Note, quoted
from .document import Document
from .elements import Body, references, text, words
from .index import Index
from .intake import why_not_read
from .r4 import READ, other_version
from .resource import Resource

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_SHARED = ("Medication",)  # of no patient: used where another resource refers to it


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
    kinds = {document.kind for document in documents}
    strays = [(one, why_not_read(one)) for one in resources if one.type not in READ or not one.body]
    read, doubles = _once(one for one in resources if one.type in READ and one.body)
    strays += [(one, "the same resource stands twice in the data, and counts once") for one in doubles]
    index = Index(read)
    patients = [one for one in read if one.type == "Patient"]
    _one_to_a_bundle(patients)
    if not patients and (kinds != {"one resource"} or len(read) != 1):
        _no_patient(read or resources)
    persons = {_subject(one): Person(_subject(one), one, []) for one in patients}
    of = {one: persons[_subject(one)] for one in patients}
    groups: dict[str, list[Resource]] = defaultdict(list)
    for one in read:
        if one.type == "Patient" or one.type in _SHARED:
            continue
        named = _subject_of(one.body)
        found = index.get(named, one) if named else None
        if found in of:
            of[found].resources.append(one)
        elif patients or not named:
            strays.append((one, _whose(one, named)))
        else:
            groups[named].append(one)
    for named, ones in groups.items():
        person = Person(_bare(named, ones[0]), None, ones)
        persons[person.subject] = person
        ones[0].document.warn(
            "W953", f"no Patient is given, so that age and sex of {quoted(person.subject)} are not known", ones[0].at
        )
    referred = {one for one in read if one.type in _SHARED}
    strays += [(one, "used only where another resource refers to it") for one in referred if not groups]
    return People(list(persons.values()), strays, index)


def _subject_of(body: Body) -> str:
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


def _bare(reference: str, holder: Resource) -> str:
    name = re.split(r"[/:]", reference)[-1]
    if not _ID.fullmatch(name):
        holder.document.fail(
            "D959", f"the subject {quoted(words(reference))} of {holder.label} is no Patient", holder.offset("subject")
        )
    return name


def _once(resources: Iterable[Resource]) -> tuple[list[Resource], list[Resource]]:
    """Each resource once. The same id with other content is an error: which of the two is true is not known."""
    seen: dict[tuple[str, str], Resource] = {}
    doubles: list[Resource] = []
    found: list[Resource] = []
    for one in resources:
        first = seen.setdefault((one.type, one.id), one) if one.id else one
        if first is one:
            found.append(one)
        elif _content(first.body) == _content(one.body):
            doubles.append(one)
        else:
            note = Note(first.span(), "it stands here first")
            message = f"{one.label} is given twice, with different content"
            d = one.document.diagnostic("D958", message, one.at, "keep the version that is true")
            raise Invalid([Diagnostic(d.code, d.message, d.span, d.line, d.help, (note,))])
    return found, doubles


def _content(body: Body) -> Body:
    return {name: value for name, value in body.items() if name not in ("text", "meta")}


def _one_to_a_bundle(patients: list[Resource]) -> None:
    first: dict[Document, Resource] = {}
    for one in patients:
        other = first.setdefault(one.document, one)
        if other is not one and one.document.kind == "Bundle":
            note = Note(other.span(), "the first stands here")
            message = f"two patients in one Bundle: {other.label} and {one.label}"
            d = one.document.diagnostic("D957", message, one.at, "give each patient a Bundle, or use NDJSON")
            raise Invalid([Diagnostic(d.code, d.message, d.span, d.line, d.help, (note,))])


def _no_patient(resources: list[Resource]) -> NoReturn:
    if not resources:
        raise Invalid([Diagnostic("D956", "the data hold no resource")])
    first = resources[0]
    subject = _subject_of(first.body) if first.body else ""
    about = f"; {first.label} is about {quoted(words(subject))}" if text(subject) else ""
    message = f"the data hold no Patient{about}"
    first.document.fail("D956", message, first.at, "add the Patient, or name the folder that holds it")
