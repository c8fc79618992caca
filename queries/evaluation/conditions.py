"""What a rule's conditions mean to every evaluator: how values compare, and which conditions bind variables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from ...kb.ir import Atom, Comparison, Const, Literal, Value, Var
from ...kb.normal import NormalRule

Test = Literal | Comparison
"""A condition that binds nothing: a negated literal or a comparison."""


def compare(left: Value, op: str, right: Value) -> bool:
    """Whether `left op right` is true; op is one of `ir.COMPARISONS`.

    Any two values may be equal or not. Only two numbers or two dates have an order: symbols, texts, and values of
    different kinds are neither smaller nor greater than each other, so that `<`, `<=`, `>`, `>=` are false for them.
    """
    if op == "=":
        return left == right
    if op == "!=":
        return left != right
    if isinstance(left, date) and isinstance(right, date):
        return _in_order(left.toordinal(), op, right.toordinal())
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return _in_order(left, op, right)
    return False


def _in_order(left: int | Decimal, op: str, right: int | Decimal) -> bool:
    if op == "<":
        return left < right
    if op == "<=":
        return left <= right
    if op == ">":
        return left > right
    if op == ">=":
        return left >= right
    raise ValueError(f"`{op}` is not a comparison")


def conditions(rule: NormalRule) -> tuple[tuple[Atom, ...], tuple[Test, ...]]:
    """The positive conditions, and the tests that can only be made once those have bound their variables.

    INVARIANT (safety): every variable of the head and of a comparison stands in a positive condition; ValueError
    otherwise, since the checks refuse such a rule. A variable only in a negated condition reads "for no value".
    """
    positive = tuple(i.atom for i in rule.body if isinstance(i, Literal) and i.mode == "plain")
    tests = tuple(i for i in rule.body if isinstance(i, Comparison) or i.mode != "plain")
    bound = {name for atom in positive for name in atom.variables}
    needed = (*rule.head.args, *(side for t in tests if isinstance(t, Comparison) for side in (t.left, t.right)))
    for term in needed:
        if isinstance(term, Var) and term.name not in bound:
            raise ValueError(f"rule `{rule.id}`: no positive condition binds `{term.name}`")
    return positive, tests


def ordered(
    positive: Sequence[Atom], tests: Sequence[Test], start: int | None = None, subject: str = ""
) -> list[Atom | Test]:
    """The conditions in an order in which an engine can take them.

    The atom `start` comes first when it is given; then always the atom with the most columns bound (of equals the one
    with the fewest free, then the author's order), where `subject` counts as bound; each test as soon as what can bind
    it has done so.
    """
    bindable = {name for atom in positive for name in atom.variables}
    atoms, waiting = list(positive), list(tests)
    done: list[Atom | Test] = [] if start is None else [atoms.pop(start)]
    bound = {name for atom in done for name in _names(atom)}
    while atoms or waiting:
        ready = [t for t in waiting if _names(t) & bindable <= bound]
        waiting = [t for t in waiting if t not in ready]
        done += ready
        if atoms:
            best = max(atoms, key=lambda a: _score(a, {subject, *bound}))
            atoms.remove(best)
            done.append(best)
            bound |= _names(best)
    return done


def _score(atom: Atom, bound: set[str]) -> tuple[int, int]:
    known = sum(isinstance(t, Const) or t.name in bound for t in atom.args)
    return known, known - len(atom.args)


def _names(condition: Atom | Test) -> set[str]:
    if isinstance(condition, Comparison):
        return {t.name for t in (condition.left, condition.right) if isinstance(t, Var)}
    return set((condition if isinstance(condition, Atom) else condition.atom).variables)
