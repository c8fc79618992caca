"""A JSON value asked for by type: what has another type counts as absent, and is told as a fault elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

Json = Mapping[str, object]


def obj(value: object) -> Json | None:
    """The object, or None."""
    return cast("Json", value) if isinstance(value, dict) else None


def items(value: object) -> list[object] | None:
    """The list, or None."""
    return cast("list[object]", value) if isinstance(value, list) else None


def text(value: object) -> str:
    """The text, or an empty one."""
    return value if isinstance(value, str) else ""
