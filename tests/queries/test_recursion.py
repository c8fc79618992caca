"""Recursion always ends, on both evaluators, with the least fixpoint; plain Python says what that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise, product

import pytest
from guidekb.kb.ir import Ground
from guidekb.kb.normal import NormalProgram
from guidekb.queries.evaluation import pydatalog_engine, reference
from guidekb.queries.evaluation.model import Model
from programs import facts, program

Evaluator = Callable[[NormalProgram, Iterable[Ground]], Model]
Pairs = set[tuple[int, int]]

LEFT = "@id(base) path(X, Y) :- edge(X, Y). @id(step) path(X, Z) :- path(X, Y), edge(Y, Z)."
RIGHT = "@id(base) path(X, Y) :- edge(X, Y). @id(step) path(X, Z) :- edge(X, Y), path(Y, Z)."
DOUBLE = "@id(base) path(X, Y) :- edge(X, Y). @id(step) path(X, Z) :- path(X, Y), path(Y, Z)."
MUTUAL = """
    @id(odd1) odd(X, Y) :- edge(X, Y).
    @id(odd2) odd(X, Z) :- edge(X, Y), even(Y, Z).
    @id(even) even(X, Z) :- edge(X, Y), odd(Y, Z).
    @id(path1) path(X, Y) :- odd(X, Y).
    @id(path2) path(X, Y) :- even(X, Y).
"""

CYCLE3 = {(0, 1), (1, 2), (2, 0)}
GRAPHS: dict[str, Pairs] = {
    "nothing": set(),
    "a loop": {(0, 0)},
    "two that point at each other": {(0, 1), (1, 0)},
    "a cycle of 3": CYCLE3,
    "a cycle of 4": {(0, 1), (1, 2), (2, 3), (3, 0)},
    "two cycles with a bridge": {*CYCLE3, (2, 3), (3, 4), (4, 5), (5, 3)},
    "complete": set(product(range(4), repeat=2)),
    "a tree": {(n, 2 * n + k) for n in range(1, 8) for k in (0, 1)},
    "a diamond with a tail": {(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 5)},
}


@pytest.fixture(params=[reference.derive, pydatalog_engine.derive], ids=["reference", "pydatalog"])
def derive(request: pytest.FixtureRequest) -> Evaluator:
    return request.param


def edges(pairs: Iterable[tuple[int, int]]) -> frozenset[Ground]:
    return frozenset(Ground("edge", pair) for pair in pairs)


def found(model: Model, predicate: str) -> set[tuple[object, ...]]:
    return {atom.values for atom in model.atoms if atom.predicate == predicate}


def closure(pairs: Pairs) -> Pairs:
    closed = set(pairs)
    while more := {(a, d) for a, b in closed for c, d in pairs if b == c} - closed:
        closed |= more
    return closed


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("rules", [LEFT, RIGHT, DOUBLE, MUTUAL], ids=["left", "right", "double", "mutual"])
def test_the_closure_of_a_graph(derive: Evaluator, rules: str, graph: Pairs) -> None:
    """pyDatalog itself does not return from `right` over a cycle of 3."""
    model = derive(program(rules), edges(graph))
    assert found(model, "path") == closure(graph)


@pytest.mark.parametrize("rules", [LEFT, RIGHT, DOUBLE], ids=["left", "right", "double"])
def test_every_step_of_a_closure_is_an_instance(derive: Evaluator, rules: str) -> None:
    """Also the steps that only lead to a path that was known already: a proof may need them."""
    graph = GRAPHS["two cycles with a bridge"]
    paths = closure(graph)
    before, after = {LEFT: (paths, graph), RIGHT: (graph, paths), DOUBLE: (paths, paths)}[rules]
    steps = {i.values for i in derive(program(rules), edges(graph)).instances if i.rule == "step"}
    assert steps == {(x, y, z) for x, y in before for w, z in after if y == w}


def test_a_long_chain(derive: Evaluator) -> None:
    """A hundred rounds, 5,050 paths."""
    graph = set(pairwise(range(101)))
    assert len(found(derive(program(RIGHT), edges(graph)), "path")) == 5050


def test_a_chain_from_one_end(derive: Evaluator) -> None:
    """A thousand rounds with one new atom each: the cost of a round is what is new in it, not what is known."""
    rules = program("@id(a) reached(X) :- start(X). @id(b) reached(Y) :- reached(X), edge(X, Y).")
    chain = edges(pairwise(range(1001)))
    assert len(found(derive(rules, chain | {Ground("start", (0,))}), "reached")) == 1001


def test_the_same_generation(derive: Evaluator) -> None:
    """Two nodes of a tree are of one generation when they are equally far from its root."""
    rules = program(
        """
        @id(a) same(X, X) :- node(X).
        @id(b) same(X, Y) :- edge(P, X), same(P, Q), edge(Q, Y).
        """
    )
    nodes = range(1, 16)
    model = derive(rules, edges(GRAPHS["a tree"]) | {Ground("node", (n,)) for n in nodes})
    assert found(model, "same") == {(x, y) for x in nodes for y in nodes if x.bit_length() == y.bit_length()}


def test_rules_that_say_nothing_new(derive: Evaluator) -> None:
    """`p(X) :- p(X)` and worse; each of them hangs pyDatalog for some data."""
    rules = program(
        """
        @id(a) p(X) :- p(X).
        @id(b) p(X) :- p(Y), p(X).
        @id(c) q(X) :- r(X). @id(d) r(X) :- q(X).
        @id(e) p(X) :- q(X), r(X), p(X).
        """
    )
    given = facts("p(1). p(2). q(3).")
    assert derive(rules, given).atoms == given | facts("r(3).")


def test_recursion_over_recursion_with_negation_between(derive: Evaluator) -> None:
    """What a cycle cannot reach, and what can be reached without passing what it can reach: three recursive layers."""
    rules = program(
        """
        @id(a) reach(X) :- start(X).
        @id(b) reach(Y) :- reach(X), edge(X, Y).
        @id(c) far(X) :- node(X), not reach(X).
        @id(d) island(X, Y) :- far(X), far(Y), edge(X, Y).
        @id(e) island(X, Z) :- island(X, Y), island(Y, Z).
        @id(f) -single(X) :- island(X, Y), X != Y.
        @id(g) loop(X) :- far(X), not -single(X).
        @id(h) ring(X) :- loop(X).
        @id(i) ring(Y) :- ring(X), edge(X, Y), far(Y).
        """
    )
    graph = {(0, 1), (1, 0), (2, 3), (3, 2), (3, 1), (4, 4), (5, 4), (4, 6)}
    given = edges(graph) | {Ground("node", (n,)) for n in range(7)} | {Ground("start", (0,))}
    model = derive(rules, given)
    assert found(model, "reach") == {(0,), (1,)}
    assert found(model, "far") == {(n,) for n in range(2, 7)}
    assert found(model, "-single") == {(2,), (3,), (4,), (5,)}
    assert found(model, "loop") == found(model, "ring") == {(6,)}


@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_who_wins_on_an_acyclic_graph(derive: Evaluator, size: int) -> None:
    """A position wins when some move leads to one that loses. One layer for each distance from the end."""
    moves = {(n, n - k) for n in range(size + 1) for k in (1, 2, 5) if n >= k}
    layers = "".join(f"@id(w{n}_{to}) win{n} :- move({n}, {to}), not win{to}.\n" for n, to in sorted(moves))
    model = derive(program(layers), {Ground("move", move) for move in moves})
    wins: set[int] = set()
    for n in range(size + 1):
        if any(to not in wins for m, to in moves if m == n):
            wins.add(n)
    assert {a.predicate for a in model.atoms if a.predicate.startswith("win")} == {f"win{n}" for n in wins}


def test_an_exception_to_a_recursive_rule(derive: Evaluator) -> None:
    """Infection spreads along contacts, except to those who are immune."""
    rules = program(
        """
        @id(spread) ill(Y) :- ill(X), edge(X, Y).
        @id(immune) @overrides(spread) -ill(X) :- vaccinated(X).
        """
    )
    graph = {(0, 1), (1, 2), (0, 3), (3, 4), (4, 0)}
    model = derive(rules, edges(graph) | facts("ill(0). vaccinated(3)."))
    # an exception is keyed on the first column of both heads: nobody is made ill who is vaccinated
    assert found(model, "ill") == {(0,), (1,), (2,)}
    assert found(model, "-ill") == {(3,)}
