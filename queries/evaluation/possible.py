"""Which rules could fire, seen from the values that each column could hold; no engine need be asked for the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...kb.ir import Atom, Const, Ground, Value
from ...kb.normal import NormalRule
from .conditions import conditions

_Key = tuple[str, int]
"""A predicate, by its signed name, and its arity."""
_Columns = dict[_Key, list[set[Value]]]
"""For each predicate that could have an atom: the values that could stand in each of its columns."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """An atom of a rule: its predicate, its constants and its variables, each with its column."""

    key: _Key
    constants: tuple[tuple[int, Value], ...]
    variables: tuple[tuple[int, str], ...]


class Possible:
    """The rules of a program that facts could fire, seen column by column; every `not` and comparison is taken as true.

    The rules come in an order in which what they rest on is concluded first; in any, when the program is `recursive`.
    INVARIANT (possible): a rule that has an instance is among those that `rules` returns.
    """

    def __init__(self, rules: Sequence[NormalRule], known: Iterable[Ground], recursive: bool) -> None:
        self._rules = [
            (place, tuple(map(_pattern, conditions(rule)[0])), _pattern(rule.head)) for place, rule in enumerate(rules)
        ]
        self._recursive = recursive
        self._known: _Columns = {}
        _grow(self._known, known)

    def rules(self, given: Iterable[Ground]) -> dict[int, dict[str, set[Value]]]:
        """The places of the rules whose positive conditions could be met, with the values of their variables then."""
        columns: _Columns = {key: [set(column) for column in known] for key, known in self._known.items()}
        _grow(columns, given)
        found: dict[int, dict[str, set[Value]]] = {}
        while True:
            grown = False
            for place, body, head in self._rules:
                values = _values(body, columns)
                if values is not None:
                    found[place] = values
                    grown |= _conclude(head, values, columns)
            if not (grown and self._recursive):
                return found


def _pattern(atom: Atom) -> _Pattern:
    terms = list(enumerate(atom.args))
    return _Pattern(
        (atom.signed, len(terms)),
        tuple((column, t.value) for column, t in terms if isinstance(t, Const)),
        tuple((column, t.name) for column, t in terms if not isinstance(t, Const)),
    )


def _grow(columns: _Columns, atoms: Iterable[Ground]) -> None:
    for name, values in atoms:
        key = (name, len(values))
        if key in columns:
            for column, value in zip(columns[key], values, strict=True):
                column.add(value)
        else:
            columns[key] = [{value} for value in values]


def _values(body: tuple[_Pattern, ...], columns: _Columns) -> dict[str, set[Value]] | None:
    """The values that each variable could have; None when a condition could not be met."""
    found: dict[str, set[Value]] = {}
    for pattern in body:
        held = columns.get(pattern.key)
        if held is None:
            return None
        for column, value in pattern.constants:
            if value not in held[column]:
                return None
        for column, name in pattern.variables:
            both = held[column] & found[name] if name in found else held[column]
            if not both:
                return None
            found[name] = both
    return found


def _conclude(head: _Pattern, values: dict[str, set[Value]], columns: _Columns) -> bool:
    """Let the head's columns hold what the rule could put there; whether that is new."""
    held = columns.get(head.key)
    grown = held is None
    if held is None:
        held = columns[head.key] = [set() for _ in range(head.key[1])]
    for column, value in head.constants:
        grown |= value not in held[column]
        held[column].add(value)
    for column, name in head.variables:
        grown |= not values[name] <= held[column]
        held[column] |= values[name]
    return grown
