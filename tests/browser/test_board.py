"""The page for one patient, end to end, in a real browser (long: all that a tumour board does with one service)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from chromium import DESKTOP, NARROW
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from served import Board
from shown import EXAMPLES, HOSTILE

RECORD = "metastatic-hr-positive.yaml"
FOCUSED = "return [document.activeElement.id || document.activeElement.name, document.activeElement.value]"
WIDE = "return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('pre, .hidden, .skip') && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 100))"  # noqa: E501


def clean(board: Board) -> None:
    """Nothing on the console, and no request to anywhere but the service; no patient in an address."""
    assert board.browser.complaints() == []
    urls = [url for url in board.browser.requests() if not url.startswith(("data:", "about:"))]
    assert {urlsplit(url).netloc for url in urls} <= {urlsplit(board.address).netloc}
    assert {urlsplit(url).path for url in urls} <= {"/", "/static/page.css", "/static/board.css", "/static/board.js"}


# ---- to a patient ----


def test_an_example_is_opened_and_answered(board: Board) -> None:
    board.example(RECORD)
    assert board.text("h1") == "Patient metastatic-hr-positive"
    assert board.lines("Recommended")[0] == "immediate systemic therapy of the metastatic cancer"
    assert "no visceral involvement" in board.text("#form")
    assert board.browser.driver.title == "guidekb: one patient", "a title is kept in histories"
    assert board.text("#changed") == ""
    clean(board)
    board.browser.keep("board-desktop")


def test_an_empty_form_is_filled_in_and_the_answer_comes_with_it(board: Board) -> None:
    board.start()
    board.click("button[value=empty]")
    assert board.lines("Recommended") == []
    asked = "return [...document.querySelectorAll('#form .field.unknown')].length"
    everything = board.browser.run(asked)
    assert everything == board.browser.run("return document.querySelectorAll('#form .field').length") > 30
    board.choose("f.breast_cancer_status", "known_active")
    board.choose("f.syndromes", "dermatomyositis")
    assert board.browser.run("return document.querySelector('[name=\"f.syndromes:extent\"]:checked').value") == "some"
    board.choose("f.stage", "localized")
    board.choose("f.resectable", "yes")
    board.choose("f.surgery", "none")
    board.choose("f.age_years", "52")
    assert "definitive surgery of the breast tumor" in board.lines("Recommended")
    assert "52 years" in board.text("#form")
    assert board.browser.run(asked) == everything - 6
    clean(board)


def test_rows_of_lists_and_maps_are_filled_in(board: Board) -> None:
    board.start()
    board.click("button[value=empty]")
    board.choose("f.syndromes", "cerebellar_degeneration")
    board.browser.run("document.getElementsByName('f.antibodies:0:antibody')[0].value = 'anti_yo'")
    board.choose("f.antibodies:0:result", "positive")
    board.browser.run("document.getElementsByName('f.imaging:0:modality')[0].value = 'mammogram'")
    board.choose("f.imaging:0:result", "negative")
    assert "anti-Yo antibodies are positive" in board.text("#form")
    assert "mammography was negative" in board.text("#form")
    assert board.there('[name="f.imaging:2:modality"]'), "there is room for more"


@pytest.mark.parametrize("name", [RECORD, "fhir/anti-yo-early.json", "metastatic-her2-positive.json"])
def test_a_file_is_uploaded(name: str, board: Board) -> None:
    board.start()
    board.browser.driver.find_element(By.ID, "file").send_keys(str(EXAMPLES / name))
    board.click("button[value=upload]")
    board.until(lambda: board.there("#board"))
    assert f"recorded in {Path(name).name}" in board.text("header")
    assert board.lines("Recommended")
    clean(board)


def test_a_pasted_bundle_says_from_which_element_a_fact_comes(board: Board) -> None:
    board.paste((EXAMPLES / "fhir/anti-yo-early.json").read_text(encoding="utf-8"))
    board.browser.run("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    text = board.text("#answer")
    assert "Observation/" in text
    assert "valueCodeableConcept" in text
    assert "S28" in text


def test_errors_of_a_pasted_text_stand_beside_it_and_nothing_typed_is_lost(board: Board) -> None:
    typed = "id: p1\n\tage_years: 47\nsyndroms: [dermatomyositis]\n"
    board.paste(typed)
    assert board.browser.run("return document.getElementById('typed').value") == typed
    assert "--> the text on this page:2:1" in board.text("#findings")
    board.paste("id: p1\nsyndroms: [dermatomyositis]\nage_years: many\n")
    assert "did you mean `syndromes`?" in board.text("#findings")
    assert "^^^^" in board.text("#findings")
    assert "2 things are wrong" in board.text("#wrong")
    assert board.browser.run("return document.activeElement.id") == "wrong"
    left = "return document.querySelector(arguments[0]).getBoundingClientRect().left"
    assert board.browser.run(left, "#findings") > board.browser.run(left, "#typed")
    board.browser.keep("board-errors")
    clean(board)


def test_an_error_in_another_text_leaves_the_patient_on_the_page(board: Board) -> None:
    board.example(RECORD)
    board.write("id: [")
    board.click("button[value=read]")
    board.until(lambda: board.there("#findings"))
    assert board.lines("Recommended")
    assert board.browser.run("return document.getElementById('typed').value") == "id: ["


def test_of_several_patients_one_is_chosen(board: Board) -> None:
    board.paste("- {id: one, stage: localized}\n- {id: two, stage: metastatic}\n")
    board.click("button[name=patient][value=two]")
    board.until(lambda: board.there("#board"))
    assert board.text("h1") == "Patient two"
    board.choose("f.sex", "female")
    assert board.text("h1") == "Patient two"


# ---- with a patient ----


def test_a_changed_fact_changes_the_answer_and_what_changed_is_marked(board: Board) -> None:
    board.example(RECORD)
    board.browser.run("document.getElementById('is-recommend-endocrine_therapy').open = true")
    board.choose("f.clinically_aggressive_disease", "yes")
    assert "the disease is clinically aggressive before: not recorded" in board.text("#changed")
    assert board.text("#changed .turned") == "endocrine therapyrecommended (provisional) → now: excluded"
    assert "chemotherapy instead of endocrine therapy" in board.lines("Recommended")
    assert "new" in board.text("#is-recommend-chemotherapy_instead_of_endocrine summary")
    assert re.match(
        r"\d conclusions have changed: .*chemotherapy instead of endocrine therapy: rec", board.text("#news")
    )
    assert "One change to the record" in board.text("#edited")
    assert board.browser.run("return document.getElementById('is-recommend-endocrine_therapy').open")
    board.browser.keep("board-changed")
    board.click("#edited button[name=undo]")
    assert "endocrine therapy" in board.lines("Recommended")
    assert board.text("#edited") == ""
    clean(board)


def test_a_value_that_cannot_be_is_told_at_its_field_and_the_answer_does_not_use_it(board: Board) -> None:
    board.example(RECORD)
    before = board.lines("Recommended")
    board.choose("f.age_years", "466")
    board.until(lambda: board.there("#field-age_years .error"))
    assert "out of range" in board.text("#field-age_years")
    assert board.browser.run("return document.getElementsByName('f.age_years')[0].value") == "466"
    assert "age" in board.text("#problems [role=alert]")
    assert board.lines("Recommended") == before
    described = board.browser.run(
        "return document.getElementsByName('f.age_years')[0].getAttribute('aria-describedby')"
    )
    assert any(board.browser.run("return document.getElementById(arguments[0]).className", one) == "error"
               for one in described.split())  # fmt: skip
    board.choose("f.age_years", "46")
    assert not board.there("#problems [role=alert]")


def test_the_next_question_is_answered_in_place(board: Board) -> None:
    board.example(RECORD)
    assert "Is the disease clinically aggressive?" in board.text("#asked legend")
    assert "certainly recommended: endocrine therapy" in board.text("#outcomes")
    board.browser.run("document.querySelector('#asked input[value=no]').click()")
    board.click("#asked button[value=answer]")
    board.until(lambda: "restaging" in board.text("#asked legend"))
    assert "provisional" not in board.text("#is-recommend-endocrine_therapy summary")
    assert board.browser.run("return document.querySelector('#asked').contains(document.activeElement)")
    board.browser.run("document.querySelector('#asked input[value=yes]').click()")
    board.click("#asked button[value=answer]")
    board.until(lambda: "Nothing that is unknown can change the answer" in board.text("#asked"))
    assert "2 changes to the record" in board.text("#edited")
    clean(board)


def test_every_line_opens_down_to_statement_and_place(board: Board) -> None:
    board.example(RECORD)
    lines = board.browser.run("return document.querySelectorAll('#conclusions details.line[data-status]').length")
    assert lines > 15
    board.click("#is-recommend-definitive_breast_surgery summary, #conclusions .line summary")
    inside = board.text("#conclusions .line[open]")
    assert re.search(r"S\d\d", inside)
    assert "Full proof:" in inside
    assert "line 7" in inside
    board.browser.run("location.hash = '#statement-S11'")
    board.until(lambda: board.browser.run("return document.querySelector(':target').checkVisibility()"))


def test_why_not_is_found_by_words_and_stays_while_facts_change(board: Board) -> None:
    board.example(RECORD)
    board.browser.run("document.getElementById('looked-for').focus()")
    board.browser.press("trastuzumab plus chemotherapy", Keys.ENTER)
    board.until(lambda: "not recommended" in board.text("#looked-at"))
    assert "HER2 is positive" in board.text("#looked-at")
    assert "HER2 is negative" in board.text("#looked-at")
    board.browser.keep("board-why-not")
    board.choose("f.her2", "positive")
    board.until(lambda: "it is in the answer" in board.text("#looked-at"))
    board.browser.run("document.getElementById('looked-for').value = 'receptors'")
    board.click("button[value=look]")
    board.until(lambda: board.there("#looked-at .choices"))
    board.click("#looked-at .choices button")
    board.until(lambda: board.there("#looked-at .verdict"))
    board.browser.run("document.getElementById('looked-for').value = '<b>zzz</b>'")
    board.click("button[value=look]")
    board.until(lambda: "<b>zzz</b>" in board.text("#looked-at"))
    clean(board)


def test_the_file_to_share_and_the_record_are_what_is_on_the_page(board: Board) -> None:
    board.example(RECORD)
    board.choose("f.her2", "positive")
    code = """
    const [path, done] = arguments, form = new FormData(document.getElementById('board'));
    fetch(path, {method: 'POST', body: form}).then(async answer =>
        done([answer.headers.get('content-disposition'), await answer.text()]))
    """
    asked = board.browser.driver.execute_async_script
    how, page = asked(code, "answer.html")
    assert how == 'attachment; filename="answer.html"'
    assert "trastuzumab plus chemotherapy" in page
    assert "<style>" in page
    assert "src=" not in page
    how, record = asked(code, "record.yaml")
    assert how == 'attachment; filename="record.yaml"'
    assert "her2: positive" in record
    assert "stage: metastatic" in record
    board.paste(record)
    assert "trastuzumab plus chemotherapy" in board.lines("Recommended")


def test_in_german_everything_is_and_the_changes_go_along(board: Board) -> None:
    board.example(RECORD)
    board.choose("f.her2", "positive")
    board.browser.run("document.querySelector('button[name=language]').click()")
    board.until(lambda: board.browser.run("return document.documentElement.lang") == "de")
    assert board.lines("Empfohlen")
    assert "Eine Änderung an der Akte" in board.text("#edited")
    assert "Die Patientenakte" not in board.text("body")
    assert "Das Mammakarzinom" in board.text("#form")
    english = re.findall(
        r"\b(?:the|is not recorded|of|and|recorded)\b", board.text("#form") + board.text("#conclusions")
    )
    assert english == []
    board.browser.keep("board-german")
    clean(board)


def test_a_service_that_does_not_answer_loses_nothing(board: Board) -> None:
    board.example(RECORD)
    driver = board.browser.driver
    driver.execute_cdp_cmd("Network.enable", {})
    link = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": True, **link})
    try:
        board.browser.run("document.querySelector('[name=\"f.her2\"][value=positive]').click()")
        board.until(lambda: board.browser.run("return document.getElementById('trouble').checkVisibility()"))
        assert board.lines("Recommended")
    finally:
        driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": False, **link})
    board.choose("f.sex", "male")
    assert not board.browser.run("return document.getElementById('trouble').checkVisibility()")
    assert "2 changes to the record" in board.text("#edited"), "what was chosen in between is there"


# ---- hostile, by keyboard, without the script, small, printed ----


@pytest.mark.parametrize("number", [0, 2, 6, 14], ids=["markup", "attribute", "direction", "long"])
def test_hostile_words_do_nothing(number: int, board: Board) -> None:
    """Each as a treatment, and one of them as the patient's name and a text, through the form and back."""
    words = [one.encode("utf-8", "replace").decode().replace("\x00", "")[:150] for one in HOSTILE]
    record = {"id": words[number], "stage_detail": words[number], "other_treatments": words, "stage": "localized"}
    board.browser.view(NARROW)
    board.paste(json.dumps(record))
    board.until(lambda: board.there("#board"))
    board.browser.run("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    harmless = "return [window.pwned, document.scripts.length, document.images.length]"
    assert board.browser.run(harmless) == [None, 1, 0]
    board.choose("f.resectable", "yes")
    assert board.browser.run("return document.getElementsByName('f.stage_detail')[0].value") == words[number]
    assert board.text("#edited h3") == "One change to the record", "what was not changed went through the form as it is"
    assert board.browser.run("return document.documentElement.scrollWidth") <= NARROW[0]
    assert board.browser.run(harmless) == [None, 1, 0]
    assert "pwned" not in board.browser.driver.title
    clean(board)


def test_all_by_keyboard(board: Board) -> None:
    board.start()
    board.browser.press(Keys.TAB)
    assert board.browser.run("return document.activeElement.className") == "skip"
    board.browser.press(Keys.ENTER)
    assert board.browser.run("return document.activeElement.id") == "start"
    board.browser.press(Keys.TAB, "metastatic-hr-positive.yaml", Keys.TAB, Keys.ENTER)
    board.until(lambda: board.there("#board"))
    board.until(lambda: board.browser.run("return document.activeElement.id") == "answer")
    board.browser.run("document.getElementById('head-1').focus()")
    board.browser.press(Keys.ENTER, Keys.TAB)
    assert board.browser.run("return document.activeElement.name") == "f.breast_cancer_status"
    board.browser.press(Keys.TAB, Keys.ARROW_RIGHT)
    board.until(lambda: "histology has not confirmed" in board.text("#changed"))
    assert board.browser.run(FOCUSED)[1] == "no", "the focus stays where it was"
    board.browser.press(Keys.ARROW_LEFT)
    board.until(lambda: "histology confirms" in board.text("#changed"))


def test_every_control_shows_its_focus(board: Board) -> None:
    board.example(RECORD)
    board.browser.run("document.querySelectorAll('.record details').forEach(fold => { fold.open = true; })")
    board.browser.run(
        "window.reached = []; document.addEventListener('focusin', e => { const at = e.target.closest('.option') || "
        "e.target, s = getComputedStyle(at); reached.push([e.target.outerHTML.slice(0, 80), s.outlineStyle !== 'none' "
        "&& parseFloat(s.outlineWidth) >= 2]); })"
    )
    board.browser.run("document.querySelector('.skip').focus(); reached.length = 0")
    for _ in range(40):
        board.browser.press(Keys.TAB)
    reached = board.browser.run("return reached")
    assert len(reached) == 40
    assert [what for what, visible in reached if not visible] == []


def test_without_its_script_everything_works_by_buttons(board: Board) -> None:
    board.browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})

    def find(selector: str) -> WebElement:
        return board.browser.driver.find_element(By.CSS_SELECTOR, selector)

    def reads(selector: str, text: str) -> None:
        """The next page, which is another document, has these words there."""

        def is_so() -> bool:
            try:
                return text in find(selector).text
            except (NoSuchElementException, StaleElementReferenceException):
                return False

        board.until(is_so)

    try:
        board.start()
        find(f"#example option[value='{RECORD}']").click()
        find("button[value=example]").click()
        reads("h1", "Patient metastatic-hr-positive")
        find("#head-2").click()
        find("[name='f.her2'][value=positive]").click()
        find("#update").click()
        reads("#changed", "trastuzumab plus chemotherapy")
        find("#asked [value=yes]").click()
        find("#asked button[value=answer]").click()
        reads("#edited", "2 changes to the record")
        find("#looked-for").send_keys("mammogram", Keys.ENTER)
        reads("#looked-at", "ammography")
        reads("#edited", "2 changes to the record")
        find("button[name=undo][value='*']").click()
        board.until(lambda: not board.browser.driver.find_elements(By.ID, "edits"))
        find("#another > summary").click()
        find("#typed").send_keys("\nsyndroms: []")
        find("button[value=read]").click()
        reads("#findings", "did you mean `syndromes`?")
    finally:
        board.browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("name", [RECORD, "fhir/metastatic-her2-positive.json"])
def test_nothing_is_wider_than_a_phone(name: str, board: Board) -> None:
    board.browser.view(NARROW)
    board.start()
    assert board.browser.run("return document.documentElement.scrollWidth") <= NARROW[0]
    assert board.browser.run(WIDE) == []
    board.example(name)
    board.choose("f.her2", "negative" if "her2" in name else "positive")
    board.browser.run("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    assert board.browser.run("return document.documentElement.scrollWidth") <= NARROW[0]
    assert board.browser.run(WIDE) == []
    board.browser.keep(f"board-{name}-phone")
    small = "return [...document.querySelectorAll('button, summary, select, input:not([type=hidden]), .option')].filter(e => e.checkVisibility() && !e.closest('.option') && Math.min(e.offsetWidth, e.offsetHeight) < 24).map(e => e.outerHTML.slice(0, 90))"  # noqa: E501
    assert board.browser.run(small) == [], "a target has 24 pixels at least"


def test_printed_every_line_has_its_reasons_and_no_control_is_there(board: Board) -> None:
    board.example(RECORD)
    board.browser.view(DESKTOP, media="print")
    visible = "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).length"
    assert board.browser.run(visible, "button, select, input") == 0
    reasons = "#conclusions .reasons li, #conclusions .says"
    assert (
        board.browser.run(visible, reasons)
        == board.browser.run("return document.querySelectorAll(arguments[0]).length", reasons)
        > 30
    )
    assert board.browser.run(visible, "#conclusions .tree li") == 0, "whole proofs are in the file to share"
    assert board.browser.run(visible, ".preview") > 5
    assert board.browser.printed().startswith(b"%PDF")
