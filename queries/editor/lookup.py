"""Where a name is declared, and where it is used, in all files of a knowledge base."""

from __future__ import annotations

from collections.abc import Iterator

from .mention import Mention
from .snapshot import Snapshot


def declared_at(at: Snapshot, one: Mention) -> tuple[Mention, ...]:
    """The places that declare it; of a variable the first in its clause."""
    same = at.everywhere.get(one.key, ())
    found = tuple(m for m in same if m.defines)
    if found or one.kind != "variable":
        return found
    return same[:1]


def used_at(at: Snapshot, one: Mention, declarations: bool = True) -> tuple[Mention, ...]:
    """All places where it stands, in the order of the files."""
    same = at.everywhere.get(one.key, ())
    return tuple(sorted((m for m in same if declarations or not m.defines), key=_order))


def _order(one: Mention) -> tuple[str, int, int]:
    return (one.span.file, one.span.line, one.span.column)


def named(at: Snapshot, query: str) -> Iterator[Mention]:
    """Everything declared whose name has these letters in this order."""
    wanted = query.lower()
    for mentions in at.everywhere.values():
        for one in mentions:
            if one.defines and one.kind not in ("variable", "column") and _has(one.name.lower(), wanted):
                yield one


def _has(name: str, wanted: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in wanted)
