"""Questions in the language itself: a conjunction of goals over a finished model, checked before it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ...kb.checks.names import arities, undeclared
from ...kb.checks.negation import negation
from ...kb.checks.safety import unsafe
from ...kb.checks.types import comparisons, values, variable_types
from ...kb.diagnostics import Diagnostic, Invalid, UnknownName
from ...kb.ir import Atom, BodyItem, Clause, Ground, Predicate, Program, Value, sort_key
from ...kb.load import with_lines
from ...kb.normal import bound
from ...kb.parser import goal_line, parse_goals
from ...kb.printer import print_value
from ..evaluation.match import Index, solutions

CHECKS = (undeclared, arities, values, variable_types, comparisons, unsafe, negation)
ANSWER = "goal"


@dataclass(frozen=True, slots=True)
class Rows:
    """The answers to a goal: its named variables, and each combination of their values once, sorted."""

    goal: str
    variables: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def read_goal(program: Program, text: str) -> tuple[BodyItem, ...]:
    """The goal that a text asks, checked against the program's declarations.

    Raises Invalid for a goal that cannot be read or asked, UnknownName (also an Invalid) for names that do not exist.
    """
    parsed = parse_goals(text)
    lines = {"goal": goal_line(text)}
    problems = list(parsed.problems)
    if not problems and (len(parsed.goals) != 1 or parsed.clauses or parsed.types or parsed.predicates):
        problems.append(Diagnostic("E119", "one goal is asked at a time; rules stand in a file given with --rules"))
    if problems:
        raise Invalid(with_lines(problems, lines))
    return checked(program, tuple(item for goal in parsed.goals for item in goal), lines)


def checked(program: Program, body: tuple[BodyItem, ...], lines: Mapping[str, str]) -> tuple[BodyItem, ...]:
    """The goal, when nothing is wrong with it; raises as `read_goal` does. `lines`: the texts that it was read from."""
    declared = Predicate(ANSWER, (), open=True)
    asked = replace(program, predicates=(*program.predicates, declared), clauses=(Clause(Atom(ANSWER, ()), body),))
    problems = dict.fromkeys(d for one in CHECKS for d in one(asked))
    if problems:
        unknown = any(d.code in ("E201", "E301") for d in problems)
        raise (UnknownName if unknown else Invalid)(with_lines(problems, lines))
    return body


def answers(body: tuple[BodyItem, ...], atoms: Iterable[Ground], text: str = "") -> Rows:
    """Every combination of values of the goal's named variables under which it holds among the atoms."""
    names = tuple(name for name in bound(body) if not name.startswith("_"))
    found = {tuple(binding[n] for n in names) for binding in solutions(body, Index(atoms))}
    return Rows(text, names, tuple(sorted(found, key=lambda row: tuple(map(sort_key, row)))))


def rows_text(found: Rows, form: str) -> str:
    """The answers as lines (`yes` or `no` for a goal without variables) or as JSON."""
    if form == "json":
        rows = [dict(zip(found.variables, map(_plain, row), strict=True)) for row in found.rows]
        data = {"goal": found.goal, "variables": list(found.variables), "answers": rows, "holds": bool(found.rows)}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    if not found.rows:
        return "no\n"
    if not found.variables:
        return "yes\n"
    lines = (
        ", ".join(f"{n} = {print_value(v)}" for n, v in zip(found.variables, row, strict=True)) for row in found.rows
    )
    return "\n".join(lines) + "\n"


def _plain(value: Value) -> str | int:
    if isinstance(value, str | int):
        return value
    return str(value)
