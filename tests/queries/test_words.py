"""The catalogs: every language says everything, with the same slots; lists, plurals, units, dates by its rules."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale
from guidekb.kb.diagnostics import UnknownName
from guidekb.queries.wording.words import DEFAULT, FOLDER, Words, languages, words

SLOT = re.compile(r"\{(\w+)\}")
OTHERS = [language for language in languages() if language != DEFAULT]
QUERIES = Path(FOLDER).parent


def test_english_and_german() -> None:
    assert languages() == ("de", "en")


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_has_the_keys_of_the_english_one(language: str) -> None:
    assert set(words(language).phrases) ^ set(words().phrases) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_phrase_has_the_slots_of_the_english_one(language: str) -> None:
    theirs, ours = words(language).phrases, words().phrases
    different = {key for key, text in ours.items() if sorted(SLOT.findall(theirs[key])) != sorted(SLOT.findall(text))}
    # A plural form may leave its number out: "eine Frage".
    assert {key for key in different if not key.endswith((".one", ".other"))} == set()
    for key in different:
        assert set(SLOT.findall(theirs[key])) ^ set(SLOT.findall(ours[key])) <= {"number"}, key


@pytest.mark.parametrize("language", OTHERS)
def test_no_phrase_was_left_in_english(language: str) -> None:
    same = {key for key, text in words(language).phrases.items() if text and text == words().phrases[key]}
    assert same <= {"answer.value", "ask.answer", "ask.kind", "ask.question", "comparison.with_margin",
                    "difference.item", "html.status", "interview.prompt", "page.patient", "proof.marked",
                    "proof.reason_recorded"}  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_a_phrase_is_clean(language: str) -> None:
    for key, text in words(language).phrases.items():
        assert text == text.strip(), key
        assert not re.search(r"  (?!<-)|[{}](?<!\w\})(?!\w)", text), key
        assert '"' not in text, f"{key}: typographic quotes, as the language has them"


@pytest.mark.parametrize("language", languages())
def test_what_is_counted_has_every_plural_form(language: str) -> None:
    forms = Locale.parse(language).plural_form.tags | {"other"}
    counted = {key.rpartition(".")[0] for key in words(language).phrases if key.endswith(".other")}
    assert counted
    for key in counted:
        assert {form for form in forms if f"{key}.{form}" not in words(language).phrases} == set(), key


def test_every_phrase_is_used() -> None:
    """A key that no code spells, whole or up to a slot, is said nowhere."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (*QUERIES.rglob("*.py"), QUERIES.parent / "cli.py"))
    used = set(re.findall(r"[\"']([a-z_]+(?:\.[a-z_]+)+)[\"']", source))
    starts = tuple(re.findall(r'f"([a-z_]+\.(?:[a-z_]+\.)*[a-z_]*)\{', source))
    ends = set(re.findall(r'\{\w+\}(_are)"', source))
    unused = {
        key
        for key in words().phrases
        if key not in used
        and re.sub(r"\.(one|other)$", "", key) not in used
        and not key.startswith(starts)
        and not key.endswith(tuple(ends) or ("\0",))
    }
    assert unused == set()


def test_a_language_without_a_catalog() -> None:
    with pytest.raises(UnknownName) as caught:
        words("fr")
    assert [d.code for d in caught.value.diagnostics] == ["Q604"]


def test_what_fills_a_slot_is_not_read_as_a_slot() -> None:
    made = Words("en", {"a": "{x} and {y}"})
    assert made.say("a", x="{y}", y="{x}") == "{y} and {x}"


@pytest.mark.parametrize(
    ("language", "joined", "either", "one", "many", "half", "number", "day", "place"),
    [
        ("en", "a, b, and c", "a, b, or c", "1 day", "17 days", "5.5 months", "1234.5", "March 5, 2024",
         "syndromes item 2 (line 16)"),
        ("de", "a, b und c", "a, b oder c", "1 Tag", "17 Tage", "5,5 Monate", "1234,5", "5. März 2024",
         "syndromes Eintrag 2 (Zeile 16)"),
    ],
)  # fmt: skip
def test_the_rules_of_a_language(
    language: str, joined: str, either: str, one: str, many: str, half: str, number: str, day: str, place: str
) -> None:
    said = words(language)
    days, months = ("days", "months") if language == "en" else ("Tage", "Monate")
    assert said.join("abc") == joined
    assert said.join("abc", "or") == either
    assert said.join("abc", "unit") == "a, b, c"
    assert said.join([]) == ""
    assert said.join("a") == "a"
    assert [said.amount(n, days) for n in (1, 17)] == [one, many]
    assert said.amount(Decimal("5.5"), months) == half
    assert said.number(Decimal("1234.50")) == number
    assert said.day(date(2024, 3, 5)) == day
    assert said.place("syndromes item 2 (line 16)") == place


def test_a_unit_that_no_table_knows_stands_behind_the_number() -> None:
    assert words().amount(3, "cells") == "3 cells"
    assert words("de").amount(Decimal("0.25"), "Zellen") == "0,25 Zellen"


@pytest.mark.parametrize("place", ["Condition/line item", "item (line) 3", "a (line 3) b", "line 3", ""])
def test_a_place_of_another_form_stays_as_it_is(place: str) -> None:
    assert words("de").place(place) == place


def test_plurals() -> None:
    assert words("de").count("html.proof", 1) == "Vollständige Begründung: ein Schritt"
    assert words("de").count("html.proof", 3) == "Vollständige Begründung: 3 Schritte"
