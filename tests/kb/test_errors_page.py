"""kb/errors.md is true: what it says to avoid has the error, and what it says to prefer has not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from guidekb.kb.checks import check
from guidekb.kb.codes import pages
from guidekb.kb.load import assemble

PAGE = Path(__file__).parents[2] / "kb" / "errors.md"
DECLARATIONS = re.findall(r"(?s)```declarations\n(.*?)```", PAGE.read_text(encoding="utf-8"))[0]
BLOCK = re.compile(r"(?ms)^(Avoid|Prefer)\n\n(`{3,})(datalog|markdown)\n(.*?)^\2$")


def own_pages() -> dict[str, str]:
    """The sections of this page; those on patient data have a test of their own."""
    return {code: page for code, page in pages().items() if code[0] == "E"}


def examples() -> Iterator[tuple[str, str, str, str]]:
    """(code, Avoid or Prefer, language, text) of each example on the page."""
    for code, page in own_pages().items():
        for advice, _, language, text in BLOCK.findall(page):
            yield code, advice, language, text


def codes_of(language: str, text: str) -> set[str]:
    """What is wrong with an example, read together with the declarations of the page."""
    example = "example.md" if language == "markdown" else "example.dl"
    program, problems = assemble({"declarations.dl": DECLARATIONS, example: text})
    return {d.code for d in (*problems, *check(program)) if d.span.file == example}


@pytest.mark.parametrize(
    ("code", "advice", "language", "text"), list(examples()), ids=lambda one: one if len(one) < 9 else ""
)
def test_an_example(code: str, advice: str, language: str, text: str) -> None:
    assert codes_of(language, text) == ({code} if advice == "Avoid" else set())


def test_a_section_has_both_or_explains_itself_in_words() -> None:
    for code, page in own_pages().items():
        assert re.match(rf"## {code} [a-z`]", page)
        assert re.search("(?m)^Avoid", page), code
        assert re.search("(?m)Prefer", page), code
