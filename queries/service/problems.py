"""Errors as `application/problem+json` (RFC 9457), with the same codes and places that the command line prints."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from ...kb.diagnostics import Diagnostic, Invalid, UnknownName, printable
from .exchange import Told, json_told

PROBLEM = "application/problem+json"
Data = dict[str, object]


def problem(status: int, detail: str, diagnostics: Iterable[Diagnostic] = (), **more: object) -> Told:
    """An error response: the status in words, what happened in a sentence, and every finding with its place."""
    data: Data = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    found = [diagnostic_data(d) for d in diagnostics]
    if found:
        data["errors"] = found
    return json_told(data | more, status, PROBLEM)


def refused(invalid: Invalid) -> Told:
    """What is wrong with a request: 400 when it is no JSON object, 404 for an unknown name, 422 for all else."""
    status = HTTPStatus.NOT_FOUND if isinstance(invalid, UnknownName) else HTTPStatus.UNPROCESSABLE_ENTITY
    if all(d.code == "Q661" for d in invalid.diagnostics):
        status = HTTPStatus.BAD_REQUEST
    first = invalid.diagnostics[0].message if invalid.diagnostics else "the request cannot be used"
    more = len(invalid.diagnostics) - 1
    detail = printable(first) + (f" (and {more} more)" if more > 0 else "")
    return problem(status, detail, invalid.diagnostics)


def diagnostic_data(d: Diagnostic) -> Data:
    """One finding as data; what it does not have is left out."""
    data: Data = {"code": d.code, "severity": d.severity, "message": printable(d.message)}
    if d.span.line:
        data |= {"source": d.span.file, "line": d.span.line, "column": d.span.column}
    if d.help:
        data["help"] = printable(d.help)
    return data
