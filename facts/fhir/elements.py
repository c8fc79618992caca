"""The elements of a resource, asked for by type: what has another shape than R4's counts as absent."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ...kb.diagnostics import printable
from .json_text import Json

LONGEST = 120  # characters of a display or text that we repeat

Body = dict[str, Json]


def obj(value: Json) -> Body:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Json) -> list[Body]:
    """The objects of a list; an object where R4 has a list counts as its one item."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: Json) -> str:
    """The text, or an empty one."""
    return value if isinstance(value, str) else ""


def words(value: Json) -> str:
    """A text from outside as it may be shown: printable, on one line, not too long."""
    plain = printable(" ".join(text(value).split()))
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def number(value: Json) -> Decimal | None:
    """The exact number; nothing for what is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    exact = Decimal(value)
    return exact if exact.is_finite() and abs(exact.adjusted()) < 20 else None


class Coding(NamedTuple):
    """A code of a system, with the words that were given beside it."""

    system: str
    code: str
    display: str


def codings(concept: Json) -> list[Coding]:
    """The codings of a CodeableConcept that have a code."""
    return [
        Coding(text(one.get("system")), text(one.get("code")), words(one.get("display")))
        for one in objects(obj(concept).get("coding"))
        if text(one.get("code"))
    ]


def said(concept: Json) -> str:
    """What a CodeableConcept says, in words: its text, a display, or a code."""
    found = codings(concept)
    shown = words(obj(concept).get("text")) or next((c.display for c in found if c.display), "")
    return shown or next((f"code {words(c.code)}" for c in found), "") or "nothing"


def code_of(concept: Json, system: str) -> str:
    """The code that a CodeableConcept has in a system, as of the statuses of a Condition."""
    return next((c.code for c in codings(concept) if c.system == system), "")


def references(value: Json) -> list[str]:
    """The references of a Reference or of a list of them."""
    return [text(one.get("reference")) for one in objects(value) if text(one.get("reference"))]
