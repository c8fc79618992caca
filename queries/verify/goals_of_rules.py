"""What a suite of patients has to show: that a rule concludes something, and that a condition alone keeps it from that.

The goals are those that `guidekb coverage` measures, as rules of the solver: `shows(P, N)` for goal N and patient P.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...kb.ir import PATIENT, Atom, BodyItem, Comparison, Literal, Program, Var
from ...kb.normal import NormalRule, bound
from ..workshop.coverage_data import condition_text
from ..workshop.coverage_seen import EXCEPTION, Condition, Seen
from .emit import PATIENT_FACT
from .world import World

SHOWS = "shows"
SUBJECT_IS = "subject:"
CONCLUDED = "conclusion:"
COMPLEMENT = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}


@dataclass(frozen=True)
class Goal:
    """That a rule concludes something (no condition), or that one of its conditions alone fails."""

    rule: str
    condition: Condition | None = None

    @property
    def text(self) -> str:
        """The goal in words."""
        if self.condition is None:
            return f"{self.rule} concludes"
        return f"{self.rule}: `{condition_text(self.condition)}` alone fails"


def rule_goals(program: Program, world: World) -> tuple[Goal, ...]:
    """One for each rule."""
    return tuple(Goal(name) for name in Seen(program, world.normal).rules)


def condition_goals(program: Program, world: World) -> tuple[Goal, ...]:
    """Those of the rules, and one for each condition that does more than look up a table."""
    found: list[Goal] = []
    for name, seen in Seen(program, world.normal).rules.items():
        found.append(Goal(name))
        found += (Goal(name, c) for c in seen.conditions if not c.constant)
    return tuple(found)


class GoalRules:
    """Writes goals as rules of the solver."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rules = {r.id: r for r in world.normal.rules}

    def lines(self, goals: tuple[Goal, ...]) -> Iterator[str]:
        """The rules of all goals; the goal of a number is that with its place."""
        yield self._subject()
        for rule in dict.fromkeys(g.rule for g in goals if g.condition is not None):
            own = self._rules[rule]
            head = replace(own.clause.head, predicate=CONCLUDED + rule, negated=False)
            yield from self._world.emitter.rule(replace(own, id=CONCLUDED + rule, head=head))
        for n, goal in enumerate(goals):
            yield from self._goal(n, goal)

    def single(self, rule: NormalRule) -> Iterator[str]:
        """The conditions of one rule as goal 0."""
        yield self._subject()
        yield from self._shows(0, rule)

    def _subject(self) -> str:
        return f"{self._world.numbering.predicate(SUBJECT_IS)}(P) :- {PATIENT_FACT}(P)."

    def _goal(self, n: int, goal: Goal) -> Iterator[str]:
        own = self._rules[goal.rule]
        concludes = self._rules.get(f"{goal.rule}:concludes", own)
        if goal.condition is None:
            yield from self._shows(n, concludes)
        elif goal.condition.position == EXCEPTION:
            excepted = tuple(replace(i, mode="plain") if _is_not(i) else i for i in concludes.body)
            yield from self._shows(n, replace(concludes, body=excepted))
        else:
            body = alone(own, goal.condition.position, patient_of(self._world.program, own.clause.body))
            if body is not None:
                name = f"{goal.rule}:alone:{goal.condition.position}"
                yield from self._shows(n, replace(own, id=name, body=body, variables=bound(body)))

    def _shows(self, n: int, rule: NormalRule) -> Iterator[str]:
        subject = patient_of(self._world.program, rule.clause.body)
        if subject:  # named first, so that it is bound when the failing condition alone named it
            body = (Literal(Atom(SUBJECT_IS, (Var(subject),))), *rule.body)
            yield from self._world.emitter.rule(replace(rule, body=body), (), f"{SHOWS}(V0,{n})")


def alone(rule: NormalRule, position: int, subject: str, conclusion: bool = True) -> tuple[BodyItem, ...] | None:
    """The conditions under which this one alone fails; None when that cannot be judged.

    subject: the variable of the patient. conclusion: the rule concludes the same in no other way.
    """
    failing = rule.body[position]
    rest = [item for n, item in enumerate(rule.body) if n != position]
    known = {subject, *bound(tuple(rest))}
    others = [item for item in rest if _is_plain(item) or known.issuperset(_needed(item))]
    if not _is_plain(failing) and not known.issuperset(_needed(failing)):
        return None
    body = (*others, _denied(failing))
    if not conclusion:
        return body
    args = tuple(
        Var(f"_head{n}") if isinstance(t, Var) and t.name not in known else t
        for n, t in enumerate(rule.clause.head.args)
    )
    return (*body, Literal(Atom(CONCLUDED + rule.clause.id, args), "not"))


def patient_of(program: Program, body: tuple[BodyItem, ...]) -> str:
    """The variable that stands for the patient; "" when there is none."""
    known = program.predicates_by_name
    for item in body:
        if isinstance(item, Literal) and item.mode == "plain":
            declared = known.get(item.atom.predicate)
            if declared is None:
                continue
            for column, term in zip(declared.columns, item.atom.args, strict=False):
                if column.type == PATIENT and isinstance(term, Var):
                    return term.name
    return ""


def _denied(item: BodyItem) -> BodyItem:
    if isinstance(item, Comparison):
        return replace(item, op=COMPLEMENT[item.op])
    return replace(item, mode="not" if item.mode == "plain" else "plain")


def _is_plain(item: BodyItem) -> bool:
    return isinstance(item, Literal) and item.mode == "plain"


def _is_not(item: BodyItem) -> bool:
    return isinstance(item, Literal) and item.mode == "not"


def _needed(item: BodyItem) -> list[str]:
    terms = (item.left, item.right) if isinstance(item, Comparison) else item.atom.args
    return [t.name for t in terms if isinstance(t, Var) and not t.anonymous]
