"""The part of an answer that is about one name, with its part of the explanation graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..answers.answer import Answer, Item
from .explanation import Graph


def excerpt(answer: Answer, graph: Graph, name: str) -> tuple[Answer, Graph]:
    """Only the items of this name and what waits for them, and only what they rest on."""

    def named(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(item for item in items if item.name == name)

    part = replace(
        answer,
        recommendations=named(answer.recommendations),
        alerts=named(answer.alerts),
        expectations=named(answer.expectations),
        prognosis=named(answer.prognosis),
        undetermined=tuple(one for one in answer.undetermined if name in one.would_decide),
        flags=named(answer.flags),
    )
    roots = {atom: root for atom, root in graph.roots.items() if atom.values[1:2] == (name,)}
    needed = below(graph, roots.values())
    return part, Graph({key: node for key, node in graph.nodes.items() if key in needed}, roots)


def below(graph: Graph, roots: Iterable[str]) -> set[str]:
    """The ids of these nodes and of all that they rest on."""
    work, needed = list(roots), set[str]()
    while work:
        node = work.pop()
        if node not in needed:
            needed.add(node)
            work += graph.nodes[node].children
    return needed
