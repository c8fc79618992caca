"""What is computed once for an object and kept with it: for programs, which are large to compare and never change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")
KEPT = 8
"""How many objects have their results kept; the one computed first makes room."""


def once(make: Callable[[A], R]) -> Callable[[A], R]:
    """The function with its results remembered by the identity of its argument."""
    kept: dict[int, tuple[A, R]] = {}  # an entry holds its argument, so that the id stays its own

    def remembered(argument: A) -> R:
        found = kept.get(id(argument))
        if found is None:
            found = kept[id(argument)] = (argument, make(argument))
            for key in list(kept)[:-KEPT]:
                kept.pop(key, None)
        return found[1]

    return remembered
