"""The order in which predicates can be computed: strongly connected components, and negation through none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST = 50  # negative edges from which a cycle is searched: a program with more is not read for its shortest one


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
    """A shortest cycle inside the component that passes through `not`, or () when there is none.

    Of cycles of one length the first by name is given, so that the same program has the same error.
    """
    members = frozenset(component)
    inside = sorted(
        {e for e in edges if e.head in members and e.body in members}, key=lambda e: (e.head, e.body, e.negative)
    )
    outgoing: dict[str, list[Edge]] = {}
    for e in inside:
        outgoing.setdefault(e.head, []).append(e)
    best: tuple[Edge, ...] = ()
    for e in [e for e in inside if e.negative][:MOST]:
        back = _path(outgoing, e.body, e.head)
        if not best or len(back) + 1 < len(best):
            best = (e, *back)
    return best


def _path(outgoing: Mapping[str, list[Edge]], start: str, goal: str) -> tuple[Edge, ...]:
    """A shortest path of edges from start to goal, () when they are one node; in a component there is always one."""
    into: dict[str, Edge | None] = {start: None}
    queue = [start]
    for node in queue:
        if node == goal:
            break
        for e in outgoing.get(node, []):
            if e.body not in into:
                into[e.body] = e
                queue.append(e.body)
    path: list[Edge] = []
    step = into[goal]
    while step is not None:
        path.append(step)
        step = into[step.head]
    return tuple(reversed(path))
