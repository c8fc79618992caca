"""The page as text: what it shows of each example, and that a form nobody touched says what the record says."""

from __future__ import annotations

import itertools
import re
from functools import cache

import pytest
from desk import Posted, form
from guidekb.facts.example_files import example_names
from guidekb.queries.page.respond import Desk
from guidekb.queries.page.sent import Sent
from html_seen import Seen

EXAMPLES = [name for name in example_names() if not name.endswith(".dl")]


@cache
def opened(page: Desk, name: str) -> str:
    """The page of an example patient."""
    return page.page(form(do="example", example=name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_is_whole_and_says_nothing_of_a_patient_where_others_may_see_it(name: str, page: Desk) -> None:
    source = opened(page, name)
    found = Seen(source)
    assert found.open == []
    ids = found.values("id")
    assert sorted(i for i in {*ids} if ids.count(i) > 1) == []
    assert {h[1:] for h in found.values("href") if h.startswith("#")} <= {*ids} | {"what-changed"}
    assert {h for h in found.values("href") if not h.startswith("#")} == {
        "data:,", "static/page.css", "static/board.css"
    }  # fmt: skip
    assert [a for _, attributes in found.elements for a in attributes if a.startswith("on") or a == "style"] == []
    assert [t for t, _ in found.elements if t == "style"] == []
    assert [a.get("src") for t, a in found.elements if t == "script"] == ["static/board.js"]
    assert re.findall("<title>(.*)</title>", source) == ["guidekb: one patient"]
    assert {a.get("method") for t, a in found.elements if t == "form"} == {"post"}
    levels = [int(t[1]) for t, _ in found.elements if re.fullmatch("h[1-6]", t)]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_form_that_nobody_touched_changes_nothing(name: str, page: Desk) -> None:
    """Unknown stays unknown, a no a no, a list complete or not: what goes through a browser comes back as it was."""
    first = opened(page, name)
    again = page.page(Posted(first).sent(do="update"))
    assert again == first


@pytest.mark.parametrize("name", ["metastatic-hr-positive.yaml", "nearly-empty.yaml", "fhir/hypercalcemia.json"])
def test_every_question_has_controls_with_labels(name: str, page: Desk) -> None:
    source = opened(page, name)
    found = Seen(source)
    labelled = {a["for"] for t, a in found.elements if t == "label" and "for" in a}
    for tag, a in found.elements:
        if tag in ("input", "select", "textarea") and a.get("type") not in ("hidden", "radio", "checkbox"):
            wrapped = re.search(rf'<label[^>]*>(?:(?!</label>).)*id="{re.escape(a["id"] or "")}"', source, re.DOTALL)
            assert a["id"] in labelled or "aria-label" in a or wrapped, a


def test_unknown_is_not_no(page: Desk) -> None:
    source = page.page(form(do="read", typed="{id: p, resectable: no}"))
    field = re.search(r'<div class="field known" id="field-resectable".*?</div>\n', source, re.DOTALL)
    assert field
    assert re.findall(r'value="(\w*)"[^>]* checked', field[0]) == ["no"]
    unknown = re.search(r'<div class="field unknown" id="field-infection_excluded".*?</fieldset>', source, re.DOTALL)
    assert unknown
    assert re.findall(r'value="(\w*)"[^>]* checked', unknown[0]) == [""]
    assert 'class="option unknown"' in unknown[0]
    assert "not recorded" in Seen(unknown[0] + "</div>").text


def test_a_mark_and_a_value_ruled_out_are_choices_of_their_own(page: Desk) -> None:
    record = (
        "{id: p, visceral_involvement: not_applicable, her2: not positive, age_years: not_applicable, er: conflicting}"
    )
    source = page.page(form(do="read", typed=record))
    for text in ("not applicable", "not positive", "contradictory"):
        assert text in Seen(source).text
    sent = Posted(source).sent(do="update")
    assert sent.one("f.her2") == "not positive"
    assert sent.one("f.age_years:mark") == "not_applicable"
    assert page.page(sent) == source


def test_what_is_chosen_where_nothing_was_said_of_a_list_leaves_it_open(page: Desk) -> None:
    source = page.page(form(do="empty"))
    after = page.page(Posted(source).sent(do="update", f__syndromes="dermatomyositis"))
    assert Posted(after).sent().one("f.syndromes:extent") == "some"
    complete = page.page(Posted(after).sent(**{"f.syndromes:extent": "all"}))
    assert "list is complete" in Seen(complete).text or Posted(complete).sent().one("f.syndromes:extent") == "all"
    none = page.page(Posted(source).sent(**{"f.immunotherapy_given:extent": "all"}))
    assert "immunotherapy given: none, and the list is complete" in Seen(none).text


def test_a_fact_that_was_not_changed_keeps_its_source(page: Desk) -> None:
    source = opened(page, "fhir/anti-yo-early.json")
    sent = Posted(source).sent(do="update")
    more = (*sent.fields["f.syndromes"], "limbic_encephalitis")
    after = Seen(page.page(Sent({**sent.fields, "f.syndromes": more}))).text
    assert "Condition/" in after
    assert "your change" in after
    assert "the recorded syndromes include limbic encephalitis" in after


def test_the_answer_to_a_question_about_one_antibody_leaves_the_others(page: Desk) -> None:
    source = page.page(form(do="read", typed="{id: p, antibodies: {anti_hu: negative, anti_ri: unknown}}"))
    sent = Posted(source).sent(do="answer", asked="antibodies:anti_yo", **{"q.antibodies": "positive"})
    text = Seen(page.page(sent)).text
    assert "anti-Hu antibodies are negative and anti-Yo antibodies are positive" in text


def test_a_name_that_is_no_example_is_never_a_path(page: Desk) -> None:
    for name in ("../edit.py", "/etc/passwd", "", "published-01"):
        assert 'id="findings"' in page.page(form(do="example", example=name))


@pytest.mark.parametrize("do", ["read", "upload", "", "update", "answer", "nonsense"])
def test_an_empty_form_is_told_what_is_missing(do: str, page: Desk) -> None:
    assert "nothing was given" in page.page(form(do=do))


def test_in_german_no_key_is_missing_and_headings_are_german(german: Desk) -> None:
    source = german.page(form(do="example", example="metastatic-hr-positive.yaml", w="Endokrine Therapie"))
    text = Seen(source).text
    assert 'lang="de"' in source
    assert "Die Akte" in text
    assert "Als Nächstes zu fragen" in text
    assert "3 von 5 dokumentiert" in text
    assert not re.search(r"\b(Update|Record this|The patient)\b", text)
