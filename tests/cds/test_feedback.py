"""Feedback: what is stored of it, and what is refused."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from cds_build import schema
from guidekb.queries.cds.feedback import Feedback, faults, feedback
from guidekb.queries.cds.refusal import Refusal
from hypothesis import given, settings
from hypothesis import strategies as st

CARD = "4e0a3a1e-3283-4575-ab82-028d55fe2719"
ACCEPTED = {
    "card": CARD,
    "outcome": "accepted",
    "acceptedSuggestions": [{"id": "e56e1945-20b3-4393-8503-a1a20fd73152"}],
    "outcomeTimestamp": "2026-01-31T12:00:00Z",
}
OVERRIDDEN = {
    "card": CARD,
    "outcome": "overridden",
    "overrideReason": {"reason": {"code": "already_done", "system": "urn:x"}, "userComment": 'done "yesterday"'},
    "outcomeTimestamp": "2026-01-31T12:00:00+01:00",
}


def test_what_is_stored() -> None:
    assert feedback({"feedback": [ACCEPTED, OVERRIDDEN]}) == (
        Feedback(CARD, "accepted", "2026-01-31T12:00:00Z", ("e56e1945-20b3-4393-8503-a1a20fd73152",)),
        Feedback(CARD, "overridden", "2026-01-31T12:00:00+01:00", (), "already_done", "urn:x", 'done "yesterday"'),
    )


BAD: tuple[tuple[Any, str], ...] = (
    ({}, "/feedback"),
    ({"feedback": []}, "/feedback"),
    ({"feedback": [1]}, "/feedback/0"),
    ({"feedback": [ACCEPTED | {"acceptedSuggestions": []}]}, "/feedback/0/acceptedSuggestions"),
    ({"feedback": [OVERRIDDEN | {"outcome": "accepted"}]}, "/feedback/0/acceptedSuggestions"),
    ({"feedback": [ACCEPTED | {"acceptedSuggestions": [{}]}]}, "/feedback/0/acceptedSuggestions/0/id"),
    ({"feedback": [OVERRIDDEN | {"overrideReason": {}}]}, "/feedback/0/overrideReason"),
    ({"feedback": [OVERRIDDEN | {"overrideReason": {"reason": {}, "userComment": "x"}}]},
     "/feedback/0/overrideReason/reason"),
    ({"feedback": [OVERRIDDEN | {"overrideReason": {"userComment": "x" * 10_001}}]},
     "/feedback/0/overrideReason/userComment"),
    ({"feedback": [ACCEPTED, OVERRIDDEN | {"outcome": ["accepted"]}]}, "/feedback/1/outcome"),
    ({"feedback": [ACCEPTED | {"card": "x"}]}, "/feedback/0/card"),
    ({"feedback": [ACCEPTED | {"outcomeTimestamp": "yesterday"}]}, "/feedback/0/outcomeTimestamp"),
)  # fmt: skip


@pytest.mark.parametrize(("body", "place"), BAD, ids=[b[1] for b in BAD])
def test_what_is_refused(body: Any, place: str) -> None:
    refused = feedback(body)
    assert isinstance(refused, Refusal)
    assert [r.pointer for r in refused.reasons] == [place]
    assert not schema("feedback").is_valid(body)


JSON = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3) | st.just([]) | st.just({})
SCHEMA = schema("feedback")


@given(st.sampled_from([ACCEPTED, OVERRIDDEN]), st.data())
@settings(max_examples=200, deadline=None)
def test_code_and_schema_agree(item: dict[str, Any], data: st.DataObject) -> None:
    one = copy.deepcopy(item)
    name = data.draw(st.sampled_from(sorted(one)))
    if data.draw(st.booleans()):
        del one[name]
    else:
        one[name] = data.draw(JSON)
    assert SCHEMA.is_valid({"feedback": [one]}) == (not list(faults({"feedback": [one]}))), one
