"""What has been read of texts before: one keystroke changes one file of many, and only that one is read again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

R = TypeVar("R")
MOST = 600
"""How many results are kept; the one used longest ago makes room."""


class Kept:
    """Results by what they were made from."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Any] = {}

    def of(self, key: Hashable, make: Callable[[], R]) -> R:
        """The result for a key, made when it is not there. What `make` raises is not kept."""
        try:
            result = self._found.pop(key)
        except KeyError:
            result = make()
        self._found[key] = result
        while len(self._found) > MOST:
            del self._found[next(iter(self._found))]
        return result

    def put(self, key: Hashable, result: object) -> None:
        """Another result for a key."""
        self._found[key] = result

    def forget_of(self, *kinds: str) -> None:
        """Results of these kinds, which their keys begin with, are made anew."""
        self._found = {key: r for key, r in self._found.items() if not (isinstance(key, tuple) and key[0] in kinds)}
