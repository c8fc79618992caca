"""A document to its resources: a Bundle, one resource, a list of them, or NDJSON, told apart by content."""

from __future__ import annotations

from collections.abc import Iterator

from ...kb.diagnostics import Diagnostic, Invalid, quoted, suggest
from .document import Document
from .elements import Body, obj, objects, text, words
from .json_text import Fault, Json, items, skip, streamed, value_at, without_collection
from .r4 import ELSEWHERE, NAMES, READ
from .resource import Resource

KINDS = ("collection", "searchset", "transaction", "batch", "document")
SHOWN = 20  # faulty lines of NDJSON that are reported one by one


def resources_of(document: Document) -> list[Resource]:
    """Every resource of a document, in its order, those of types that are not read too. Raises Invalid."""
    try:
        with without_collection():
            return list(_numbered(_resources(document)))
    except Fault as fault:
        document.fail("D951", f"not JSON: {fault.message}", fault.at, fault.help)


def _numbered(found: Iterator[Resource]) -> Iterator[Resource]:
    for number, resource in enumerate(found, 1):
        resource.number = number
        yield resource


def _resources(document: Document) -> Iterator[Resource]:
    source = document.text
    at = skip(source, 0)
    if source[at : at + 1] == "<":
        document.fail("D952", "this is FHIR in XML, and only JSON is read", at, "ask the server for `_format=json`")
    if source[at : at + 1] == "[":
        yield from _listed(document, at)
        return
    if _is_ndjson(source, at):
        yield from _lines(document)
        return
    header, entries, end = streamed(source, at, "entry")
    if skip(source, end) < len(source):
        raise Fault(skip(source, end), "the document goes on after its end")
    yield from _of_object(document, header, entries, at)


def _is_ndjson(source: str, at: int) -> bool:
    """Whether each line is a value of its own: the first line is one, and something follows it."""
    end = source.find("\n", at)
    if end < 0 or skip(source, end) == len(source):
        return False
    try:
        first = source[at:end].rstrip()
        return value_at(first, 0)[1] == len(first)
    except Fault:
        return False


def _listed(document: Document, at: int) -> Iterator[Resource]:
    """A list of resources, or of entries, as some exports write it; it is no FHIR, and that is said."""
    document.kind = "list"
    last = at
    for _, begin, last in items(document.text, at):  # noqa: B007  (the last end is used below)
        value, _ = value_at(document.text, begin, careful=True)
        body = obj(value)
        held = "resource" if "resourceType" not in body and "resource" in body else ""
        yield _resource(document, obj(body.get("resource")) if held else body, begin, held, text(body.get("fullUrl")))
    closing = skip(document.text, last if last > at else at + 1) + 1
    if skip(document.text, closing) < len(document.text):
        raise Fault(skip(document.text, closing), "the document goes on after its end")
    document.warn("W951", "this is a list of resources, not a Bundle; each is read as it stands", at)


def _lines(document: Document) -> Iterator[Resource]:
    """NDJSON: one resource a line. A line that is broken makes the file unusable, for what it held is not known."""
    document.kind = "NDJSON"
    found: list[Resource] = []
    faults: list[Diagnostic] = []
    at = 0
    while at < len(document.text):
        end = document.text.find("\n", at)
        end = len(document.text) if end < 0 else end
        line = document.text[at:end]
        if line.strip():
            begin = skip(document.text, at)
            try:
                found.append(_resource(document, _object(document, _line(line.strip()), begin), begin))
            except Fault as fault:
                message = f"not JSON: {fault.message}; in NDJSON each line is one resource"
                faults.append(document.diagnostic("D951", message, min(begin + fault.at, end), fault.help))
        at = end + 1
    if faults:
        raise Invalid(faults[:SHOWN])
    yield from found


def _line(line: str) -> Json:
    value, end = value_at(line, 0)
    if end < len(line):
        raise Fault(end, "the line goes on after its resource")
    return value_at(line, 0, careful=True)[0] if text(obj(value).get("resourceType")) in READ else value


def _object(document: Document, value: Json, at: int) -> Body:
    if not isinstance(value, dict):
        document.fail("D953", "expected a resource, which is a JSON object", at)
    return value


def _of_object(document: Document, header: Body, entries: list[tuple[Json, int, int]], at: int) -> Iterator[Resource]:
    """A Bundle, or one resource."""
    if header.get("resourceType") != "Bundle":
        kind = text(header.get("resourceType"))
        if kind not in NAMES and kind not in ELSEWHERE and kind:
            near = suggest(kind, NAMES) or "it is spelled as in the standard"
            document.fail("D953", f"FHIR R4 has no resource type {quoted(words(kind))}", at, near)
        yield _resource(document, obj(value_at(document.text, at, careful=True)[0]), at)
        return
    document.kind = "Bundle"
    kind = text(header.get("type"))
    if kind not in KINDS:
        shown = quoted(words(kind)) if kind else "of no type"
        near = suggest(kind, KINDS) or f"these are read: {', '.join(KINDS)}"
        document.fail("D954", f"a Bundle {shown} is not read", at, near)
    if "entry" in header and not isinstance(header["entry"], list):
        document.fail("D953", "`entry` of the Bundle is no list", at)
    if header.get("implicitRules"):
        message = "the Bundle was made under rules of its own (`implicitRules`), which are not known here"
        document.fail("D955", message, at)
    if any(text(link.get("relation")) == "next" for link in objects(header.get("link"))):
        document.warn("W952", "this is one page of a search; what is on the other pages is not known", at)
    for value, begin, end in entries:
        yield _entry(document, value, begin, end)


def _entry(document: Document, value: Json, begin: int, end: int) -> Resource:
    """The resource of an entry. It is read again, with care, only when its type is read or its text is odd."""
    if not isinstance(value, dict):
        document.fail("D953", "an entry of the Bundle is no object", begin)
    kind = text(obj(value.get("resource")).get("resourceType"))
    if kind in READ or document.text.count('"resource"', begin, end) > 1:
        value = obj(value_at(document.text, begin, careful=True)[0])
    if "resource" not in value:
        return Resource("", "", text(value.get("fullUrl")), {}, document, begin)
    body = _object(document, value["resource"], begin)
    found = _resource(document, body, begin, "resource", text(value.get("fullUrl")))
    if text(obj(value.get("request")).get("method")) == "DELETE":
        found.body = {}  # an entry that asks for the removal of its resource
    return found


def _resource(document: Document, body: Body, at: int, inside: str = "", url: str = "") -> Resource:
    kind = text(body.get("resourceType"))
    if not kind:
        document.fail("D953", "a resource without `resourceType`", at, "every FHIR resource names its type")
    return Resource(words(kind), text(body.get("id")), url, body if kind in READ else {}, document, at, inside)


def why_not_read(resource: Resource) -> str:
    """Why a resource of this type is not read."""
    kind = resource.type
    if not kind:
        return "the entry holds no resource"
    if kind in ELSEWHERE:
        return f"not FHIR R4: {kind} is a type of {ELSEWHERE[kind]}"
    if kind not in NAMES:
        near = suggest(kind, NAMES)
        return f"FHIR R4 has no resource type {quoted(kind)}" + (f"; {near}" if near else "")
    return "not a type that is read" if kind not in READ else "the entry asks for its removal"
