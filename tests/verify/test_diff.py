"""Two versions: equal ones are proved equal, and a change is told by class, counted, with the edit that did it."""

from __future__ import annotations

from itertools import product

import pytest
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.ir import Program
from guidekb.kb.normal import normalise
from guidekb.kb.properties import verifiable
from guidekb.queries.evaluation import reference
from guidekb.queries.rendering.layout import Layout
from guidekb.queries.verify import diagram
from guidekb.queries.verify.diff import Difference, difference
from guidekb.queries.verify.diff_text import diff_text
from guidekb.queries.verify.joined import joined
from guidekb.queries.verify.space import space
from small import SMALL, edited

GUIDELINE = "guidelines/paraneoplastic_breast.md"
READINGS = "guidelines/paraneoplastic_breast_readings.md"
EXCEPTION = "@overrides(endocrine_metastatic_hr_positive, aromatase_inhibitor_postmenopausal)"


def program(text: str) -> Program:
    """A checked program of plain rules."""
    return verifiable({"small.dl": text}).program


def compared(old: str, new: str) -> Difference:
    """The difference of two texts."""
    return difference(program(old), program(new))


def test_a_refactored_copy_is_proved_equal(texts: dict[str, str]) -> None:
    before = "stage_is(P, metastatic),\n      receptor(P, her2, positive)"
    after = "receptor(P, her2, positive),\n      stage_is(P, metastatic)"
    again = {**texts, GUIDELINE: texts[GUIDELINE].replace(before, after)}
    assert again != texts
    found = difference(verifiable(texts).program, verifiable(again).program)
    assert found.alike
    assert len(found.edits) == 1  # it is written otherwise, and says the same


def test_a_lost_exception_is_told_by_class_with_the_edit_that_did_it(texts: dict[str, str]) -> None:
    assert EXCEPTION in texts[GUIDELINE]
    lost = {**texts, GUIDELINE: texts[GUIDELINE].replace(EXCEPTION, "")}
    found = difference(verifiable(texts).program, verifiable(lost).program)
    told = {c.answer.values[1]: ([r.id for r in c.rules], c.gained, c.patients.whole) for c in found.changes}
    assert told == {
        "endocrine_therapy": (["endocrine_metastatic_hr_positive"], True, True),
        "third_generation_aromatase_inhibitor": (["aromatase_inhibitor_postmenopausal"], True, True),
    }
    by = {(e.what, e.clause.id) for c in found.changes for e in c.edits}
    assert by == {("changed", "chemotherapy_for_aggressive_disease")}
    assert all(c.count.exact and 0 < c.count.patients < found.patients for c in found.changes)


EDITS = {
    "a limit moved": ("S > 40", "S > 60"),
    "a condition dropped": ("assuming -well(P), big(P, S), S > 40", "assuming -well(P)"),
    "a default reversed": ("assuming -well(P), big", "well(P), big"),
    "a table row": ("good(a).", "good(b)."),
    "a rule left out": ("@id(not_ill) well(P) :- -ill(P).\n", ""),
    "a rule more": ("good(a).", "good(a).\n@id(more) recommend(P, a) :- ill(P), big(P, 7)."),
    "an unknown read as a no": ("well(P) :- -ill(P)", "well(P) :- big(P, _), assuming -ill(P)"),
}


@pytest.mark.parametrize(("before", "after"), EDITS.values(), ids=EDITS)
def test_changes_and_counts_are_those_of_every_patient_tried(before: str, after: str) -> None:
    old, new = program(SMALL), program(edited(before, after))
    found = difference(old, new)
    _, cutting = joined(old, new)
    cells = space(cutting, normalise(cutting).rules).cells
    rules = normalise(old), normalise(new)
    expected: dict[tuple[str, object, bool], int] = {}
    for row in product(*([None, *cell.options] for cell in cells)):
        facts = [f for f in row if f is not None]
        was, now = ({a for a in reference.derive(r, facts).atoms if a.predicate == "recommend"} for r in rules)
        for atom in was ^ now:
            key = (atom.predicate, atom.values[1], atom in now)
            expected[key] = expected.get(key, 0) + 1
    told = {(c.answer.predicate, c.answer.values[1], c.gained): c.count.patients for c in found.changes}
    assert told == expected
    assert expected
    for change in found.changes:
        assert change.count.exact
        assert change.edits
        assert set(change.edits) <= set(found.edits)
        assert all(c and c.patients <= change.count.patients for c in change.counts)


def test_with_diagrams_that_are_too_large_the_count_is_a_lower_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    new = edited("S > 40", "S > 60")
    exact = compared(SMALL, new).changes
    monkeypatch.setattr(diagram, "MOST_LEVELS", 0)
    found = compared(SMALL, new)
    for one, other in zip(exact, found.changes, strict=True):
        assert not other.count.exact
        assert 0 < other.count.patients <= one.count.patients
    assert "(at least " in diff_text(found, "text", Layout())


OPEN_ENDED = """
type days = integer.
input lasts(Patient: patient, Days: days) open single.
type drug = a.
derived recommend(Patient: patient, Drug: drug) open.
@id(short) recommend(P, a) :- lasts(P, D), D <= 31.
"""


def test_numbers_are_cut_at_the_constants_of_the_old_version_too() -> None:
    """Else a condition that is left out would be proved to change nothing: no patient has more days than the limit."""
    found = compared(OPEN_ENDED, OPEN_ENDED.replace("D), D <= 31", "_)"))
    assert [(c.answer.values[1], c.gained) for c in found.changes] == [("a", True)]
    assert found.changes[0].example[0].values[1] == 32


def test_a_value_that_only_the_old_version_knows_is_among_the_patients() -> None:
    labels = "type stage = one | two.\ninput at(Patient: patient, Stage: stage) open single.\ntype drug = a.\n"
    answer = "derived recommend(Patient: patient, Drug: drug) open.\n@id(r) recommend(P, a) :- at(P, S), S != one.\n"
    found = compared(labels + answer, labels.replace(" | two", "") + answer)
    assert found.alike  # both say it of `two`, which the new vocabulary has no more
    assert found.patients == 3


def test_a_default_in_place_of_what_is_missing_is_no_equivalence() -> None:
    """`unrecorded` and `assuming` answer every record alike; once more is known, only the one has to take it back."""
    text = (
        "type drug = a.\ninput old(Patient: patient) open.\ninput ill(Patient: patient) open.\n"
        "derived recommend(Patient: patient, Drug: drug) open.\n@id(r) recommend(P, a) :- old(P), unrecorded ill(P).\n"
    )
    found = compared(text, edited("unrecorded ill(P)", "assuming -ill(P)", text))
    assert (found.changes, found.alike) == ((), False)
    told = [(one.gained, [f.predicate for f in one.record], [f.predicate for f in one.known]) for one in found.later]
    assert told == [(False, ["old"], ["ill"])]
    shown = " ".join(diff_text(found, "text", Layout()).split())
    assert "the same answers to all 9 abstract patients, but 1 answer differs when more becomes known" in shown
    assert "only the old version then says" in shown
    again = edited("unrecorded ill(P)", "not_yet(P)", text) + (
        "derived not_yet(Patient: patient) open.\n@id(n) not_yet(P) :- old(P), unrecorded ill(P).\n"
    )
    assert compared(text, again).alike  # the same said with a word of its own


def test_the_condition_that_no_record_makes_false_decides_what_becomes_known(texts: dict[str, str]) -> None:
    """Why `unrecorded governing_report(...)` stays in A38: without it, a field that is filled in later contradicts the
    report that governs."""
    before = "receptor(P, er, Status) :- er(P, Status), unrecorded governing_report(P, er, _)."
    assert before in texts[READINGS]
    without = {**texts, READINGS: texts[READINGS].replace(before, "receptor(P, er, Status) :- er(P, Status).")}
    found = difference(verifiable(texts).program, verifiable(without).program)
    assert found.changes == ()
    assert {f.predicate for one in found.later for f in one.known} == {"er"}
    assert all("receptor_results" in {f.predicate for f in one.record} for one in found.later)


APART = {
    "another unit": ("integer 0..100", 'integer 0..100 "days"', "the type `size` is in no unit in the old version"),
    "another kind": ("integer 0..100", "number 0..100", "the type `size` is integer"),
    "a list": ('Kind: kind) open yes "there', 'Kind: kind) open single yes "there',
               "`kinds` is a list in the old version and a single value in the new one"),
    "concluded": ('input ill(Patient: patient) open yes "the patient is ill".',
                  'derived ill(Patient: patient) open yes "the patient is ill".\nill(P) :- big(P, 3).',
                  "`ill` is input in the old version and derived in the new one"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "message"), APART.values(), ids=APART)
def test_versions_that_cannot_be_compared_say_why(before: str, after: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        compared(SMALL, edited(before, after))
    assert [d.code for d in caught.value.diagnostics] == ["V809"]
    assert message in caught.value.diagnostics[0].message
