"""E2xx: every type and predicate is declared once, and used with the columns that it has."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ..diagnostics import Diagnostic, Note, suggest
from ..ir import Predicate, Program, ValueType
from .context import PATIENT, atoms, count, predicates_by_name, types_by_name


def declarations(program: Program) -> Iterator[Diagnostic]:
    """E203 unknown type of a column, E204 declared twice, E207 a built-in name declared with another meaning."""
    known = types_by_name(program)
    for kind, declared in (("type", program.types), ("predicate", program.predicates)):
        first: dict[str, ValueType | Predicate] = {}
        for one in chain(declared):
            if one.name in first:
                note = Note(first[one.name].span, "first declared here")
                yield Diagnostic("E204", f"the {kind} `{one.name}` is declared twice", one.span, notes=(note,))
            first.setdefault(one.name, one)
    for one in program.types:
        if one.name == PATIENT:
            yield Diagnostic("E207", f"the type `{PATIENT}` is built in and cannot be declared", one.span)
        if one.low is not None and one.high is not None and one.low > one.high:
            yield Diagnostic("E208", f"the range of `{one.name}` is empty: {one.low} is above {one.high}", one.span)
        yield from _labels(one)
    for predicate in program.predicates:
        names: set[str] = set()
        for column in predicate.columns:
            if column.type not in known and column.type not in program.damaged:
                help_ = suggest(column.type, known) or "declare it: `type NAME = value | value.`"
                yield Diagnostic("E203", f"the type `{column.type}` is not declared", column.span, help=help_)
            if column.name in names:
                yield Diagnostic("E204", f"the column `{column.name}` is declared twice", column.span)
            names.add(column.name)


def _labels(one: ValueType) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for label in one.labels:
        if label.name in seen:
            yield Diagnostic("E204", f"the value `{label.name}` stands twice in the type `{one.name}`", label.span)
        seen.add(label.name)


def undeclared(program: Program) -> Iterator[Diagnostic]:
    """E201: a predicate that is used but not declared."""
    known = predicates_by_name(program)
    for _, atom in atoms(program):
        if atom.predicate not in known and atom.predicate not in program.damaged:
            near = suggest(atom.predicate, known)
            notes = tuple(Note(known[n].span, f"`{n}` is declared here") for n in known if near and f"`{n}`" in near)
            message = f"the predicate `{atom.predicate}/{len(atom.args)}` is not declared"
            help_ = near or "declare it in the vocabulary"
            yield Diagnostic("E201", message, atom.span, help=help_, notes=notes)


def arities(program: Program) -> Iterator[Diagnostic]:
    """E202: a predicate that is used with another number of columns."""
    known = predicates_by_name(program)
    for _, atom in atoms(program):
        declared = known.get(atom.predicate)
        if declared and declared.arity != len(atom.args):
            columns = ", ".join(c.name for c in declared.columns)
            message = f"`{atom.predicate}` has {count(declared.arity, 'column')}, here {len(atom.args)}"
            note = Note(declared.span, f"declared as {atom.predicate}({columns})")
            yield Diagnostic("E202", message, atom.span, notes=(note,))


def heads(program: Program) -> Iterator[Diagnostic]:
    """E205: a rule concludes an input or a table; E206: a derived predicate without a rule; E209: a derived fact."""
    known = predicates_by_name(program)
    concluded = {c.head.predicate for c in program.clauses if c.body}
    for clause in program.clauses:
        declared = known.get(clause.head.predicate)
        if declared is None:
            continue
        name = clause.head.predicate
        note = (Note(declared.span, f"`{name}` is declared as {declared.role} here"),)
        if clause.body and declared.role != "derived":
            message = f"`{name}` is {_role(declared.role)}: a rule cannot conclude it"
            yield Diagnostic("E205", message, clause.head.span, notes=note)
        if not clause.body and declared.role == "derived":
            message = f"`{name}` is derived: a fact cannot state it"
            yield Diagnostic(
                "E209", message, clause.head.span, help="declare it as a table, or give a body", notes=note
            )
    for one in program.predicates:
        if one.role == "derived" and one.name not in concluded | program.damaged:
            yield Diagnostic("E206", f"no rule concludes `{one.name}`, so it can never hold", one.span)


def _role(role: str) -> str:
    return "an input (recorded of patients)" if role == "input" else "a table (facts of the program)"
