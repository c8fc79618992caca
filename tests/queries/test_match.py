"""Conditions against a model: which bindings make them hold, and in which order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from guidekb.kb.ir import Atom, BodyItem, Comparison, Const, Ground, Literal, Term, Value, Var
from guidekb.queries.evaluation.conditions import compare
from guidekb.queries.evaluation.match import Index, holds, solutions, unify
from hypothesis import given
from hypothesis import strategies as st

X, Y, Z = Var("X"), Var("Y"), Var("Z")
ATOMS = frozenset(
    Ground(name, values)
    for name, rows in {
        "edge": [("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")],
        "age": [("a", 40), ("b", 50)],
        "-edge": [("b", "a")],
        "go": [()],
    }.items()
    for values in rows
)


def lit(name: str, *args: Term | Value, mode: str = "plain", negated: bool = False) -> Literal:
    terms = tuple(a if isinstance(a, Var | Const) else Const(a) for a in args)
    return Literal(Atom(name, terms, negated), mode)  # type: ignore[arg-type]


def answers(*body: BodyItem, **binding: Value) -> list[dict[str, Value]]:
    return list(solutions(body, Index(ATOMS), binding))


def test_conditions_are_joined() -> None:
    assert answers(lit("edge", X, Y), lit("edge", Y, X)) == [{"X": "c", "Y": "c"}]
    assert answers(lit("edge", "a", X), lit("edge", X, Y)) == [{"X": "b", "Y": "c"}]


def test_answers_are_sorted_and_each_comes_once() -> None:
    assert [b["X"] for b in answers(lit("edge", X, Y))] == ["a", "b", "c", "c"]
    assert [b["Y"] for b in answers(lit("edge", "c", Y))] == ["a", "c"]


def test_a_binding_is_extended() -> None:
    assert answers(lit("edge", X, Y), X="b", Other=1) == [{"X": "b", "Other": 1, "Y": "c"}]
    assert answers(X="b") == [{"X": "b"}]


def test_a_variable_in_two_places_is_one_value() -> None:
    assert answers(lit("edge", X, X)) == [{"X": "c"}]


def test_absence() -> None:
    assert answers(lit("age", X, Y), lit("edge", X, "b", mode="not")) == [{"X": "b", "Y": 50}]
    assert answers(lit("edge", X, Y), lit("age", X, Z, mode="not")) == [{"X": "c", "Y": "a"}, {"X": "c", "Y": "c"}]


def test_a_default_is_the_absence_of_the_opposite() -> None:
    assert answers(lit("age", X, Y), lit("edge", X, "b", mode="assuming", negated=True)) == [{"X": "b", "Y": 50}]


def test_recorded_false_is_a_relation_of_its_own() -> None:
    assert answers(lit("edge", X, Y, negated=True)) == [{"X": "b", "Y": "a"}]


def test_tests_wait_for_their_variables() -> None:
    assert answers(Comparison(Y, ">", Const(45)), lit("age", X, Y)) == [{"X": "b", "Y": 50}]
    assert answers(lit("edge", X, "c", mode="not"), lit("age", X, Y)) == [{"X": "a", "Y": 40}]


def test_no_arguments_and_other_arities() -> None:
    assert answers(lit("go")) == [{}]
    assert answers(lit("go", X)) == answers(lit("edge", X)) == answers(lit("nothing", X)) == []


def test_a_comparison_binds_nothing() -> None:
    with pytest.raises(ValueError, match="binds a variable of the comparison"):
        answers(lit("go"), Comparison(X, "=", Const(1)))


def test_one_condition() -> None:
    index = Index(ATOMS)
    assert holds(lit("age", "a", Z), index)
    assert not holds(lit("age", "c", Z), index)
    assert holds(lit("age", "c", Z, mode="not"), index)
    assert holds(Comparison(Const(1), "<", Const(2)), index)


def test_unify() -> None:
    assert unify(Atom("p", (X, Const(1), X)), Ground("p", ("a", 1, "a"))) == {"X": "a"}
    assert unify(Atom("p", (X, Const(1), X)), Ground("p", ("a", 1, "b"))) is None
    assert unify(Atom("p", (X,), negated=True), Ground("p", ("a",))) is None


# ---- against the definition ----

DOMAIN: tuple[Value, ...] = ("a", "b", 1, 2)
TERMS = st.sampled_from([X, Y, Z, Const("a"), Const(1)])
LITERALS = st.builds(
    lambda name, args, mode: lit(name, *args, mode=mode),
    st.sampled_from(["p", "q"]),
    st.tuples(TERMS, TERMS),
    st.sampled_from(["plain", "plain", "not"]),
)
COMPARED = st.builds(Comparison, TERMS, st.sampled_from(["<", "<=", "=", "!="]), TERMS)
FACTS = st.frozensets(
    st.builds(Ground, st.sampled_from(["p", "q"]), st.tuples(*[st.sampled_from(DOMAIN)] * 2)), max_size=12
)


def by_definition(body: list[BodyItem], atoms: frozenset[Ground]) -> Iterator[dict[str, Value]]:
    """Every assignment of the positive variables under which each condition is true."""
    names = sorted({v for i in body if isinstance(i, Literal) and i.mode == "plain" for v in i.atom.variables})
    for row in itertools.product(DOMAIN, repeat=len(names)):
        binding = dict(zip(names, row, strict=True))
        if all(true(item, binding, atoms) for item in body):
            yield binding


def true(item: BodyItem, binding: dict[str, Value], atoms: frozenset[Ground]) -> bool:
    if isinstance(item, Comparison):
        left, right = (t.value if isinstance(t, Const) else binding[t.name] for t in (item.left, item.right))
        return compare(left, item.op, right)
    args = (Const(binding[t.name]) if isinstance(t, Var) and t.name in binding else t for t in item.atom.args)
    pattern = Atom(item.atom.predicate, tuple(args))
    return any(unify(pattern, atom) is not None for atom in atoms) == (item.mode == "plain")


@given(st.lists(LITERALS, min_size=1, max_size=4), st.lists(COMPARED, max_size=2), FACTS)
def test_solutions_are_those_of_the_definition(
    literals: list[Literal], comparisons: list[Comparison], atoms: frozenset[Ground]
) -> None:
    bound = {v for i in literals if i.mode == "plain" for v in i.atom.variables}
    safe = [c for c in comparisons if all(isinstance(t, Const) or t.name in bound for t in (c.left, c.right))]
    body: list[BodyItem] = [*safe, *literals]
    found = list(solutions(body, Index(atoms)))
    expected = list(by_definition(body, atoms))
    assert len(found) == len(expected)
    assert all(b in found for b in expected)
    assert found == list(solutions(body, Index(sorted(atoms, key=str))))
