"""kb/lints/errors.md is true: what it says to avoid has the finding, and what it says to prefer has not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from guidekb.kb.checks import check
from guidekb.kb.codes import pages
from guidekb.kb.lints import CODES, Linted, lint
from guidekb.kb.lints.page import PAGE
from guidekb.kb.load import assemble

DECLARATIONS = re.findall(r"(?s)```declarations\n(.*?)```", PAGE.read_text(encoding="utf-8"))[0]
BLOCK = re.compile(r"(?ms)^(Avoid|Prefer)\n\n(`{3,})(datalog|markdown)\n(.*?)^\2$")
IN_WORDS = {"W607", "W703", "W704"}  # they need tests or a lock file; test_lint.py shows them


def examples() -> Iterator[tuple[str, str, str, str]]:
    """(code, Avoid or Prefer, language, text) of each example on the page."""
    for code, page in pages([PAGE]).items():
        for advice, _, language, text in BLOCK.findall(page):
            yield code, advice, language, text


@pytest.mark.parametrize(
    ("code", "advice", "language", "text"), list(examples()), ids=lambda one: one if len(one) < 9 else ""
)
def test_an_example(code: str, advice: str, language: str, text: str) -> None:
    name = "example.md" if language == "markdown" else "example.dl"
    texts = {"declarations.dl": DECLARATIONS, name: text}
    program, problems = assemble(texts)
    found = [d for d in (*problems, *check(program)) if d.span.file == name and d.code not in ("E513", "E507")]
    assert not found
    codes = {f.diagnostic.code for f in lint(Linted(program, texts)) if f.diagnostic.span.file == name}
    assert codes == ({code} if advice == "Avoid" else set())


def test_every_code_has_a_page_with_examples() -> None:
    assert set(pages([PAGE])) == set(CODES)
    shown = [(code, advice) for code, advice, _, _ in examples()]
    assert set(shown) == {(c, a) for c in set(CODES) - IN_WORDS for a in ("Avoid", "Prefer")}
    for code in IN_WORDS:
        assert re.search(r"(?s)Avoid: .*Prefer ", pages([PAGE])[code]), code
