"""The HTML page: whole, self-contained, linked, in order; every node of the graph is on it once."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import tomllib

import pytest
from guidekb.queries.rendering.html_page import FOLDER
from guidekb.queries.rendering.html_sources import paragraphs
from guidekb.queries.rendering.markup import Markup, anchor, tag
from guidekb.queries.wording.sentences import print_ground
from html_seen import Seen
from shown import EXAMPLES, NAMES, RICH, Shown, example, made

LARGEST = 300_000  # bytes of a page


def page(of: Shown) -> Seen:
    """The page of an answer, parsed."""
    return Seen(made("html", of))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_whole_small_and_asks_nobody(name: str) -> None:
    source = made("html", example(name))
    assert len(source.encode()) < LARGEST
    found = Seen(source)
    assert found.open == []
    assert found.elements[0] == ("html", {"lang": "en"})
    assert [t for t, _ in found.elements if t in ("script", "style")] == ["style", "script"]
    assert {t for t, a in found.elements if "src" in a or "srcset" in a or "style" in a} == set()
    assert [a for _, attributes in found.elements for a in attributes if a.startswith("on")] == []
    assert {h for h in found.values("href") if not h.startswith("#")} == {"data:,"}
    assert "http:" not in source
    assert "https:" not in source
    assert "url(" not in source
    assert "@import" not in source


def test_the_policy_allows_our_style_and_script_by_their_hashes_and_nothing_else() -> None:
    (policy,) = [a["content"] for _, a in page(example(RICH)).elements if "http-equiv" in a]
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256((FOLDER / name).read_bytes()).digest()).decode()}'"
        for name in ("page.css", "page.js")
    ]
    assert policy == (
        f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_recorded_fact_is_on_the_page(name: str) -> None:
    """What the answer rests on stands in the table of facts, the rest in a fold under it: nothing read is lost."""
    of = example(name)
    used = {node.atom for node in of.graph.nodes.values() if node.kind == "recorded"}
    unused = {node.atom for node in of.graph.unused}
    assert used | unused == {print_ground(fact) for fact in of.edb.facts}
    assert not used & unused
    rows = [t for t, _ in page(of).elements if t == "tr"]
    heads = bool(used) + bool(unused)
    assert len(rows) == len(used) + len(unused) + heads


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere_and_headings_are_in_order(name: str) -> None:
    found = page(example(name))
    ids = found.values("id")
    assert len(set(ids)) == len(ids)
    assert {h[1:] for h in found.values("href") if h.startswith("#")} <= {*ids}
    levels = [int(t[1]) for t, _ in found.elements if re.fullmatch("h[1-6]", t)]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_every_node_of_the_graph_is_on_the_page_once_by_its_id(name: str) -> None:
    shown = example(name)
    ids = page(shown).values("id")
    assert {i for i in ids if re.fullmatch(r"n[0-9a-f]{12}", i)} == {*shown.graph.nodes}


def test_every_fact_has_its_source_place_and_value_and_every_rule_its_statement() -> None:
    shown = example(RICH)
    found = page(shown)
    hrefs = found.values("href")
    for node in shown.graph.nodes.values():
        assert node.text in found.text
        for origin in node.origins:
            assert f"#{node.id}" in hrefs
            assert f"{origin.place} as {origin.written} {origin.source}" in found.text
        if node.rule:
            assert {f"#{anchor('rule', node.rule.id)}", f"#{anchor('statement', node.rule.statement)}"} <= {*hrefs}
            assert f"rule {node.rule.id} {node.rule.place.place}" in found.text
            for cited in (*node.rule.statements, *node.rule.readings):
                (text,) = [s.text for s in shown.program.statements if s.id == cited]
                for paragraph in paragraphs(text):
                    assert Seen(paragraph).text in found.text


def test_every_conclusion_has_a_headline_a_status_in_words_and_a_fold() -> None:
    shown = example(RICH)
    found = page(shown)
    items = (*shown.answer.recommendations, *shown.answer.alerts, *shown.answer.expectations, *shown.answer.prognosis)
    articles = [a for t, a in found.elements if t == "article" and a["class"] == "conclusion find"]
    assert len(articles) == len(items)
    assert [a["data-status"] for a in articles].count("excluded") == 2
    for word in ("✓ certain", "? provisional", "⊘ excluded", "immediately", "Full proof:", "shown above"):
        assert word in found.text
    assert found.text.count("Decision support for people") == 1
    assert shown.program.sha256 in found.text


def test_what_cannot_be_decided_is_a_question_with_its_reason() -> None:
    found = page(example("nearly-empty"))
    questions = [a for t, a in found.elements if t == "article" and a["class"] == "question find"]
    assert len(questions) == len(example("nearly-empty").answer.undetermined) > 0
    assert "would decide:" in found.text
    assert "Waiting for it:" in found.text


def test_a_statement_keeps_its_paragraphs_and_code() -> None:
    assert list(paragraphs("one `a_b` two\nthree\n\nfour ` <b>")) == [
        "<p>one <code>a_b</code> two three</p>",
        "<p>four ` &lt;b&gt;</p>",
    ]


def test_markup_is_escaped_unless_tag_made_it() -> None:
    assert tag("p", "<b>", tag("b", "&")) == "<p>&lt;b&gt;<b>&amp;</b></p>"
    assert tag("input", value='">', hidden=True, disabled=False) == '<input value="&quot;&gt;" hidden>'
    assert tag("br") == "<br>"
    assert isinstance(tag("p", "a"), Markup)
    assert len({anchor("a", x) for x in ("b c", "b-c", "b.c", "bc", "b_c")} | {anchor("a", "b", "c")}) == 6


def test_style_and_script_are_plain_files_of_the_package() -> None:
    project = tomllib.loads((EXAMPLES.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert "html/*" in project["tool"]["setuptools"]["package-data"]["guidekb.queries.rendering"]
    assert "</" not in (FOLDER / "page.js").read_text(encoding="utf-8")
    assert "</" not in (FOLDER / "page.css").read_text(encoding="utf-8")
