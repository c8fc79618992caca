"""W621 and W622: conditions about what is unknown that mean something else than they seem to."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic, Note, quoted
from ..ir import Atom, Clause, Literal, Program
from ..printer import print_condition, print_term
from .context import Finding, Fix, Linted, without_condition


def never_unknown(at: Linted) -> Iterator[Finding]:
    """W621: `assuming` on a predicate that is declared open and yet always known."""
    open_ = can_be_unknown(at.program)
    known = at.program.predicates_by_name
    for clause in at.rules:
        for item in clause.body:
            if isinstance(item, Literal) and item.mode == "assuming":
                declared = known.get(item.atom.predicate)
                if declared and declared.open and declared.name not in open_:
                    message = f"`{declared.name}` is never unknown, so that nothing need be assumed of it"
                    help_ = f"declare `{declared.name}` closed, and write `not`"
                    note = Note(declared.span, "what it rests on is always known")
                    yield Finding(Diagnostic("W621", message, item.span, help=help_, notes=(note,)))


def can_be_unknown(program: Program) -> frozenset[str]:
    """The predicates of which an atom can be neither recorded nor ruled out."""
    known = program.predicates_by_name
    found = {p.name for p in program.predicates if p.role == "input" and p.open}
    exceptions = [(str(target), c) for c in program.clauses for target in c.values("overrides")]
    while True:
        new = {c.head.predicate for c in program.clauses if c.body and _rests(c, found)}
        overriding = {t for t, c in exceptions if _rests(c, found)}
        new |= {c.head.predicate for c in program.clauses if c.id in overriding}
        new = {name for name in new if name in known and known[name].open} - found
        if not new:
            return frozenset(found)
        found |= new


def _rests(clause: Clause, found: set[str]) -> bool:
    """What `unrecorded` asks of the record is always known."""
    return any(
        isinstance(i, Literal) and i.mode != "unrecorded" and i.atom.predicate in found for i in clause.body
    )  # fmt: skip


def both_ways(at: Linted) -> Iterator[Finding]:
    """W622: a fact is asked for, and beside it a default or the record is asked about the same."""
    for clause in at.rules:
        plain = {_key(i.atom): i for i in clause.body if isinstance(i, Literal) and i.mode == "plain"}
        for item in clause.body:
            if not isinstance(item, Literal) or item.mode not in ("assuming", "unrecorded"):
                continue
            atom = item.atom
            same, other = plain.get(_key(atom)), plain.get(_key(_flipped(atom)))
            text = quoted(print_condition(item))
            if item.mode == "assuming" and same:
                message = f"{text} adds nothing to {quoted(print_condition(same))}"
                fix = at.change(item.span, lambda i, s=item.span: without_condition(i, s))
                help_ = "delete it: what is recorded need not be assumed"
                yield _finding(message, item, same, help_, fix)
            elif item.mode == "assuming" and other:
                message = f"{text} excludes {quoted(print_condition(other))}, so that the rule never fires"
                yield _finding(message, item, other, "decide which of the two is meant")
            elif item.mode == "unrecorded" and same:
                message = f"{text} excludes {quoted(print_condition(same))}, so that the rule never fires"
                yield _finding(message, item, same, "decide which of the two is meant")


def _finding(message: str, item: Literal, other: Literal, help_: str, fix: Fix | None = None) -> Finding:
    note = Note(other.span, "the other condition is here")
    return Finding(Diagnostic("W622", message, item.span, help=help_, notes=(note,)), fix)


def _flipped(atom: Atom) -> Atom:
    return Atom(atom.predicate, atom.args, not atom.negated, atom.span)


def _key(atom: Atom) -> tuple[str, tuple[str, ...]]:
    """The atom with each `_` as any other."""
    return atom.signed, tuple(map(print_term, atom.args))
