"""facts/fhir/errors.md is true: every code has a section, and every example gives the message that stands below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fhir_build import refusal
from guidekb.facts.fhir import detect
from guidekb.facts.fhir.codes import table_of
from guidekb.kb.diagnostics import Invalid, render

ROOM = Path(__file__).parents[3] / "facts" / "fhir"
SECTIONS = {s[:4]: s for s in (ROOM / "errors.md").read_text(encoding="utf-8").split("\n## ")[1:]}
ELSEWHERE = {"D901", "D903", "W901"}  # facts/errors.md
GENERATED = {"D950", "D970"}
CASES = [
    (code, example, message)
    for code, section in SECTIONS.items()
    for example in re.findall(r"```(?:json|ndjson|xml)\n(.*?)\n```", section, re.DOTALL)
    for message in re.findall(r"```text\n(.*?)\n```", section, re.DOTALL)
]


def test_every_code_has_a_section_and_every_section_a_code() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted(ROOM.glob("*.py")))
    assert set(re.findall(r'"([DW]9\d\d)"', sources)) - ELSEWHERE == set(SECTIONS)


def test_every_section_has_an_example() -> None:
    assert {code for code, *_ in CASES} | GENERATED == set(SECTIONS)


@pytest.mark.parametrize(("code", "example", "message"), CASES, ids=[case[0] for case in CASES])
def test_an_example_gives_its_message(code: str, example: str, message: str) -> None:
    assert code in message
    assert message in refusal(example.encode())


def test_a_file_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guidekb.facts.fhir.document.LARGEST", 10)
    told = refusal(b'{"resourceType": "Patient"}', "large.json")
    assert told.replace("0 MiB", f"{detect.LARGEST // 2**20} MiB") in SECTIONS["D950"]


def test_a_fault_in_the_table() -> None:
    with pytest.raises(Invalid) as caught:
        table_of("system,code,display,use,means,seen\nSNOMED,1,x,answer,positive,here\n", "name,uri\nSNOMED CT,x\n")
    assert f"```text\n{render(caught.value.diagnostics[0])}\n```" in SECTIONS["D970"]
