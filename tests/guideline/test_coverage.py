"""Every rule concludes something for a test patient, and just does not for another one: each condition decides."""

from __future__ import annotations

from pathlib import Path

from guidekb.facts.gaps import read_gaps
from guidekb.kb.case import TestCase
from guidekb.queries.answers.assess import Case, Knowledge
from guidekb.queries.workshop.coverage_data import Outcome, RuleCovered, condition_text, coverage, idle_gaps
from guidekb.queries.workshop.coverage_seen import Seen

GAPS = Path(__file__).parent / "cases" / "gaps.yaml"


def test_every_rule_and_every_condition(knowledge: Knowledge, assessed: list[tuple[TestCase, Case]]) -> None:
    """A condition is seen to hold where its rule fires, and to be the only one that keeps the rule from firing."""
    seen = Seen(knowledge.program, knowledge.normal)
    for case, found in assessed:
        assert case.edb
        seen.add(found, case.edb)
    gaps = read_gaps(GAPS)
    missing = [line for rule in coverage(seen, gaps).rules for line in _missing(rule)]
    assert not missing, "\n".join(["no test patient shows that", *missing])
    assert not [gap.message for gap in idle_gaps(gaps, seen)]


def _missing(rule: RuleCovered) -> list[str]:
    if not rule.concluded:
        return [f"- `{rule.rule.id}` ({rule.rule.span.place}) concludes anything"]
    return [f"- `{rule.rule.id}` ({rule.rule.span.place}): {_unseen(o)}" for o in rule.outcomes if not o.covered]


def _unseen(outcome: Outcome) -> str:
    text = condition_text(outcome.condition)
    return f"`{text}` holds, and the rule fires" if outcome.holds else f"`{text}` is the only one that fails"
