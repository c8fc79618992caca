"""The fields that patients wait for: what each group of conclusions says of a field, put together for each patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...kb.ir import Ground, Value, ground_key
from .arrow import Places, grouped
from .conclusions import MissingCells, atom_text
from .encode import Encoded
from .status import Waiting


class Waits:
    """What is waited for, by field: each different thing that a group says with the patients of whom it does."""

    def __init__(self) -> None:
        self._said: dict[str, dict[Waiting, int]] = {}

    def add(self, waiting: Iterable[Waiting], bits: int) -> None:
        """What a group says of some patients."""
        for one in waiting:
            said = self._said.setdefault(one.field, {})
            said[one] = said.get(one, 0) | bits

    def rows(self, encoded: Encoded) -> Iterator[tuple[MissingCells, Places]]:
        """For each field and each combination of what is said of it, the cells of `undetermined` and the patients."""
        for name in sorted(self._said):
            conflicting = encoded.marks["conflicting"].get(name, 0)
            said = list(self._said[name].items())
            for members, places in grouped([bits for _, bits in said] + [conflicting], encoded.count):
                here = [said[i][0] for i in members if i < len(said)]
                if here:
                    yield _together(name, here, conflicting=len(said) in members), places


def _together(name: str, said: Iterable[Waiting], conflicting: bool) -> MissingCells:
    blocks: set[str] = set()
    decides: set[str] = set()
    others: dict[Value, Ground] = {}
    for one in said:
        blocks.update(one.blocks)
        decides.update(one.would_decide)
        for atom in one.others:
            others.setdefault(atom.values[1], atom)
    shown = tuple(atom_text(a) for a in sorted(others.values(), key=ground_key))
    return name, conflicting, tuple(sorted(decides)), shown, tuple(sorted(blocks))
