"""`graph`: what rests on what, strata, focus; drawn by Graphviz, and the Mermaid text by its form."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from guidekb.kb.diagnostics import UnknownName
from guidekb.kb.ir import Program
from guidekb.kb.load import assemble, load
from guidekb.queries.workshop.predicate_graph import Edge, PredicateGraph, predicate_graph
from guidekb.queries.workshop.predicate_graph_text import graph_text
from running import Run

pytestmark = pytest.mark.usefixtures("in_the_repository")

SMALL = """
type node = a | b.
input edge(P: patient, From: node, To: node) open.
input blocked(P: patient) open.
table start(Node: node) closed.
derived reached(P: patient, Node: node) open.
derived stuck(P: patient, Node: node) open.
derived fine(P: patient, Node: node) open.
input alone(P: patient) open.
start(a).
@id(base) reached(P, Y) :- edge(P, X, Y), start(X).
@id(step) reached(P, Z) :- reached(P, Y), edge(P, Y, Z).
@id(stuck) stuck(P, X) :- edge(P, X, _), assuming -reached(P, X).
@id(fine) fine(P, X) :- edge(P, X, _).
@id(not_fine) @overrides(fine) stuck(P, X) :- edge(P, X, _), blocked(P).
"""


def small() -> Program:
    program, problems = assemble({"small.dl": SMALL})
    assert not problems
    return program


@pytest.fixture(scope="module")
def whole() -> PredicateGraph:
    return predicate_graph(load())


def test_edges_say_how_one_predicate_rests_on_another_and_by_which_rules() -> None:
    graph = predicate_graph(small())
    assert [(n.name, n.level, n.recursive) for n in graph.nodes] == [
        ("blocked", 0, False),
        ("edge", 0, False),
        ("reached", 0, True),
        ("start", 0, False),
        ("fine", 1, False),
        ("stuck", 1, False),
    ]
    assert Edge("reached", "reached", "holds", ("step",)) in graph.edges
    assert Edge("edge", "reached", "holds", ("base", "step")) in graph.edges
    assert Edge("reached", "stuck", "negated", ("stuck",)) in graph.edges
    assert Edge("blocked", "fine", "exception", ("not_fine",)) in graph.edges


def test_focus_shows_what_a_predicate_rests_on_and_what_rests_on_it() -> None:
    names = {n.name for n in predicate_graph(small(), "reached").nodes}
    assert names == {"edge", "start", "reached", "stuck"}
    assert {n.name for n in predicate_graph(small(), "blocked", 1).nodes} == {"blocked", "stuck", "fine"}
    assert [n.name for n in predicate_graph(small(), "alone").nodes] == ["alone"]
    with pytest.raises(UnknownName, match="there is no predicate `reeched`"):
        predicate_graph(small(), "reeched")


def test_a_stratum_is_never_below_what_its_predicates_rest_on(whole: PredicateGraph) -> None:
    level = {n.name: n.level for n in whole.nodes}
    assert max(level.values()) >= 2
    assert all(level[e.source] <= level[e.target] for e in whole.edges if e.kind == "holds")
    assert {"recommend", "stage", "alert"} <= level.keys()


def test_mermaid_declares_every_node_once_inside_its_stratum(whole: PredicateGraph) -> None:
    text = str(graph_text(whole, "mermaid"))
    declared = re.findall(r"(?m)^    (p_\w+)[\[(]", text)
    assert sorted(declared) == sorted(f"p_{n.name}" for n in whole.nodes)
    used = re.findall(r"(?m)^  (p_\w+) -\S*.*> (p_\w+)$", text)
    assert len(used) == len(whole.edges)
    assert {name for pair in used for name in pair} <= set(declared)
    assert text.count("subgraph") == text.count("\n  end")


@pytest.mark.browser
def test_graphviz_draws_the_whole_guideline(whole: PredicateGraph) -> None:
    svg = graph_text(whole, "svg")
    assert isinstance(svg, bytes)
    root = ElementTree.fromstring(svg)  # noqa: S314 (Graphviz wrote it)
    groups = [g.get("class") for g in root.iter("{http://www.w3.org/2000/svg}g")]
    assert groups.count("node") == len(whole.nodes)
    assert groups.count("edge") == len(whole.edges)
    assert groups.count("cluster") == len({n.level for n in whole.nodes})


def test_the_command(run: Run, tmp_path: Path) -> None:
    ran = run("graph", "--focus", "hormone_receptor_positive", "--depth", "1")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("digraph predicates {")
    assert "p_hormone_receptor_positive" in ran.out
    assert "p_mammogram" not in ran.out
    assert run("graph", "--format", "mermaid", "-o", str(tmp_path / "g.mmd")).code == 0
    assert (tmp_path / "g.mmd").read_text().startswith("flowchart LR\n")
    assert run("graph").out == run("graph").out


def test_the_command_says_what_is_wrong(run: Run, tmp_path: Path) -> None:
    ran = run("graph", "--focus", "hormone_receptor_postive")
    assert (ran.code, ran.out) == (6, "")
    assert "did you mean `hormone_receptor_positive`?" in ran.err
    ran = run("graph", "--focus", "treat_cancer_first")
    assert (ran.code, ran.out) == (6, "")
    assert "`treat_cancer_first` is no predicate but a rule that concludes `recommend`" in ran.err
    assert "give `recommend`" in ran.err
    assert run("graph", "--format", "gif").code == 2
    assert run("graph", "--kb", str(tmp_path)).code == 3
