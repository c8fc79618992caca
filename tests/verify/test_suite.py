"""The suite: under its patients every rule fires, on the evaluator for patients."""

from __future__ import annotations

from guidekb.kb.properties import verifiable
from guidekb.queries.verify.suite import rule_suite


def test_every_rule_fires_under_some_patient(texts: dict[str, str]) -> None:
    program = verifiable(texts).program
    found = rule_suite(program)
    fired = frozenset[str]().union(*(fired for _, fired in found.patients))
    assert found.never == ()
    assert {c.id for c in program.clauses if c.body} <= fired
    assert len(found.patients) < 40
