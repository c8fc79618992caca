"""Cards of records that nobody wrote: parts of the examples, under any name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cds_build import ROOT, schema
from guidekb.facts.fhir.draft_orders import recorded_orders
from guidekb.facts.fhir.order_table import drafts
from guidekb.facts.read import read
from guidekb.kb.ir import EDB, Ground, Program
from guidekb.queries.cds.card import SUMMARY
from guidekb.queries.cds.invariants import broken, careless
from guidekb.queries.cds.response import Asked, response
from guidekb.queries.explanations.report import Report
from guidekb.queries.wording.words import words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RESPONSE = schema("response")
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80) | st.sampled_from(
    ["[x](javascript:alert(1))", "<script>", "a\nb", "\u202e", "'; DROP TABLE p; --", "../../etc/passwd", "x" * 500]
)


@pytest.fixture(scope="module")
def examples(program: Program) -> list[EDB]:
    paths = sorted((ROOT / "facts" / "examples").glob("*.yaml"))
    return [edb for path in paths for edb in read(path.read_bytes(), path.name, program).edbs]


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_cards_of_any_part_of_a_record(
    examples: list[EDB], told: Callable[[EDB], Report], data: st.DataObject
) -> None:
    whole = data.draw(st.sampled_from(examples))
    name = data.draw(NAMES)
    kept = data.draw(st.sets(st.sampled_from(sorted(whole.facts))) if whole.facts else st.just(set[Any]()))
    facts = {Ground(f.predicate, (name, *f.values[1:])): whole.facts[f] for f in sorted(kept)}
    edb = replace(whole, subject=name, facts=facts, listed=frozenset(), conflicts={}, not_applicable=frozenset())
    asked = Asked("patient-view", ordered=recorded_orders(edb), drafts=drafts())
    body = json.loads(json.dumps(response(told(edb), words(), asked)))
    assert [*RESPONSE.iter_errors(body), *broken(body), *careless(body)] == []
    assert all(len(card["summary"]) <= SUMMARY for card in body["cards"])
    ids = [card["uuid"] for card in body["cards"]]
    assert len(set(ids)) == len(ids)
