"""What the body of a request of the REST interface may hold: members with their kinds, all faults told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from ...kb.diagnostics import Diagnostic, Invalid, quoted, suggest
from .body import NAME, Body, body_of

Schema = dict[str, object]
LONGEST_NAME = 200
FIELD = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of member: what a value has to be, in words, as a test, and as a JSON schema."""

    words: str
    is_one: Callable[[object], bool]
    schema: Schema


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


def _is_fields(value: object) -> bool:
    return isinstance(value, list) and all(_is_field(one) for one in cast("list[object]", value))


def _is_field(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(FIELD[1:-1], value) is not None


def _is_sets(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_field, cast("dict[object, object]", value)))


PATIENT = Kind(
    "a record or FHIR as an object or list, or the text of a file",
    lambda value: isinstance(value, dict | list | str),
    {
        "description": "A record, a FHIR resource or Bundle, or a list of either; as a string, the text of a file in "
        "any form that the command line reads (YAML, JSON, NDJSON, Datalog facts).",
        "anyOf": [{"type": "object"}, {"type": "array"}, {"type": "string"}],
    },
)  # fmt: skip
NAME_OF = Kind("a name", _is_name, {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME})
DAY = Kind("a day, as `2024-07-20`", _is_day, {"type": "string", "format": "date"})
FLAG = Kind("true or false", lambda value: isinstance(value, bool), {"type": "boolean"})
FIELDS = Kind("a list of fields", _is_fields, {"type": "array", "items": {"type": "string", "pattern": FIELD}})
SETS = Kind(
    "an object of fields with their values",
    _is_sets,
    {"type": "object", "propertyNames": {"pattern": FIELD}, "additionalProperties": True},
)
ALWAYS: Mapping[str, Kind] = {"as_of": DAY, "language": NAME_OF}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The members of one kind of request."""

    needed: Mapping[str, Kind]
    optional: Mapping[str, Kind]

    @property
    def kinds(self) -> dict[str, Kind]:
        """Every member with its kind."""
        return {**self.needed, **self.optional, **ALWAYS}

    @property
    def schema(self) -> Schema:
        """The request as a JSON schema."""
        return {
            "type": "object",
            "additionalProperties": False,
            "required": list(self.needed),
            "properties": {name: kind.schema for name, kind in self.kinds.items()},
        }

    def read(self, data: bytes) -> Body:
        """The body of a request, with every member known and of its kind. Raises Invalid (Q661, Q662)."""
        body, kinds = body_of(data), self.kinds
        wrong = [
            Diagnostic("Q662", f"{quoted(name)} is missing", body.span(""), help=f"it is {kind.words}")
            for name, kind in self.needed.items()
            if name not in body.members
        ]
        for name, member in body.members.items():
            kind = kinds.get(name)
            if kind is None:
                help_ = suggest(name, kinds) or f"a {NAME} may have {', '.join(kinds)}"
                wrong.append(
                    Diagnostic("Q662", f"{quoted(name)} is no part of this request", body.span(name), help=help_)
                )
            elif not kind.is_one(member.value):
                wrong.append(Diagnostic("Q662", f"{quoted(name)} is not {kind.words}", body.span(name)))
        if wrong:
            raise Invalid(wrong)
        return body
