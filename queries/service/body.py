"""The JSON object of a request, with where each of its members stands, so that errors and origins can name the line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NoReturn, cast

from ...kb.diagnostics import Diagnostic, Invalid, quoted
from ...kb.ir import Span

NAME = "request"
"""What messages and origins call the body of a request."""
DEEPEST = 100
"""Lists and objects inside each other; FHIR and records stay far below."""
_BLANK = re.compile(r"[ \t\n\r]*")
_BRACKETS = bytes(b for b in range(256) if b not in b"[]{}")


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the object: its value, and the part of the body from `start` to `end` that it was read from."""

    value: object
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a body, and the members of its object by name."""

    text: str
    members: dict[str, Member]

    def value(self, name: str) -> object:
        """The value of a member; None when it is not there."""
        member = self.members.get(name)
        return member.value if member else None

    def span(self, name: str) -> Span:
        """Where a member's value begins; the beginning of the body when it is not there."""
        member = self.members.get(name)
        return span_at(self.text, member.start if member else 0)

    def alone(self, name: str) -> bytes:
        """The text of one member in its own place: lines before it are empty, so that its lines are the body's."""
        member = self.members[name]
        if isinstance(member.value, str):  # a file inside a string has lines of its own
            return member.value.encode("utf-8", "surrogatepass")
        before = self.text[: member.start]
        indent = "\n" * before.count("\n") + " " * (member.start - before.rfind("\n") - 1)
        return (indent + self.text[member.start : member.end]).encode("utf-8", "surrogatepass")


def body_of(data: bytes) -> Body:
    """The object that a request's body holds. Raises Invalid (Q661) with the place where it is none."""
    if too_deep(data):
        _fail(f"lists and objects lie more than {DEEPEST} deep inside each other", "", 0)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _fail(f"the body is not UTF-8: byte {error.start} does not belong there", "", 0)
    try:
        return Body(text, _members(text))
    except json.JSONDecodeError as error:
        _fail(f"the body is no JSON: {error.msg[0].lower()}{error.msg[1:]}", text, error.pos)
    except RecursionError:  # brackets inside what only looks like a string
        _fail("lists and objects lie too deep inside each other", "", 0)
    except ValueError:  # a number with more digits than Python reads
        _fail("the body has a number that is too long to be read", "", 0)


def _members(text: str) -> dict[str, Member]:
    decoder = json.JSONDecoder(parse_constant=_no_number)
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        _fail("the body is no JSON object", text, at, 'begin with `{"patient": `')
    found: dict[str, Member] = {}
    at = _skip(text, at + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        name, after = cast("tuple[str, int]", decoder.raw_decode(text, at))
        if name in found:
            _fail(f"{quoted(name)} stands twice", text, at)
        after = _skip(text, after)
        if text[after : after + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, after)
        start = _skip(text, after + 1)
        value, end = cast("tuple[object, int]", decoder.raw_decode(text, start))
        found[name] = Member(value, start, end)
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
            if text[at : at + 1] == "}":
                raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        elif text[at : at + 1] != "}":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
    if _skip(text, at + 1) != len(text):
        raise json.JSONDecodeError("Extra data", text, _skip(text, at + 1))
    return found


def too_deep(data: bytes, deepest: int = DEEPEST) -> bool:
    """Whether lists and objects of JSON lie deeper inside each other than this; what is no JSON may say anything."""
    outside = data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    depth = 0
    for byte in b"".join(outside).translate(None, _BRACKETS):
        depth += 1 if byte in b"[{" else -1
        if depth > deepest:
            return True
    return False


def span_at(text: str, offset: int) -> Span:
    """The line and column of an offset in a body."""
    return Span(
        NAME,
        text.count("\n", 0, offset) + 1,
        offset - text.rfind("\n", 0, offset),
        offset - text.rfind("\n", 0, offset) + 1,
    )


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _no_number(word: str) -> NoReturn:
    _fail(f"`{word}` is no number of JSON", "", 0)


def _fail(message: str, text: str, offset: int, help: str = "") -> NoReturn:  # noqa: A002
    span = span_at(text, offset) if text else Span(NAME, 0, 0, 0)
    raise Invalid([Diagnostic("Q661", message, span, help=help)])
