"""What comes nearest to firing a rule for a goal: bindings of its variables with few conditions that do not hold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ...kb.ir import Atom, Const, Literal, Term, Value, Var, sort_key
from ...kb.normal import NormalRule, bound
from ..evaluation.match import fill
from ..proofs.plan import priority
from .attempt import Attempt, Condition
from .judge import judged, unmet
from .partial import partials
from .situation import Situation, overridden
from .unify import resolve, rewrite, rewrite_item, unifier

Distance = tuple[int, int, int, int, str, tuple[tuple[str, tuple[int, str | int | Decimal]], ...]]


def nearest(at: Situation, rule: NormalRule, goal: Atom) -> list[Attempt]:
    """The ways in which the rule comes near to the goal, the nearest first; [] when it cannot conclude it.

    INVARIANT (true): a condition that is said to fail has no match in the model, with the values that it is shown with.
    """
    terms = unifier(rule.head, goal)
    if terms is None:
        return []
    body = [(item, rewrite_item(item, terms)) for item in rule.clause.body]
    found = judged(at, body, partials(at, [own for _, own in body]))
    lacks = {unmet(conditions) for _, conditions in found}
    attempts = [
        _attempt(at, rule, terms, partial.binding, conditions)
        for partial, conditions in found
        if not any(other < unmet(conditions) for other in lacks)
    ]
    return sorted(attempts, key=lambda attempt: distance(at, attempt))


def distance(at: Situation, attempt: Attempt) -> Distance:
    """The key that puts the nearest first: few conditions unmet, few of those failing, many met by what is recorded."""
    missing = len(attempt.unmet) + bool(attempt.overridden)
    failing = sum(c.status == "fails" for c in attempt.unmet) + bool(attempt.overridden)
    met = sum(c.status == "holds" and _of_the_patient(at, c) for c in attempt.conditions)
    values = tuple((name, sort_key(value)) for name, value in attempt.bindings)
    return missing, failing, -met, attempt.priority, attempt.rule, values


def _of_the_patient(at: Situation, condition: Condition) -> bool:
    filled = condition.filled
    return isinstance(filled, Literal) and filled.mode == "plain" and filled.atom.signed not in at.fixed


def _attempt(
    at: Situation,
    rule: NormalRule,
    terms: Mapping[str, Term],
    binding: Mapping[str, Value],
    conditions: tuple[Condition, ...],
) -> Attempt:
    guard = _guard(rule)
    excluded, by = overridden(at, rule, fill(rewrite(guard, terms), binding)) if guard else ((), ())
    shown: list[tuple[str, Value]] = []
    for name in bound(rule.clause.body):
        term = resolve(Var(name), terms)
        value = term.value if isinstance(term, Const) else binding.get(term.name)
        if value is not None:
            shown.append((name, value))
    return Attempt(rule.clause.id, priority(rule), tuple(shown), conditions, excluded, by)


def _guard(rule: NormalRule) -> Atom | None:
    """The rule's guard against exceptions, `overridden:ID(S)`, if it has one."""
    if rule.part not in ("concludes", "overrides"):
        return None
    return next((i.atom for i in rule.body if isinstance(i, Literal) and i.mode == "not"), None)
