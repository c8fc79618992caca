"""The endpoints that speak FHIR: CDS Hooks services with their feedback, and results as resources."""

from __future__ import annotations

import json
from dataclasses import asdict
from http import HTTPStatus
from importlib.metadata import version

from ...kb.diagnostics import Invalid, UnknownName
from ...kb.translation import ORIGINAL
from ..answers.assess import assess
from ..cds import feedback as cds_feedback
from ..cds.discovery import discovery
from ..cds.refusal import Reason, Refusal, unreadable
from ..cds.request import checked
from ..cds.response import Asked as CardsAsked
from ..cds.response import response
from ..cds.services import service_of
from ..explanations.report import report
from ..fhir.results import results
from ..wording.words import words
from .body import too_deep
from .desk import Desk
from .exchange import Asked, Told, json_told

FHIR = "application/fhir+json"
MOST_CARDS = 30
KEPT_REASON = 64  # characters of a code


def services(desk: Desk, _asked: Asked) -> Told:
    """`GET /cds-services`: what there is, and the data that each service wants to be sent along."""
    return json_told(discovery(desk.program))


def cards(desk: Desk, asked: Asked) -> Told:
    """`POST /cds-services/{id}`: cards about the patient in the prefetch, or about the orders that were drafted."""
    body = _json(asked.body)
    request = body if isinstance(body, Refusal) else checked(asked.params["service"], body)
    if isinstance(request, Refusal):
        return _refused(request)
    knowledge, said, more = desk.knowledge(), words(ORIGINAL), desk.readers.more
    program = knowledge.program
    try:
        prefetch = more["read_prefetch"](request.prefetch, request.patient, program)
    except Invalid as invalid:
        return _refused(unreadable(invalid))
    told = report(assess(knowledge, prefetch.edb), said)
    ordered, unread, after = tuple(more["recorded_orders"](prefetch.edb)), (), None
    if request.draft_orders is not None:
        orders = more["read_orders"](request.draft_orders, program)
        carried_out = more["with_orders"](prefetch.edb, orders.found, program)
        ordered, unread = (*orders.found, *ordered), orders.unread
        after = None if carried_out is prefetch.edb else report(assess(knowledge, carried_out), said)
    unused = (*prefetch.unused, *(f"{d.code}: {d.message}" for d in prefetch.warnings))
    page = f"{desk.public_url}/" if desk.public_url else ""
    about = CardsAsked(
        request.hook, prefetch.states, unused, ordered, unread, more["drafts"](), after, page, most=MOST_CARDS
    )
    return json_told(response(told, said, about))


def feedback(_desk: Desk, asked: Asked) -> Told:
    """`POST /cds-services/{id}/feedback`: kept without the comment's text, which may tell of a patient."""
    name = asked.params["service"]
    if service_of(name) is None:
        return _refused(Refusal(HTTPStatus.NOT_FOUND, (Reason("", "there is no service of this id", "not-found"),)))
    body = _json(asked.body)
    found = body if isinstance(body, Refusal) else cds_feedback.feedback(body)
    if isinstance(found, Refusal):
        return _refused(found)
    lines: list[dict[str, object]] = []
    for one in found:
        line = {key: value for key, value in asdict(one).items() if value not in ("", ())}
        line["commented"] = bool(line.pop("comment", ""))
        for key in ("reason", "reason_system"):  # a code, not a sentence in place of one
            if key in line and (len(str(line[key])) > KEPT_REASON or " " in str(line[key])):
                line[key] = "not kept: no code"
        lines.append({"service": name, **line})
    return Told(HTTPStatus.OK, b"{}", kept=tuple(lines))


def evaluate(desk: Desk, asked: Asked) -> Told:
    """`POST /fhir/$evaluate`: a Bundle of a patient in, a Bundle with the results out."""
    body = _json(asked.body)
    if isinstance(body, Refusal):
        return _refused(body, FHIR)
    if not isinstance(body, dict) or "resourceType" not in body:
        no_fhir = Reason("", "the body is no FHIR resource: it has no `resourceType`", "structure")
        return _refused(Refusal(HTTPStatus.BAD_REQUEST, (no_fhir,)), FHIR)
    language = asked.query.get("lang", ORIGINAL)
    try:
        knowledge, said = desk.knowledge(language), words(language)
        reading = desk.readers.read(asked.body, "request", knowledge.program, None)
    except UnknownName:
        return _refused(Refusal(HTTPStatus.NOT_FOUND, (Reason("", "no such language", "not-found"),)), FHIR)
    except Invalid as invalid:
        return _refused(Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, unreadable(invalid).reasons), FHIR)
    if len(reading.edbs) != 1:
        several = Reason("", f"the body has {len(reading.edbs)} patients; send them one by one", "invalid")
        return _refused(Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, (several,)), FHIR)
    told = report(assess(knowledge, reading.edbs[0]), said)
    drafts = desk.readers.more["drafts"]()
    return json_told(results(told, said, version("guidekb"), drafts, asked.now), media=FHIR)


def _json(data: bytes) -> object:
    """The JSON of a body, or why it is none."""
    try:
        if not too_deep(data):
            return json.loads(data, parse_constant=_no_number)
        why = "lists and objects lie too deep inside each other"
    except UnicodeDecodeError:
        why = "it is not UTF-8"
    except json.JSONDecodeError as error:
        why = f"it is no JSON: {error.msg.lower()} (line {error.lineno}, column {error.colno})"
    except RecursionError:
        why = "lists and objects lie too deep inside each other"
    except ValueError:
        why = "it has a number that JSON does not have, or that is too long to be read"
    return Refusal(HTTPStatus.BAD_REQUEST, (Reason("", f"the body cannot be read: {why}", "structure"),))


def _no_number(_word: str) -> float:
    raise ValueError


def _refused(refusal: Refusal, media: str = "application/json") -> Told:
    return json_told(refusal.outcome, refusal.status, media)
