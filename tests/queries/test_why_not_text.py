"""Every conclusion of every example patient is explained: by a proof that is checked, or by why it is not so."""

from __future__ import annotations

import json
import re

import pytest
from cases import NAMES, case_of, report_of
from guidekb.kb.diagnostics import UnknownName
from guidekb.queries.answers.choices import choices
from guidekb.queries.answers.named import nameable
from guidekb.queries.asking.relevance import record
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.proofs.checker import check
from guidekb.queries.proofs.proof import prove
from guidekb.queries.rendering.layout import Layout
from guidekb.queries.rendering.present import explained, why_not_shown
from guidekb.queries.rendering.why_not_text import WhyNotText
from guidekb.queries.wording.sentences import sentences
from guidekb.queries.wording.words import words


@pytest.mark.parametrize("example", NAMES)
def test_every_name_is_proved_or_its_absence_is_explained(example: str) -> None:
    told = report_of(example)
    case = told.case
    say = sentences(case.knowledge.program)
    for name in sorted(nameable(case.knowledge.program)):
        proved = [a for a in case.model.atoms if len(a.values) > 1 and a.values[1] == name and a in told.graph.roots]
        for atom in proved:
            proof = prove(case.proofs, atom)
            assert proof is not None
            assert check(proof, case.knowledge.normal, case.model.atoms, case.edb.facts) == ()
        if not proved:
            lines = list(WhyNotText(told, Layout(), words()).lines(name))
            assert any(say.named(name).split(",")[0].split()[0] in line for line in lines), name
            assert lines[0][:1] in "?✗⊘N", lines[0]


@pytest.mark.parametrize("example", ["nearly-empty", "contradictory-stage", "metastatic-hr-positive"])
def test_what_would_open_it_does(example: str) -> None:
    case = case_of(example)
    frozen = case.knowledge.frozen
    for atom, sets in sorted(case.changes.gained.items()):
        grouped = choices(sets)
        assert {frozenset((*c.needed, f)) for c in grouped for f in c.one_of} | {
            frozenset(c.needed) for c in grouped if not c.one_of
        } == set(sets), "the choices are the sets"
        some = sorted(sets, key=sorted)[0]
        assert atom in derive(frozen, {*record(case), *some}).atoms


def test_an_unknown_name_is_no_absence() -> None:
    for ask in (explained, why_not_shown):
        with pytest.raises(UnknownName) as caught:
            ask(case_of("published-01"), "mamogram", Layout(), words())
        assert caught.value.diagnostics[0].help == "did you mean `mammogram`?"


def test_what_holds_is_said_to_hold_with_its_proof() -> None:
    case = case_of("published-01")
    text = why_not_shown(case, "definitive_breast_surgery", Layout(), words())
    assert text.startswith("It does hold: definitive surgery of the breast tumor is recommended. This is\nwhy:\n")
    assert explained(case, "definitive_breast_surgery", Layout(), words()) in text


def test_explain_of_what_does_not_hold_is_why_not() -> None:
    case = case_of("metastatic-hr-positive")
    name = "trastuzumab_plus_chemotherapy"
    assert explained(case, name, Layout(), words()) == why_not_shown(case, name, Layout(), words())


def test_one_unknown_fact_is_missing() -> None:
    name = "immunotherapy_ivig_methylprednisolone_cyclophosphamide"
    text = why_not_shown(case_of("encephalitis-infection-unknown"), name, Layout(), words())
    assert re.sub(r"md:\d+", "md:N", text.split("\nWHAT THE GUIDELINE SAYS")[0]) == (
        """\
? immunotherapy with combinations of IVIg, methylprednisolone, and
  cyclophosphamide: not recommended yet; unknown facts could change that

TO CHANGE THIS
  ? if infection has been excluded, it follows

THE NEAREST RULES
  rule immunotherapy_once_infection_excluded (S24 S25; refs 1;
  guidelines/paraneoplastic_breast.md:N)
    ✓ there is a neurological syndrome of the kind that the guideline names —
      syndromes item 1 (line 15)
    ? infection has been excluded <- the only condition that is not met
        not recorded
"""
    )


def test_one_recorded_value_is_in_the_way() -> None:
    text = why_not_shown(case_of("metastatic-hr-positive"), "trastuzumab_plus_chemotherapy", Layout(), words())
    assert (
        """\
✗ trastuzumab plus chemotherapy: not recommended, and no unknown fact could
  change that

WHAT IS RECORDED AGAINST IT
  ✗ HER2 is negative — her2 (line 12)
"""
        in text
    )
    assert "✗ HER2 is positive <- the only condition that is not met\n" in text


def test_an_exception_is_told_as_one() -> None:
    text = why_not_shown(case_of("metastatic-hr-positive-aggressive"), "endocrine_therapy", Layout(), words())
    assert text.startswith("⊘ endocrine therapy would apply, but it is excluded\n")
    assert "✓ an exception to rule endocrine_metastatic_hr_positive applies\n" in text


def test_what_no_rule_concludes_is_said_to_be_so() -> None:
    text = why_not_shown(case_of("published-01"), "patient_refusal_not_modelled", Layout(), words())
    assert text.startswith("No rule of this guideline concludes: ")


def test_numbers_are_told_as_ranges_and_all_ways_on_demand() -> None:
    case = case_of("nearly-empty")
    text = why_not_shown(case, "long_disease_free_interval", Layout(200), words())
    assert "the disease-free interval from the first diagnosis is more than 24 months, then" in text
    assert "the disease-free interval from the first diagnosis is more than 12 and at most 24 months, then" in text
    assert "the disease-free interval from the first diagnosis is at most 12 months, then" in text
    everything = why_not_shown(case, "long_disease_free_interval", Layout(200), words(), everything=True)
    assert "--all" in text
    assert "--all" not in everything
    assert len(everything) > len(text)


def test_the_data_say_what_the_text_says() -> None:
    case = case_of("metastatic-hr-positive")
    data = json.loads(why_not_shown(case, "trastuzumab_plus_chemotherapy", Layout(), words(), "json"))
    (conclusion,) = data["conclusions"]
    assert (conclusion["kind"], conclusion["holds"], conclusion["would_follow"]) == ("recommend", False, [])
    first = conclusion["tried"][0]["rules"][0]
    assert first["rule"] == "trastuzumab_for_her2_positive"
    assert [c["status"] for c in first["conditions"]] == ["holds", "holds", "fails"]
