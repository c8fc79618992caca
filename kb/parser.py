"""A text to its declarations, clauses and goals; after a fault, reading goes on with the next one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .clauses import clause, conditions
from .cursor import Cursor, Stop
from .declarations import declared_predicate, declared_type
from .diagnostics import Diagnostic
from .ir import BodyItem, Clause, Predicate, ValueType
from .lexer import MOST, Source, unix
from .property import Property, Waiver, begins, read_property


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text holds, in its order, with what could not be read; `goals` are the `?- ... .` queries.

    `damaged` and `half_declared` are those of `ir.Program`.
    """

    types: tuple[ValueType, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    clauses: tuple[Clause, ...] = ()
    goals: tuple[tuple[BodyItem, ...], ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    damaged: frozenset[str] = frozenset()
    half_declared: frozenset[str] = frozenset()
    properties: tuple[Property | Waiver, ...] = ()


def parse(source: Source, statement: str = "") -> Parsed:
    """Everything in a `datalog` block or a `.dl` file. Raises nothing: faults are in `problems`."""
    source = replace(source, text=unix(source.text)) if "\r" in source.text else source
    c = Cursor.over(source)
    types: list[ValueType] = []
    predicates: list[Predicate] = []
    clauses: list[Clause] = []
    goals: list[tuple[BodyItem, ...]] = []
    properties: list[Property | Waiver] = []
    while c.here.kind != "end" and len(c.problems) < MOST:
        c.start, c.anonymous = c.at, 0
        try:
            if c.looking_at("?-"):
                goals.append(_goal(c))
            elif c.looking_at("type"):
                types.append(declared_type(c))
            elif c.looking_at("input", "table", "derived"):
                predicates.append(declared_predicate(c))
            elif begins(c):
                properties.append(read_property(c))
            else:
                clauses.append(clause(c, statement))
        except Stop as stop:
            _recover(c, stop, statement)
    return Parsed(
        tuple(types),
        tuple(predicates),
        tuple(clauses),
        tuple(goals),
        _with_lines(c.problems, source),
        frozenset(c.damaged),
        frozenset(c.half_declared),
        tuple(properties),
    )


def parse_goals(text: str) -> Parsed:
    """A conjunction of goals as typed: `p(X), not q(X)`, with or without `?-` and the final period."""
    source = Source("goal", goal_line(text))
    c = Cursor.over(source)
    goals: list[tuple[BodyItem, ...]] = []
    try:
        c.take("?-")
        goals.append(conditions(c))
        c.take(".")
        if c.here.kind != "end":
            raise c.stop("`,` or the end after this condition")
    except Stop as stop:
        goals.clear()
        c.problems += [stop.diagnostic] if stop.diagnostic else []
    return Parsed(goals=tuple(goals), problems=_with_lines(c.problems, source))


def goal_line(text: str) -> str:
    """The text that the places of a goal's parts point into."""
    return unix(text)


def _goal(c: Cursor) -> tuple[BodyItem, ...]:
    c.step()
    goal = conditions(c)
    if not c.take("."):
        raise c.stop("`,` or `.` after this condition", "`,` goes on with another, `.` ends the query")
    return goal


def _recover(c: Cursor, stop: Stop, statement: str) -> None:
    if stop.diagnostic:
        c.problems.append(stop.diagnostic)
    if statement:
        c.damaged.add(statement)
    c.recover()


def _with_lines(problems: Iterable[Diagnostic], source: Source) -> tuple[Diagnostic, ...]:
    """The problems with the text of their lines."""
    found = tuple(problems)
    if not found:
        return ()
    lines = source.text.split("\n")
    return tuple(replace(d, line=" " * source.indent + lines[d.span.line - source.line]) for d in found)
