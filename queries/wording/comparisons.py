"""A comparison in words: both values as their types say them, and by how much one lies inside or beyond the other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ...kb.ir import Clause, Comparison, Const, Literal, Term, Value, Var
from ..evaluation.conditions import compare
from .sentences import Sentences

NAMES = {"<": "less", "<=": "at_most", ">": "more", ">=": "at_least", "=": "equal", "!=": "different"}
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
UPPER = ("<", "<=")


def compared(say: Sentences, clause: Clause, written: Comparison, left: Value | None, right: Value | None) -> str:
    """The comparison of a clause with the values of its sides; None for a value that is not known yet.

    A number written in the rule is a limit, and the patient's own value has a margin to it. No time passes in a margin:
    a recorded number of days does not grow.
    """
    op, limit = written.op, isinstance(written.right, Const)
    if isinstance(written.left, Const) and not limit and op in MIRRORED:
        left, op, right, limit = right, MIRRORED[op], left, True
    kind = _type(say, clause, written.left) or _type(say, clause, written.right)
    ordered = op in MIRRORED
    numbers = ordered and limit and isinstance(left, int | Decimal) and isinstance(right, int | Decimal)
    day = "day." if ordered and any(isinstance(value, date) for value in (left, right)) else ""
    first = _said(say, left, kind)
    second = say.value(right, kind) if numbers and right is not None else _said(say, right, kind)  # the unit once
    if ordered and not limit and not day:  # of two values of the patient neither is a limit
        return f"{first} {SIGNS[op]} {second}"
    text = say.words.say(f"comparison.{day}{NAMES[op]}", left=first, right=second)
    if not (numbers and isinstance(left, int | Decimal) and isinstance(right, int | Decimal)):
        return text
    return say.words.say("comparison.with_margin", text=text, margin=_margin(say, kind, left, op, right))


def _margin(say: Sentences, kind: str, left: int | Decimal, op: str, right: int | Decimal) -> str:
    """How far the value is from the limit, and on which side of it."""
    if left == right:
        return say.words.say("comparison.margin.none")
    holds = compare(left, op, right)
    side = ("inside" if holds else "over") if op in UPPER else ("over" if holds else "short")
    return say.words.say(f"comparison.margin.{side}", amount=say.amount(abs(left - right), kind))


def _said(say: Sentences, value: Value | None, kind: str) -> str:
    if value is None:
        return say.words.say("comparison.value")
    return say.words.day(value) if isinstance(value, date) else say.amount(value, kind)


def _type(say: Sentences, clause: Clause, term: Term) -> str:
    """The type of a variable, from a column of the clause in which it stands; "" when there is none."""
    if not isinstance(term, Var):
        return ""
    for atom in (*(i.atom for i in clause.body if isinstance(i, Literal)), clause.head):
        declared = say.predicates.get(atom.predicate)
        for column, other in zip(declared.columns if declared else (), atom.args, strict=False):
            if isinstance(other, Var) and other.name == term.name:
                return column.type
    return ""
