"""The explanation graph as a Mermaid flowchart, which Markdown viewers draw; none when it could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..explanations.explanation import Graph, Node
from ..explanations.picture import DOUBTFUL, Picture, label, picture
from ..wording.words import Words

MOST = 100
"""Nodes that can still be read."""
LONGEST = 50_000
"""Characters; Mermaid itself refuses more."""
WIDTH = 24  # characters of a line in a label; Mermaid breaks wider ones itself, and badly

CLASSES = (
    "classDef derived fill:#ffffff,stroke:#51606d,color:#17212b",
    "classDef recorded fill:#e8f0f5,stroke:#51606d,color:#17212b",
    "classDef table fill:#f4f6f7,stroke:#51606d,color:#17212b",
    "classDef doubtful fill:#ffffff,stroke:#51606d,color:#17212b,stroke-dasharray:4 3",
    "classDef excluded fill:#ffffff,stroke:#9a2323,color:#17212b,stroke-dasharray:4 3",
    "classDef against fill:#ffffff,stroke:#9a2323,color:#17212b,stroke-width:2px",
    "classDef rule fill:#f4f6f7,stroke:#51606d,color:#17212b",
)


def mermaid(graph: Graph, said: Words, roots: Iterable[str] = (), depth: int | None = None) -> str:
    """The flowchart with the ids that JSON and HTML use, or one node that says why it was not drawn."""
    shown = picture(graph, roots, depth)
    number = len(shown.nodes)
    text = _text([*_nodes(shown, said), *_edges(shown), *CLASSES])
    if number <= MOST and len(text) <= LONGEST:
        return text
    return _text([f"notdrawn[{_quoted([said.count('graph.too_large', number)])}]"])


def _text(lines: list[str]) -> str:
    return "\n".join(["flowchart TD", *(f"  {line}" for line in lines)]) + "\n"


def _nodes(shown: Picture, said: Words) -> Iterator[str]:
    for node in shown.nodes:
        text = _quoted(label(node, said, " …" if node.id in shown.cut else "", WIDTH))
        yield f"{node.id}{_shaped(node, shown, text)}"
        if node.rule and shown.children[node.id]:
            yield f"{node.id}r{{{_quoted([' '.join(node.rule.statements) or node.rule.id])}}}:::rule"


def _edges(shown: Picture) -> Iterator[str]:
    for node in shown.nodes:
        children = shown.children[node.id]
        start = node.id
        if node.rule and children:
            yield f"{node.id} --- {node.id}r"
            start = f"{node.id}r"
        for child in children:
            yield f"{start} --> {child}"


def _shaped(node: Node, shown: Picture, text: str) -> str:
    """The shape and the class; the shape alone says the status."""
    if node.id in shown.against:
        return f"{{{{{text}}}}}:::against"
    if node.kind in ("derived", "excluded"):
        return f"([{text}]):::{node.kind}"
    kind = "doubtful" if node.kind in DOUBTFUL else "recorded" if node.kind == "recorded" else "table"
    return f"[{text}]:::{kind}"


def _quoted(lines: list[str]) -> str:
    """A quoted label; every sign that Mermaid or its Markdown could take for its own is written as a code."""
    return f'"{"<br/>".join(map(_coded, lines))}"'


def _coded(line: str) -> str:
    return re.sub(r"[^\w ,…()-]|^[-\d]|_", lambda m: f"#{ord(m.group())};", line)
