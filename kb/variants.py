"""Parts of a sentence that are said only when their columns have values: `[with {Result} findings|at all]`."""

from __future__ import annotations

import re
from collections.abc import Container

SLOT = re.compile(r"\{([^{}]*)\}")
_PART = re.compile(r"\[([^\[\]]*)\]")


def chosen(template: str, free: Container[str] = ()) -> str:
    """The template with each part in brackets as its first variant that has no free column; nothing when all have."""

    def variant(part: re.Match[str]) -> str:
        return next((v for v in part[1].split("|") if not any(slot in free for slot in SLOT.findall(v))), "")

    return _PART.sub(variant, template) if "[" in template else template


def unbalanced(template: str) -> bool:
    """Whether a bracket has no partner, or stands inside another pair."""
    return re.search(r"[\[\]]", _PART.sub("", template)) is not None
