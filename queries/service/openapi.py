"""The interface described for programs (OpenAPI 3.1) and for people: from the table of routes and the JSON schemas."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

from .access import Access
from .problems import PROBLEM
from .routes import Route
from .wanted import Wanted

Data = dict[str, Any]
FOLDER = Path(__file__).parent.parent / "rendering"
SCHEMAS = ("answer", "why_not", "ask", "what_if", "compare")
VERSION = "1"
ERRORS = {
    "400": "the body is no JSON object, or its length is given twice",
    "401": "who calls is not known",
    "403": "the call comes from a page of another site",
    "404": "a name in the request that nothing carries",
    "408": "the body did not arrive in time",
    "413": "the body is too large",
    "415": "the body is of another type, or compressed",
    "421": "the service is not called by this name",
    "422": "the patient's data, or a part of the request, is wrong",
    "429": "too many requests",
    "503": "too many requests wait, or a worker ended",
    "504": "the evaluation took too long",
}
DIAGNOSTIC: Data = {
    "type": "object",
    "additionalProperties": False,
    "required": ["code", "severity", "message"],
    "properties": {
        "code": {"type": "string", "pattern": "^[A-Z][0-9]{3}$", "description": "`guidekb explain-code` tells more"},
        "severity": {"enum": ["error", "warning"]},
        "message": {"type": "string"},
        "source": {"type": "string", "description": "`request`, or the member that the line is in"},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer"},
        "help": {"type": "string"},
    },
}
PROBLEM_SCHEMA: Data = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/diagnostic"}},
    },
}


def openapi(routes: Sequence[Route], access: Access, url: str = "") -> Data:
    """The document. Only routes with a description of what they take are in it."""
    data: Data = {
        "openapi": "3.1.0",
        "info": {
            "title": "guidekb",
            "version": VERSION,
            "description": "What a guideline says of one patient, each answer with the rules that fired. Decision "
            "support for people who can review its basis; not a medical device, and not validated for care.",
        },
        "paths": {r.path: {r.method.lower(): _operation(r, r.wanted)} for r in routes if r.wanted},
        "components": {
            "schemas": {
                **{name: schema(name) for name in SCHEMAS},
                "diagnostic": DIAGNOSTIC,
                "problem": PROBLEM_SCHEMA,
            },
        },
    }  # fmt: skip
    if url:
        data["servers"] = [{"url": url}]
    if not access.is_open:
        data["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        data["security"] = [{"bearer": []}]
    return data


def _operation(route: Route, wanted: Wanted) -> Data:
    result: Data = {"$ref": f"#/components/schemas/{route.schema}"}
    if route.path == "/recommend":
        result = {"anyOf": [result, {"type": "array", "items": result, "description": "of several patients"}]}
    told: Data = {
        "type": "object",
        "additionalProperties": False,
        "required": ["result", "warnings"],
        "properties": {
            "result": result,
            "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/diagnostic"}},
        },
    }
    summary = (route.task.__doc__ or "").partition("\n")[0].strip()
    return {
        "operationId": route.task.__name__,
        "summary": summary,
        "requestBody": {"required": True, "content": {route.takes[0]: {"schema": wanted.schema}}},
        "responses": {
            "200": {"description": "the answer, and what the reader of the data warns of", "content": _json(told)},
            **{status: _problem(status) for status in ERRORS},
        },
    }


def _problem(status: str) -> Data:
    return {
        "description": ERRORS[status],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}}},
    }


def _json(what: Data) -> Data:
    return {"application/json": {"schema": what}}


@cache
def schema(name: str) -> Data:
    """A published schema as a component of the document, in which it finds the others."""
    text = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    for other in SCHEMAS:
        text = text.replace(f'"urn:guidekb:{other.replace("_", "-")}:1#', f'"#/components/schemas/{other}')
    text = text.replace('"#/$defs/', f'"#/components/schemas/{name}/$defs/')
    data = cast(Data, json.loads(text))
    return {key: value for key, value in data.items() if key not in ("$schema", "$id")}


def docs(document: Data) -> str:
    """A page of what can be called, for people."""
    return "".join(_page(document))


def _page(document: Data) -> Iterable[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width"><title>guidekb: interface</title></head><body><main>'
    yield f"<h1>guidekb</h1><p>{html.escape(document['info']['description'])}</p>"
    yield '<p>For programs: <a href="/openapi.json">openapi.json</a>.</p>'
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"<h2><code>{method.upper()} {html.escape(path)}</code></h2>"
            yield f"<p>{_marked(operation['summary'])}</p><ul>"
            what = operation["requestBody"]["content"]["application/json"]["schema"]
            for name, kind in what["properties"].items():
                needed = " (needed)" if name in what["required"] else ""
                told = kind.get("description") or json.dumps(kind)
                yield f"<li><code>{html.escape(name)}</code>{needed}: {html.escape(told)}</li>"
            yield "</ul>"
    yield "</main></body></html>"


def _marked(text: str) -> str:
    """Text with its parts in backticks as code."""
    parts = html.escape(text).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
