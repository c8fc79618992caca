"""What several checks look up: the parts of clauses, declarations of atoms, whether a place is in a guideline."""

from __future__ import annotations

from collections.abc import Iterator

from ..ir import Atom, Clause, Column, Comparison, Literal, Predicate, Program, Span, Term, Var


def in_guideline(span: Span) -> bool:
    """True in a Markdown document, where rules need ids and statements; a plain `.dl` file needs neither."""
    return span.file.endswith(".md")


def literals(clause: Clause) -> tuple[Literal, ...]:
    """The conditions of a body that are not comparisons."""
    return tuple(item for item in clause.body if isinstance(item, Literal))


def atoms(program: Program) -> list[tuple[Clause, Atom]]:
    """Each atom of each clause."""
    return [(c, a) for c in program.clauses for a in (c.head, *(item.atom for item in literals(c)))]


def declared(program: Program, atom: Atom) -> Predicate | None:
    """The declaration of an atom that has as many columns as it; None otherwise, which is another check's finding."""
    found = program.predicates_by_name.get(atom.predicate)
    return found if found and found.arity == len(atom.args) else None


def cells(program: Program, atom: Atom) -> Iterator[tuple[Column, Term]]:
    """Each argument with its column, when the atom is declared so."""
    found = declared(program, atom)
    if found:
        yield from zip(found.columns, atom.args, strict=True)


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
