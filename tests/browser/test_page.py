"""The page as a reader uses it: by keyboard, with search, on a phone, printed, without its script, and by links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from chromium import DESKTOP, NARROW, PHONE, Browser, Pages
from selenium.webdriver.common.keys import Keys
from shown import HOSTILE, NAMES, RICH, example, hostile

FOCUSED = "return [document.activeElement.localName, document.activeElement.id]"
OPEN = "return document.querySelectorAll('details[open]').length"
FOLDS = "return document.querySelectorAll('details').length"
VISIBLE = "return [...document.querySelectorAll('.find')].filter(e => e.checkVisibility()).length"
WIDE = (
    "return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 "
    "&& !e.classList.contains('skip')).map(e => e.outerHTML.slice(0, 200))"
)


@pytest.fixture
def page(seen: Browser, pages: Pages) -> Path:
    path = pages(RICH)
    seen.open(path)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_page_loads_without_complaint_and_asks_for_nothing(name: str, seen: Browser, pages: Pages) -> None:
    path = pages(name)
    seen.open(path)
    seen.run("document.getElementById('open-all').click()")
    assert seen.complaints() == []
    assert {url for url in seen.requests() if not url.startswith("data:")} == {path.as_uri()}
    seen.keep(f"{name}-desktop")


# ---- keyboard ----


def test_the_first_key_leads_past_everything_to_the_answer(seen: Browser, page: Path) -> None:
    assert page
    seen.press(Keys.TAB)
    assert seen.run("return document.activeElement.className") == "skip"
    assert seen.run("return document.activeElement.getBoundingClientRect().left") >= 0
    seen.press(Keys.ENTER)
    assert seen.run(FOCUSED) == ["main", "answer"]


def test_folds_open_and_close_by_keyboard(seen: Browser, page: Path) -> None:
    assert page
    seen.run("document.querySelector('.proof summary').focus()")
    for key, wanted in ((Keys.ENTER, True), (Keys.SPACE, False), (Keys.SPACE, True)):
        seen.press(key)
        assert seen.run("return document.querySelector('.proof').open") is wanted
    assert seen.run("return document.querySelector('.proof .tree').checkVisibility()")


def test_every_control_is_reached_in_order_and_its_focus_is_seen(seen: Browser, page: Path) -> None:
    assert page
    seen.run("document.getElementById('open-all').click()")
    focusable = "a[href], button, input, select, summary"
    wanted = seen.run(f'return document.querySelectorAll("{focusable}").length')
    seen.run("window.reached = []; document.activeElement.blur(); scrollTo(0, 0)")
    seen.run(
        "document.addEventListener('focusin', e => { const s = getComputedStyle(e.target); "
        "reached.push([e.target.localName, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]); })"
    )
    for _ in range(60):
        seen.press(Keys.TAB)
    reached = seen.run("return reached")
    assert wanted > 200
    assert len(reached) == 60
    assert all(visible for _, visible in reached), reached


# ---- search, filter, folds ----


def test_search_shows_what_has_all_the_words_and_says_how_much(seen: Browser, page: Path) -> None:
    assert page
    everything = seen.run(VISIBLE)
    seen.run("document.getElementById('search').focus()")
    seen.press("receptor", " ", "METAST")
    shown = seen.run(VISIBLE)
    assert 0 < shown < everything
    assert seen.run("return document.getElementById('shown').textContent") == f"{shown} of {everything} shown"
    texts = seen.run("return [...document.querySelectorAll('.find:not([hidden])')].map(e => e.textContent)")
    assert all("receptor" in text.lower() and "metast" in text.lower() for text in texts)
    sections = "return [...document.querySelectorAll('section')].every(s => s.hidden === !s.querySelector('.find:not([hidden])'))"  # noqa: E501
    assert seen.run(sections)
    seen.press(*[Keys.BACKSPACE] * len("receptor METAST"))
    assert seen.run(VISIBLE) == everything
    assert seen.run("return document.getElementById('shown').textContent") == ""
    seen.press("no such word anywhere")
    assert seen.run(VISIBLE) == 0


def test_the_status_filter_shows_conclusions_of_that_status(seen: Browser, page: Path) -> None:
    assert page
    seen.run("const s = document.getElementById('status'); s.value = 'excluded'; s.dispatchEvent(new Event('change'))")
    shown = seen.run("return [...document.querySelectorAll('.find:not([hidden]) h3')].map(e => e.textContent)")
    assert shown == ["endocrine therapy", "a third-generation aromatase inhibitor"]
    seen.keep("filtered")


def test_all_folds_open_and_close_at_once(seen: Browser, page: Path) -> None:
    assert page
    assert seen.run(OPEN) == 0
    seen.run("document.getElementById('open-all').click()")
    assert seen.run(OPEN) == seen.run(FOLDS) > 30
    seen.run("document.getElementById('close-all').click()")
    assert seen.run(OPEN) == 0


def test_a_link_into_a_fold_or_into_what_search_hides_shows_its_goal(seen: Browser, page: Path) -> None:
    inside = [n.id for n in example(RICH).graph.nodes.values() if n.kind == "derived"][-1]
    seen.open(page, f"#{inside}")
    assert seen.run("return document.querySelector(':target').checkVisibility()")
    top = "return document.querySelector(':target').getBoundingClientRect().top"
    assert 0 <= seen.run(top) < DESKTOP[1]
    seen.run("document.getElementById('search').focus()")
    seen.press("no such word anywhere")
    seen.run("location.hash = '#part-facts'")
    seen.run("location.hash = arguments[0]", f"#{inside}")
    assert seen.driver.execute_async_script(
        "const done = arguments[0]; setTimeout(() => done(document.querySelector(':target').checkVisibility()))"
    )
    assert seen.run("return document.getElementById('search').value") == ""


# ---- without the script, printed, on a phone ----


def test_without_its_script_the_page_is_whole(seen: Browser, page: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.html"
    bare.write_text(re.sub(r"(?s)<script>.*</script>", "", page.read_text(encoding="utf-8")), encoding="utf-8")
    inside = [n.id for n in example(RICH).graph.nodes.values() if n.kind == "derived"][-1]
    seen.open(bare, f"#{inside}")
    assert seen.run("return document.querySelector(':target').checkVisibility()")
    assert not seen.run("return document.getElementById('tools').checkVisibility()")
    seen.run("document.querySelector('.proof summary').focus()")
    seen.press(Keys.ENTER)
    assert seen.run("return document.querySelector('.proof').open")
    seen.view(media="print")
    seen.open(bare)
    hidden = "return [...document.querySelectorAll('.tree li, pre, td li')].filter(e => !e.offsetHeight).length"
    assert seen.run(hidden) == 0


def test_printed_all_folds_are_open_and_no_colour_is_needed(seen: Browser, page: Path) -> None:
    seen.view(media="print", scheme="dark")
    seen.open(page)
    hidden = "return [...document.querySelectorAll('.tree li, pre, td li')].filter(e => !e.offsetHeight).length"
    assert seen.run(hidden) == 0
    assert seen.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    colours = seen.run(
        "return [...new Set([...document.querySelectorAll('body *')].filter(e => e.offsetHeight)"
        ".map(e => getComputedStyle(e).color))]"
    )
    assert {c for c in colours if len({*re.findall(r"\d+", c)}) > 1} == set(), "only greys"
    for gone in (".skip", "#tools"):
        assert not seen.run("return document.querySelector(arguments[0]).checkVisibility()", gone)
    assert seen.printed().startswith(b"%PDF")


def test_folds_that_a_reader_closed_are_closed_again_after_printing(seen: Browser, page: Path) -> None:
    assert page
    seen.run("dispatchEvent(new Event('beforeprint'))")
    assert seen.run(OPEN) == seen.run(FOLDS)
    seen.run("dispatchEvent(new Event('afterprint'))")
    assert seen.run(OPEN) == 0


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["390", "360"])
@pytest.mark.parametrize("name", [RICH, "nearly-empty", "datalog-facts", "fhir/metastatic-her2-positive"])
def test_nothing_is_wider_than_a_phone(name: str, size: tuple[int, int], seen: Browser, pages: Pages) -> None:
    seen.view(size)
    seen.open(pages(name))
    seen.run("document.getElementById('open-all').click()")
    assert seen.run("return document.documentElement.scrollWidth") <= size[0]
    assert seen.run(WIDE) == []
    seen.keep(f"{name}-{size[0]}")


# ---- hostile words ----


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_words_do_nothing(number: int, seen: Browser, pages: Pages) -> None:
    seen.view(NARROW)
    path = pages(hostile(HOSTILE[number]))
    seen.open(path)
    seen.run("document.getElementById('open-all').click()")
    assert seen.run("return window.pwned") is None
    assert seen.run("return document.scripts.length") == 1
    assert seen.run("return document.images.length") == 0
    assert seen.complaints() == []
    assert {url for url in seen.requests() if not url.startswith("data:")} == {path.as_uri()}
    assert seen.run("return document.documentElement.scrollWidth") <= NARROW[0]
    assert seen.run(WIDE) == []
