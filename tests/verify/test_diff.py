"""Two versions: equal ones are proved equal, and a change is told by class, with the rule that did it."""

from __future__ import annotations

from guidekb.kb.properties import verifiable
from guidekb.queries.verify.diff import difference

GUIDELINE = "guidelines/paraneoplastic_breast.md"
EXCEPTION = "@overrides(endocrine_metastatic_hr_positive, aromatase_inhibitor_postmenopausal)"


def test_a_refactored_copy_is_proved_equal(texts: dict[str, str]) -> None:
    before = "stage_is(P, metastatic),\n      receptor(P, her2, positive)"
    after = "receptor(P, her2, positive),\n      stage_is(P, metastatic)"
    again = {**texts, GUIDELINE: texts[GUIDELINE].replace(before, after)}
    assert again != texts
    assert difference(verifiable(texts).program, verifiable(again).program).changes == ()


def test_a_lost_exception_is_told_by_class(texts: dict[str, str]) -> None:
    assert EXCEPTION in texts[GUIDELINE]
    lost = {**texts, GUIDELINE: texts[GUIDELINE].replace(EXCEPTION, "")}
    found = difference(verifiable(texts).program, verifiable(lost).program)
    told = {c.answer.values[1]: ([r.id for r in c.rules], c.gained, c.patients.whole) for c in found.changes}
    assert told == {
        "endocrine_therapy": (["endocrine_metastatic_hr_positive"], True, True),
        "third_generation_aromatase_inhibitor": (["aromatase_inhibitor_postmenopausal"], True, True),
    }
