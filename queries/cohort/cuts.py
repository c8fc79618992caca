"""Which numbers rules only compare with constants: patients between the same constants are then evaluated as one.

A number is cut when it stands alone: it comes from one single-valued field, and every variable that can hold it is
compared with constants only, or looked up where nothing else can stand. A patient then has one such number, so that a
rule instance of the cut number becomes the patient's own by putting his number back (`restored`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ...kb.columns import FactColumn
from ...kb.ir import Atom, Comparison, Const, Literal, Term, Value, Var
from ...kb.normal import NormalProgram, NormalRule

ELSE = ""
"""The origin of all values that are not the number of a single-valued field."""
Place = tuple[str, int]
"""A column: the signed name of its predicate, and its number."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """`constants`: of each field that is cut, what its numbers are compared with, in order. `restored`: for each rule,
    the places among its variables that hold a cut number, with the field."""

    constants: dict[str, tuple[int | Decimal, ...]]
    restored: dict[str, dict[int, str]]


def cuts(program: NormalProgram, columns: tuple[FactColumn, ...]) -> Cuts:
    """The fields of a program that can be cut."""
    numeric = {c.signed for c in columns if c.shape == "value" and c.kinds[0] in ("integer", "number", "date")}
    origins: dict[Place, set[str]] = {(name, 1): {name} for name in numeric}
    for column in columns:
        for i in range(column.predicate.arity):
            origins.setdefault((column.signed, i), {ELSE})
    for fact in program.facts:
        for i in range(len(fact.values)):
            origins.setdefault((fact.predicate, i), set()).add(ELSE)
    while sum(_spread(rule, origins) for rule in program.rules):
        pass
    constants: dict[str, set[int | Decimal]] = {name: set() for name in numeric}
    spoiled: set[str] = set()
    for rule in program.rules:
        _inspect(rule, origins, constants, spoiled)
    kept = numeric - spoiled
    restored = {rule.id: found for rule in program.rules if (found := _restored(rule, origins, kept))}
    return Cuts({name: tuple(sorted(constants[name])) for name in sorted(kept)}, restored)


def ordinal(value: Value) -> int | Decimal | None:
    """The number by which a number or a date is cut."""
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int | Decimal) else None


def _places(atom: Atom) -> Iterator[tuple[Place, Term]]:
    return (((atom.signed, i), term) for i, term in enumerate(atom.args))


def _of_variables(rule: NormalRule, origins: dict[Place, set[str]]) -> dict[str, set[str]]:
    """For each variable, all that could stand where it is bound."""
    found: dict[str, set[str]] = {}
    for item in rule.body:
        if isinstance(item, Literal) and item.mode == "plain":
            for place, term in _places(item.atom):
                if isinstance(term, Var):
                    found.setdefault(term.name, set()).update(origins.get(place, ()))
    return found


def _spread(rule: NormalRule, origins: dict[Place, set[str]]) -> bool:
    """Let the head's columns hold what its variables can; whether that is new."""
    variables = _of_variables(rule, origins)
    grown = False
    for place, term in _places(rule.head):
        new = variables.get(term.name, set()) if isinstance(term, Var) else {ELSE}
        known = origins.setdefault(place, set())
        grown |= not new <= known
        known |= new
    return grown


def _inspect(
    rule: NormalRule, origins: dict[Place, set[str]], constants: dict[str, set[int | Decimal]], spoiled: set[str]
) -> None:
    """Collect the constants that numbers meet, and the fields whose numbers do more than meet constants."""
    variables = _of_variables(rule, origins)

    def meet(names: set[str], value: Value) -> None:
        for name in names - {ELSE}:
            number = ordinal(value)
            if number is not None and name in constants:
                constants[name].add(number)

    for item in rule.body:
        if isinstance(item, Comparison):
            left, right = (
                variables.get(t.name, set()) if isinstance(t, Var) else set[str]() for t in (item.left, item.right)
            )
            if isinstance(item.left, Var) and isinstance(item.right, Var):
                spoiled |= left | right
            elif isinstance(item.right, Const):
                meet(left, item.right.value)
            elif isinstance(item.left, Const):
                meet(right, item.left.value)
            continue
        for place, term in _places(item.atom):
            here = origins.get(place, set())
            if isinstance(term, Const):
                meet(here, term.value)
            else:
                both = here | variables.get(term.name, set())
                if len(both) > 1:
                    spoiled |= both
    for place, _ in _places(rule.head):
        if len(origins.get(place, ())) > 1:
            spoiled |= origins[place]


def _restored(rule: NormalRule, origins: dict[Place, set[str]], kept: set[str]) -> dict[int, str]:
    variables = _of_variables(rule, origins)
    return {
        i: name
        for i, variable in enumerate(rule.variables)
        for name in variables.get(variable, set()) & kept
        if variables[variable] == {name}
    }
