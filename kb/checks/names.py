"""E20x: every predicate that is used is declared, and used with the columns and in the role that it has."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic, Note, nearest
from ..ir import Program
from .context import atoms, count, in_guideline


def undeclared(program: Program) -> Iterator[Diagnostic]:
    """E201: a predicate that is used but not declared."""
    known = program.predicates_by_name
    for _, atom in atoms(program):
        if atom.predicate in known or atom.predicate in program.half_declared:
            continue
        near = nearest(atom.predicate, known)
        notes = (Note(known[near].span, f"`{near}` is declared here"),) if near else ()
        message = f"the predicate `{atom.predicate}/{len(atom.args)}` is not declared"
        help_ = f"did you mean `{near}/{known[near].arity}`?" if near else "declare it in the vocabulary"
        yield Diagnostic("E201", message, atom.span, help=help_, notes=notes)


def arities(program: Program) -> Iterator[Diagnostic]:
    """E202: a predicate that is used with another number of columns."""
    known = program.predicates_by_name
    for _, atom in atoms(program):
        found = known.get(atom.predicate)
        if found and found.arity != len(atom.args):
            columns = f"({', '.join(c.name for c in found.columns)})" if found.columns else ""
            message = f"`{atom.predicate}` has {count(found.arity, 'column')}, here {len(atom.args)}"
            note = Note(found.span, "declared here")
            yield Diagnostic("E202", message, atom.span, help=f"write `{atom.predicate}{columns}`", notes=(note,))


def heads(program: Program) -> Iterator[Diagnostic]:
    """E205: a rule concludes an input or a table; E209: a fact states what it cannot; E206: nothing concludes it."""
    known = program.predicates_by_name
    concluded = {c.head.predicate for c in program.clauses}
    for clause in program.clauses:
        found = known.get(clause.head.predicate)
        if found is None:
            continue
        name = clause.head.predicate
        note = (Note(found.span, f"declared as {found.role} here"),)
        if clause.body and found.role != "derived":
            what = "an input, recorded of patients" if found.role == "input" else "a table, a list of facts"
            message = f"`{name}` is {what}: a rule cannot conclude it"
            help_ = "conclude a derived predicate"
            yield Diagnostic("E205", message, clause.head.span, help=help_, notes=note)
        elif not clause.body and found.role == "derived":
            message = f"`{name}` is derived: a fact cannot state it"
            help_ = "declare it as a table, or give a body"
            yield Diagnostic("E209", message, clause.head.span, help=help_, notes=note)
        elif not clause.body and found.role == "input" and in_guideline(clause.span):
            message = f"`{name}` is recorded of patients: a guideline cannot state it"
            yield Diagnostic("E209", message, clause.head.span, help="declare it as a table", notes=note)
    for one in program.predicates:
        if one.role == "derived" and one.name not in concluded | program.damaged:
            message = f"no rule concludes `{one.name}`, so it can never hold"
            yield Diagnostic("E206", message, one.span, help="write a rule for it, or delete it")
