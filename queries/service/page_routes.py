"""The page for one patient as endpoints: what a browser posts goes to queries/page, and what that makes comes back."""

from __future__ import annotations

from collections.abc import Callable

from ...kb.diagnostics import Diagnostic, Invalid, UnknownName
from ...kb.translation import ORIGINAL
from ..page.respond import Desk as Board
from ..page.respond import Doors
from ..page.sent import MULTIPART, URLENCODED, Sent, sent
from ..page.shell import FILES
from ..wording.words import languages, words
from .desk import Desk
from .exchange import HTML, Asked, Told, text_told

TAKES = (MULTIPART, URLENCODED)
YAML = "application/yaml; charset=utf-8"
FOREVER = (("cache-control", "no-cache"),)


def start(desk: Desk, asked: Asked) -> Told:
    """The page before there is a patient."""
    return text_told(_board(desk, asked.query.get("lang", "")).start(), media=HTML)


def page(desk: Desk, asked: Asked) -> Told:
    """The page of a patient, after whatever was done on it."""
    form = sent(asked.body, asked.media)
    return text_told(_board(desk, _language(form)).page(form), media=HTML)


def shared(desk: Desk, asked: Asked) -> Told:
    """The answer as one file, for a browser to save."""
    return _saved(desk, asked, lambda board, form: board.shared(form), "answer.html", HTML)


def record(desk: Desk, asked: Asked) -> Told:
    """The record as it stands, for a browser to save."""
    return _saved(desk, asked, lambda board, form: board.record(form), "record.yaml", YAML)


def static(_desk: Desk, asked: Asked) -> Told:
    """The style and the script of the page; a name is one of a table, never a path."""
    found = FILES.get(asked.params.get("name", ""))
    if found is None:
        raise UnknownName([Diagnostic("Q603", "there is no such file")])
    path, media = found
    return Told(200, path.read_bytes(), media, FOREVER)


def _saved(desk: Desk, asked: Asked, made: Callable[[Board, Sent], str], name: str, media: str) -> Told:
    form = sent(asked.body, asked.media)
    board = _board(desk, _language(form))
    try:
        text = made(board, form)
    except Invalid as invalid:
        return text_told(board.start(form.one("text"), invalid.diagnostics), media=HTML)
    told = text_told(text, media=media)
    return Told(told.status, told.body, told.media, (("content-disposition", f'attachment; filename="{name}"'),))


def _board(desk: Desk, language: str) -> Board:
    spoken = [one for one in languages() if one in desk.programs]
    chosen = language if language in spoken else ORIGINAL
    more = desk.readers.more
    doors = Doors(desk.readers.read, desk.readers.edit, more["record"], more["examples"], more["example"])
    return Board(desk.knowledge(chosen), words(chosen), doors, spoken)


def _language(form: Sent) -> str:
    return form.one("language") or form.one("lang")
