"""W602 and W603: rules that add nothing, because another says the same or more."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ..diagnostics import Diagnostic, Note, quoted
from ..ir import Clause
from .context import Finding, Linted
from .matching import covers


def duplicates(at: Linted) -> Iterator[Finding]:
    """W602: a rule that says the same as one of another statement. W603: one that another of its statement covers."""
    by_head: dict[tuple[str, int], list[Clause]] = {}
    for clause in at.rules:
        by_head.setdefault((clause.head.signed, len(clause.head.args)), []).append(clause)
    for group in by_head.values():
        for first, second in combinations(group, 2):
            more, less = covers(first, second), covers(second, first)
            if (more or less) and _same_exceptions(first, second):
                yield from _found(first, second, more, less)


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
