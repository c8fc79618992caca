"""Mermaid itself draws our flowcharts, every node with its words as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from chromium import Browser
from guidekb.kb.diagnostics import printable
from guidekb.queries.rendering.graph_mermaid import mermaid
from shown import HOSTILE, NAMES, Shown, example, hostile


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory, mermaid_js: str) -> Path:
    """A page with nothing on it but Mermaid."""
    path = tmp_path_factory.mktemp("mermaid") / "blank.html"
    page = "<!doctype html><html lang=en><meta charset=utf-8><title>blank</title><div id=at></div>"
    path.write_text(f"{page}<script src=mermaid.js></script>", encoding="utf-8")
    path.with_name("mermaid.js").write_text(mermaid_js, encoding="utf-8")
    return path


@pytest.fixture
def draw(seen: Browser, blank: Path) -> Any:
    """Draws an answer; gives the words of each node by its id."""
    seen.open(blank)
    seen.run("mermaid.initialize({startOnLoad: false, securityLevel: 'strict'})")

    def one(of: Shown, name: str) -> dict[str, str]:
        code = (
            "const [text, done] = arguments; mermaid.render('drawn', text).then(r => { at.innerHTML = r.svg; "
            "done(Object.fromEntries([...at.querySelectorAll('.node')].map(n => [n.id, n.textContent]))) }, "
            "e => done(String(e)))"
        )
        found = seen.driver.execute_async_script(code, mermaid(of.graph, of.said))
        assert isinstance(found, dict), found
        seen.keep(f"mermaid-{name}")
        return {key.split("flowchart-")[-1].split("-")[0]: text for key, text in found.items()}

    return one


@pytest.mark.parametrize("name", NAMES)
def test_every_node_is_drawn_with_its_sentence(name: str, draw: Any) -> None:
    shown = example(name)
    drawn = draw(shown, name)
    assert {n for n in drawn if not n.endswith("r")} == {*shown.graph.nodes}
    for node in shown.graph.nodes.values():
        assert node.text.replace(" ", "") in drawn[node.id].replace(" ", "")


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_words_are_shown_as_they_are(number: int, draw: Any, seen: Browser) -> None:
    shown = hostile(HOSTILE[number])
    drawn = draw(shown, f"hostile-{number}")
    text = printable(HOSTILE[number]).replace(" ", "")
    if len(text) < 1000:  # else it is too large for Mermaid, and says so
        assert any(text in words.replace(" ", "").replace("\xa0", "") for words in drawn.values()), drawn
    assert seen.run("return window.pwned") is None
