"""Everything that is said of every example patient is said in German: no English phrase, no word for "any"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from guidekb.facts.edit import edited
from guidekb.facts.read import read_files
from guidekb.kb.load import HOME
from guidekb.kb.translation import translate
from guidekb.queries.answers.answer import answer
from guidekb.queries.answers.assess import Case, Knowledge, assess
from guidekb.queries.answers.named import nameable
from guidekb.queries.asking.ask_text import asked
from guidekb.queries.changes.counterfactual_text import counterfactual_shown
from guidekb.queries.changes.what_if import what_if
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.explanations.explanation import explain
from guidekb.queries.rendering.layout import Layout
from guidekb.queries.rendering.present import answered, explained, why_not_shown
from guidekb.queries.wording.words import words
from shown import EXAMPLES, NAMES, knowledge

WIDE = Layout(width=100_000)
ENGLISH = "the is are and of or not with has have been whether recorded for from no any some other rule item line"
LEAK = re.compile(rf"(?<![\w.-])({'|'.join(ENGLISH.split())})(?![\w.-])")
NOT_WORDS = (
    r"`[^`]*`",  # names of the program
    r"(?<=die Quelle sagt „)[^“]*",  # the source's own words
    r"(?m)(?<=, als ).*$",  # a value as it was written
    r"(?m)[^|]*\|$",
    r"(?<=--)format json",
)


@cache
def german() -> Knowledge:
    return Knowledge(translate(knowledge().program, HOME, "de"))


@cache
def cases(name: str) -> tuple[Case, ...]:
    (path,) = EXAMPLES.glob(f"{name}.*")
    readings = [reading for _, reading in read_files((str(path),), german().program, None)]
    return tuple(assess(german(), edb, derive) for reading in readings for edb in reading.edbs)


def leaks(text: str) -> set[str]:
    """The lines with an English word in them."""
    for pattern in NOT_WORDS:
        text = re.sub(pattern, "", text)
    return {line.strip() for line in text.splitlines() if LEAK.search(line)}


def readable(page: str) -> str:
    """What a reader sees of an HTML page, without rules as they are written."""
    body = re.sub(r"(?s)<(script|style|pre|code|bdi)\b.*?</\1>", "", page)
    return re.sub(r"(?s)<[^>]*>", "\n", body)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer(name: str) -> None:
    said = words("de")
    for case in cases(name):
        text, _ = answered(case, "text", WIDE, said)
        assert leaks(str(text)) == set()
        markdown, _ = answered(case, "md", WIDE, said)
        assert leaks(str(markdown)) == set()
        page, _ = answered(case, "html", WIDE, said)
        assert '<html lang="de">' in str(page)
        assert leaks(readable(str(page))) == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_of_the_explanations(name: str) -> None:
    for case in cases(name):
        for node in explain(case, answer(case), words("de")).nodes.values():
            assert leaks(f"{node.text}\n{node.why}") == set()
            assert "beliebig" not in node.text
            assert "{" not in node.text


@pytest.mark.parametrize("name", NAMES)
def test_every_explanation_and_every_why_not(name: str) -> None:
    for case in cases(name):
        for item in sorted(nameable(german().program)):
            assert leaks(str(explained(case, item, WIDE, words("de")))) == set()
            found = why_not_shown(case, item, WIDE, words("de"), everything=True)
            assert leaks(found) == set()
            assert "beliebig" not in found
            assert "irgendein Wert" not in found


@pytest.mark.parametrize("name", NAMES)
def test_what_to_ask(name: str) -> None:
    for case in cases(name):
        assert leaks(asked(case, None, "text", WIDE, words("de"))) == set()


def changes() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    yield "metastatic-hr-positive", ("her2=positive", "syndromes=[dermatomyositis]"), ("menopausal_status",)
    yield "anti-yo-early", ("ivig_start_days_after_onset=40", "infection_excluded=no"), ()
    yield "receptor-conversion", (), ("receptor_results",)


@pytest.mark.parametrize(("name", "sets", "unsets"), list(changes()))
def test_what_if(name: str, sets: tuple[str, ...], unsets: tuple[str, ...]) -> None:
    (case,) = cases(name)
    said = words("de")
    edb = edited(case.edb, sets, unsets, german().program, said.say("whatif.source"), None).edb
    assert leaks(what_if(case, assess(german(), edb, derive), "text", WIDE, said)) == set()


def test_the_smallest_changes() -> None:
    (case,) = cases("metastatic-hr-positive")
    for name in ("endocrine_therapy", "trastuzumab_plus_chemotherapy", "bisphosphonate"):
        assert leaks(counterfactual_shown(case, name, "text", WIDE, words("de"), largest=2)) == set()


def test_a_leak_is_found() -> None:
    """The test tests: the same in English is full of them."""
    case = next(iter(cases("anti-yo-early")))
    assert leaks(str(answered(case, "text", WIDE, words())[0]))
    assert leaks("der Befund is positiv") == {"der Befund is positiv"}
