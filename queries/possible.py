"""Which rules could fire, seen from the constants in their conditions; an engine need not be asked for the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..kb.ir import Atom, Const, Ground, Value
from ..kb.normal import NormalRule
from .conditions import conditions

_Shape = tuple[str, int, tuple[int, ...]]
"""The predicate and arity of a condition, and the columns in which it has constants."""


class Possible:
    """The rules of a program that facts could fire, when every `not` is taken to hold and every comparison to be true.

    INVARIANT (possible): a rule that has an instance is among those that `rules` returns.
    """

    def __init__(self, rules: Sequence[NormalRule], known: Iterable[Ground]) -> None:
        self._numbers: dict[tuple[_Shape, tuple[Value, ...]], int] = {}
        self._shapes: dict[tuple[str, int], set[_Shape]] = {}
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
                return sorted(found)
            waiting = later

    def _number(self, condition: Atom) -> int:
        shape, values = _shape(condition)
        self._shapes.setdefault(shape[:2], set()).add(shape)
        return self._numbers.setdefault((shape, values), len(self._numbers))

    def _made(self, head: Atom) -> frozenset[int]:
        """The conditions that some instance of the head might meet."""
        fixed = {i: t.value for i, t in enumerate(head.args) if isinstance(t, Const)}
        return frozenset(
            number
            for ((name, arity, columns), values), number in self._numbers.items()
            if (name, arity) == (head.signed, len(head.args))
            and all(fixed.get(c, v) == v for c, v in zip(columns, values, strict=True))
        )

    def _true(self, atoms: Iterable[Ground]) -> set[int]:
        """The conditions that one of the atoms meets, but for the variables that they share."""
        numbers = self._numbers
        return {
            numbers.get((shape, tuple(values[c] for c in shape[2])), -1)
            for name, values in atoms
            for shape in self._shapes.get((name, len(values)), ())
        }


def _shape(atom: Atom) -> tuple[_Shape, tuple[Value, ...]]:
    constants = [(i, t.value) for i, t in enumerate(atom.args) if isinstance(t, Const)]
    return (atom.signed, len(atom.args), tuple(i for i, _ in constants)), tuple(v for _, v in constants)
