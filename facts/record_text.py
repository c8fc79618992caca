"""What is recorded of a patient to a record in YAML, of which the same facts, gaps and contradictions are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..kb.ir import Value, sort_key
from ..kb.values import written
from .fields import CONFLICTING, ID, NOT_APPLICABLE, Field, Fields
from .recorded import Fact, Recorded
from .shapes import NOT

_PLAIN = re.compile(r"[a-z][a-z0-9_]*")
_MEANT_OTHERWISE = frozenset(("yes", "no", "on", "off", "true", "false", "null", "y", "n", "unknown"))
UNKNOWN = "unknown"

Said = list[tuple[str, tuple[Value, ...]]]
"""Signed names of one field with their values, the patient left out."""


def record_text(recorded: Recorded, fields: Fields) -> str:
    """The record of a patient. A first line says for which day it holds, as a record has no date of its own."""
    head = f"# as of {recorded.newest}\n" if recorded.newest else ""
    lines = [f"{ID}: {_quoted(recorded.subject)}"]
    for name, field in fields.items():
        lines += _field(recorded, field, [f for f in recorded.facts if f.atom.predicate.removeprefix("-") == name])
    return head + "\n".join(lines) + "\n"


def _field(recorded: Recorded, field: Field, facts: list[Fact]) -> Iterator[str]:
    name = field.name
    said = sorted({(f.atom.predicate, f.atom.values[1:]) for f in facts}, key=lambda s: (_key(s[1]), s[0]))
    if name in recorded.conflicting or (name in recorded.not_applicable and said):
        yield f"{name}: {CONFLICTING}"
    elif name in recorded.not_applicable:
        yield f"{name}: {NOT_APPLICABLE}"
    elif field.shape in ("yes or no", "value"):
        yield from _one(field, said)
    elif said or name in recorded.listed:
        is_open = field.predicate.open and name not in recorded.listed
        yield from _SHAPES[field.shape](field, said, is_open)


def _one(field: Field, said: Said) -> Iterator[str]:
    """A field with one value: a value that is there says all that ruled out ones do."""
    there = [s for s in said if not s[0].startswith("-")]
    ruled_out = {values for signed, values in said if signed.startswith("-")}
    if len(there) > 1 or any(values in ruled_out for _, values in there):
        yield f"{field.name}: {CONFLICTING}"
    else:
        yield from (f"{field.name}: {_single(signed, values)}" for signed, values in (there or said)[:1])


def _single(signed: str, values: tuple[Value, ...]) -> str:
    if not values:
        return "no" if signed.startswith("-") else "yes"
    return (NOT if signed.startswith("-") else "") + _scalar(values[0])


def _list(field: Field, said: Said, is_open: bool) -> Iterator[str]:
    items = [_single(signed, values) for signed, values in said] + [UNKNOWN] * is_open
    yield f"{field.name}: [{', '.join(items)}]"


def _map(field: Field, said: Said, is_open: bool) -> Iterator[str]:
    """A name that stands twice is a contradiction, and a map cannot hold it."""
    names = [values[0] for _, values in said]
    if len(set(names)) < len(names):
        yield f"{field.name}: {CONFLICTING}"
        return
    entries = [f"{_scalar(values[0])}: {_scalar(values[1])}" for _, values in said]
    other = next((label.name for label in reversed(field.types[0].labels) if label.name not in names), "")
    entries += [f"{other}: {UNKNOWN}"] if is_open and other else []
    yield f"{field.name}: {{{', '.join(entries)}}}"


def _objects(field: Field, said: Said, is_open: bool) -> Iterator[str]:
    if not said and not is_open:
        yield f"{field.name}: []"
        return
    yield f"{field.name}:"
    for _, values in said:
        yield f"  - {{{', '.join(f'{k}: {_scalar(v)}' for k, v in zip(field.keys, values, strict=True))}}}"
    if is_open:
        yield f"  - {UNKNOWN}"


_SHAPES = {"list": _list, "map": _map, "objects": _objects}


def _scalar(value: Value) -> str:
    if not isinstance(value, str):
        return written(value)
    return value if _PLAIN.fullmatch(value) and value not in _MEANT_OTHERWISE else _quoted(value)


def _quoted(text: str) -> str:
    """A text in double quotes, with what cannot be seen written out."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in plain) + '"'


def _key(values: Iterable[Value]) -> tuple[tuple[int, object], ...]:
    return tuple(sort_key(v) for v in values)
