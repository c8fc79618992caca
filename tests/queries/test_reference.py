"""The reference evaluator against models written by hand, and what a comparison means."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from guidekb.kb.ir import Atom, Clause, Comparison, Const, Ground, Literal, Program, Value, Var
from guidekb.kb.normal import normalise
from guidekb.queries.evaluation.conditions import compare
from guidekb.queries.evaluation.model import Instance
from guidekb.queries.evaluation.reference import derive
from programs import facts, program

GUIDELINE = """
    group(dermatomyositis, muscle).
    group(opsoclonus, nervous).

    @id(positive) hormone_positive(P) :- er(P, positive).
    @id(negative) -hormone_positive(P) :- er(P, negative), pr(P, negative).
    @id(endocrine) recommend(P, endocrine) :- stage(P, metastatic), hormone_positive(P).
    @id(aggressive) @overrides(endocrine) recommend(P, chemotherapy) :- stage(P, metastatic), aggressive(P).
    @id(old) recommend(P, geriatrics) :- age(P, Years), Years >= 75.
    @id(immune) recommend(P, Group) :- syndrome(P, S), group(S, Group), assuming -infection(P).
"""


def test_the_model_is_the_facts_the_tables_and_all_that_follows() -> None:
    """Metastatic, receptor-positive, 75 years: endocrine therapy and geriatrics; nothing overrides or is assumed."""
    given = facts("er(ann, positive). stage(ann, metastatic). age(ann, 75).")
    model = derive(program(GUIDELINE), given)
    assert model.atoms == given | facts(
        """
        group(dermatomyositis, muscle). group(opsoclonus, nervous). hormone_positive(ann).
        recommend(ann, endocrine). recommend(ann, geriatrics).
        """
    ) | {Ground("applies:endocrine", ("ann",))}
    assert model.instances == {
        Instance("positive", ("ann",)),
        Instance("endocrine", ("ann",)),
        Instance("endocrine:concludes", ("ann",)),
        Instance("old", ("ann", 75)),
    }


def test_an_exception_keeps_the_instance_of_the_rule_that_it_overrides() -> None:
    """`endocrine` applies and does not conclude: that is what "would apply, but" is made of."""
    given = facts("er(ann, positive). stage(ann, metastatic). aggressive(ann).")
    model = derive(program(GUIDELINE), given)
    assert {i.rule for i in model.instances} == {
        *("positive", "endocrine", "aggressive", "aggressive:concludes", "aggressive:overrides:endocrine"),
    }
    assert Ground("recommend", ("ann", "chemotherapy")) in model.atoms
    assert Ground("recommend", ("ann", "endocrine")) not in model.atoms


def test_an_exception_of_one_subject_leaves_the_others_alone() -> None:
    given = facts(
        "er(ann, positive). stage(ann, metastatic). aggressive(bea). er(bea, positive). stage(bea, metastatic)."
    )
    model = derive(program(GUIDELINE), given)
    assert {a.values for a in model.atoms if a.predicate == "recommend"} == {
        ("ann", "endocrine"),
        ("bea", "chemotherapy"),
    }


def test_recorded_false_is_a_predicate_of_its_own() -> None:
    """`-hormone_positive` follows from negative receptors and not from unknown ones; both signs may hold at once."""
    rules = program(GUIDELINE)
    assert Ground("-hormone_positive", ("ann",)) in derive(rules, facts("er(ann, negative). pr(ann, negative).")).atoms
    assert Ground("-hormone_positive", ("ann",)) not in derive(rules, facts("er(ann, negative).")).atoms
    both = derive(rules, facts("er(ann, negative). pr(ann, negative). hormone_positive(ann)."))
    assert {a.predicate for a in both.atoms if a.values == ("ann",)} == {"hormone_positive", "-hormone_positive"}


def test_an_assumption_holds_until_the_opposite_is_known() -> None:
    """`assuming -infection(P)` holds when infection is unknown or recorded absent, and not when it is recorded."""
    rules = program(GUIDELINE)
    answer = Ground("recommend", ("ann", "nervous"))
    assert answer in derive(rules, facts("syndrome(ann, opsoclonus).")).atoms
    assert answer in derive(rules, facts("syndrome(ann, opsoclonus). -infection(ann).")).atoms
    assert answer not in derive(rules, facts("syndrome(ann, opsoclonus). infection(ann).")).atoms


def test_every_way_to_an_atom_is_an_instance() -> None:
    """Two bindings and two rules for one atom: four instances."""
    rules = program("@id(a) p :- q(X, Y). @id(b) p :- q(Y, X), q(X, X).")
    assert derive(rules, facts("q(1, 1). q(1, 2).")).instances == {
        *(Instance("a", (1, 1)), Instance("a", (1, 2))),
        *(Instance("b", (1, 1)),),
    }


def test_a_fact_may_say_what_a_rule_would_conclude() -> None:
    """A fact given for a derived predicate holds beside what is derived, and rules use it."""
    rules = program("@id(a) p(X) :- q(X). @id(b) r(X) :- p(X).")
    assert derive(rules, facts("p(1). q(2).")).atoms == facts("p(1). p(2). q(2). r(1). r(2).")


def test_a_rule_without_positive_conditions_needs_no_fact() -> None:
    rules = program("@id(a) p :- not q. @id(b) r :- 1 < 2.")
    assert derive(rules, ()).atoms == facts("p. r.")
    assert derive(rules, facts("q.")).atoms == facts("q. r.")


def test_arity_is_part_of_a_predicate() -> None:
    """The checks refuse a predicate with two arities; an evaluator does not mix them up even so."""
    rules = program("@id(a) r(X) :- p(X). @id(b) s(X) :- p(X, Y).")
    assert derive(rules, facts("p. p(1). p(2, 3).")).atoms == facts("p. p(1). p(2, 3). r(1). s(2).")


def test_a_repeated_variable_is_one_value() -> None:
    rules = program("@id(a) same(X) :- e(X, X). @id(b) seven(X) :- e(7, X).")
    assert derive(rules, facts("e(1, 2). e(3, 3). e(7, 4).")).instances == {Instance("a", (3,)), Instance("b", (4,))}


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (("X", "Y"), (Literal(Atom("q", (Var("X"),))),)),
        (("X",), (Literal(Atom("q", (Var("X"),)), "not"),)),
        ((), (Literal(Atom("q", (Var("X"),))), Comparison(Var("Y"), "<", Const(1)))),
    ],
)
def test_an_unsafe_rule_is_refused(head: tuple[str, ...], body: tuple[Literal | Comparison, ...]) -> None:
    """The checks stop it earlier; were it to come through, no evaluator would answer."""
    clause = Clause(Atom("p", tuple(map(Var, head))), body)
    with pytest.raises(ValueError, match="no positive condition binds"):
        derive(normalise(Program(clauses=(clause,))), ())


LOW: tuple[Value, ...] = (Decimal("5.4999999999"), -1, date(2024, 3, 4))
HIGH: tuple[Value, ...] = (Decimal("5.5"), 0, date(2024, 3, 5))


@pytest.mark.parametrize(("low", "high"), list(zip(LOW, HIGH, strict=True)))
def test_numbers_and_dates_have_an_order(low: Value, high: Value) -> None:
    """One below, the same, one above, for every comparison."""
    for op, of_less, of_same, of_more in (
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
        ("=", False, True, False),
        ("!=", True, False, True),
    ):
        assert (compare(low, op, high), compare(low, op, low), compare(high, op, low)) == (of_less, of_same, of_more), (
            op
        )


@pytest.mark.parametrize(
    ("left", "right"),
    [("a", "b"), ("a", "a"), ("a", 1), (1, date(2024, 3, 5)), (Decimal("0.5"), "0.5"), ("", date.min)],
)
def test_symbols_and_different_kinds_have_none(left: Value, right: Value) -> None:
    """They are equal or different; `<` and the like are false, both ways round."""
    for one, other in ((left, right), (right, left)):
        assert [op for op in ("<", "<=", ">", ">=") if compare(one, op, other)] == []
        assert compare(one, "=", other) == (left == right) != compare(one, "!=", other)


def test_an_unknown_comparison_is_an_error() -> None:
    with pytest.raises(ValueError, match="`<>` is not a comparison"):
        compare(1, "<>", 2)
