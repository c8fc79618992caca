"""A flag that is not raised: whether an unknown fact could raise it is searched when it is asked about."""

from __future__ import annotations

import pytest
from cases import case_of
from guidekb.kb.ir import Ground
from guidekb.queries.answers.assess import assess, with_flags
from guidekb.queries.answers.named import concluded, nameable
from guidekb.queries.asking.ask_text import asked
from guidekb.queries.asking.relevance import possible_facts
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.names import CONTRADICTION, FLAG
from guidekb.queries.rendering.layout import Layout
from guidekb.queries.rendering.present import why_not_shown
from guidekb.queries.wording.words import words
from shown import knowledge


def case() -> object:
    """Metastatic, hormone-receptor positive; HER2 is not recorded."""
    from guidekb.facts.read import read

    text = b"{id: x, breast_cancer_status: known_active, stage: metastatic, er: positive, syndromes: [dermatomyositis]}"
    (edb,) = read(text, "x.yaml", knowledge().program).edbs
    return assess(knowledge(), edb, derive)


def test_why_not_says_that_it_is_open_and_what_would_raise_it() -> None:
    shown = why_not_shown(case(), "hr_her2_overlap", Layout(width=200), words())  # pyright: ignore[reportArgumentType]
    assert "not flagged yet; unknown facts could change that" in shown
    assert "if HER2 is positive, it follows" in shown


def test_ask_names_the_question() -> None:
    shown = asked(case(), "hr_her2_overlap", "text", Layout(width=200), words())  # pyright: ignore[reportArgumentType]
    assert "Is HER2 positive or negative? (her2)" in shown
    assert "Nothing that is unknown can change the answer" not in shown


def test_the_answer_itself_does_not_wait_for_flags() -> None:
    shown = asked(case(), None, "text", Layout(width=200), words())  # pyright: ignore[reportArgumentType]
    assert "overlap" not in shown.partition("SETTLES")[0].partition("ASK NEXT")[0]


@pytest.mark.parametrize("name", ["metastatic-hr-positive", "nearly-empty", "published-01"])
def test_no_single_fact_raises_a_flag_that_is_said_to_be_closed(name: str) -> None:
    """By brute force over the facts that the record could still hold."""
    of = case_of(name)
    wide = with_flags(of)
    flags = {n for n in nameable(of.knowledge.program) if FLAG in concluded(of.knowledge, n)} - {CONTRADICTION}
    closed = {
        n for n in flags
        if Ground(FLAG, (of.edb.subject, n)) not in {*of.model.atoms, *wide.changes.gained}
    }  # fmt: skip
    assert closed
    assert len(closed) < len(flags)
    for fact in possible_facts(of):
        model = derive(of.knowledge.normal, {**of.edb.facts, fact: ()})
        raised = {str(a.values[1]) for a in model.atoms if a.predicate == FLAG}
        if CONTRADICTION not in raised:
            assert not raised & closed, (fact, raised & closed)
