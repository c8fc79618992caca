"""The guideline's page in a real browser: it asks for nothing, fits a phone, is searched, and axe finds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import DESKTOP, PHONE, Browser
from guidekb.facts.cases import read_cases
from guidekb.kb.load import HOME, load
from guidekb.queries.wording.words import words
from guidekb.queries.workshop.doc_page import doc_page
from guidekb.queries.workshop.doc_source import doc_of
from guidekb.queries.workshop.doc_tests import exercise_of

CASES = Path(__file__).parents[1] / "guideline" / "cases"
VISIBLE = "return [...document.querySelectorAll('.find')].filter(e => e.checkVisibility()).length"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("doc") / "guideline.html"
    program = load()
    found = exercise_of(program, read_cases(CASES / "neurological.yaml", program), ())
    written.write_text(doc_page(doc_of(HOME, program, found), words()), encoding="utf-8")
    return written


def test_it_loads_without_complaint_asks_for_nothing_and_shows_the_graph(seen: Browser, path: Path) -> None:
    seen.open(path)
    assert seen.complaints() == []
    assert {url for url in seen.requests() if not url.startswith("data:")} == {path.as_uri()}
    assert seen.run("return document.querySelectorAll('.graph svg .node').length") > 50
    assert seen.run("return document.querySelector('.graph svg').getBoundingClientRect().height") > 300
    seen.keep("doc-desktop")


def test_a_statement_stands_beside_its_rules_and_on_a_phone_above_them(seen: Browser, path: Path) -> None:
    place = "const r = document.querySelector(arguments[0]).getBoundingClientRect(); return [r.left, r.top]"
    text, rules = "#statement-S01 > div:first-child", "#statement-S01 > div:last-child"
    seen.open(path)
    left, right = seen.run(place, text), seen.run(place, rules)
    assert left[0] < right[0]
    assert left[1] == right[1]
    seen.view(PHONE)
    seen.open(path)
    seen.run("document.getElementById('open-all').click()")
    above, below = seen.run(place, text), seen.run(place, rules)
    assert above[0] == below[0]
    assert above[1] < below[1]
    assert seen.run("return document.documentElement.scrollWidth") <= PHONE[0]
    seen.keep("doc-phone")


def test_search_and_kind_narrow_the_page_and_a_link_leads_back(seen: Browser, path: Path) -> None:
    seen.open(path)
    everything = seen.run(VISIBLE)
    seen.run("const s = document.getElementById('status'); s.value = 'alert'; s.dispatchEvent(new Event('change'))")
    kinds = "return [...new Set([...document.querySelectorAll('.find:not([hidden])')].map(e => e.dataset.status))]"
    assert seen.run(kinds) == ["alert"]
    assert 0 < seen.run(VISIBLE) < everything
    seen.run("location.hash = '#statement-A01'")
    done = "const done = arguments[0]; setTimeout(() => done(document.querySelector(':target').checkVisibility()))"
    assert seen.driver.execute_async_script(done)


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "dark-phone"])
def test_axe_finds_nothing(size: tuple[int, int], scheme: str, seen: Browser, path: Path, axe: str) -> None:
    seen.view(size, scheme)
    seen.open(path)
    seen.run("document.getElementById('open-all').click()")
    seen.run(axe)
    seen.driver.set_script_timeout(120)
    code = "const done = arguments[0]; axe.run(document).then(done, e => done(String(e)))"
    found = seen.driver.execute_async_script(code)
    assert isinstance(found, dict), found
    told = [f"{v['id']}: {v['help']}: {n['html'][:200]}" for v in found["violations"] for n in v["nodes"][:3]]
    assert told == []
