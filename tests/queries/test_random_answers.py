"""Answers for random patients of the guideline hold together: statuses, proofs and what they assume."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from guidekb.kb.ir import EDB
from guidekb.kb.load import load
from guidekb.queries.answers.answer import Answer, Item, answer
from guidekb.queries.answers.assess import Case, Knowledge, assess
from guidekb.queries.explanations.explanation import Graph, explain
from guidekb.queries.proofs.checker import check
from guidekb.queries.proofs.proof import prove
from programs import random_patient

PATIENTS = range(60)


@cache
def knowledge() -> Knowledge:
    """The guideline that is installed."""
    return Knowledge(load())


def case_of(seed: int) -> Case:
    """A random patient, whose lists are complete or open by chance."""
    rng = Random(seed)  # noqa: S311
    facts = random_patient(knowledge().program, rng)
    lists = [p.name for p in knowledge().program.predicates if p.role == "input" and p.arity > 1 and not p.single]
    listed = frozenset(name for name in lists if rng.random() < 0.7)
    (subject,) = {fact.values[0] for fact in facts} or {"p"}
    return assess(knowledge(), EDB(str(subject), dict.fromkeys(facts, ()), listed))


def items(found: Answer) -> Iterator[Item]:
    """Every conclusion of an answer that has a proof."""
    for part in (found.recommendations, found.alerts, found.expectations, found.prognosis, found.flags):
        yield from (item for item in part if item.status != "undetermined")


def below(graph: Graph, root: str) -> set[str]:
    """The kinds of the nodes of a proof."""
    seen: set[str] = set()
    stack = [root]
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            stack += graph.nodes[name].children
    return {graph.nodes[name].kind for name in seen}


@pytest.mark.parametrize("seed", PATIENTS)
def test_a_conclusion_is_provisional_exactly_when_its_proof_assumes_something(seed: int) -> None:
    case = case_of(seed)
    found = answer(case)
    graph = explain(case, found)
    for item in items(found):
        assumed = "assumed" in below(graph, graph.roots[item.atom])
        assert item.status != "certain" or not assumed, item.name
        if item.status != "excluded":  # what excludes it is a conclusion of its own, with its own status
            assert assumed == bool(item.assumes), item.name
            proof = prove(case.proofs, item.atom)
            assert proof is not None
            assert check(proof, case.knowledge.normal, case.model.atoms, case.edb.facts) == ()


@pytest.mark.parametrize("seed", range(20))
def test_what_would_decide_does_decide(seed: int) -> None:
    """A gained conclusion, recorded as hypothesised, is there; a lost one is gone."""
    case = case_of(seed)
    changed = [*((a, s, True) for a, sets in case.changes.gained.items() for s in sets[:1])]
    changed += [(a, s, False) for a, sets in case.changes.lost.items() for s in sets[:1]]
    for atom, hypotheses, gained in Random(seed).sample(changed, min(5, len(changed))):  # noqa: S311
        facts = {*case.edb.facts, *hypotheses}
        model = assess(case.knowledge, EDB(case.edb.subject, dict.fromkeys(facts, ()), case.edb.listed)).model
        assert (atom in model.atoms) == gained
