"""How each condition of a body stands under a partial binding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...kb.ir import Atom, BodyItem, Comparison, Const, Ground, Literal, Value
from ...kb.normal import bound
from ..evaluation.conditions import compare
from ..evaluation.match import absence, substitute
from .attempt import Condition
from .partial import Partial
from .situation import Situation, standing

Judged = tuple[Partial, tuple[Condition, ...]]
Body = Sequence[tuple[BodyItem, BodyItem]]
"""Each condition as the author wrote it, and with the goal's values in their places."""


def judged(at: Situation, body: Body, found: Iterable[Partial]) -> list[Judged]:
    """How each condition stands in each binding; bindings that only tables tell apart, in free variables, are one."""
    groups: dict[object, list[Judged]] = {}
    for partial in found:
        conditions = _conditions(at, body, partial)
        if conditions is not None:
            settled = frozenset((name, value) for name, value in partial.binding.items() if name not in partial.free)
            groups.setdefault((settled, partial.free, unmet(conditions)), []).append((partial, conditions))
    return [each for group in groups.values() for each in _merged(at, body, group)]


def unmet(conditions: Sequence[Condition]) -> frozenset[int]:
    """The positions of the conditions that stand in the way."""
    return frozenset(n for n, c in enumerate(conditions) if c.status not in ("holds", "waits"))


def _conditions(at: Situation, body: Body, partial: Partial) -> tuple[Condition, ...] | None:
    """How each condition stands; None when one was given up that holds, as another binding then follows its match."""
    pending = frozenset(bound(tuple(own for _, own in body))) - partial.binding.keys()
    conditions: list[Condition] = []
    for position, (item, own) in enumerate(body):
        filled = substitute(own, partial.binding)
        if isinstance(filled, Literal) and filled.mode == "plain":
            matches = tuple(at.index.matching(filled.atom))
            if matches and position in partial.given_up:
                return None
            conditions.append(Condition("holds", item, filled, matches) if matches else _unmatched(at, item, filled))
        else:
            conditions.append(_tested(at, item, filled, pending))
    return tuple(conditions)


def _unmatched(at: Situation, item: BodyItem, filled: Literal) -> Condition:
    status, atoms = standing(at, filled.atom)
    return Condition(status, item, filled, atoms)


def _tested(at: Situation, item: BodyItem, filled: BodyItem, pending: frozenset[str]) -> Condition:
    """How a condition stands that binds nothing."""
    if isinstance(filled, Comparison):
        if not (isinstance(filled.left, Const) and isinstance(filled.right, Const)):
            return Condition("waits", item, filled)
        true = compare(filled.left.value, filled.op, filled.right.value)
        return Condition("holds" if true else "fails", item, filled)
    unwanted = absence(filled).atom
    matches = tuple(at.index.matching(unwanted))
    if not matches:
        return Condition("holds", item, filled, _opposite(at, unwanted))
    if pending.isdisjoint(unwanted.variables):
        return Condition("fails", item, filled, matches)
    return Condition("waits", item, filled)


def _opposite(at: Situation, atom: Atom) -> tuple[Ground, ...]:
    return tuple(at.index.matching(replace(atom, negated=not atom.negated)))


def _merged(at: Situation, body: Body, group: list[Judged]) -> list[Judged]:
    """One binding for the group that leaves open what they differ in, if everything can be said without it."""
    (first, _), *others = group
    if not others or not first.free:
        return group
    common: dict[str, Value] = {
        name: value for name, value in first.binding.items() if all(p.binding.get(name) == value for p, _ in group)
    }
    columns = zip(*(conditions for _, conditions in group), strict=True)
    joined = [_joined(at, item, substitute(own, common), c) for (item, own), c in zip(body, columns, strict=True)]
    conditions = tuple(c for c in joined if c)
    return [(replace(first, binding=common), conditions)] if len(conditions) == len(body) else group


def _joined(at: Situation, item: BodyItem, filled: BodyItem, column: Sequence[Condition]) -> Condition | None:
    """One condition for all of the column; None when they fail for reasons of their own."""
    if all(c == column[0] for c in column):
        return column[0]
    if isinstance(filled, Comparison) or filled.mode != "plain":
        return None if column[0].status == "fails" else Condition("waits", item, filled)
    if column[0].status == "holds":
        return Condition("holds", item, filled, tuple(dict.fromkeys(a for c in column for a in c.atoms)))
    return None if at.index.matching(filled.atom) else _unmatched(at, item, filled)
