"""What one comparison says of another: that it holds as well, or that it cannot."""

from __future__ import annotations

from ..ir import Comparison, Const, ValueType, Var
from ..values import Value, sort_key

_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
# Between the same two variables: what follows from each.
_WEAKER = {"<": ("<=", "!="), ">": (">=", "!="), "=": ("<=", ">=")}


def turned(one: Comparison) -> Comparison:
    """The same comparison with a variable on the left, and of two variables the first in the alphabet."""
    both = isinstance(one.left, Var) and isinstance(one.right, Var)
    if isinstance(one.left, Const) or (both and str(one.left) > str(one.right)):
        return Comparison(one.right, _TURNED[one.op], one.left, one.span)
    return one


def implies(one: Comparison, other: Comparison) -> bool:
    """Whether the second holds whenever the first does."""
    a, b = turned(one), turned(other)
    if a.left != b.left:
        return False
    if isinstance(a.right, Const) and isinstance(b.right, Const):
        return _within(a.op, a.right.value, b.op, b.right.value)
    return a.right == b.right and (a.op == b.op or b.op in _WEAKER.get(a.op, ()))


def excludes(one: Comparison, other: Comparison) -> bool:
    """Whether the two can never hold together."""
    return implies(one, Comparison(other.left, _OPPOSITE[other.op], other.right))


def in_range(one: Comparison, kind: ValueType) -> bool | None:
    """True when the comparison holds for every value of the type's range, False when for none, None otherwise."""
    a = turned(one)
    if kind.low is None or kind.high is None or not isinstance(a.right, Const) or isinstance(a.right.value, str):
        return None
    low, high = Comparison(a.left, ">=", Const(kind.low)), Comparison(a.left, "<=", Const(kind.high))
    if implies(low, a) or implies(high, a):
        return True
    return False if excludes(low, a) or excludes(high, a) else None


def _within(op: str, value: Value, wider: str, other: Value) -> bool:
    """Whether every v with `v op value` has `v wider other`."""
    a, b = sort_key(value), sort_key(other)
    if op == "=":
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "=": a == b, "!=": a != b}[wider]
    if op == "!=":
        return wider == "!=" and a == b
    if op in (">", ">="):  # mirror
        a, b = b, a
        op, wider = _TURNED[op], _TURNED[wider]
    strict = op == "<"
    if wider == "<":
        return a <= b if strict else a < b
    if wider == "<=":
        return a <= b
    return wider == "!=" and (a <= b if strict else a < b)
