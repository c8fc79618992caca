"""The page of an error code: what it means, what to avoid, what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

from .diagnostics import Diagnostic, UnknownName, suggest

PAGES = Path(__file__).with_name("errors.md")


def pages() -> dict[str, str]:
    """Each code with its section of errors.md."""
    sections = re.split(r"(?m)^(?=## [A-Z]\d{3}\b)", PAGES.read_text(encoding="utf-8"))
    return {section[3:7]: section.strip() + "\n" for section in sections[1:]}


def page(code: str) -> str:
    """The section of one code. Raises UnknownName with a suggestion."""
    known = pages()
    if code.upper() not in known:
        raise UnknownName([Diagnostic("Q601", f"there is no error code `{code}`", help=suggest(code.upper(), known))])
    return known[code.upper()]
