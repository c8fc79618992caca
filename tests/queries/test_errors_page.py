"""Every error code that a question can raise has a section in queries/errors.md, and every section a code."""

from __future__ import annotations

import re
from pathlib import Path

from guidekb.kb.codes import pages

ROOT = Path(__file__).parents[2]


def test_codes_and_sections_are_the_same() -> None:
    sources = [
        ROOT / "cli.py",
        ROOT / "kb" / "codes.py",
        ROOT / "kb" / "properties.py",
        *sorted((ROOT / "queries").rglob("*.py")),
    ]
    raised = {code for path in sources for code in re.findall(r'"([QV]\d{3})"', path.read_text(encoding="utf-8"))}
    assert raised == set(pages([ROOT / "queries" / "errors.md"]))
