"""The order of computing: components with their dependencies first, and the shortest cycle through `not`."""

from __future__ import annotations

from itertools import permutations

from guidekb.kb.strata import Edge, components, negative_cycle
from hypothesis import given, settings
from hypothesis import strategies as st


def edges(*pairs: str) -> tuple[Edge, ...]:
    """`a>b`: a rests on b; `a>!b`: a rests on `not b`."""
    split = (pair.split(">") for pair in pairs)
    return tuple(Edge(head, body.lstrip("!"), body.startswith("!")) for head, body in split)


def test_dependencies_come_first() -> None:
    assert components(edges("a>b", "b>c", "a>c"), ["a", "d"]) == (("c",), ("b",), ("a",), ("d",))


def test_what_rests_on_each_other_is_one_component_sorted_by_name() -> None:
    assert components(edges("z>y", "y>x", "x>z", "x>w"), []) == (("w",), ("x", "y", "z"))


def test_the_shortest_cycle_through_not_is_shown() -> None:
    long = edges("a>!b", "b>c", "c>d", "d>a")
    short = edges("c>!b")
    assert negative_cycle((*long, *short), ("a", "b", "c", "d")) == edges("c>!b", "b>c")


def test_a_predicate_may_rest_on_its_own_negation_directly() -> None:
    assert negative_cycle(edges("a>!a"), ("a",)) == edges("a>!a")


def test_recursion_without_not_is_no_fault() -> None:
    assert negative_cycle(edges("a>b", "b>a", "a>!c"), ("a", "b")) == ()


def test_the_same_cycle_is_shown_whatever_the_order_of_the_rules() -> None:
    given_edges = edges("a>!b", "b>a", "c>!a", "a>c", "b>!c", "c>b")
    found = {negative_cycle(order, ("a", "b", "c")) for order in permutations(given_edges)}
    assert found == {edges("a>!b", "b>a")}


NODES = st.sampled_from("abcdef")
GRAPHS = st.lists(st.builds(Edge, NODES, NODES, st.booleans()), max_size=12).map(tuple)


def reached(graph: tuple[Edge, ...], start: str) -> set[str]:
    """What a predicate rests on, by the definition."""
    found: set[str] = set()
    todo = [start]
    while todo:
        for e in graph:
            if e.head == todo[0] and e.body not in found:
                found.add(e.body)
                todo.append(e.body)
        todo.pop(0)
    return found


@given(GRAPHS)
@settings(max_examples=200)
def test_components_are_those_of_the_definition(graph: tuple[Edge, ...]) -> None:
    nodes = {n for e in graph for n in (e.head, e.body)}
    found = components(graph, nodes)
    assert sorted(n for c in found for n in c) == sorted(nodes)
    for component in found:
        for node in component:
            together = {m for m in reached(graph, node) if node in reached(graph, m)} | {node}
            assert component == tuple(sorted(together))
    place = {n: i for i, c in enumerate(found) for n in c}
    assert all(place[e.body] <= place[e.head] for e in graph)


@given(GRAPHS)
@settings(max_examples=200)
def test_a_cycle_is_found_exactly_when_there_is_one(graph: tuple[Edge, ...]) -> None:
    for component in components(graph, []):
        cycle = negative_cycle(graph, component)
        bad = [e for e in graph if e.negative and (e.head == e.body or e.head in reached(graph, e.body))]
        assert bool(cycle) == any(e.head in component and e.body in component for e in bad)
        if cycle:
            assert cycle[0].negative
            assert set(cycle) <= set(graph)
            assert [e.body for e in cycle] == [e.head for e in (*cycle[1:], cycle[0])]
