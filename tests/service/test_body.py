"""The reading of a request's body: as Python's own reader reads it, and each member with its place."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from guidekb.kb.diagnostics import Invalid
from guidekb.queries.service.body import DEEPEST, body_of, too_deep
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=5)


@given(
    data=OBJECTS,
    indent=st.sampled_from([None, 0, 1, 4]),
    ascii_only=st.booleans(),
    before=st.text("\n \t\r", max_size=4),
)
def test_members_are_what_python_reads_with_their_places(
    data: dict[str, Any], indent: int | None, ascii_only: bool, before: str
) -> None:
    text = before + json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    raw = text.encode("utf-8", "surrogatepass")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return  # a lone surrogate as it stands is no UTF-8
    body = body_of(raw)
    assert {name: member.value for name, member in body.members.items()} == data
    for name, member in body.members.items():
        assert json.loads(text[member.start : member.end]) == member.value
        span, alone = body.span(name), body.alone(name)
        assert span.line == text.count("\n", 0, member.start) + 1
        if isinstance(member.value, str):
            assert alone == member.value.encode("utf-8", "surrogatepass")
        else:
            assert json.loads(alone) == member.value
            line = alone.decode("utf-8", "surrogatepass").split("\n")[span.line - 1]
            assert line[: span.column - 1].isspace() or span.column == 1


@given(data=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    try:
        told = ["Q661"] if isinstance(body_of(data).members, dict) else []
    except Invalid as invalid:
        told = [d.code for d in invalid.diagnostics]
    assert told == ["Q661"]


@given(data=VALUES)
def test_depth_is_counted_outside_of_strings(data: Any) -> None:
    def depth(value: Any) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    raw = json.dumps(data).encode()
    deep = depth(data)
    assert not too_deep(raw, deep)
    assert deep == 0 or too_deep(raw, deep - 1)


def test_the_depth_has_a_bound_and_none_is_too_deep_for_python() -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        for depth in (DEEPEST, sys.getrecursionlimit(), 200_000):
            value = opening * depth + (b"1" if opening != b"[" else b"") + closing * depth
            with pytest.raises(Invalid, match="lie more than 100 deep"):
                body_of(b'{"patient": ' + value + b"}")
    assert body_of(b'{"a": ' + b"[" * 99 + b"]" * 99 + b"}").members["a"]
    unfinished = b'{"patient": "' + b"[" * 300
    with pytest.raises(Invalid, match="unterminated string"):
        body_of(unfinished)
