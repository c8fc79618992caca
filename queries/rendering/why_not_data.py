"""Why a conclusion does not hold, as plain data: what would open it, and the rules with how each condition stands."""

from __future__ import annotations

from ...kb.ir import Atom, Comparison, Const, Ground, ground_key
from ..explanations.absence import situation_of
from ..explanations.explanation import rule_ref
from ..explanations.report import Report
from ..why_not.attempt import Attempt, Condition
from ..why_not.whynot import why_not
from ..wording.sentences import print_ground
from .answer_json import Data
from .why_not_text import goals, matches


def why_not_data(report: Report, name: str) -> Data:
    """One object for each conclusion of this name that some rule could give."""
    case = report.case
    return {
        "patient": case.edb.subject,
        "name": name,
        "conclusions": [_goal(report, goal) for goal in goals(report, name)],
    }


def _goal(report: Report, goal: Atom) -> Data:
    case = report.case
    found = why_not(situation_of(case), goal)
    parts = (report.answer.recommendations, report.answer.alerts, report.answer.expectations, report.answer.prognosis)
    items = [i for part in (*parts, report.answer.flags) for i in part if matches(goal, i.atom)]
    gained = sorted((a for a in case.changes.gained if matches(goal, a)), key=ground_key)
    return {
        "kind": goal.predicate,
        "holds": found is None,
        "status": sorted({item.status for item in items}),
        "would_follow": [
            {"conclusion": print_ground(atom), "facts": [print_ground(f) for f in sorted(one, key=ground_key)]}
            for atom in gained
            for one in case.changes.gained[atom]
        ],
        "tried": [
            {"goal": _pattern(key), "rules": [_attempt(report, attempt) for attempt in tried.attempts]}
            for key, tried in (found.goals if found else {}).items()
        ],
    }


def _attempt(report: Report, attempt: Attempt) -> Data:
    clause = next(c for c in report.case.knowledge.program.clauses if c.id == attempt.rule)
    ref = rule_ref(clause, report.case.knowledge.statements)
    return {
        "rule": ref.id,
        "file": ref.place.file,
        "line": ref.place.line,
        "statements": list(ref.statements),
        "overridden_by": list(attempt.by),
        "conditions": [_condition(c) for c in attempt.conditions],
    }


def _condition(condition: Condition) -> Data:
    filled = condition.filled
    if isinstance(filled, Comparison):
        left, right = (str(t.value) if isinstance(t, Const) else str(t) for t in (filled.left, filled.right))
        return {"status": condition.status, "condition": f"{left} {filled.op} {right}", "instead": []}
    mode = "" if filled.mode == "plain" else f"{filled.mode} "
    data: Data = {"status": condition.status, "condition": f"{mode}{_pattern(filled.atom)}"}
    data["atoms" if condition.status == "holds" else "instead"] = list(map(print_ground, condition.atoms))
    if condition.goal:
        data["goal"] = _pattern(condition.goal)
    return data


def _pattern(atom: Atom) -> str:
    values = tuple(t.value if isinstance(t, Const) else "_" for t in atom.args)
    return print_ground(Ground(atom.signed, values))
