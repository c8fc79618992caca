"""What several checks look up: declarations by name, whether a place is in a guideline, and plural words."""

from __future__ import annotations

from ..ir import Atom, Clause, Comparison, Literal, Predicate, Program, Span, Term, ValueType, Var

PATIENT = "patient"  # the built-in type of subjects
FIELD = "field"  # the built-in type of names of input predicates
BUILT_IN = (ValueType(PATIENT, "symbol"), ValueType(FIELD, "symbol"))


def types_by_name(program: Program) -> dict[str, ValueType]:
    """Declared and built-in types; of a type declared twice the first counts."""
    return {t.name: t for t in (*reversed(program.types), *BUILT_IN)}


def predicates_by_name(program: Program) -> dict[str, Predicate]:
    """Declared predicates; of one declared twice the first counts."""
    return {p.name: p for p in reversed(program.predicates)}


def in_guideline(span: Span) -> bool:
    """True in a Markdown document, where rules need ids and statements; a plain `.dl` file needs neither."""
    return span.file.endswith(".md")


def literals(clause: Clause) -> tuple[Literal, ...]:
    """The conditions of a body that are not comparisons."""
    return tuple(item for item in clause.body if isinstance(item, Literal))


def atoms(program: Program) -> list[tuple[Clause, Atom]]:
    """Each atom of each clause."""
    return [(c, a) for c in program.clauses for a in (c.head, *(item.atom for item in literals(c)))]


def terms(clause: Clause) -> list[Term]:
    """Every term of the clause, each occurrence."""
    found: list[Term] = list(clause.head.args)
    for item in clause.body:
        found += (item.left, item.right) if isinstance(item, Comparison) else item.atom.args
    return found


def variables(found: list[Term]) -> list[Var]:
    """The variables among the terms."""
    return [t for t in found if isinstance(t, Var)]


def count(number: int, noun: str) -> str:
    """`1 column`, `2 columns`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
