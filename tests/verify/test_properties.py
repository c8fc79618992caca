"""The properties of the guideline hold for everybody; a faulty one is refused; faults that are put in are found."""

from __future__ import annotations

from datetime import date

import pytest
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.properties import verifiable
from guidekb.queries.evaluation import pydatalog_engine
from guidekb.queries.evaluation.model import Model
from guidekb.queries.verify.check import Check
from guidekb.queries.verify.lints import LINTS, dead_rules
from guidekb.queries.verify.replay import DisagreementError
from guidekb.queries.verify.run import verify
from guidekb.queries.verify.verdict import Verdict
from small import SMALL

GUIDELINE = "guidelines/paraneoplastic_breast.md"
READINGS = "guidelines/paraneoplastic_breast_readings.md"


def verdicts(texts: dict[str, str], *names: str, today: date | None = None) -> dict[str, Verdict]:
    """The verdicts on some properties."""
    return {v.property.name: v for v in Check(verifiable(texts), today).verdicts(names=frozenset(names))}


def changed(texts: dict[str, str], name: str, before: str, after: str) -> dict[str, str]:
    """The documents with one text replaced."""
    assert texts[name].count(before) >= 1, before
    return {**texts, name: texts[name].replace(before, after, 1)}


def test_every_property_holds_for_every_patient(texts: dict[str, str]) -> None:
    found = verdicts(texts)
    assert len(found) >= 25
    assert {name: v.status for name, v in found.items() if v.status != "proved"} == {}


def test_nothing_is_wrong_without_any_property(texts: dict[str, str]) -> None:
    check = Check(verifiable(texts))
    assert [f for lint in LINTS for f in lint(check) if f.weight == "error"] == []


INHIBITOR = "@overrides(endocrine_metastatic_hr_positive, aromatase_inhibitor_postmenopausal)\n"
ONLY = "recommend(P, chemotherapy_as_only_systemic_option) :- "
HER2, INFECTION = "receptor(P, her2, positive).", "core_neurological_syndrome(P),\n      infection_excluded(P)."
HAND = "pns_with_active_breast_cancer(P), assuming -triple_negative(P)."
ALONE = "chemotherapy_alone_unless_triple_negative"
MENOPAUSE = "menopausal_status(P, postmenopausal),\n"
IMAGED = ",\n      assuming -imaged(P, mammogram)"
FAULTS = {
    "dropped": (GUIDELINE, INFECTION, f"{INFECTION[:29]}.", "immunotherapy_before_infection_is_excluded"),
    "unknown as negative": (GUIDELINE, f"{ONLY}metastatic_triple_negative(P).", f"{ONLY}{HAND}", ALONE),
    "a wrong receptor": (GUIDELINE, HER2, "receptor(P, er, positive).", "her2_drug_without_her2"),
    "a wrong value": (GUIDELINE, HER2, "receptor(P, her2, negative).", "her2_drug_without_her2"),
    "a lost exception": (GUIDELINE, INHIBITOR, "\n", "endocrine_in_aggressive_disease"),
    "menopause forgotten": (GUIDELINE, MENOPAUSE, "", "aromatase_inhibitor_before_menopause"),
    "a man forgotten": (GUIDELINE, ",\n      assuming -sex(P, male)", "", "aromatase_inhibitor_in_a_man"),
    "surgery again": (READINGS, ",\n      assuming -surgery(P, done)", "", "surgery_twice"),
    "off by one": (READINGS, "Days <= 31.\n\n  @id(flag", "Days <= 32.\n\n  @id(flag", "stabilization_promised_late"),
    "mammography repeated": (GUIDELINE, IMAGED, "", "step_repeated"),
}


@pytest.mark.parametrize(("document", "before", "after", "name"), FAULTS.values(), ids=FAULTS)
def test_a_seeded_fault_is_found(texts: dict[str, str], document: str, before: str, after: str, name: str) -> None:
    verdict = verdicts(changed(texts, document, before, after), name)[name]
    assert verdict.status == "violated"
    assert verdict.witness
    assert verdict.patients
    assert verdict.patients.boxes


def test_a_class_is_told_in_the_concepts_of_the_guideline(texts: dict[str, str]) -> None:
    _, before, after, name = FAULTS["a lost exception"]
    verdict = verdicts(changed(texts, GUIDELINE, before, after), name)[name]
    assert verdict.patients
    told = [{(c.atom.predicate, c.holds) for c in box} for box in verdict.patients.boxes]
    assert told == [{("clinically_aggressive_disease", True), ("metastatic_hr_positive", True)}]
    assert verdict.patients.whole
    assert len(verdict.witness.facts if verdict.witness else ()) == 5


def test_a_rule_that_cannot_fire_is_found(texts: dict[str, str]) -> None:
    rule = "@id(never_fires) consider(P, mammogram) :- triple_negative(P), receptor(P, er, positive)."
    added = changed(texts, GUIDELINE, "  @id(treat_cancer_first)", f"  {rule}\n\n  @id(treat_cancer_first)")
    assert [f.name for f in dead_rules(Check(verifiable(added)))] == ["never_fires"]


BAD = {
    "a misspelt predicate": ('never x(P) "no" :- recomend(P, mammogram).', "E201"),
    "a value that is none": ('never x(P) "no" :- recommend(P, mamogram).', "E301"),
    "too few columns": ('never x(P) "no" :- recommend(P).', "E202"),
    "a swapped variable": ('never x(P) "no" :- recommend(P, A), opposes(A, _).', "E305"),
    "a variable that is nowhere else": ('never x(P, B) "no" :- recommend(P, A), opposes(_, A).', "E401"),
    "two with one name": ('never surgery_twice(P) "no" :- recommend(P, mammogram).', "V801"),
    "a waiver of none": ('accept surgery_twic(P) "why" by "who" :- sex(P, male).', "V802"),
    "an argument that is none": ('never x(P, mammogram) "no" :- recommend(P, mammogram).', "V803"),
    "no arrow": ('always x(P) "no" :- recommend(P, mammogram).', "E104"),
}


@pytest.mark.parametrize(("text", "code"), BAD.values(), ids=BAD)
def test_a_faulty_property_is_an_error_and_never_a_proof(texts: dict[str, str], text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        verifiable({**texts, "properties/more.dl": text})
    assert code in {d.code for d in caught.value.diagnostics}


def test_what_cannot_speak_is_vacuous(texts: dict[str, str]) -> None:
    more = (
        'always a(P) "x" :- triple_negative(P), hormone_receptor_positive(P) => recommend(P, mammogram).\n'
        'possible b(P) "x" :- triple_negative(P), hormone_receptor_positive(P).'
    )
    found = verdicts({**texts, "properties/more.dl": more}, "a", "b")
    assert {name: v.status for name, v in found.items()} == {"a": "vacuous", "b": "violated"}


def test_a_property_that_no_change_of_a_rule_turns_red_is_unfalsifiable(texts: dict[str, str]) -> None:
    more = 'never a(P) "x" :- sex(P, male), sex(P, female).'
    given = verifiable({**texts, "properties/more.dl": more})
    found = verify(given, names=frozenset({"a", "surgery_twice"}))
    assert {v.property.name: v.status for v in found.verdicts} == {"a": "unfalsifiable", "surgery_twice": "proved"}


def test_a_property_that_is_about_no_patient_is_not_analysable() -> None:
    text = {"small.dl": SMALL, "properties/x.dl": 'never x "x" :- good(b).'}
    assert [v.status for v in Check(verifiable(text)).verdicts()] == ["not analysable"]


RELYING = """
impossible tiny_and_ill(P) "nobody so small is ill" :- big(P, Size), Size < 10, ill(P).
impossible of_both_kinds(P) "nobody is of both kinds" :- kinds(P, a), kinds(P, b).
never ill_at_five(P) "nobody of size 5 is ill" :- big(P, 5), ill(P).
never two_kinds(P) "not both" :- recommend(P, a), recommend(P, b).
never both(P) "needs both" :- big(P, 5), ill(P), kinds(P, a), kinds(P, b).
never neither(P) "needs none" :- recommend(P, a), big(P, Size), Size < 40.
"""


def test_a_proof_names_the_constraints_that_it_needs() -> None:
    found = {v.property.name: v for v in Check(verifiable({"small.dl": SMALL, "properties/x.dl": RELYING})).verdicts()}
    assert {v.status for v in found.values()} == {"proved"}
    assert {name: v.relies_on for name, v in found.items() if v.property.kind == "never"} == {
        "ill_at_five": ("tiny_and_ill",),
        "two_kinds": ("of_both_kinds",),
        "both": ("of_both_kinds",),  # one of them is enough
        "neither": (),
    }


def test_what_is_possible_has_a_patient(texts: dict[str, str]) -> None:
    verdict = verdicts(texts, "both_lines_at_once")["both_lines_at_once"]
    assert verdict.status == "proved"
    assert verdict.witness
    assert {f.predicate for f in verdict.witness.facts} >= {"er", "her2", "stage"}


def test_a_solver_that_is_wrong_is_found_out(texts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A counterexample that the evaluator does not confirm is never printed."""
    _, before, after, name = FAULTS["a wrong value"]
    check = Check(verifiable(changed(texts, GUIDELINE, before, after)))
    monkeypatch.setattr(pydatalog_engine, "derive", lambda *_: Model(frozenset(), frozenset()))
    with pytest.raises(DisagreementError):
        list(check.verdicts(frozenset({name})))


def test_a_waiver_holds_for_its_class_until_its_day(texts: dict[str, str]) -> None:
    more = (
        'never a(P) "x" :- recommend(P, endocrine_therapy), receptor(P, her2, positive).\n'
        'accept a(P) "both are shown (A14)" by "an engineer" until 2030-01-01 :- metastatic_hr_positive(P).'
    )
    named = {**texts, "properties/more.dl": more}
    assert verdicts(named, "a", today=date(2029, 1, 1))["a"].status == "accepted"
    assert verdicts(named, "a", today=date(2031, 1, 1))["a"].status == "violated"
    narrower = {**texts, "properties/more.dl": more.replace("metastatic_hr_positive(P).", "sex(P, male).")}
    assert verdicts(narrower, "a", today=date(2029, 1, 1))["a"].status == "violated"


def test_a_default_is_not_stable(texts: dict[str, str]) -> None:
    more = (
        'stable a(P) "x" :- recommend(P, endocrine_therapy), syndrome_attribution(P, paraneoplastic), er(P, positive).'
    )
    verdict = verdicts({**texts, "properties/more.dl": more}, "a")["a"]
    assert verdict.status == "violated"
    assert verdict.witness
    assert verdict.witness.learned
    assert verdict.witness.learned.predicate == "clinically_aggressive_disease"
