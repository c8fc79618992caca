"""The examples of docs/patient_record.md are read without a warning."""

from __future__ import annotations

import re
from pathlib import Path

from guidekb.facts.read import read
from guidekb.kb.literate import read as read_document

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "patient_record.md").read_text(encoding="utf-8")


def test_the_examples_are_read() -> None:
    program, *_ = read_document("vocabulary.md", (ROOT / "kb" / "vocabulary.md").read_text(encoding="utf-8"))
    examples = re.findall(r"```(?:yaml|datalog)\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        found = read(example.encode(), "patient_record.md", program)
        assert [edb.subject for edb in found.edbs] == ["patient-7"]
        assert not found.warnings
