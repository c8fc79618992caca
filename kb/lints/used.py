"""W606 and W607: what the program has and does not use: values that nothing concludes, rules that no test fires."""

from __future__ import annotations

from collections.abc import Iterator

from ..checks.context import cells
from ..diagnostics import Diagnostic, Note, quoted
from ..ir import Comparison, Const, Program, Value, Var, atoms_of
from .context import Finding, Linted


def unused_values(at: Linted) -> Iterator[Finding]:
    """W606: a value of a conclusion that no rule and no table mentions; what a record may hold is not judged."""
    program = at.program
    recorded = {c.type for p in program.predicates if p.role == "input" for c in p.columns}
    mentioned = _mentioned(program)
    columns = {c.type for p in program.predicates for c in p.columns}
    for kind in program.types:
        if kind.kind != "symbols" or kind.name in recorded or kind.name not in columns:
            continue
        for label in kind.labels:
            if (kind.name, label.name) not in mentioned:
                message = f"no rule and no table mentions {quoted(label.name)} of the type `{kind.name}`"
                note = Note(kind.span, f"`{kind.name}` is declared here")
                yield Finding(Diagnostic("W606", message, label.span, help="conclude it, or delete it", notes=(note,)))


def _mentioned(program: Program) -> set[tuple[str, Value]]:
    found: set[tuple[str, Value]] = set()
    for clause in program.clauses:
        types: dict[str, str] = {}
        for atom in atoms_of(clause):
            for column, term in cells(program, atom):
                if isinstance(term, Const):
                    found.add((column.type, term.value))
                else:
                    types.setdefault(term.name, column.type)
        for item in clause.body:
            if isinstance(item, Comparison):
                terms = (item.left, item.right)
                kinds = [types.get(t.name, "") for t in terms if isinstance(t, Var)]
                found |= {(kind, t.value) for kind in kinds for t in terms if isinstance(t, Const)}
    return found


def never_fired(at: Linted) -> Iterator[Finding]:
    """W607: a rule that concludes nothing for any test patient."""
    if at.fired is None:
        return
    for clause in at.rules:
        if clause.id not in at.fired:
            message = f"no test shows what the rule {quoted(clause.id)} does"
            help_ = "add a case for which it concludes something; `guidekb coverage` shows the others"
            yield Finding(Diagnostic("W607", message, clause.span, help=help_))
