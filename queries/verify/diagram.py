"""Sets of patients as decision diagrams, in which they can be counted exactly.

A node asks one cell of the space which of its options is recorded (the first branch: none). Equal sets are one node.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, repeat
from operator import mul

NOBODY, ALL = 0, 1
MOST_NODES = 600_000
MOST_LEVELS = 500


class TooLargeError(Exception):
    """The diagrams need more nodes than are allowed; what is counted has to be counted otherwise."""


class Diagrams:
    """The nodes of one space, given how many branches each of its cells has. INVARIANT (reduced): no two are equal.

    Raises TooLargeError when there would be more than `most` nodes.
    """

    def __init__(self, branches: Sequence[int], most: int = MOST_NODES) -> None:
        if len(branches) > MOST_LEVELS:
            raise TooLargeError
        self._branches, self._most = tuple(branches), most
        self._level = [len(branches)] * 2
        self._children: list[tuple[int, ...]] = [(), ()]
        self._nodes: dict[tuple[int, tuple[int, ...]], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._either: dict[tuple[int, int], int] = {}
        self._others: dict[int, int] = {}
        self._counts: dict[int, int] = {NOBODY: 0, ALL: 1}
        self._below = [*accumulate(reversed(self._branches), mul, initial=1)][::-1]  # patients from a level down

    def option(self, cell: int, option: int) -> int:
        """The patients who have this option (-1: none) of this cell."""
        return self._node(cell, tuple(int(n == option + 1) for n in range(self._branches[cell])))

    def both(self, one: int, other: int) -> int:
        """The patients who are in both sets."""
        if NOBODY in (one, other):
            return NOBODY
        if one == other or other == ALL:
            return one
        if one == ALL:
            return other
        key = (one, other) if one < other else (other, one)
        found = self._both.get(key)
        if found is None:
            level, ones, others = self._branched(one, other)
            found = self._both[key] = self._node(level, tuple(map(self.both, ones, others)))
        return found

    def either(self, one: int, other: int) -> int:
        """The patients who are in one of the sets."""
        if ALL in (one, other):
            return ALL
        if one == other or other == NOBODY:
            return one
        if one == NOBODY:
            return other
        key = (one, other) if one < other else (other, one)
        found = self._either.get(key)
        if found is None:
            level, ones, others = self._branched(one, other)
            found = self._either[key] = self._node(level, tuple(map(self.either, ones, others)))
        return found

    def others(self, one: int) -> int:
        """The patients who are not in the set."""
        if one in (NOBODY, ALL):
            return ALL - one
        found = self._others.get(one)
        if found is None:
            found = self._others[one] = self._node(self._level[one], tuple(map(self.others, self._children[one])))
            self._others[found] = one
        return found

    def count(self, one: int) -> int:
        """The number of patients in the set."""
        return self._below[0] // self._below[self._level[one]] * self._count(one)

    def has(self, one: int, chosen: Mapping[int, int]) -> bool:
        """Whether a patient is in the set: the one with these options, by cell."""
        while one > ALL:
            one = self._children[one][chosen.get(self._level[one], -1) + 1]
        return one == ALL

    def cells(self, *sets: int) -> tuple[int, ...]:
        """The cells on which it rests whether a patient is in the sets."""
        seen: set[int] = set()
        todo = [*sets]
        while todo:
            one = todo.pop()
            if one not in seen and one > ALL:
                seen.add(one)
                todo += self._children[one]
        return tuple(sorted({self._level[one] for one in seen}))

    def _count(self, one: int) -> int:
        """The number of patients from the node's level down."""
        found = self._counts.get(one)
        if found is None:
            after = self._below[self._level[one] + 1]
            parts = (after // self._below[self._level[c]] * self._count(c) for c in self._children[one])
            found = self._counts[one] = sum(parts)
        return found

    def _branched(self, one: int, other: int) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
        level = min(self._level[one], self._level[other])
        wide = self._branches[level]
        ones = self._children[one] if self._level[one] == level else (*repeat(one, wide),)
        others = self._children[other] if self._level[other] == level else (*repeat(other, wide),)
        return level, ones, others

    def _node(self, level: int, children: tuple[int, ...]) -> int:
        if children.count(children[0]) == len(children):
            return children[0]
        key = (level, children)
        found = self._nodes.get(key)
        if found is None:
            if len(self._level) >= self._most:
                raise TooLargeError
            found = self._nodes[key] = len(self._level)
            self._level.append(level)
            self._children.append(children)
        return found
