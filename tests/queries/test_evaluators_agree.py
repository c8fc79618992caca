"""The evaluators return equal models: of random programs and facts, in any order, again, and in many threads at once.

A program that made them differ once is kept in `KEPT`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pytest
from guidekb.kb.ir import Ground
from guidekb.kb.load import load
from guidekb.kb.normal import dependencies, normalise
from guidekb.kb.strata import negative_cycle
from guidekb.queries.evaluation import pydatalog_engine, reference
from guidekb.queries.evaluation.possible import Possible
from guidekb.queries.evaluation.stages import fixed, stages
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import Case, facts, localised, program, random_case, random_patient

cases = st.randoms(use_true_random=False).map(random_case)

KEPT = {
    "in a recursive rule a negated condition without variables came before the fresh one": (
        "@id(a) p(X) :- not -t(1), not t(2), q, r(X). @id(b) q :- p(X).",
        "p(1). t(3). r(5).",
    ),
    "a fact of what tables conclude": (
        "@id(a) p(X) :- t(X). @id(b) q(X) :- p(X), not s(X). t(1).",
        "p(2). t(3). s(1).",
    ),
    "a fact and a rule for one atom, used by a later stage": (
        """
        @id(a) p(X) :- q(X).
        @id(b) e(X, Y) :- p(X), p(Y), X != Y.
        @id(c) e(X, Z) :- e(X, Y), e(Y, Z).
        @id(d) n(X) :- q(X), not e(X, X).
        """,
        "p(1). q(1). q(2).",
    ),
}


@settings(max_examples=300, deadline=None)
@given(cases)
def test_random_programs(case: Case) -> None:
    """Negation, five shapes of recursion, comparisons, recorded falsehoods, assumptions, exceptions, odd values."""
    rules = normalise(case.program)
    assert pydatalog_engine.derive(rules, case.facts) == reference.derive(rules, case.facts)


def test_the_same_random_programs_every_time() -> None:
    """A thousand of them, richer than what hypothesis likes to draw: in four of ten, more than three rules fire."""
    for seed in range(1000):
        case = random_case(Random(seed))  # noqa: S311
        rules = normalise(case.program)
        assert pydatalog_engine.derive(rules, case.facts) == reference.derive(rules, case.facts), case


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_programs_on_which_they_differed(text: tuple[str, str]) -> None:
    rules, known = program(text[0]), facts(text[1])
    assert pydatalog_engine.derive(rules, known) == reference.derive(rules, known)


def test_guidelines_of_one_and_of_two_patients() -> None:
    """Random programs that are local to a patient, as guidelines are: the engine is asked for that patient only."""
    for seed in range(200):
        case = random_case(Random(seed))  # noqa: S311
        for subjects in (("p1",), ("p1", "p2")):
            local = localised(case, *subjects)
            rules = normalise(local.program)
            assert pydatalog_engine.derive(rules, local.facts) == reference.derive(rules, local.facts), local


def test_random_patients_of_the_guideline() -> None:
    """Two hundred patients with any values that the vocabulary allows, most of whom could not exist."""
    knowledge = load()
    rules = normalise(knowledge)
    fired: set[str] = set()
    for seed in range(200):
        patient = random_patient(knowledge, Random(seed))  # noqa: S311
        model = pydatalog_engine.derive(rules, patient)
        assert model == reference.derive(rules, patient), patient
        fired |= {instance.rule for instance in model.instances}
    assert len(fired) > len(rules.rules) // 2, "the patients are too poor to test anything"


@settings(max_examples=60, deadline=None)
@given(cases, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(case: Case, chance: Random) -> None:
    """Rules in any order, facts in any order and twice: one model, from either evaluator."""
    model = reference.derive(normalise(case.program), case.facts)
    clauses, known = [*case.program.clauses], [*case.facts, *case.facts]
    for _ in range(2):
        chance.shuffle(clauses)
        chance.shuffle(known)
        shuffled = normalise(replace(case.program, clauses=tuple(clauses)))
        assert pydatalog_engine.derive(shuffled, iter(known)) == model
        assert reference.derive(shuffled, iter(known)) == model


@settings(max_examples=60, deadline=None)
@given(cases, st.randoms(use_true_random=False))
def test_one_evaluation_leaves_nothing_for_the_next(case: Case, chance: Random) -> None:
    """The same program for several patients in turn, then backwards: each gets what it gets alone."""
    rules = normalise(case.program)
    patients = [tuple(f for f in case.facts if chance.random() < 0.6) for _ in range(3)]
    alone = [reference.derive(rules, patient) for patient in patients]
    assert [pydatalog_engine.derive(rules, patient) for patient in patients] == alone
    assert [pydatalog_engine.derive(rules, patient) for patient in reversed(patients)] == alone[::-1]


@settings(max_examples=60, deadline=None)
@given(cases)
def test_the_random_programs_are_stratified(case: Case) -> None:
    """Else the two would have nothing to agree on."""
    rules = normalise(case.program)
    assert not any(negative_cycle(dependencies(rules.rules), stratum) for stratum in rules.strata)


@settings(max_examples=100, deadline=None)
@given(cases)
def test_a_rule_that_fires_is_possible(case: Case) -> None:
    """What the engine is not asked for could not have been the case."""
    rules = normalise(case.program)
    ordered = [rule for stage in stages(rules) for rule in stage.rules]
    found = Possible(ordered, rules.facts, bool(rules.recursive)).rules(case.facts)
    named = {ordered[place].id: (ordered[place].variables, values) for place, values in found.items()}
    for instance in reference.derive(rules, case.facts).instances:
        variables, values = named[instance.rule]
        assert all(value in values[name] for name, value in zip(variables, instance.values, strict=True))


@settings(max_examples=100, deadline=None)
@given(cases)
def test_stages_hide_recursion(case: Case) -> None:
    """Every rule is in one stage; no condition rests on a later one; only a recursive stage rests on itself."""
    rules = normalise(case.program)
    cut = stages(rules)
    assert sorted(rule.id for stage in cut for rule in stage.rules) == sorted(rule.id for rule in rules.rules)
    depth = {rule.head.signed: n for n, stage in enumerate(cut) for rule in stage.rules}
    position = {name: n for n, stratum in enumerate(rules.strata) for name in stratum}
    for edge in dependencies(rules.rules):
        below = depth.get(edge.body, -1)
        assert below <= depth[edge.head]
        if below == depth[edge.head] and not cut[below].recursive:
            assert position[edge.body] < position[edge.head]
        if edge.negative and cut[depth[edge.head]].recursive:
            assert below < depth[edge.head]
    names = fixed(rules)
    assert all(edge.body in names for edge in dependencies(rules.rules) if edge.head in names)


def test_many_programs_in_one_thread() -> None:
    """More programs than are kept compiled, used in turn."""
    texts = [
        f"@id(a) p{n}(X) :- q(X), X > {n}. t({n}). @id(b) r(X) :- t(X)."
        for n in range(pydatalog_engine.PROGRAMS_KEPT + 3)
    ]
    programs = [program(text) for text in texts]
    for _ in range(2):
        for n, rules in enumerate(programs):
            known = facts(f"q({n}). q({n + 1}).")
            assert pydatalog_engine.derive(rules, known).atoms == known | facts(f"p{n}({n + 1}). t({n}). r({n}).")


def test_threads_do_not_mix() -> None:
    """Eight threads, each with patients of its own, the same recursive program and another one, over and over."""
    rules = program(
        """
        kind(a, letter). kind(1, digit).
        @id(path) path(P, X, Y) :- edge(P, X, Y).
        @id(step) path(P, X, Z) :- edge(P, X, Y), path(P, Y, Z).
        @id(loop) loop(P, K) :- path(P, X, X), has(P, V), kind(V, K), not calm(P).
        """
    )
    other = program("@id(path) path(P) :- edge(P, X, X).")

    def patient(n: int) -> frozenset[Ground]:
        name = f"patient{n}"
        edges = {Ground("edge", (name, k, (k + 1) % (n % 5 + 1))) for k in range(n % 5 + 1)}
        return frozenset(
            {*edges, Ground("has", (name, "a" if n % 2 else 1))} | ({Ground("calm", (name,))} if n % 3 == 0 else set())
        )

    expected = {n: (reference.derive(rules, patient(n)), reference.derive(other, patient(n))) for n in range(24)}

    def work(thread: int) -> list[int]:
        wrong: list[int] = []
        for n in [*range(thread, 24), *range(thread)] * 3:
            both = pydatalog_engine.derive(rules, patient(n)), pydatalog_engine.derive(other, patient(n))
            if both != expected[n]:
                wrong.append(n)
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(work, range(8))] == [[]] * 8
