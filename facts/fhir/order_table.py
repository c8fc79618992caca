"""Orders and actions: what a treatment carries out (`ordered.csv`), and how an action is ordered (`drafts.csv`)."""

from __future__ import annotations

import csv
import io
from functools import cache
from typing import NamedTuple, NoReturn

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Span
from .codes import FOLDER, Meaning, Table, table

_TYPES = ("MedicationRequest", "ServiceRequest")


class Draft(NamedTuple):
    """One resource that orders an action, or a part of it. `system` is a URI; "" where no code says the same."""

    resource: str
    text: str
    system: str = ""
    code: str = ""
    display: str = ""


@cache
def drafts() -> dict[str, tuple[Draft, ...]]:
    """The drafts of every action that can be ordered, as they are installed with the program."""
    return drafts_of((FOLDER / "drafts.csv").read_text("utf-8"), table())


@cache
def carried_out() -> dict[Meaning, tuple[str, ...]]:
    """The actions that a meaning of a code, or a value of a field, carries out; a meaning without value has any."""
    return carried_out_of((FOLDER / "ordered.csv").read_text("utf-8"))


def drafts_of(text: str, codes: Table) -> dict[str, tuple[Draft, ...]]:
    """The drafts from the text of the table. Raises Invalid for the first code that is not in the table of codes."""
    uris: dict[str, str] = {}
    for uri, name in codes.systems.items():
        uris.setdefault(name, uri)
    known = {(r.system, r.code): r for r in codes.rows}
    found: dict[str, tuple[Draft, ...]] = {}
    for line, (action, resource, words, system, code) in _rows(text, "drafts.csv", 5):
        row = known.get((system, code))
        if resource not in _TYPES or not action or not words:
            _fault("drafts.csv", line, f"a row is an action, one of {', '.join(_TYPES)}, and words")
        if (system or code) and row is None:
            _fault("drafts.csv", line, f"`{system} {code}` is not in codes.csv")
        draft = Draft(resource, words, uris[system], code, row.display) if row else Draft(resource, words)
        found[action] = (*found.get(action, ()), draft)
    return found


def carried_out_of(text: str) -> dict[Meaning, tuple[str, ...]]:
    """The actions by meaning from the text of the table."""
    found: dict[Meaning, tuple[str, ...]] = {}
    for _, (means, action, _why) in _rows(text, "ordered.csv", 3):
        meaning = Meaning(*means.split("=", 1))
        found[meaning] = (*found.get(meaning, ()), action)
    return found


def actions_of(name: str, value: str) -> tuple[str, ...]:
    """The actions that a meaning carries out, with its value or whatever that is."""
    known = carried_out()
    return tuple(dict.fromkeys((*known.get(Meaning(name, value), ()), *known.get(Meaning(name), ()))))


def _rows(text: str, file: str, width: int) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text))
    next(reader, None)
    found: list[tuple[int, list[str]]] = []
    for cells in reader:
        if not cells or cells[0].startswith("#"):
            continue
        if len(cells) != width:
            _fault(file, reader.line_num, f"a row has {width} cells, not {len(cells)}")
        found.append((reader.line_num, [cell.strip() for cell in cells]))
    return found


def _fault(file: str, line: int, message: str) -> NoReturn:
    raise Invalid([Diagnostic("D970", f"the table of orders: {message}", Span(file, line, 1, 2))])
