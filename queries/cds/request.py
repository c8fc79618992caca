"""A request from its JSON: checked whole, every fault told with its place, or the values that an answer needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .json_value import Json, items, obj, text
from .refusal import Reason, Refusal, pointer, refused
from .refusal import unreadable as unreadable
from .services import PREFETCH, REQUIRED, SERVICES, Service, service_of

ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SELECTION = re.compile(r"[A-Za-z0-9_]+/[A-Za-z0-9.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be answered. `prefetch` holds the keys that were sent; `draft_orders` is a Bundle or None."""

    hook: str
    instance: str
    patient: str
    user: str
    encounter: str = ""
    prefetch: dict[str, object] = field(default_factory=lambda: {})
    draft_orders: Json | None = None


def checked(service: str, body: object) -> Request | Refusal:
    """The request to a service, or why it is refused: 404, 400, or 412 when the patient is not in the prefetch."""
    known = service_of(service)
    if known is None:
        known_ids = ", ".join(s.id for s in SERVICES)
        return Refusal(404, (Reason("", f"there is no service of this id; there are {known_ids}", "not-found"),))
    whole = obj(body)
    bad = refused(faults(body, known))
    if bad or whole is None:
        return bad or Refusal(400, ())
    context, prefetch = obj(whole["context"]) or {}, obj(whole.get("prefetch")) or {}
    lacking = _without_patient(prefetch)
    if lacking:
        return lacking
    return Request(
        known.hook,
        text(whole["hookInstance"]),
        text(context["patientId"]),
        text(context["userId"]),
        text(context.get("encounterId")),
        dict(prefetch),
        obj(context.get("draftOrders")) if known.has_orders else None,
    )


def faults(body: object, service: Service | None = None) -> Iterator[Reason]:
    """Everything that is malformed; the hook has to be that of the service, where one is given.

    Members that are not known here are let through: later versions of CDS Hooks add some and take none away.
    """
    whole = obj(body)
    if whole is None:
        yield Reason("", "a request is a JSON object", "structure")
        return
    hook = whole.get("hook")
    yield from _text(whole, "hook", ())
    if isinstance(hook, str) and service and hook != service.hook:
        yield Reason("/hook", f"this service answers to `{service.hook}`", "value")
    yield from _text(whole, "hookInstance", (), UUID, "a UUID")
    yield from _server(whole)
    context = obj(whole.get("context"))
    if context is None:
        yield Reason("/context", _absent(whole, "context", "an object"), _code(whole, "context"))
    else:
        yield from _context(context, service.hook if service else text(hook))
    yield from _prefetch(whole)


def _server(body: Json) -> Iterator[Reason]:
    """cds-r-1: an authorization is of no use without the address of its server."""
    yield from _text(body, "fhirServer", (), required=False)
    if "fhirAuthorization" not in body:
        return
    held = obj(body["fhirAuthorization"])
    if "fhirServer" not in body:
        yield Reason("/fhirServer", "it is required with `fhirAuthorization` (cds-r-1)", "required")
    if held is None:
        yield Reason("/fhirAuthorization", "expected an object", "structure")
        return
    at = ("fhirAuthorization",)
    for name in ("access_token", "scope", "subject"):
        yield from _text(held, name, at)
    yield from _text(held, "token_type", at, re.compile("Bearer"), "`Bearer`")
    expires = held.get("expires_in")
    if not isinstance(expires, int) or isinstance(expires, bool):
        yield Reason(
            pointer(*at, "expires_in"), _absent(held, "expires_in", "a whole number"), _code(held, "expires_in")
        )
    yield from _text(held, "patient", at, ID, "a FHIR id", required=False)


def _context(context: Json, hook: str) -> Iterator[Reason]:
    at = ("context",)
    yield from _text(context, "userId", at, re.compile(r"\S+"), "`ResourceType/id`")
    yield from _text(context, "patientId", at, ID, "a FHIR id, without the resource type")
    yield from _text(context, "encounterId", at, ID, "a FHIR id, without the resource type", required=False)
    if hook not in ("order-select", "order-sign"):
        return
    selections = items(context.get("selections", []))
    if selections is None:
        yield Reason("/context/selections", "expected a list", "structure")
    else:
        for number, one in enumerate(selections):
            if not isinstance(one, str) or not SELECTION.fullmatch(one):
                yield Reason(pointer(*at, "selections", number), "expected `ResourceType/id` (ord-1)", "value")
    yield from _drafts(context)


def _drafts(context: Json) -> Iterator[Reason]:
    at = ("context", "draftOrders")
    drafts = obj(context.get("draftOrders"))
    if drafts is None:
        yield Reason(pointer(*at), _absent(context, "draftOrders", "a Bundle"), _code(context, "draftOrders"))
        return
    if drafts.get("resourceType") != "Bundle":
        yield Reason(pointer(*at, "resourceType"), "expected `Bundle`", "value")
    entries = items(drafts.get("entry", []))
    if entries is None:
        yield Reason(pointer(*at, "entry"), "expected a list", "structure")
        return
    for number, entry in enumerate(entries):
        resource = obj((obj(entry) or {}).get("resource"))
        if not text((resource or {}).get("resourceType")):
            yield Reason(
                pointer(*at, "entry", number, "resource"), "expected a resource with `resourceType`", "required"
            )


def _prefetch(body: Json) -> Iterator[Reason]:
    """A key may hold null, which says that nothing was found; anything else is a resource."""
    if "prefetch" not in body:
        return
    prefetch = obj(body["prefetch"])
    if prefetch is None:
        yield Reason("/prefetch", "expected an object with a member for each key", "structure")
        return
    for key, value in prefetch.items():
        held = obj(value) or {}
        if value is not None and not text(held.get("resourceType")):
            yield Reason(pointer("prefetch", key), "expected a resource with `resourceType`, or null", "structure")
        elif held.get("resourceType") == "Bundle":
            yield from _bundle(key, held)


def _bundle(key: str, bundle: Json) -> Iterator[Reason]:
    entries = items(bundle.get("entry", []))
    if entries is None:
        yield Reason(pointer("prefetch", key, "entry"), "expected a list", "structure")
        return
    for number, entry in enumerate(entries):
        held = obj(entry)
        resource = obj(held.get("resource")) if held is not None else None
        if held is None or ("resource" in held and resource is None):
            yield Reason(pointer("prefetch", key, "entry", number), "expected an entry with a resource", "structure")
        elif resource is not None and not text(resource.get("resourceType")):
            yield Reason(pointer("prefetch", key, "entry", number, "resource"), "no `resourceType`", "required")


def _without_patient(prefetch: Json) -> Refusal | None:
    """412 when no Patient is there: an issue for the key that is required, and one for each other that is not sent."""
    if any(_holds_patient(value) for value in prefetch.values()):
        return None
    why = "it holds no Patient" if REQUIRED in prefetch else "it is not in the prefetch"
    if prefetch.get(REQUIRED, 0) is None:
        why = "it is null, so that no Patient was found"
    reasons = [Reason(pointer("prefetch", REQUIRED), f"prefetch key `{REQUIRED}` is required, and {why}", "required")]
    for key in PREFETCH:
        if key != REQUIRED and key not in prefetch:
            text = f"prefetch key `{key}` is not in the prefetch; what it would say is unknown"
            reasons.append(Reason(pointer("prefetch", key), text, "informational", "information"))
    return Refusal(412, tuple(reasons))


def _holds_patient(value: object) -> bool:
    held = obj(value) or {}
    if held.get("resourceType") == "Patient":
        return True
    entries = items(held.get("entry")) if held.get("resourceType") == "Bundle" else None
    return any(_holds_patient((obj(e) or {}).get("resource")) for e in entries or ())


def _text(
    of: Json, name: str, at: tuple[str, ...], form: re.Pattern[str] | None = None, wanted: str = "a text",
    required: bool = True,
) -> Iterator[Reason]:  # fmt: skip
    """A member that is a text of some form; an optional one may be left out, but not be null or empty."""
    value = of.get(name)
    if name not in of and not required:
        return
    if not isinstance(value, str) or not value or (form and not form.fullmatch(value)):
        yield Reason(pointer(*at, name), _absent(of, name, wanted), _code(of, name))


def _absent(of: Json, name: str, wanted: str) -> str:
    return f"expected {wanted}" if name in of else f"`{name}` is required: {wanted}"


def _code(of: Json, name: str) -> str:
    return "value" if name in of else "required"
