"""Where the page of a code stands, as an address that an editor can open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path


def addresses(files: Iterable[Path]) -> dict[str, str]:
    """By code, the file and the line of its section: what `guidekb explain-code` prints."""
    found: dict[str, str] = {}
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
            if section := re.match(r"## ([A-Z]\d{3})\b", line):
                found.setdefault(section[1], f"{file.absolute().as_uri()}#L{number}")
    return found
