"""What a picture shows of an explanation graph: the nodes below chosen roots, down to a depth, conclusions first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from ...kb.diagnostics import printable
from ..names import ADVISE_AGAINST
from ..wording.words import Words
from .explanation import Graph, Node

DOUBTFUL = ("absent", "assumed", "no_exception", "unrecorded")
"""Kinds of nodes about what is not recorded; they are drawn with a dashed border."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`children`: of each node those that are drawn. `cut`: nodes with something below that is not drawn.

    `against`: the nodes of conclusions that advise against something.
    """

    nodes: tuple[Node, ...]
    children: dict[str, tuple[str, ...]]
    cut: frozenset[str]
    against: frozenset[str]


def picture(graph: Graph, roots: Iterable[str] = (), depth: int | None = None) -> Picture:
    """The nodes in order: each level before the one below. Without roots, all conclusions are."""
    level = list(dict.fromkeys(roots or graph.roots.values()))
    found: dict[str, Node] = {}
    below = 0
    while level:
        found |= {name: graph.nodes[name] for name in level}
        if below == depth:
            break
        below += 1
        children = dict.fromkeys(child for name in level for child in graph.nodes[name].children)
        level = [name for name in children if name not in found]
    shown = {name: tuple(c for c in node.children if c in found) for name, node in found.items()}
    cut = frozenset(name for name, node in found.items() if len(shown[name]) < len(node.children))
    against = frozenset(name for atom, name in graph.roots.items() if atom.predicate == ADVISE_AGAINST)
    return Picture(tuple(found.values()), shown, cut, against)


def label(node: Node, said: Words, more: str, width: int) -> list[str]:
    """The node's sentence in short lines. A word that is longer stays whole, unless it is very long."""
    text = said.say("proof.assumed", text=node.text) if node.kind == "assumed" else node.text
    lines = textwrap.wrap(printable(text) + more, width, break_on_hyphens=False, break_long_words=False)
    return [line[at : at + 2 * width] for line in lines for at in range(0, len(line), 2 * width)] or [" "]


def note(node: Node) -> str:
    """What a node is said to rest on beside its children: its rule and statements, or where it was recorded."""
    if node.rule:
        return f"{node.rule.id}: {' '.join(dict.fromkeys((*node.rule.statements, *node.rule.readings)))}"
    return "; ".join(map(str, node.origins)) or node.why
