"""Minimal proofs: which one is found, that nothing in it can be left out, and how exceptions look in it."""

from __future__ import annotations

from collections.abc import Iterable

from guidekb.kb.ir import Atom, Const, Ground, Value, Var
from guidekb.queries.evaluation.model import Instance, Model
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.proofs.proof import Derivations, Proof, collapse, derivations, prove
from guidekb.queries.proofs.step import Absent, Compared, Positive, Step
from programs import program


def given(*facts: str) -> dict[Ground, str]:
    """Facts written `p a b`, numbers as numbers; each with a place, as an EDB has them."""
    values = (tuple(int(v) if v.isdigit() else v for v in f.split()) for f in facts)
    return {Ground(str(name), row): "somewhere" for name, *rest in values for row in [tuple[Value, ...](rest)]}


def derived(text: str, facts: Iterable[Ground]) -> Derivations:
    normal = program(text)
    return derivations(normal, derive(normal, facts), frozenset(facts))


def proof(text: str, facts: Iterable[Ground], *goal: Value) -> Proof:
    found = prove(derived(text, facts), Ground(str(goal[0]), goal[1:]))
    assert found
    return found


def rules(found: Proof) -> list[str]:
    return [step.rule for step in found.steps.values() if step.rule]


def test_a_step_says_its_rule_its_bindings_and_each_condition() -> None:
    text = """
    @id(r1) rec(P, chemo) :- stage(P, metastatic), not aggressive(P), assuming -frail(P), age(P, N), N <= 60, kind(N).
    kind(50).
    """
    found = proof(text, given("stage ann metastatic", "age ann 50"), "rec", "ann", "chemo")
    root, *leaves = found.steps.values()
    assert root == Step(
        Ground("rec", ("ann", "chemo")),
        "derived",
        "r1",
        (("P", "ann"), ("N", 50)),
        (
            Positive(Ground("stage", ("ann", "metastatic"))),
            Absent(Atom("aggressive", (Const("ann"),))),
            Absent(Atom("frail", (Const("ann"),)), "assuming"),
            Positive(Ground("age", ("ann", 50))),
            Compared(50, "<=", 60),
            Positive(Ground("kind", (50,))),
        ),
    )
    assert [(str(s.conclusion.predicate), s.kind) for s in leaves] == [
        ("stage", "recorded"),
        ("age", "recorded"),
        ("kind", "table"),
    ]
    assert found.assumed == (Atom("frail", (Const("ann"),)),)


def test_a_variable_of_a_negated_condition_stays_a_variable() -> None:
    found = proof("@id(r) ok(X) :- p(X), not q(X, Y).", given("p a"), "ok", "a")
    assert Absent(Atom("q", (Const("a"), Var("Y")))) in found.steps[found.root].premises


def test_what_is_not_in_the_model_has_no_proof() -> None:
    assert prove(derived("@id(r) a(X) :- b(X).", given("b 1")), Ground("a", (2,))) is None


def test_a_recorded_fact_needs_no_rule_and_a_table_needs_no_patient() -> None:
    assert not rules(proof("@id(r) a(X) :- b(X).", given("b 1", "a 1"), "a", 1))
    assert proof("a(1).", given("a 1"), "a", 1).steps[Ground("a", (1,))].kind == "table"


def test_the_smallest_height_is_first() -> None:
    text = "@id(long) @priority(1) goal(X) :- mid(X). @id(mid) mid(X) :- a(X). @id(short) goal(X) :- a(X), b(X)."
    assert rules(proof(text, given("a 1", "b 1"), "goal", 1)) == ["short"]


def test_then_the_fewest_recorded_facts() -> None:
    text = "@id(r1) @priority(1) goal(X) :- a(X), b(X). @id(r2) goal(X) :- c(X), t(X). t(1)."
    assert rules(proof(text, given("a 1", "b 1", "c 1"), "goal", 1)) == ["r2"]


def test_the_fewest_facts_are_those_of_the_whole_proof() -> None:
    """Each premise alone would be shown with its first syndrome; together they need only one."""
    text = """
    @id(goal) goal(P) :- pns(P), neuro(P).
    @id(pns) pns(P) :- syndrome(P, S).
    @id(neuro) neuro(P) :- syndrome(P, S), neurological(S).
    neurological(cerebellar).
    """
    facts = given("syndrome ann acanthosis", "syndrome ann cerebellar")
    assert proof(text, facts, "goal", "ann").recorded == (Ground("syndrome", ("ann", "cerebellar")),)
    assert proof(text, facts, "pns", "ann").recorded == (Ground("syndrome", ("ann", "acanthosis")),)


def test_then_priority_then_the_id_then_the_values() -> None:
    facts = given("a 2", "a 1", "b 1")
    text = "@id(z) @priority(1) goal :- a(X). @id(b) goal :- b(X)."
    assert rules(proof(text, facts, "goal")) == ["z"]
    assert rules(proof(text.replace("@priority(1)", ""), facts, "goal")) == ["b"]
    assert proof("@id(r) goal :- a(X).", facts, "goal").recorded == (Ground("a", (1,)),)


def test_no_proof_uses_its_own_conclusion() -> None:
    text = """
    edge(a, b). edge(b, c). edge(c, a).
    @id(far) @priority(1) path(X, Z) :- path(X, Y), path(Y, Z).
    @id(one) path(X, Y) :- edge(X, Y).
    @id(same) @priority(1) path(X, Y) :- path(X, Y).
    """
    found = derived(text, ())
    for atom, height in found.heights.items():
        steps = prove(found, atom)
        assert steps
        for step in steps.steps.values():
            assert all(found.heights.get(a, 0) < found.heights[step.conclusion] for a in step.needs)
        assert height <= 3
    assert found.heights[Ground("path", ("a", "a"))] == 3


def test_a_long_chain_is_no_problem() -> None:
    """(The model is written down: evaluators that work in rounds are slow on it.)"""
    size = 5000
    chain = " ".join(f"next({i}, {i + 1})." for i in range(size))
    normal = program(f"{chain} at(0). @id(go) at(Y) :- at(X), next(X, Y).")
    atoms = normal.facts | {Ground("at", (i,)) for i in range(size + 1)}
    model = Model(atoms, frozenset(Instance("go", (i, i + 1)) for i in range(size)))
    found = prove(derivations(normal, model, ()), Ground("at", (size,)))
    assert found
    assert len(found.steps) == 2 * size + 1


def test_shared_steps_stand_once_and_conclusions_before_premises() -> None:
    text = "@id(g) goal(X) :- l(X), r(X). @id(l) l(X) :- s(X). @id(r) r(X) :- s(X). @id(s) s(X) :- f(X)."
    found = proof(text, given("f 1"), "goal", 1)
    assert rules(found) == ["g", "l", "s", "r"]
    assert [atom.predicate for atom in found.steps] == ["goal", "l", "s", "f", "r"]


EXCEPTION = """
@id(general) rec(P, endocrine) :- stage(P, metastatic), assuming -frail(P).
@id(crisis) @overrides(general) rec(P, chemo) :- aggressive(P, N), N > 1.
"""


def test_an_exception_that_does_not_fire_is_a_guard() -> None:
    found = proof(EXCEPTION, given("stage ann metastatic"), "rec", "ann", "endocrine")
    assert rules(found) == ["general:concludes", "general"]
    guard = Absent(Atom("overridden:general", (Const("ann"),)), "exception", ("crisis",))
    assert found.steps[found.root].premises == (Positive(Ground("applies:general", ("ann",))), guard)
    assert collapse(found).steps[found.root] == Step(
        found.root,
        "derived",
        "general",
        (("P", "ann"),),
        (
            Positive(Ground("stage", ("ann", "metastatic"))),
            Absent(Atom("frail", (Const("ann"),)), "assuming"),
            guard,
        ),
    )
    assert [a.predicate for a in collapse(found).steps] == ["rec", "stage"]


def test_an_exception_that_fires_can_be_proved() -> None:
    facts = given("stage ann metastatic", "aggressive ann 2")
    found = collapse(proof(EXCEPTION, facts, "overridden:general", "ann"))
    assert found.steps[found.root].rule == "crisis"
    assert found.steps[found.root].premises == (Positive(Ground("aggressive", ("ann", 2))), Compared(2, ">", 1))
    assert rules(collapse(proof(EXCEPTION, facts, "rec", "ann", "chemo"))) == ["crisis"]
