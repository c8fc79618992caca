"""Which rules could fire, seen from the constants in their conditions; an engine need not be asked for the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..kb.ir import Atom, Const, Ground, Value
from ..kb.normal import NormalRule
from .conditions import conditions

_Wanted = dict[tuple[int, ...], dict[tuple[Value, ...], int]]
"""The conditions on one predicate, numbered: by the columns that have constants, then by those constants."""


class Possible:
    """The rules of a program that facts could fire, when every `not` is taken to hold and every comparison to be true.

    INVARIANT (possible): a rule that has an instance is among those that `rules` returns.
    """

    def __init__(self, rules: Sequence[NormalRule], known: Iterable[Ground]) -> None:
        self._wanted: dict[tuple[str, int], _Wanted] = {}
        self._count = 0
        needs = [frozenset(map(self._number, conditions(rule)[0])) for rule in rules]
        self._rules = [(n, needs[n], self._made(rule.head)) for n, rule in enumerate(rules)]
        self._known = self._true(known)

    def rules(self, given: Iterable[Ground]) -> list[int]:
        """The places of the rules of which every positive condition could be met."""
        true = self._known | self._true(given)
        found: list[int] = []
        waiting = self._rules
        while True:
            later: list[tuple[int, frozenset[int], frozenset[int]]] = []
            for rule in waiting:
                place, needs, makes = rule
                if needs <= true:
                    true |= makes
                    found.append(place)
                else:
                    later.append(rule)
            if len(later) == len(waiting):
                return found
            waiting = later

    def _number(self, condition: Atom) -> int:
        constants = [(column, t.value) for column, t in enumerate(condition.args) if isinstance(t, Const)]
        wanted = self._wanted.setdefault((condition.signed, len(condition.args)), {})
        numbers = wanted.setdefault(tuple(column for column, _ in constants), {})
        self._count += 1
        return numbers.setdefault(tuple(value for _, value in constants), self._count)

    def _made(self, head: Atom) -> frozenset[int]:
        """The conditions that some instance of the head might meet."""
        fixed = {column: t.value for column, t in enumerate(head.args) if isinstance(t, Const)}
        return frozenset(
            number
            for columns, numbers in self._wanted.get((head.signed, len(head.args)), {}).items()
            for values, number in numbers.items()
            if all(fixed.get(column, value) == value for column, value in zip(columns, values, strict=True))
        )

    def _true(self, atoms: Iterable[Ground]) -> set[int]:
        """The conditions that one of the atoms meets, taken each by itself."""
        found: set[int] = set()
        for name, values in atoms:
            for columns, numbers in self._wanted.get((name, len(values)), {}).items():
                number = numbers.get(tuple(values[column] for column in columns))
                if number is not None:
                    found.add(number)
        return found
