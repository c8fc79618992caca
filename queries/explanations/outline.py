"""A proof as lines in the order of reading: each with its depth, and a part that was shown before not repeated."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from .explanation import Graph, Node


@dataclass(frozen=True, slots=True)
class Line:
    """A node where it is shown. `again`: what it rests on stands further above; `first`: it was not shown before."""

    node: Node
    depth: int
    again: bool
    first: bool


def outline(graph: Graph, root: str, shown: set[str], folded: Container[str] = ()) -> Iterator[Line]:
    """The node and what it rests on; `shown` are the nodes that need not be repeated, and it grows.

    What rests below a node of a `folded` kind has no line of its own.
    """
    work = [(root, 0)]
    while work:
        name, depth = work.pop()
        node = graph.nodes[name]
        first = name not in shown
        again = not first and bool(node.children)
        shown.add(name)
        yield Line(node, depth, again, first)
        if not again and node.kind not in folded:
            work += [(child, depth + 1) for child in reversed(node.children)]
