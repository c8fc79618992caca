"""Files that are made to hurt: deep, large, endless, hostile. Each is refused, and nothing reaches the terminal raw."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest
from guidekb.facts import tree

Told = Callable[..., str]

DEEP = {
    "JSON lists": "[" * 100_000,
    "JSON maps": '{"a":' * 100_000,
    "YAML lists": "- " * 100_000,
    "YAML flow maps": "a: " + "{a: " * 100_000,
    "YAML blocks": "".join(" " * n + "a:\n" for n in range(1000)),
    "under a key": "id: p1\nstage: " + "[" * 100_000,
    "a closed nest": '{"id": "p", "er": ' + "[" * 50_000 + "]" * 50_000 + "}",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep(told: Told, text: str) -> None:
    assert told(text).startswith("error[D908]: the document is nested more than 32 levels deep\n")


def test_too_many_values(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST", 10)
    assert (
        told("[\n" + "0,\n" * 10 + "0]")
        == """\
error[D909]: the file holds more than 10 values
  --> p.yaml:11:1
11 | 0,
   | ^ split it into smaller files"""
    )


def test_errors_are_told_up_to_a_hundred(told: Told) -> None:
    lines = told("id: p1\n" + "".join(f"f{n}: 1\n" for n in range(105))).splitlines()
    assert sum(line.startswith("error[D923]") for line in lines) == 100
    assert lines[-2:] == ["error[D919]: 5 more errors are not shown", " --> p.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "stage(p1, localized).\n" + "@\n" * 100_000,
        "stage(p1, localized).\n" + ";" * 200_000,
        "stage(p1" + ", x" * 100_000,
        "stage(p1, x).\n" * 50_000,
    ],
    ids=["annotations", "signs", "one fact", "values"],
)
def test_a_spoilt_datalog_file_is_given_up_early(told: Told, text: str) -> None:
    assert len(told(text, "p.dl").splitlines()) < 1000


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("9" * 5000, "D929"),
        ("-" + "9" * 5000, "D929"),
        ("0." + "1" * 5000, "D929"),
        ("1e999999999", "D929"),
        ("1e-999999999", "D929"),
        ("0e999999999", "D929"),
        ("1" * 20, "D927"),
        (".inf", "D925"),
        (".nan", "D925"),
        ("1_000", "D925"),
        ("0x1F", "D925"),
        ("012", "D925"),
        ("12:30", "D925"),
        ("+5", "D925"),
        ("5.", "D925"),
        ("5 months", "D925"),
        ('"5"', "D925"),
        ("[5]", "D924"),
    ],
)
def test_numbers_that_are_none(told: Told, number: str, code: str) -> None:
    found = told(f"id: p1\ndisease_free_interval_months: {number}")
    assert found.startswith(f"error[{code}]: ")
    assert max(map(len, found.splitlines())) < 400


@pytest.mark.parametrize("number", ["0", "-0", "0.0", "1200", "1200.00", "1.2e3", "12E+2", "5e-1"])
def test_numbers_that_are(told: Told, number: str) -> None:
    assert told(f"id: p1\ndisease_free_interval_months: {number}") == ""


HOSTILE = [
    "\x1b]0;owned\x07",
    "\x9b31m",
    "a\rb\nc",
    "\u202egnp.exe",
    "\x00",
    "\ue000",
    "' OR 1=1 --",
    "p(X) :- halt.",
    "`x`",
]


@pytest.mark.parametrize(
    ("word", "template"),
    list(
        itertools.product(
            HOSTILE,
            ['{"id": %s, "er": 1, "age_years": "x"}', '{"id": "p", %s: 1}', '{"id": "p", "stage": %s}',
             '{"id": "p", "antibodies": {%s: "positive"}}', '[{"id": %s}, {"id": %s}]', '{"id": "p", %s: 1, %s: 2}'],
        )
    ),
)  # fmt: skip
def test_hostile_words_do_not_reach_the_terminal(told: Told, word: str, template: str) -> None:
    written = json.dumps(word)
    found = told(template.replace("%s", written))
    assert found.startswith("error[D9")
    assert all(character.isprintable() for line in found.split("\n") for character in line)


def test_hostile_words_in_places_of_facts(told: Told) -> None:
    found = told('{"id": "p", "antibodies": {"\\u001b[31m": "positive"}}', "\x1b[31m.yaml")
    assert "\x1b" not in found
