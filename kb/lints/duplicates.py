"""W602 and W603: rules that add nothing, because another says the same or more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ..diagnostics import Diagnostic, Note, quoted
from ..ir import Clause, Literal
from .context import Finding, Linted
from .matching import covers

MOST = 300  # rules with one conclusion that are compared with each other


def duplicates(at: Linted) -> Iterator[Finding]:
    """W602: a rule that says the same as one of another statement. W603: one that another of its statement covers."""
    alike: dict[object, list[Clause]] = {}
    together: dict[object, list[Clause]] = {}
    for clause in at.rules:
        head = (clause.head.signed, len(clause.head.args))
        alike.setdefault((head, _signature(clause)), []).append(clause)
        together.setdefault((head, clause.statement), []).append(clause)
    pairs = {
        (id(a), id(b)): (a, b)
        for group in (*alike.values(), *together.values())
        for a, b in combinations(group[:MOST], 2)
    }
    for first, second in pairs.values():
        more, less = covers(first, second), covers(second, first)
        if (more or less) and _same_exceptions(first, second):
            yield from _found(first, second, more, less)


def _signature(clause: Clause) -> object:
    """What two rules have in common that say the same: their conditions without the values."""
    return frozenset((i.mode, i.atom.signed) for i in clause.body if isinstance(i, Literal))


def _found(first: Clause, second: Clause, more: bool, less: bool) -> Iterator[Finding]:
    if more and less:
        if first.statement != second.statement:  # E515 is for one statement
            message = f"the rule {quoted(second.id)} says the same as {quoted(first.id)}"
            help_ = "keep one, and let its `@rationale` name the other's statement"
            yield _finding("W602", message, help_, second, first)
        return
    wide, narrow = (first, second) if more else (second, first)
    if wide.statement == narrow.statement:
        message = f"the rule {quoted(narrow.id)} adds nothing: {quoted(wide.id)} fires whenever it does"
        yield _finding("W603", message, "delete it, or a condition of the other is missing", narrow, wide)


def _finding(code: str, message: str, help_: str, clause: Clause, other: Clause) -> Finding:
    note = Note(other.span, f"{quoted(other.id)} is here")
    return Finding(Diagnostic(code, message, clause.span, help=help_, notes=(note,)))


def _same_exceptions(one: Clause, other: Clause) -> bool:
    """Whether they are exceptions to the same rules: otherwise both are needed."""
    return set(one.values("overrides")) == set(other.values("overrides"))
