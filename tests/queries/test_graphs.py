"""DOT, Mermaid, SVG and PNG: the nodes of the graph under their ids, with shapes that say the status."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from guidekb.kb.diagnostics import Unavailable
from guidekb.queries.explanations.excerpt import excerpt
from guidekb.queries.explanations.explanation import KINDS
from guidekb.queries.explanations.picture import picture
from guidekb.queries.rendering import graph_mermaid
from guidekb.queries.rendering.graph_dot import dot
from guidekb.queries.rendering.graph_mermaid import mermaid
from guidekb.queries.rendering.graph_svg import drawn
from shown import NAMES, RICH, example, graphviz


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.browser
def test_graphviz_draws_every_node_under_its_id(name: str) -> None:
    shown = example(name)
    svg = ElementTree.fromstring(graphviz(dot(shown.graph, shown.said)))  # noqa: S314
    ids = {group.get("id") for group in svg.iter("{http://www.w3.org/2000/svg}g")}
    assert {*shown.graph.nodes} <= ids


@pytest.mark.browser
def test_a_picture_is_drawn_as_png_too() -> None:
    shown = example("published-01")
    assert graphviz(dot(shown.graph, shown.said), "png").startswith(b"\x89PNG")


def test_shapes_say_the_status() -> None:
    shown = example(RICH)
    lines = {line.split()[0]: line for line in dot(shown.graph, shown.said).splitlines() if "label=" in line}
    kinds = {kind: [lines[n.id] for n in shown.graph.nodes.values() if n.kind == kind] for kind in KINDS}
    assert all("shape=box, style=filled" in line for line in kinds["recorded"])
    assert all("dashed" in line for kind in ("absent", "assumed", "excluded") for line in kinds[kind])
    assert all("shape=ellipse" in line or "shape=octagon" in line for line in kinds["derived"])
    against = [shown.graph.roots[i.atom] for i in shown.answer.recommendations if i.direction == "against"]
    assert against
    assert all("shape=octagon" in lines[root] for root in against)
    assert all("shape=diamond" in line for name, line in lines.items() if name.endswith("r"))


def test_one_conclusion_to_a_depth_says_what_it_leaves_out() -> None:
    shown = example(RICH)
    _, graph = excerpt(shown.answer, shown.graph, "endocrine_therapy")
    assert {a.values[1] for a in graph.roots} == {"endocrine_therapy"}
    (root,) = graph.roots.values()
    assert [n.id for n in picture(graph, depth=0).nodes] == [root]
    assert picture(graph, depth=0).cut == {root}
    assert [n.id for n in picture(graph, depth=1).nodes] == [root, *graph.nodes[root].children]
    assert {n.id for n in picture(graph).nodes} == {*graph.nodes}
    assert picture(graph).cut == frozenset()
    assert dot(graph, shown.said, depth=0).count("…") == 1
    assert "-->" not in mermaid(graph, shown.said, depth=0)


def test_a_picture_that_cannot_be_read_is_not_drawn_by_mermaid(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = example(RICH)
    assert len(shown.graph.nodes) <= graph_mermaid.MOST
    monkeypatch.setattr(graph_mermaid, "MOST", 10)
    number = len(shown.graph.nodes)
    text = mermaid(shown.graph, shown.said)
    assert text.startswith(f'flowchart TD\n  notdrawn["Not drawn#58; a picture of {number} nodes is too large')
    assert text.count("\n") == 2


def test_no_graphviz_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Unavailable) as raised:
        drawn("digraph {}", "svg")
    (found,) = raised.value.diagnostics
    assert found.message == "svg pictures are drawn by Graphviz, which is not installed"
    assert "apt-get install graphviz" in found.help


@pytest.mark.browser
def test_what_graphviz_refuses_is_said() -> None:
    with pytest.raises(Unavailable, match=r"Graphviz could not draw the graph: .*syntax error"):
        graphviz("no graph")
