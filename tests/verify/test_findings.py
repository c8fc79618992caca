"""What is found without any property, each with a small guideline that has the fault, and what is said of it."""

from __future__ import annotations

from datetime import date

import pytest
from guidekb.kb.properties import verifiable
from guidekb.queries.verify.check import Check
from guidekb.queries.verify.lints import LINTS
from guidekb.queries.verify.run import verify
from guidekb.queries.verify.verdict import Finding
from small import SMALL, edited

ACTIONS = """
type action = scan | wait | operate.
type pitfall = too_soon | too_late.
input sick(Patient: patient) open.
input old(Patient: patient) open.
input seen(Patient: patient) open.
derived recommend(Patient: patient, Action: action) open.
derived advise_against(Patient: patient, Pitfall: pitfall) open.
derived suspected(Patient: patient) open.
table exclusive(One: action, Other: action) closed.
table opposes(Pitfall: pitfall, Action: action) closed.
opposes(too_soon, operate).
exclusive(scan, wait).
@id(sick_operate) recommend(P, operate) :- sick(P).
@id(suspect) suspected(P) :- sick(P).
@id(not_too_late) advise_against(P, too_late) :- sick(P).
"""


def findings(text: str) -> list[Finding]:
    """Everything that is found, but for what is not analysable."""
    check = Check(verifiable({"small.dl": text}))
    return [f for lint in LINTS for f in lint(check) if f.kind != "not analysable"]


def test_the_guideline_has_no_error(texts: dict[str, str]) -> None:
    check = Check(verifiable(texts))
    assert [f for lint in LINTS for f in lint(check) if f.weight == "error"] == []


def test_a_conflict_has_its_class_its_smallest_patient_and_both_proofs() -> None:
    text = ACTIONS + "@id(not_the_old) advise_against(P, too_soon) :- old(P).\n"
    found = next(f for f in findings(text) if f.weight == "error")
    assert found.kind == "conflict of actions"
    assert found.text.endswith(": operate with too_soon")
    assert found.verdict
    assert found.verdict.patients
    assert [[c.atom.predicate for c in box] for box in found.verdict.patients.boxes] == [["old", "suspected"]]
    assert found.verdict.witness
    assert {f.predicate for f in found.verdict.witness.facts} == {"sick", "old"}
    assert [p.root.predicate for p in found.verdict.witness.proofs] == ["recommend", "advise_against"]


def test_exclusive_actions_that_come_together() -> None:
    text = ACTIONS + "@id(a) recommend(P, scan) :- sick(P), seen(P).\n@id(b) recommend(P, wait) :- old(P), seen(P).\n"
    found = next(f for f in findings(text) if f.weight == "error")
    assert (found.kind, found.text.split(": ")[1]) == ("exclusive actions together", "scan with wait")
    assert found.verdict
    assert found.verdict.witness
    assert len(found.verdict.witness.facts) == 3


FAULTS = {
    "a rule that cannot fire": (
        "@id(x) recommend(P, scan) :- sick(P), -sick(P).\n", "dead rule", "x", "the rule `x` never fires",
    ),
    "a rule whose exception always applies": (
        "@id(x) recommend(P, scan) :- old(P), seen(P).\n@id(y) @overrides(x) recommend(P, wait) :- old(P).\n",
        "dead rule", "x", "the rule `x` never concludes: its exceptions always apply",
    ),
    "a rule that another implies": (
        "@id(x) recommend(P, operate) :- sick(P), old(P).\n",
        "redundant rule", "x", "whenever `x` concludes something, other rules conclude it too",
    ),
    "a condition that the others imply": (
        "@id(x) recommend(P, scan) :- sick(P), suspected(P).\n",
        "vacuous condition", "x:2", "in `x`, `suspected(P)` holds whenever the rest does",
    ),
    "a field that no rule reads": (
        "input spare(Patient: patient) open.\n", "fact that never matters", "spare", "no rule reads `spare`",
    ),
    "a field that rules read in vain": (
        "@id(x) recommend(P, scan) :- old(P), seen(P).\n@id(y) recommend(P, scan) :- old(P), -seen(P).\n"
        "@id(z) recommend(P, scan) :- old(P), unrecorded seen(P), unrecorded -seen(P).\n",
        "fact that never matters", "seen", "no answer differs with `seen` alone",
    ),
    "an answer that rests on a default": (
        "@id(x) recommend(P, scan) :- old(P), assuming -seen(P).\n",
        "answer that can be withdrawn", "recommend scan",
        "`recommend scan` is withdrawn by what can become known of seen",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rules", "kind", "name", "text"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_and_said(rules: str, kind: str, name: str, text: str) -> None:
    assert (name, text) in [(f.name, f.text) for f in findings(ACTIONS + rules) if f.kind == kind]
    assert text not in {f.text for f in findings(ACTIONS)}


def test_what_is_said_because_a_fact_is_missing_is_not_withdrawn_by_it() -> None:
    text = ACTIONS + "@id(x) recommend(P, scan) :- old(P), unrecorded seen(P).\n"
    assert [f.name for f in findings(text) if f.kind == "answer that can be withdrawn"] == []


def test_a_condition_that_matters_only_to_what_becomes_known_is_not_vacuous() -> None:
    """As `unrecorded governing_report(...)` in our guideline: no record has both, and a field filled in later must not
    contradict the report that governs (A38)."""
    text = ACTIONS + (
        "derived governs(Patient: patient) open.\n@id(g) governs(P) :- seen(P), unrecorded old(P).\n"
        "@id(field) recommend(P, scan) :- old(P), unrecorded governs(P).\n"
    )
    assert [f.name for f in findings(text) if f.kind == "vacuous condition"] == []


def test_what_rests_on_itself_is_said_not_to_be_analysed() -> None:
    text = ACTIONS + (
        "table next(One: action, Other: action) closed.\nnext(scan, wait).\n"
        "derived later(Patient: patient, Action: action) open.\n"
        "@id(x) later(P, A) :- recommend(P, A).\n@id(y) later(P, B) :- later(P, A), next(A, B).\n"
    )
    found = verify(verifiable({"small.dl": text})).findings
    assert "whether a rule for `later`, which rests on itself, is redundant is not analysed" in {f.text for f in found}


def test_a_waiver_that_accepts_nothing_and_one_that_has_ended_are_told() -> None:
    properties = (
        'never x(P) "x" :- recommend(P, a), well(P), big(P, _).\n'
        'accept x(P) "decided" by "A" :- ill(P).\naccept x(P) "for now" by "B" until 2020-01-01 :- big(P, 3).\n'
    )
    check = Check(verifiable({"small.dl": SMALL, "properties/x.dl": properties}), date(2026, 1, 1))
    told = [f.text for lint in LINTS for f in lint(check) if "waiver" in f.kind]
    assert told == [
        "the waiver of `x` by A accepts no violation: decided",
        "the waiver of `x` by B ended on 2020-01-01: for now",
    ]


def test_a_fault_that_is_not_there_is_not_found() -> None:
    clean = {f.kind for f in findings(edited("S <= 40, well(P)", "S <= 40"))}
    assert clean <= {"answer that can be withdrawn"}
