"""A broken example of every error, `bad/CODE*`, with the message that its author sees, `bad/CODE*.txt`.

After a change of a message, `UPDATE=1 pytest tests/kb/test_bad.py` writes the texts anew. Read each one that differs:
would the person who caused it know what to do?
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from guidekb.kb.codes import pages
from guidekb.kb.diagnostics import Invalid, render
from guidekb.kb.load import load
from guidekb.kb.translation import translate

BAD = Path(__file__).parent / "bad"
KB = Path(__file__).parents[2] / "kb"
EXAMPLES = sorted(p.name for p in BAD.iterdir() if p.suffix != ".txt")
ALSO = {  # codes without an example file, and the test that shows them
    "E119": "tests/queries: a goal that is two goals",
    "E122": "tests/workshop/test_fmt_document.py",
    "E123": "tests/workshop/test_lint_allow.py",
    "E124": "tests/workshop/test_lint_allow.py",
    "E125": "tests/workshop/test_lint_fix.py",
    "E126": "tests/workshop/test_new.py",
    "E199": "test_load.py::test_of_very_many_problems_the_first_are_shown",
}


def problems_of(name: str) -> tuple[str, set[str]]:
    """What is said of an example (a file, or a folder with a knowledge base), and the codes in it."""
    path = Path(name)
    with pytest.raises(Invalid) as caught:
        read(path)
    found = caught.value.diagnostics
    return "\n\n".join(map(render, found)) + "\n", {d.code for d in found}


def read(path: Path) -> None:
    """Load a file or a folder, and the folder's German."""
    whole = (path / "vocabulary.md").exists()
    translate(load(path) if whole else load(Path(), [path], alone=True), path, "de")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    text, codes = problems_of(name)
    expected = BAD / f"{name}.txt"
    if os.environ.get("UPDATE"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    if name[0] == "E":
        assert codes == {name[:4]}, "a fault is reported once, and causes no other report"


def test_every_expected_text_has_its_example() -> None:
    assert {p.stem for p in BAD.glob("*.txt")} == set(EXAMPLES)


def test_every_code_has_an_example_and_a_page() -> None:
    used = {code for path in KB.rglob("*.py") for code in re.findall(r"\bE\d{3}\b", path.read_text(encoding="utf-8"))}
    shown = {name[:4] for name in EXAMPLES if name[0] == "E"} | set(ALSO)
    explained = {code for code in pages() if code[0] == "E"}
    assert used | set(ALSO) == shown == explained


def test_messages_are_lower_case_without_a_final_period() -> None:
    for path in BAD.glob("*.txt"):
        for message in re.findall(r"(?m)^error\[E\d{3}\]: (.*)$", path.read_text(encoding="utf-8")):
            assert not message.endswith("."), message
            assert message[0] in "`_" or message[0].islower(), message
