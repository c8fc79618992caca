"""What if: the difference of two answers and nothing else, each item with its proofs."""

from __future__ import annotations

import json

import pytest
from cases import case_of, edb_of
from guidekb.facts.edit import edited
from guidekb.queries.answers.answer import answer
from guidekb.queries.answers.assess import assess
from guidekb.queries.changes.difference import by_key, differences, standing
from guidekb.queries.changes.what_if import what_if
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.rendering.layout import Layout
from guidekb.queries.wording.words import words
from shown import knowledge

CHANGES = (
    ("metastatic-hr-positive", ["her2=positive"], []),
    ("metastatic-hr-positive", ["clinically_aggressive_disease=yes"], []),
    ("metastatic-hr-positive", [], ["stage"]),
    ("published-01", ["stage=metastatic", "her2=positive", "syndromes=[hypercalcemia]"], ["corticosteroids"]),
    ("nearly-empty", ["infection_excluded=yes", "syndrome_attribution=unclear"], []),
    ("contradictory-stage", ["metastatic_sites=[]", "er=positive"], []),
    ("anti-yo-early", ["ivig_start_days_after_onset=32", "antibodies={anti_yo: negative}"], []),
)


def shown(name: str, sets: list[str], unsets: list[str], form: str = "text", proofs: bool = True) -> str:
    """What is told of a supposed change of an example."""
    change = edited(edb_of(name), sets, unsets, knowledge().program, "your change")
    return what_if(case_of(name), assess(knowledge(), change.edb, derive), form, Layout(), words("en"), proofs)


@pytest.mark.parametrize(("name", "sets", "unsets"), CHANGES)
def test_all_that_differs_is_told_and_nothing_else(name: str, sets: list[str], unsets: list[str]) -> None:
    change = edited(edb_of(name), sets, unsets, knowledge().program, "your change")
    before, after = answer(case_of(name)), answer(assess(knowledge(), change.edb, derive))
    first, second = by_key(before), by_key(after)
    differing = {
        key
        for key in first.keys() | second.keys()
        if list(map(standing, first.get(key, ()))) != list(map(standing, second.get(key, ())))
    }
    assert {d.key for d in differences(before, after).items} == differing
    data = json.loads(shown(name, sets, unsets, "json"))
    assert {(d["kind"], d["name"]) for d in data["differences"]} == differing
    for side in ("before", "after"):  # what an item rests on is there
        nodes = data["explanations"][side]
        assert all(child in nodes for node in nodes.values() for child in node["children"])
        roots = [item["because"] for d in data["differences"] for item in d[side] if item["because"]]
        assert all(root in nodes for root in roots)
    text = shown(name, sets, unsets)
    assert text.count("→") == len(differing)
    assert "PROOFS" not in shown(name, sets, unsets, proofs=False)


def test_what_can_only_still_follow_is_told_too() -> None:
    """Without its stage, nothing of metastatic disease is recommended, but it is no longer out of the question."""
    data = json.loads(shown("localized-unoperated", [], ["stage"], "json"))
    assert "recommend('localized-unoperated', systemic_therapy_immediately)" in data["still_possible"]["opened"]
    assert data["still_possible"]["closed"] == []
    text = shown("localized-unoperated", [], ["stage"])
    part = text.partition("CAN NOW STILL FOLLOW, ONCE MORE IS KNOWN\n")[2].partition("\n\n")[0].splitlines()
    assert "  • immediate systemic therapy of the metastatic cancer" in part
    assert not any("surgery" in line for line in part)  # recommended before, undetermined now: told among the items


def test_nothing_changes() -> None:
    assert shown("published-01", ["sex=female"], []).startswith(
        """\
Patient published-01

SUPPOSED
  nothing that differs from the record

THEN
  Nothing changes.
"""
    )


def test_what_is_supposed_what_changes_and_why() -> None:
    text = shown("metastatic-hr-positive", ["clinically_aggressive_disease=yes"], [], proofs=False)
    assert text.split("\nWHAT THE GUIDELINE SAYS")[0] == (
        """\
Patient metastatic-hr-positive

SUPPOSED
  • the disease is clinically aggressive — clinically_aggressive_disease
      before: whether the disease is clinically aggressive is not recorded

THEN
  ✓ chemotherapy instead of endocrine therapy: undetermined → recommended [S16:
    chemotherapy_for_aggressive_disease]
      - new: the disease is clinically aggressive
  ✗ endocrine therapy: recommended (provisional, since whether the disease is
    clinically aggressive is not recorded) → excluded [S14:
    endocrine_metastatic_hr_positive]
      - no longer so: no exception applies (chemotherapy_for_aggressive_disease)
      - new: the disease is clinically aggressive
  ✗ a third-generation aromatase inhibitor: recommended (provisional, since
    whether the disease is clinically aggressive is not recorded) → excluded
    [S15: aromatase_inhibitor_postmenopausal]
      - no longer so: no exception applies (chemotherapy_for_aggressive_disease)
      - new: the disease is clinically aggressive
  ✗ it is not recorded whether the disease is clinically aggressive: flagged →
    not flagged [A13: flag_aggressiveness_not_recorded]

NO LONGER UNDETERMINED
  • whether the disease is clinically aggressive is not recorded
"""
    )


def test_a_proof_marks_what_is_new_and_what_is_no_longer_so() -> None:
    text = shown("metastatic-hr-positive", ["her2=positive"], [])
    assert "✓ HER2 is positive <- new" in text
    assert "recorded in your change, her2 as positive" in text
    text = shown("metastatic-hr-positive", [], ["stage"])
    assert "✓ the breast cancer is metastatic <- no longer so" in text
