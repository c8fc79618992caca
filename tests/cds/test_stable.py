"""Ids are UUIDs of version 5 of what they name."""

from __future__ import annotations

import json
import uuid

from guidekb.queries import stable
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_an_id_is_the_uuid_5_of_its_parts(parts: list[str]) -> None:
    namespace = uuid.UUID(bytes=stable._NAMESPACE)
    assert stable.stable_uuid(*parts) == str(uuid.uuid5(namespace, json.dumps(parts)))


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_two_things_have_two_ids(one: list[str], other: list[str]) -> None:
    assert (stable.stable_uuid(*one) == stable.stable_uuid(*other)) == (one == other)


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert stable.fingerprint({"a": 1, "b": [2]}) == stable.fingerprint({"b": [2], "a": 1})
    assert stable.fingerprint([1, 2]) != stable.fingerprint([2, 1])
