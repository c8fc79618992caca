"""The graph of predicates in Graphviz's language and as a Mermaid flowchart: a box for each stratum."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ...kb.diagnostics import printable
from ..rendering.graph_svg import drawn
from .predicate_graph import Node, PredicateGraph

FORMS = ("dot", "mermaid", "svg", "png")
HEAD = """digraph predicates {
  graph [rankdir=LR, bgcolor=white, nodesep=0.12, ranksep=0.6, fontname="Helvetica,Arial,sans-serif", fontsize=11];
  node [fontname="Helvetica,Arial,sans-serif", fontsize=10, color="#51606d", fontcolor="#17212b", margin="0.1,0.04"];
  edge [color="#7b8893", arrowsize=0.6];"""
SHAPES = {
    "input": 'shape=box, style=filled, fillcolor="#e8f0f5"',
    "table": 'shape=box, style="filled,rounded", fillcolor="#f4f6f7"',
    "derived": "shape=ellipse",
}
EDGES = {
    "holds": "",
    "negated": ', style=dashed, arrowhead=tee, color="#9a2323"',
    "exception": ', style=dotted, arrowhead=odot, color="#9a2323"',
}
MERMAID = {"input": ("[", "]"), "table": ("(", ")"), "derived": ("([", "])")}
ARROWS = {"holds": "-->", "negated": "-. not .->", "exception": "-. unless .->"}
CLASSES = (
    "classDef input fill:#e8f0f5,stroke:#51606d,color:#17212b",
    "classDef table fill:#f4f6f7,stroke:#51606d,color:#17212b",
    "classDef derived fill:#ffffff,stroke:#51606d,color:#17212b",
    "classDef recursive stroke:#17212b,stroke-width:3px",
    "classDef focus fill:#fff3c4,stroke:#17212b,stroke-width:2px",
)


def graph_text(graph: PredicateGraph, form: str) -> str | bytes:
    """The graph in one of FORMS. Raises Unavailable when a picture is wanted and Graphviz is not there."""
    if form == "mermaid":
        return _text("flowchart LR", _mermaid(graph))
    dot = _text(HEAD, [*_dot(graph), "}"])
    return dot if form == "dot" else drawn(dot, form)


def _text(head: str, lines: Iterator[str] | list[str]) -> str:
    return "\n".join([head, *lines]) + "\n"


def _dot(graph: PredicateGraph) -> Iterator[str]:
    for level, nodes in groupby(graph.nodes, key=lambda n: n.level):
        yield f"  subgraph cluster_{level} {{"
        yield f'    label="stratum {level}"; color="#c3ccd4"; style=rounded;'
        for node in nodes:
            bold = ", penwidth=2.5" if node.recursive else ""
            focus = ', style=filled, fillcolor="#fff3c4"' if node.name == graph.focus else ""
            what = f"label={_quoted(node.name)}, tooltip={_quoted(_tip(node))}, {SHAPES[node.role]}"
            yield f"    {_id(node.name)} [{what}{bold}{focus}];"
        yield "  }"
    for edge in graph.edges:
        tip = _quoted(" ".join(edge.rules))
        yield f"  {_id(edge.source)} -> {_id(edge.target)} [edgetooltip={tip}{EDGES[edge.kind]}];"


def _mermaid(graph: PredicateGraph) -> Iterator[str]:
    for level, nodes in groupby(graph.nodes, key=lambda n: n.level):
        yield f'  subgraph stratum{level}["stratum {level}"]'
        for node in nodes:
            opened, closed = MERMAID[node.role]
            style = "focus" if node.name == graph.focus else "recursive" if node.recursive else node.role
            yield f'    {_id(node.name)}{opened}"{node.name}"{closed}:::{style}'
        yield "  end"
    for edge in graph.edges:
        yield f"  {_id(edge.source)} {ARROWS[edge.kind]} {_id(edge.target)}"
    yield from (f"  {line}" for line in CLASSES)


def _tip(node: Node) -> str:
    return f"{node.role}: {node.says or node.name}"


def _id(name: str) -> str:
    """A prefix keeps names from being words of either language, such as `end` or `graph`."""
    return f"p_{name}"


def _quoted(text: str) -> str:
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{escaped}"'
