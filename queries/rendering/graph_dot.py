"""The explanation graph in Graphviz's language: conclusions on top, then the rules that fired and what they needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...kb.diagnostics import printable
from ..explanations.explanation import Graph, Node
from ..explanations.picture import DOUBTFUL, Picture, label, note, picture
from ..wording.words import Words

HEAD = """digraph explanation {
  graph [rankdir=TB, bgcolor=white, nodesep=0.25, ranksep=0.35];
  node [fontname="Helvetica,Arial,sans-serif", fontsize=11, color="#51606d", fontcolor="#17212b", margin="0.12,0.06"];
  edge [color="#7b8893", arrowsize=0.6];"""
RULE = 'shape=diamond, fontsize=9, margin="0.02,0.02", style=filled, fillcolor="#f4f6f7"'
_SIGNS = {"\n": "\\n", "\\": "\\\\", '"': '\\"', "&": "&amp;"}
"""Graphviz takes backslashes as its own escapes and `&` as the start of an entity."""
PIECE = 3000  # characters
WIDTH = 32  # characters of a line in a label
RECORDED = 'shape=box, style=filled, fillcolor="#e8f0f5"'


def dot(graph: Graph, said: Words, roots: Iterable[str] = (), depth: int | None = None) -> str:
    """The graph as text, with the ids that JSON and HTML use; `depth`: how far below the roots it goes."""
    shown = picture(graph, roots, depth)
    return "\n".join([HEAD, *_nodes(shown, said), *_edges(shown), "}"]) + "\n"


def _nodes(shown: Picture, said: Words) -> Iterator[str]:
    for node in shown.nodes:
        text = _quoted(*label(node, said, " …" if node.id in shown.cut else "", WIDTH))
        yield f"  {node.id} [id={node.id}, label={text}, tooltip={_quoted(note(node))}, {_style(node, shown)}];"
        if node.rule and shown.children[node.id]:
            text = _quoted(*(node.rule.statements or (node.rule.id,)))
            yield f"  {node.id}r [id={node.id}r, label={text}, tooltip={_quoted(note(node))}, {RULE}];"


def _edges(shown: Picture) -> Iterator[str]:
    for node in shown.nodes:
        children = shown.children[node.id]
        start = node.id
        if node.rule and children:
            yield f"  {node.id} -> {node.id}r [arrowhead=none];"
            start = f"{node.id}r"
        for child in children:
            yield f"  {start} -> {child};"


def _style(node: Node, shown: Picture) -> str:
    """The shape says the status; no colour is needed to read it."""
    if node.id in shown.against:
        return "shape=octagon"
    if node.kind == "recorded":
        return RECORDED
    if node.kind in ("table", "comparison"):
        return "shape=box"
    if node.kind in DOUBTFUL:
        return 'shape=box, style="dashed"'
    return 'shape=ellipse, style="dashed"' if node.kind == "excluded" else "shape=ellipse"


def _quoted(*lines: str) -> str:
    """A quoted string of lines; a long one in pieces, since Graphviz reads at most 16 kB of each."""
    signs = [_SIGNS.get(sign, sign) for sign in "\n".join(map(printable, lines))]
    pieces = ["".join(signs[at : at + PIECE]) for at in range(0, len(signs), PIECE)]
    return " + ".join(f'"{piece}"' for piece in pieces) or '""'
