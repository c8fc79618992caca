"""E401, E402: every variable is bound by a positive condition, and none stands alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..diagnostics import Diagnostic, nearest
from ..ir import Clause, Comparison, Program, Var, atoms_of
from ..normal import bound
from .context import cells, terms, variables
from .locality import other_patients

HEAD, COMPARISON = "the head", "a comparison"


def unsafe(program: Program) -> Iterator[Diagnostic]:
    """E401: a variable in the head, after `not` or in a comparison that no positive condition binds.

    In `not p(X, _)` and `assuming -p(X, _)` the anonymous variable reads "no value at all" and needs no binding.
    """
    for clause in program.clauses:
        unbound = list(_unbound(clause))
        candidates = _Candidates(clause) if unbound else None
        for where, var in unbound:
            message = f"the variable `{var}` in {where} is not bound by a positive condition"
            yield Diagnostic("E401", message, var.span, help=_help(clause, where, var, candidates))


def _unbound(clause: Clause) -> Iterator[tuple[str, Var]]:
    """Each variable that lacks a value, where it first does."""
    seen = set(bound(clause.body))
    for where, var in _needing(clause):
        if var.name not in seen:
            seen.add(var.name)
            yield where, var


def _needing(clause: Clause) -> Iterator[tuple[str, Var]]:
    yield from ((HEAD, v) for v in variables(list(clause.head.args)))
    for item in clause.body:
        if isinstance(item, Comparison):
            yield from ((COMPARISON, v) for v in variables([item.left, item.right]))
        elif item.mode != "plain":
            where = f"a condition with `{item.mode}`"
            # `assuming p(X, _)` would read "some value is assumed" and ask that none is recorded to be false.
            for_none = item.mode != "assuming" or item.atom.negated
            named = (v for v in variables(list(item.atom.args)) if not (v.anonymous and for_none))
            yield from ((where, v) for v in named)


def _help(clause: Clause, where: str, var: Var, candidates: _Candidates | None) -> str:
    if not clause.body:
        return "a fact has no variables: a value with a capital letter is quoted"
    near = candidates.meant(var) if candidates else ""
    if near:
        return f"did you mean `{near}`?"
    if var.anonymous:
        return "give it a name, and bind it in a condition"
    if where == COMPARISON:
        return "a comparison gives no value, not even `=`: add a condition that does"
    if where == HEAD:
        return "add a condition that gives it a value"
    return "add a condition that gives it a value, or write `_` for `no value at all`"


class _Candidates:
    """The bound variables of a clause that may have been meant by one that is not bound."""

    def __init__(self, clause: Clause) -> None:
        uses = Counter(v.name for v in variables(terms(clause)))
        self.named = [n for n in bound(clause.body) if not n.startswith("_")]
        self.alone = [n for n in self.named if uses[n] == 1]

    def meant(self, var: Var) -> str:
        """The one with a similar name, or the only one that joins nothing; "" when there is none."""
        if var.anonymous:
            return ""
        return nearest(var.name, self.named) or (self.alone[0] if len(self.alone) == 1 else "")


def once_only(program: Program) -> Iterator[Diagnostic]:
    """E402: a named variable that is used once is a slip of the pen, or should be `_`."""
    for clause in program.clauses:
        found = variables(terms(clause))
        uses = Counter(v.name for v in found)
        safe = set(bound(clause.body))
        once = [v for v in found if uses[v.name] == 1 and not v.anonymous and v.name in safe]
        if not once:
            continue
        candidates = _Candidates(clause)
        meant = {candidates.meant(var) for _, var in _unbound(clause)}
        said = meant | other_patients(program, clause)  # E401 and E408 say what is wrong with these
        for var in once:
            if var.name not in said:
                near = nearest(var.name, (name for name in uses if uses[name] > 1 and not name.startswith("_")))
                help_ = f"did you mean `{near}`? or write `_`" if near else "write `_` when its value does not matter"
                if value := _as_value(program, clause, var):
                    help_ = f"a capital letter makes a variable: did you mean the value `{value}`?"
                yield Diagnostic("E402", f"the variable `{var}` is used once", var.span, help=help_)


def _as_value(program: Program, clause: Clause, var: Var) -> str:
    """The value of its column that a variable is called like; "" when there is none."""
    for atom in atoms_of(clause):
        for column, term in cells(program, atom):
            declared = program.types_by_name.get(column.type)
            names = {label.name for label in declared.labels} if declared else set[str]()
            if term == var and var.name.lower() in names:
                return var.name.lower()
    return ""
