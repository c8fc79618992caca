"""Results of records that nobody wrote: parts of the examples, under any name, in every language."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from guidekb.facts.fhir.order_table import drafts
from guidekb.facts.read import read
from guidekb.kb.ir import EDB, Ground, Program
from guidekb.queries.explanations.report import Report
from guidekb.queries.fhir.results import results
from guidekb.queries.wording.words import languages, words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from r4 import R4, ROOT

NAMES = st.text(min_size=1, max_size=80) | st.sampled_from(["<script>", "a\nb", "\u202e", " ", "\ud800", "x" * 500])


@pytest.fixture(scope="module")
def examples(program: Program) -> list[EDB]:
    paths = sorted((ROOT / "facts" / "examples").glob("*.yaml"))
    return [edb for path in paths for edb in read(path.read_bytes(), path.name, program).edbs]


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_results_of_any_part_of_a_record(
    examples: list[EDB], told: Callable[[EDB], Report], r4: R4, data: st.DataObject
) -> None:
    whole = data.draw(st.sampled_from(examples))
    name = data.draw(NAMES)
    kept = data.draw(st.sets(st.sampled_from(sorted(whole.facts))) if whole.facts else st.just(set[Any]()))
    facts = {Ground(f.predicate, (name, *f.values[1:])): whole.facts[f] for f in sorted(kept)}
    edb = replace(whole, subject=name, facts=facts, listed=frozenset(), conflicts={}, not_applicable=frozenset())
    language = data.draw(st.sampled_from(languages()))
    bundle = json.loads(json.dumps(results(told(edb), words(language), "1", drafts())))
    assert r4.faults(bundle) == []
    json.dumps(bundle, ensure_ascii=False).encode()
