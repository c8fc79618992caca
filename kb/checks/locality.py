"""E408: a rule of a guideline speaks of one patient, so that many patients can be evaluated at once."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic, Note, quoted
from ..ir import PATIENT, Clause, Const, Program, Var, atoms_of
from .context import cells, declared, in_guideline


def nonlocal_rules(program: Program) -> Iterator[Diagnostic]:
    """E408: a rule with two patients, a patient by name, or a conclusion that is not about its patient."""
    for clause in program.clauses:
        if in_guideline(clause.span):
            yield from _faults(program, clause)


def other_patients(program: Program, clause: Clause) -> frozenset[str]:
    """The names of variables for patients other than the first one that the rule speaks of."""
    cols = (t for a in atoms_of(clause) for column, t in cells(program, a) if column.type == PATIENT)
    names = [t.name for t in cols if isinstance(t, Var)]
    return frozenset(n for n in names if n != names[0]) if in_guideline(clause.span) else frozenset()


def _faults(program: Program, clause: Clause) -> Iterator[Diagnostic]:
    patients = [t for a in atoms_of(clause) for column, t in cells(program, a) if column.type == PATIENT]
    variables = [t for t in patients if isinstance(t, Var)]
    for term in patients:
        if isinstance(term, Const):
            message = f"a guideline names the patient {quoted(term.value)}"
            yield Diagnostic("E408", message, term.span, help="it speaks of any patient: write a variable")
    for var in variables[1:]:
        if var.name != variables[0].name:
            other = "any patient" if var.anonymous else "another patient"
            message = f"`{var}` is {other}, and the rule is about `{variables[0]}`"
            yield Diagnostic("E408", message, var.span, help="a rule speaks of one patient: use one variable")
            return
    head = declared(program, clause.head)
    if clause.body and variables and head and PATIENT not in (c.type for c in head.columns):
        message = f"`{head.name}` says nothing of the patient that its conditions are about"
        note = Note(head.span, "declared here")
        help_ = "give it a first column `Patient: patient`"
        yield Diagnostic("E408", message, clause.head.span, help=help_, notes=(note,))
