"""Every form is made from one graph: the same nodes, the same bytes again, and no word of a patient becomes a sign."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from guidekb.kb.diagnostics import printable
from guidekb.queries.explanations.explanation import KINDS
from guidekb.queries.explanations.places import Places
from guidekb.queries.rendering.answer_markdown import plain
from guidekb.queries.rendering.graph_dot import dot
from guidekb.queries.rendering.graph_mermaid import mermaid
from guidekb.queries.wording.words import words
from html_seen import Seen
from markdown_it import MarkdownIt
from shown import HOSTILE, NAMES, RICH, Shown, example, graphviz, hostile, made


def test_the_same_answer_gives_the_same_bytes_in_every_process() -> None:
    code = (
        "from shown import example; from guidekb.queries.rendering.renderings import rendering; import hashlib\n"
        f"s = example({RICH!r})\n"
        "for form in ('md', 'html', 'dot', 'mermaid', 'json'):\n"
        "    text = rendering(form, s.program, s.answer, s.graph, s.said)\n"
        "    print(form, hashlib.sha256(text.encode()).hexdigest())\n"
    )

    def run(seed: str) -> str:
        path = os.pathsep.join((os.path.dirname(__file__), os.environ.get("PYTHONPATH", "")))  # noqa: PTH120
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    assert run("1") == run("2") != ""


@pytest.mark.parametrize("name", NAMES)
def test_markdown_names_every_proof_and_fact(name: str) -> None:
    shown = example(name)
    text = made("md", shown)
    places = Places(shown.graph, shown.said)
    for node in shown.graph.nodes.values():
        assert plain(node.text) in text
        if node.rule and node.children:
            assert f"`{node.id}`" in text
        if node.origins:
            assert plain(places.all(node.origins)) in text
    lines = text.splitlines()
    assert lines[0] == f"# Patient {plain(shown.answer.subject)}"
    assert not [line for line in lines if line.endswith(" ")]


def test_every_kind_of_node_and_statement_has_a_word() -> None:
    phrases = words().phrases
    assert {f"kind.{kind}" for kind in KINDS} == {key for key in phrases if key.startswith("kind.")}
    kinds = {f"statement_kind.{s.kind}" for s in example(RICH).program.statements}
    assert kinds <= {*phrases}


# ---- hostile words ----


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_word_of_a_patient_becomes_markup(text: str) -> None:
    found = Seen(made("html", hostile(text)))
    assert found.skeleton == Seen(made("html", hostile("harmless"))).skeleton
    assert found.text.count(printable(text)) >= 6
    made("html", hostile(text)).encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_word_of_a_patient_becomes_a_sign_of_markdown(text: str) -> None:
    def tokens(of: Shown) -> list[str]:
        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        return [
            f"{inner.type} {inner.tag}"
            for token in parser.parse(made("md", of))
            for inner in (token, *(token.children or ()))
        ]

    def text_of(source: str) -> str:
        (block,) = [t for t in MarkdownIt("commonmark").parse(source) if t.type == "inline"]
        return "".join(t.content for t in block.children or ())

    assert tokens(hostile(text)) == tokens(hostile("harmless"))
    for before in ("", "- ", "# "):
        assert text_of(f"{before}{plain(text)}") == printable(text).strip()


@pytest.mark.browser
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_graphviz_and_mermaid_get_the_words_as_they_are(text: str) -> None:
    shown = hostile(text)
    plain_text = re.sub(r"\s", "", printable(text))
    svg = ElementTree.fromstring(graphviz(dot(shown.graph, shown.said)))  # noqa: S314 (Graphviz made it)
    drawn_text = re.sub(r"\s", "", "".join(svg.itertext()))
    assert plain_text in drawn_text
    labels = re.findall(r'"(.*)"', mermaid(shown.graph, shown.said))
    decoded = [re.sub(r"#(\d+);", lambda m: chr(int(m[1])), label.replace("<br/>", "")) for label in labels]
    assert len(text) > 1000 or any(plain_text in re.sub(r"\s", "", one) for one in decoded)
    assert not [label for label in labels if re.search(r'["`<>&\[\]{}|%;]', re.sub(r"<br/>|#\d+;", "", label))]
