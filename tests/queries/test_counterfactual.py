"""Smallest changes: each is made in the real engine, none is too large, and none smaller was missed."""

from __future__ import annotations

from itertools import combinations

import pytest
from cases import case_of
from guidekb.kb.ir import EDB, Ground
from guidekb.queries.answers.assess import Case, Knowledge, assess
from guidekb.queries.changes.counterfactual import Counterfactual, counterfactual, facts_after
from guidekb.queries.changes.counterfactual_text import counterfactual_shown
from guidekb.queries.evaluation import pydatalog_engine
from guidekb.queries.evaluation.bits import derive_worlds, pack
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.rendering.layout import Layout
from guidekb.queries.unknowns.questions import compatible
from guidekb.queries.wording.words import words
from hypothesis import given, settings
from test_changes import FACTS, SINGLE, program_of, programs, records

Facts = frozenset[Ground]
EXAMPLES = (
    "published-01", "metastatic-hr-positive-aggressive", "hypercalcemia", "receptor-conversion", "anti-yo-early",
    "mammogram-negative-high-suspicion", "nearly-empty", "contradictory-stage",
)  # fmt: skip
NAMES = (
    "trastuzumab_plus_chemotherapy", "definitive_breast_surgery", "endocrine_therapy", "mammogram",
    "immunotherapy_ivig_methylprednisolone_cyclophosphamide", "corticosteroids_alone_pattern",
)  # fmt: skip


def holds(atoms: Facts, name: str) -> Facts:
    """The conclusions with this name."""
    return frozenset(a for a in atoms if a.predicate in ("recommend", "consider", "alert") and a.values[1] == name)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_result_is_true_in_the_engine_and_none_of_its_moves_can_be_left_out(example: str) -> None:
    case = case_of(example)
    normal = case.knowledge.normal
    for name in NAMES:
        now = holds(case.model.atoms, name)
        found = counterfactual(case, name)
        for one in found.sets[:2]:
            assert len(one) == found.tried
            then = pydatalog_engine.derive(normal, facts_after(case, one)).atoms
            assert bool(holds(then, name)) != bool(now), (name, one)
            new = {
                a
                for a in then - case.model.atoms
                if a.predicate == "contradicted" or "contradictory_record" in a.values
            }
            assert not new, (name, one)
            for some in combinations(one, len(one) - 1):
                there = holds(derive(normal, facts_after(case, some)).atoms, name)
                assert bool(there) == bool(now), (name, some)


def cost(before: Facts, after: Facts) -> int:
    """How many moves lead from one record of the small vocabulary to another."""

    def own(facts: Facts, name: str) -> Facts:
        return frozenset(f for f in facts if f.predicate.removeprefix("-") == name)

    first, last = own(before, "l"), own(after, "l")
    return sum(own(before, n) != own(after, n) for n in "abv") + (min(1, len(first)) if not last else len(first ^ last))


def every_record() -> list[Facts]:
    """All that can be recorded in the small vocabulary."""
    sets = (frozenset(c) for size in range(len(FACTS) + 1) for c in combinations(FACTS, size))
    return [one for one in sets if compatible(one, SINGLE)]


RECORDS = every_record()


@settings(max_examples=120, deadline=None)
@given(programs(), records())
def test_no_smaller_set_was_missed(text: str, edb: EDB) -> None:
    case = assess(Knowledge(program_of(text)), edb, derive)
    packed, count = pack(RECORDS)
    models = derive_worlds(case.knowledge.normal, packed, count).atoms
    answers = {
        one: {a.values[1] for a, bits in models.items() if a.predicate == "recommend" and bits >> i & 1}
        for i, one in enumerate(RECORDS)
    }
    now = frozenset(edb.facts)
    keeps = {f.predicate.lstrip("-") for f in now if f.predicate != "l"}  # what is recorded cannot become unknown
    reached = [one for one in RECORDS if keeps <= {f.predicate.lstrip("-") for f in one}]
    for name in ("one", "two"):
        sizes = [cost(now, one) for one in reached if (name in answers[one]) != (name in answers[now])]
        found = counterfactual(case, name)
        smallest = min(sizes, default=99)
        assert found.tried == smallest if smallest <= 3 else not found.sets
        for one in found.sets:
            assert (name in answers[facts_after(case, one)]) != (name in answers[now])


HISTORY = """
type action = one.
input seen(P: patient) open.
input old(P: patient) open fixed.
derived recommend(P: patient, Action: action) open.
"""


def small(rules: str, *facts: Ground) -> tuple[Case, Counterfactual]:
    """A case of a program with a fixed input, and what would change its one action."""
    case = assess(Knowledge(program_of(HISTORY + rules)), EDB("p", dict.fromkeys(facts, ())), derive)
    return case, counterfactual(case, "one")


def test_what_cannot_change_is_left_alone_when_something_else_is_enough() -> None:
    _, found = small("@id(r) recommend(P, one) :- seen(P). @id(s) recommend(P, one) :- old(P).")
    assert not found.fixed
    assert [[move.topic.field for move in one] for one in found.sets] == [["seen"]]


def test_what_cannot_change_is_said_to_be_so() -> None:
    case, found = small("@id(r) recommend(P, one) :- seen(P), old(P).", Ground("-old", ("p",)))
    assert found.fixed
    assert [[(move.topic.field, move.fixed) for move in one] for one in found.sets] == [
        [("old", True), ("seen", False)]
    ]
    text = counterfactual_shown(case, "one", "text", Layout(), words("en"))
    assert "Nothing is enough without what cannot be changed." in text
    assert "(this cannot be changed)" in text


def test_a_reader_may_refuse_records_that_cannot_be() -> None:
    case, found = small("@id(r) recommend(P, one) :- seen(P).")
    assert found.sets
    refused = counterfactual(case, "one", valid=lambda facts: not any(f.predicate == "seen" for f in facts))
    assert not refused.sets


def test_the_words() -> None:
    case = case_of("metastatic-hr-positive-aggressive")
    text = counterfactual_shown(case, "endocrine_therapy", "text", Layout(), words("en"))
    assert text.split("\n\nKnowledge base")[0] == (
        """\
Patient metastatic-hr-positive-aggressive. endocrine therapy: not recommended.
What would change that?

ONE CHANGE IS ENOUGH
  • the disease is not clinically aggressive
      now: the disease is clinically aggressive — clinically_aggressive_disease
      (line 16)"""
    )
