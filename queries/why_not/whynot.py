"""Why something does not hold: the rules that could conclude it, nearest first, and what their conditions lack."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ...kb.ir import Atom, Const, Ground, Literal, Var
from .attempt import Attempt, Condition, Status, Tried, WhyNot
from .judge import unmet
from .nearest import distance, nearest
from .situation import Situation, situation, standing

__all__ = ["Attempt", "Condition", "Situation", "Status", "Tried", "WhyNot", "situation", "why_not"]

NEAR = 3
"""How many bindings of one rule are shown."""
MOST_GOALS = 60
"""How many derived conditions are followed."""


def why_not(at: Situation, goal: Ground | Atom, near: int = NEAR, most_goals: int = MOST_GOALS) -> WhyNot | None:
    """Why nothing in the model matches the goal; a variable in it reads "any". None when something does."""
    atom = goal if isinstance(goal, Atom) else _atom(goal)
    if at.index.matching(atom):
        return None
    literal = Literal(atom)
    status, instead = standing(at, atom)
    root = _with_goal(at, Condition(status, literal, literal, instead))
    goals: dict[Atom, Tried] = {}
    queue = [root.goal] if root.goal else []
    for key in queue:  # grows on the way
        if len(goals) == most_goals:
            break
        tried = goals[key] = _tried(at, key, near)
        below = (c.goal for attempt in tried.attempts for c in attempt.conditions if c.goal)
        queue += [g for g in dict.fromkeys(below) if g not in queue]
    cut = frozenset(queue[len(goals) :])
    return _finished(at, root, goals, cut)


def _atom(ground: Ground) -> Atom:
    name = ground.predicate.removeprefix("-")
    return Atom(name, tuple(map(Const, ground.values)), name != ground.predicate)


def _tried(at: Situation, goal: Atom, near: int) -> Tried:
    found = at.tried.get((goal, near))
    if found is None:
        found = at.tried[goal, near] = _try(at, goal, near)
    return found


def _try(at: Situation, goal: Atom, near: int) -> Tried:
    attempts: list[Attempt] = []
    left_out = 0
    for rule in at.concluding.get(goal.signed, ()):
        found = (_followed(at, attempt) for attempt in nearest(at, rule, goal))
        useful = [a for a in found if all(c.goal != goal for c in a.conditions)]  # it cannot help to have it already
        left_out += len(useful[near:])
        attempts += _varied(useful)[:near]
    return Tried(tuple(attempts), left_out)


def _followed(at: Situation, attempt: Attempt) -> Attempt:
    return replace(attempt, conditions=tuple(_with_goal(at, c) for c in attempt.conditions))


def _varied(attempts: list[Attempt]) -> list[Attempt]:
    """The attempts with the first for each lack before the others."""
    firsts: dict[frozenset[int], Attempt] = {}
    for attempt in attempts:
        firsts.setdefault(unmet(attempt.conditions), attempt)
    first = list(firsts.values())
    return first + [a for a in attempts if not any(a is f for f in first)]


def _with_goal(at: Situation, condition: Condition) -> Condition:
    """The condition with the goal to follow, when it is derived and does not hold."""
    filled = condition.filled
    if condition.status != "fails" or not isinstance(filled, Literal) or filled.mode != "plain":
        return condition
    return replace(condition, goal=_named(at, filled.atom)) if filled.atom.signed in at.concluding else condition


def _named(at: Situation, atom: Atom) -> Atom:
    """The atom with its variables called as their columns, so that the same question is asked once."""
    declared = at.predicates.get(atom.predicate)
    names: dict[str, Var] = {}
    for i, term in enumerate(atom.args):
        if isinstance(term, Var):
            column = declared.columns[i].name if declared and i < declared.arity else "Any"
            taken = any(v.name == column for v in names.values())
            names.setdefault(term.name, Var(f"{column}{i + 1}" if taken else column))
    return Atom(
        atom.predicate, tuple(names[t.name] if isinstance(t, Var) else Const(t.value) for t in atom.args), atom.negated
    )


def _finished(at: Situation, root: Condition, goals: dict[Atom, Tried], cut: frozenset[Atom]) -> WhyNot:
    """The result with the status of derived conditions known, attempts in order and loops cut."""
    hopeful = {g for g in cut if g.predicate not in at.predicates or at.predicates[g.predicate].open}
    unknown = _possible(goals, hopeful, ("unknown",))
    doubtful = _possible(goals, hopeful, ("unknown", "conflicting"))

    def settled(c: Condition) -> Condition:
        if c.goal is None or c.atoms:
            return c
        status: Status = "unknown" if c.goal in unknown else "conflicting" if c.goal in doubtful else "fails"
        return replace(c, status=status, goal=c.goal if c.goal in goals else None)

    ordered: dict[Atom, Tried] = {}
    for goal, tried in goals.items():
        attempts = [replace(a, conditions=tuple(map(settled, a.conditions))) for a in tried.attempts]
        ordered[goal] = replace(tried, attempts=tuple(sorted(attempts, key=lambda a: distance(at, a))))
    root = settled(root)
    return WhyNot(root, _without_loops(ordered, root.goal) if root.goal else {}, not cut)


def _possible(goals: dict[Atom, Tried], hopeful: Collection[Atom], allowed: Collection[Status]) -> set[Atom]:
    """The goals of which a rule could still fire if every condition of an allowed status came to hold."""
    found = set(hopeful)

    def can_hold(c: Condition) -> bool:
        return c.status in ("holds", "waits", *allowed) or (c.goal in found and not c.atoms)

    while True:
        new = {
            goal
            for goal, tried in goals.items()
            if goal not in found and any(not a.overridden and all(map(can_hold, a.conditions)) for a in tried.attempts)
        }
        if not new:
            return found
        found |= new


def _without_loops(goals: dict[Atom, Tried], root: Atom) -> dict[Atom, Tried]:
    """The goals without the references from one to another that it is reached from; depth first."""
    found: dict[Atom, Tried] = {}
    above: set[Atom] = set()

    def visit(goal: Atom) -> None:
        above.add(goal)
        found[goal] = goals[goal]  # keeps the place, conclusions before what they need
        attempts = [replace(a, conditions=tuple(map(cut, a.conditions))) for a in goals[goal].attempts]
        found[goal] = replace(goals[goal], attempts=tuple(attempts))
        above.remove(goal)

    def cut(condition: Condition) -> Condition:
        if condition.goal in above:
            return replace(condition, goal=None, circular=True)
        if condition.goal and condition.goal not in found:
            visit(condition.goal)
        return condition

    visit(root)
    return found
