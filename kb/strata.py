"""The order in which predicates can be computed: strongly connected components, and negation through none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """The head's predicate depends on the body's (signed names); `negative` when through `not`."""

    head: str
    body: str
    negative: bool


def components(edges: Iterable[Edge], nodes: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Strongly connected components, dependencies first; each sorted by name. Tarjan's algorithm, without recursion."""
    successors: dict[str, set[str]] = {n: set() for n in nodes}
    for e in edges:
        successors.setdefault(e.head, set()).add(e.body)
        successors.setdefault(e.body, set())
    graph = {n: tuple(sorted(s)) for n, s in successors.items()}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    done: set[str] = set()
    found: list[tuple[str, ...]] = []
    for root in sorted(graph):
        if root in index:
            continue
        work = [(root, 0)]
        while work:
            node, position = work.pop()
            if position == 0:
                index[node] = low[node] = len(index)
                stack.append(node)
            if position < len(graph[node]):
                work.append((node, position + 1))
                child = graph[node][position]
                if child not in index:
                    work.append((child, 0))
                elif child not in done:
                    low[node] = min(low[node], index[child])
                continue
            for child in graph[node]:
                if child not in done:
                    low[node] = min(low[node], low[child])
            if low[node] == index[node]:
                at = stack.index(node)
                component = stack[at:]
                del stack[at:]
                done.update(component)
                found.append(tuple(sorted(component)))
    return tuple(found)


def negative_cycle(edges: tuple[Edge, ...], component: tuple[str, ...]) -> tuple[Edge, ...]:
    """A shortest cycle inside the component that passes through `not`, or () when there is none."""
    inside = sorted(
        (e for e in edges if e.head in component and e.body in component), key=lambda e: (e.head, e.body, e.negative)
    )
    outgoing: dict[str, list[Edge]] = {}
    for e in inside:
        outgoing.setdefault(e.head, []).append(e)
    best: tuple[Edge, ...] = ()
    for e in inside:
        if not e.negative:
            continue
        back = _path(outgoing, e.body, e.head)
        if back is not None and (not best or len(back) + 1 < len(best)):
            best = (e, *back)
    return best


def _path(outgoing: Mapping[str, list[Edge]], start: str, goal: str) -> tuple[Edge, ...] | None:
    """A shortest path of edges from start to goal, () when they are one node."""
    reached: dict[str, tuple[Edge, ...]] = {start: ()}
    queue = [start]
    for node in queue:
        if node == goal:
            return reached[node]
        for e in outgoing.get(node, []):
            if e.body not in reached:
                reached[e.body] = (*reached[node], e)
                queue.append(e.body)
    return reached.get(goal)
