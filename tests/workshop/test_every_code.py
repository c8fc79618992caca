"""Every code that the source has stands on a page that `explain-code` finds, with an example there or in a test."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest
from guidekb.kb.codes import pages
from running import ROOT, Run

pytestmark = pytest.mark.usefixtures("in_the_repository")

ROOMS = ("kb", "facts", "queries")
PAGES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("errors.md"))
SUFFIXES = (".py", ".txt", ".md", ".dl")
CODE = re.compile(r'"([A-Z]\d{3})"')
PATIENT = "facts/examples/metastatic-hr-positive.yaml"
ASKED = {
    "Q601": ("explain-code", "E2O1"),
    "Q642": ("test", "-k", "(S24"),
    "Q645": ("coverage", "--threshold", "most"),
    "Q648": ("lint", "--select", "W999"),
    "V807": ("verify", "--property", "no_such"),
    "V808": ("mutate", "--rule", "no_such"),
}
"""A command line that is answered with the code; examples on the page or other tests show the rest."""
SAID = {"Q623": ":listing no_such/3", "Q624": ":wy", "Q625": ":why 1"}
"""What a conversation answers with the code."""
ELSEWHERE = {"Q606": "Graphviz could not draw", "Q621": "cannot be written exactly for"}
"""Codes that other tests name by these words."""
UNTESTED = {"Q675", "Q677"}
"""Codes of which no test shows that they are told: a debt."""


def sections() -> dict[str, str]:
    """The section of every code on any page."""
    return pages(PAGES)


def other_tests() -> str:
    """The text of all other tests, and of the broken examples and transcripts beside them."""
    here = Path(__file__)
    files = (p for p in (ROOT / "tests").rglob("*") if p != here and p.is_file() and p.suffix in SUFFIXES)
    return "\n".join(str(p) + p.read_text(encoding="utf-8", errors="replace") for p in files)


def test_each_code_in_the_source_has_a_section_and_each_section_a_code() -> None:
    sources = [ROOT / "cli.py", *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
    used = {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8")) if code[0] in "EWDQV"}
    assert used == set(sections())


def test_explain_code_finds_each(run: Run) -> None:
    for code, section in sections().items():
        ran = run("explain-code", code)
        assert (ran.code, ran.err) == (0, ""), code
        assert section.split("\n")[0].strip("# ") in ran.out


def test_each_code_has_an_example_on_its_page_or_in_a_test() -> None:
    told = other_tests()
    held = pages([path for path in PAGES if path.parent.name != "columns"])  # whose tests tell them by their words
    bare = {code for code, section in held.items() if "```" not in section and code not in told}
    assert bare - {"V804"} <= {*ASKED, *SAID, *ELSEWHERE, *UNTESTED}
    assert [words for words in ELSEWHERE.values() if words not in told] == []


@pytest.mark.parametrize("code", ASKED)
def test_a_command_that_is_answered_with_the_code(code: str, run: Run) -> None:
    ran = run(*ASKED[code])
    assert f"error[{code}]" in ran.err
    assert ran.code in (1, 2, 3, 6)


@pytest.mark.parametrize("code", SAID)
def test_a_line_of_a_conversation_that_is_answered_with_the_code(
    code: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(SAID[code] + "\n"))
    ran = run("repl", PATIENT)
    assert f"error[{code}]" in ran.err
    assert ran.code == 1


def test_without_the_solver_it_is_said_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "clingo", None)
    ran = run("suite")
    assert ("error[V804]" in ran.err, "guidekb[verify]" in ran.err) == (True, True)
