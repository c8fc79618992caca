"""Draft orders to what the guideline knows of them: which actions they carry out, and the record as if they were."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from ...kb.edb import EDB, Ground, Origin
from ...kb.ir import NOWHERE, Program
from ..conflicts import settle
from ..edit import recorded_of
from ..fields import Fields, fields_of
from ..findings import Findings
from ..recorded import Fact
from ..source import text_source
from .codes import Found, Meaning, table
from .elements import Body, obj, objects, references, said, text, words
from .json_text import Json
from .order_table import actions_of

NO_ORDER = ("entered-in-error", "cancelled", "revoked", "stopped", "completed", "ended")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_CONCEPTS = {"MedicationRequest": "medicationCodeableConcept", "ServiceRequest": "code"}
_USES = {"MedicationRequest": "medication", "ServiceRequest": "procedure"}


class Order(NamedTuple):
    """A treatment that is drafted or recorded as given.

    label: the resource or field that says it. said: what it is, in the words that stand there. place: the element it
    was read from. actions: what it carries out. facts: fields of the record with the value they would have. drafted:
    not yet given. code: the code or text that was recognised.
    """

    label: str
    said: str
    place: str
    actions: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    drafted: bool = True
    code: str = ""


class Orders(NamedTuple):
    """The orders that mean something here, and of each of the others why it means nothing."""

    found: tuple[Order, ...]
    unread: tuple[str, ...] = ()


def read_orders(bundle: Json, program: Program) -> Orders:
    """The orders of a Bundle of drafts (`context.draftOrders`), in its order."""
    fields = fields_of(program)
    found: list[Order] = []
    unread: list[str] = []
    entries = objects(obj(bundle).get("entry"))
    for number, entry in enumerate(entries):
        place = f"context.draftOrders.entry[{number}].resource"
        order = _order(obj(entry.get("resource")), entries, place, fields)
        if isinstance(order, Order):
            found.append(order)
        elif order:
            unread.append(order)
    return Orders(tuple(found), tuple(unread))


def recorded_orders(edb: EDB) -> tuple[Order, ...]:
    """What the record says has been given that the guideline has an action for, in the order of the record's fields."""
    found: list[Order] = []
    for atom, origins in sorted(edb.facts.items(), key=lambda f: (f[0].predicate, list(map(str, f[0].values)))):
        value = str(atom.values[1]) if len(atom.values) == 2 else ""
        actions = actions_of(atom.predicate, value)
        if actions and value not in ("", "none"):
            first = origins[0] if origins else Origin("", "")
            found.append(Order(atom.predicate, first.written or value, str(first), actions, drafted=False))
    return tuple(found)


def with_orders(edb: EDB, orders: Iterable[Order], program: Program) -> EDB:
    """The record as if the orders were carried out; the record itself when no order gives a fact.

    An order takes the place of what a field with one value said. A field that is contradicted stays so.
    """
    fields = fields_of(program)
    recorded = recorded_of(edb)
    given = [(order, name, value) for order in orders for name, value in order.facts if name not in edb.conflicts]
    if not given:
        return edb
    single = {name for _, name, _ in given if fields[name].shape == "value"}
    recorded.facts[:] = [f for f in recorded.facts if f.atom.predicate.removeprefix("-") not in single]
    for name in {name for _, name, _ in given}:
        recorded.not_applicable.pop(name, None)
    # Several orders may say different things of a field with one value: the last of them is what would then be so.
    last = {name: value for _, name, value in given}
    for order, name, value in given:
        if name not in single or last[name] == value:
            origin = Origin("context.draftOrders", order.place.removeprefix("context.draftOrders."), order.code)
            recorded.facts.append(Fact(Ground(name, (edb.subject, value)), origin, NOWHERE))
    settled = settle(recorded, fields, Findings(text_source("", "")), edb.as_of)
    return replace(settled, as_of=edb.as_of)


def _order(body: Body, entries: list[Body], place: str, fields: Fields) -> Order | str:
    """The order, or why nothing follows from it; "" for what is no order at all."""
    kind = text(body.get("resourceType"))
    label = f"{kind}/{text(body.get('id'))}" if _ID.fullmatch(text(body.get("id"))) else kind
    if kind in ("Medication", ""):
        return ""
    if kind not in _CONCEPTS:
        return f"{words(label)}: orders of this type are not read"
    if text(body.get("status")) in NO_ORDER:
        return f"{label}: its status is `{words(body.get('status'))}`"
    if body.get("doNotPerform") is True:
        return f"{label}: it is an order not to do it (`doNotPerform`)"
    if body.get("modifierExtension"):
        return f"{label}: `modifierExtension` changes its meaning in a way that is not known here"
    concept, element = _concept(kind, body, entries)
    found = table().find(_USES[kind], concept)
    if not found.means:
        shown = "the codes mean different things" if found.disagree else f"{said(concept)} is not in the table of codes"
        return f"{label}: {shown}"
    if _is_for_something_else(body):
        return f"{label}: {found.said}, for a reason that is no syndrome of this guideline and no breast cancer"
    actions = tuple(dict.fromkeys(a for m in found.means for a in actions_of(m.name, m.value)))
    facts = tuple(f for m in found.means if (f := _fact(m, body)) and _fits(f, fields))
    if not actions and not facts:
        return f"{label}: {found.said} is nothing that the guideline has an action for"
    shown = said(concept)
    name = found.said if shown == "nothing" or shown.startswith("code ") else shown
    return Order(label, name, f"{place}.{element}", actions, tuple(dict.fromkeys(facts)), code=found.said)


def _concept(kind: str, body: Body, entries: list[Body]) -> tuple[Json, str]:
    """What is ordered, written in the order or in a Medication that it holds or that stands beside it."""
    element = _CONCEPTS[kind]
    if kind == "MedicationRequest" and element not in body:
        for reference in references(body.get("medicationReference")):
            for one in objects(body.get("contained")):
                if reference == f"#{text(one.get('id'))}":
                    return one.get("code"), "medicationReference"
            for entry in entries:
                one = obj(entry.get("resource"))
                if reference in (text(entry.get("fullUrl")), f"Medication/{text(one.get('id'))}"):
                    return one.get("code"), "medicationReference"
    return body.get(element), element


def _fact(meaning: Meaning, body: Body) -> tuple[str, str] | None:
    """The field of the record that stands for the treatment once it is given (docs/adr/0012-clinic.md)."""
    if meaning.name == "immunotherapy_given":
        return meaning.name, meaning.value
    if meaning.name == "corticosteroid":
        routes = [table().find("route", d.get("route")) for d in objects(body.get("dosageInstruction"))]
        is_oral = bool(routes) and all(_is_oral(r) for r in routes)
        return "corticosteroids", "oral" if is_oral else "ongoing"
    return None


def _is_oral(route: Found) -> bool:
    return [m.name for m in route.means] == ["oral"]


def _fits(fact: tuple[str, str], fields: Fields) -> bool:
    """Whether the vocabulary has the field, and a value of this name for it."""
    declared = fields.get(fact[0])
    return (
        declared is not None
        and len(declared.types) == 1
        and (declared.types[0].more or any(label.name == fact[1] for label in declared.types[0].labels))
    )


def _is_for_something_else(body: Body) -> bool:
    """Whether every coded reason is known and is neither a syndrome nor the breast cancer; no reason is none."""
    reasons = [table().find("condition", one) for one in objects(body.get("reasonCode"))]
    known = [r for r in reasons if r.means]
    return bool(known) and not any(r.has(name) for r in known for name in ("syndromes", "breast_cancer"))
