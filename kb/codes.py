"""The page of an error code: what it means, what to avoid, what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from .diagnostics import Diagnostic, UnknownName, suggest

PAGES = (Path(__file__).with_name("errors.md"),)
"""The pages of this room; facts and queries have their own, `errors.md` each."""


def pages(files: Iterable[Path] = PAGES) -> dict[str, str]:
    """Each code with its section of the files."""
    found: dict[str, str] = {}
    for file in files:
        sections = re.split(r"(?m)^(?=#{1,2} )", file.read_text(encoding="utf-8"))
        coded = (section for section in sections if re.match(r"## [A-Z]\d{3}\b", section))
        found |= {section[3:7]: section.strip() + "\n" for section in coded}
    return found


def page(code: str, files: Iterable[Path] = PAGES) -> str:
    """The section of one code. Raises UnknownName with a suggestion."""
    known = pages(files)
    if code.upper() not in known:
        raise UnknownName([Diagnostic("Q601", f"there is no error code `{code}`", help=suggest(code.upper(), known))])
    return known[code.upper()]
