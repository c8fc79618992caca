"""E401, E402: every variable is bound by a positive condition, and none stands alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..ir import Clause, Comparison, Program, Term
from ..normal import bound
from .context import terms, variables


def unsafe(program: Program) -> Iterator[Diagnostic]:
    """E401: a variable in the head, after `not` or in a comparison that no positive condition binds.

    In `not p(X, _)` the anonymous variable is read as "no value at all" and needs no binding.
    """
    for clause in program.clauses:
        safe = set(bound(clause.body))
        for where, found in _needing(clause):
            for var in variables(found):
                anonymous = var.name.startswith("_") and where not in ("the head", "a comparison")
                if var.name not in safe and not anonymous:
                    name = "_" if var.name[1:].isdigit() and var.name.startswith("_") else var.name
                    message = f"the variable `{name}` in {where} is not bound by a positive condition"
                    help_ = "add a condition that gives it a value" if clause.body else "a fact has no variables"
                    yield Diagnostic("E401", message, var.span, help=help_)


def _needing(clause: Clause) -> Iterator[tuple[str, list[Term]]]:
    yield "the head", list(clause.head.args)
    for item in clause.body:
        if isinstance(item, Comparison):
            yield "a comparison", [item.left, item.right]
        elif item.mode != "plain":
            yield f"a condition with `{item.mode}`", list(item.atom.args)


def once_only(program: Program) -> Iterator[Diagnostic]:
    """E402: a named variable that is used once is a slip of the pen, or should be `_`."""
    for clause in program.clauses:
        found = variables(terms(clause))
        uses = Counter(v.name for v in found)
        safe = set(bound(clause.body))
        for var in found:
            if uses[var.name] == 1 and not var.name.startswith("_") and var.name in safe:
                message = f"the variable `{var.name}` is used once"
                yield Diagnostic("E402", message, var.span, help="write `_` when its value does not matter")
