"""facts/errors.md is true: every code has a section, and every example gives the message that stands below it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECTIONS = {
    section[:4]: section for section in (ROOT / "facts" / "errors.md").read_text(encoding="utf-8").split("\n## ")[1:]
}
NAMES = {"yaml": "p.yaml", "json": "p.json", "datalog": "p.dl", "bytes": "p.yaml"}
GENERATED = {  # examples that are too long for a page
    "D902": ("large.json", b" " * (16 * 2**20 + 1)),
    "D908": ("p.yaml", b"[" * 40),
    "D948": ("p.dl", b"stage(p1, localized)\n" * 1001),
    "W901": ("p.yaml", b"id: p1\nrelapse_date: 2024-05-02\n"),
}
TOLD_ELSEWHERE = {"D901", "D909", "D919"}  # test_read_files.py and test_limits.py
TOLD_ELSEWHERE |= {"D961", "D962", "D963", "D964"}  # tests/workshop/test_cases_read.py

CASES = [
    (code, kind, example, message)
    for code, section in SECTIONS.items()
    for kind, example in re.findall(r"```(yaml|json|datalog|bytes)\n(.*?)\n```", section, re.DOTALL)
    for message in re.findall(r"```text\n(.*?)\n```", section, re.DOTALL)
]


def test_every_code_has_a_section_and_every_section_a_code() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "facts").glob("*.py")))
    assert set(re.findall(r'"([DW]9\d\d)"', sources)) == set(SECTIONS)


def test_every_section_has_an_example() -> None:
    assert {code for code, *_ in CASES} | set(GENERATED) | TOLD_ELSEWHERE == set(SECTIONS)


@pytest.mark.parametrize(("code", "kind", "example", "message"), CASES, ids=[case[0] for case in CASES])
def test_an_example_gives_its_message(
    told: Callable[..., str], code: str, kind: str, example: str, message: str
) -> None:
    data = example.encode()
    if kind == "bytes":
        data = data.decode("unicode_escape").encode("latin-1")
    assert code in message
    assert told(data, NAMES[kind]) == message


@pytest.mark.parametrize("code", GENERATED)
def test_a_long_example_gives_its_message(told: Callable[..., str], code: str) -> None:
    name, data = GENERATED[code]
    assert f"```text\n{told(data, name, as_of=date(2024, 4, 1))}\n```" in SECTIONS[code]
