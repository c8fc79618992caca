"""The suite for conditions, in the sense of MC/DC, and why a condition is shown by nobody.

For each condition some patient makes its rule conclude, with the condition true, and some patient makes it the only one
that fails, while the rule concludes the same in no other way: a pair that differs in the condition and the conclusion.
"""

from __future__ import annotations

from dataclasses import replace

from ...kb.ir import Program
from ...kb.normal import NormalRule, bound
from ...kb.printer import print_condition
from ..workshop.coverage_seen import EXCEPTION
from .check import Progress, silent
from .goals_of_rules import SHOWS, Goal, GoalRules, alone, condition_goals, patient_of
from .suite import Seeker, Suite, cover
from .world import ONE, World


def condition_suite(program: Program, progress: Progress = silent) -> Suite:
    """A suite that shows each condition to decide."""
    world = World(program)
    return cover(Seeker(world, condition_goals(program, world)), progress)


def reason(program: Program, goal: Goal) -> str:
    """Why no patient shows a goal: proved by leaving out, one after the other, what the goal asks for."""
    if goal.condition is None:
        return "proved: the rule concludes nothing, whoever the patient is"
    if goal.condition.position == EXCEPTION:
        return "proved: no exception applies where the rule does"
    world = World(program)
    rule = next(r for r in world.normal.rules if r.id == goal.rule)
    subject = patient_of(program, rule.clause.body)
    body = alone(rule, goal.condition.position, subject, conclusion=False)
    if body is None:
        return "it gives a value that another condition needs, so that it cannot fail alone"
    rules = GoalRules(world)
    if _possible(world, rules, replace(rule, id=f"{goal.rule}:fails", body=body, variables=bound(body))):
        return "proved: wherever it fails, the rule concludes the same in another way"
    kept = list(body)
    for item in body[:-1]:
        fewer = tuple(i for i in kept if i is not item)
        if not _possible(world, rules, replace(rule, body=fewer, variables=bound(fewer))):
            kept = list(fewer)
    others = ", ".join(f"`{print_condition(i)}`" for i in kept[:-1])
    return f"proved: it holds wherever {others} holds" if others else "proved: it holds for everybody"


def _possible(world: World, rules: GoalRules, rule: NormalRule) -> bool:
    """Whether the conditions of a rule hold together for some patient."""
    lines = rules.single(rule)
    return world.solver(lines, [(SHOWS, 2)]).find([((SHOWS, (ONE, 0)), True)]) is not None
