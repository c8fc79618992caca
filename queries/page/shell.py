"""The document around the page: style and script as files of their own, so that the policy needs no exception."""

from __future__ import annotations

from pathlib import Path

from ..rendering.html_page import FOLDER as COMMON
from ..rendering.markup import Markup, joined, tag
from ..wording.words import Words

STATIC = Path(__file__).with_name("static")
FILES = {
    "page.css": (COMMON / "page.css", "text/css; charset=utf-8"),
    "board.css": (STATIC / "board.css", "text/css; charset=utf-8"),
    "board.js": (STATIC / "board.js", "text/javascript; charset=utf-8"),
}
"""What the page asks for: by its name, where it lies and what it is."""


def document(said: Words, body: Markup, kind: str) -> str:
    """The whole document. Its title never says of whom it is, since titles are kept in histories."""
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="same-origin"),
        tag("title", said.say("board.title")),
        tag("link", rel="icon", href="data:,"),
        tag("link", rel="stylesheet", href="static/page.css"),
        tag("link", rel="stylesheet", href="static/board.css"),
        tag("script", src="static/board.js", defer=True),
    ]
    parts = joined([tag("head", joined(head, "\n")), tag("body", body, class_=kind)], "\n")
    return f"<!doctype html>\n{tag('html', parts, lang=said.language.replace('_', '-'))}\n"
