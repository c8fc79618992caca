"""What a browser posted to what it says of each field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .fields import MARKS, Field
from .given import ALL, SOME, UNKNOWN, Given, Givens, Row
from .sent import Sent

MOST_ROWS = 200
"""Rows of a map or of objects that a form can have."""
FORM, ASKED = "f.", "q."
"""How the names of controls begin: in the form, and in the next question."""


def posted(sent: Sent, fields: Mapping[str, Field], before: Givens, prefix: str = FORM) -> dict[str, Given]:
    """The fields of a form, as far as it has them; `before`: what it said when it was made."""
    found: dict[str, Given] = {}
    for name, field in fields.items():
        given = field_posted(sent, field, prefix)
        was = before.get(name, Given())
        if field.is_many and field.predicate.open and given.rows and not given.extent:
            # What is chosen where nothing was said of the list: it may go on. What is left of a list of which somebody
            # now says that it is not recorded: nothing.
            given = Given() if was.extent and given.rows == was.rows else Given(given.rows, SOME)
        if given:
            found[name] = given
    return found


def field_posted(sent: Sent, field: Field, prefix: str) -> Given:
    """One field, as its controls (controls.py) say it."""
    base = prefix + field.name
    if not field.is_many:
        value = sent.one(base)
        is_text = field.shape == "value" and field.types[0].kind in ("text", "symbol")
        value = value if is_text and value.strip() else value.strip()  # of a text the blanks around it are its own
        mark = value if value in MARKS else sent.one(f"{base}:mark") if not value else ""
        return Given(mark=mark) if mark in MARKS else Given(((value,),) if value and value != UNKNOWN else ())
    extent = sent.one(f"{base}:extent")
    if field.shape == "list":
        rows = tuple((value,) for value in dict.fromkeys(_items(sent, base)))
    else:
        rows = tuple(_rows(sent, field, base))
    if not field.predicate.open:
        return Given(rows, ALL if rows or extent == ALL else "")
    if extent in MARKS and not rows:
        return Given(mark=extent)
    return Given(rows, extent if extent in (SOME, ALL) else "")


def _items(sent: Sent, base: str) -> Iterator[str]:
    yield from (value for value in sent.fields.get(base, ()) if value.strip())
    for line in sent.one(f"{base}:other").split("\n"):
        yield from (word.strip() for word in line.split(";") if word.strip())


def _rows(sent: Sent, field: Field, base: str) -> Iterator[Row]:
    """The rows in which more is said than their number in a list."""
    for n in range(MOST_ROWS):
        row = tuple(sent.one(f"{base}:{n}:{key}").strip() for key in field.keys)
        if any(text for text, key in zip(row, field.keys, strict=True) if key != "order"):
            yield row
