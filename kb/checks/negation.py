"""E404-E407: what `not`, `-p` and `assuming` may stand before, and what a closed predicate may rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..diagnostics import Diagnostic, Note
from ..ir import Atom, Literal, Program
from ..printer import print_atom
from .context import literals


def negation(program: Program) -> Iterator[Diagnostic]:
    """E404 `not` on an open predicate, E405 `assuming` on a closed one, E407 `-p` on a closed one."""
    for clause in program.clauses:
        head = program.predicates_by_name.get(clause.head.predicate)
        if clause.head.negated and head and not head.open:
            message = f"`{head.name}` is closed: what is not stated is false already"
            help_ = "delete this, or declare the predicate open"
            note = Note(head.span, "declared closed here")
            yield Diagnostic("E407", message, clause.head.span, help=help_, notes=(note,))
        for item in literals(clause):
            declared = program.predicates_by_name.get(item.atom.predicate)
            if declared is not None:
                fault = _fault_open(item) if declared.open else _fault_closed(item)
                if fault:
                    note = Note(declared.span, f"declared {'open' if declared.open else 'closed'} here")
                    code, message, help_ = fault
                    yield Diagnostic(code, message, item.span, help=help_, notes=(note,))


def _fault_open(item: Literal) -> tuple[str, str, str] | None:
    if item.mode != "not":
        return None
    atom = item.atom
    opposite = print_atom(_flipped(atom))
    message = f"`not` before the open predicate `{atom.predicate}`: what if it is unknown?"
    if atom.negated:
        help_ = f"`{opposite}`: recorded to hold; `assuming {opposite}`: unknown counts as holding"
    else:
        help_ = f"`{opposite}`: recorded to be false; `assuming {opposite}`: unknown counts as false"
    return "E404", message, help_


def _fault_closed(item: Literal) -> tuple[str, str, str] | None:
    atom = item.atom
    positive = print_atom(replace(atom, negated=False))
    denies = atom.negated != (item.mode in ("not", "unrecorded"))
    help_ = f"write `{'not ' if denies else ''}{positive}`"
    if item.mode in ("assuming", "unrecorded"):
        return "E405", f"`{item.mode}` before the closed predicate `{atom.predicate}`, which is never unknown", help_
    if atom.negated:
        return "E407", f"`{atom.predicate}` is closed: it is never recorded to be false", help_
    return None


def _flipped(atom: Atom) -> Atom:
    return replace(atom, negated=not atom.negated)


def closed_world(program: Program) -> Iterator[Diagnostic]:
    """E406: a derived predicate that is declared closed rests on an open one, so its absence would not mean false."""
    known = program.predicates_by_name
    exceptions = [(str(target), c) for c in program.clauses for target in c.values("overrides")]
    for clause in program.clauses:
        head = known.get(clause.head.predicate)
        if head is None or head.open or head.role != "derived" or not clause.body:
            continue
        for item in literals(clause):
            if _is_open(program, item):
                message = f"`{head.name}` is declared closed and rests on the open predicate `{item.atom.predicate}`"
                help_ = f"declare `{head.name}` open: it is unknown when `{item.atom.predicate}` is"
                yield Diagnostic("E406", message, item.span, help=help_, notes=(Note(head.span, "declared here"),))
        for exception in (c for target, c in exceptions if target == clause.id and clause.id):
            if any(_is_open(program, item) for item in literals(exception)):
                message = f"`{head.name}` is declared closed and has an exception that rests on an open predicate"
                note = Note(exception.span, f"the exception `{exception.id}` is here")
                yield Diagnostic("E406", message, clause.span, help=f"declare `{head.name}` open", notes=(note,))


def _is_open(program: Program, item: Literal) -> bool:
    """Whether a condition can be unknown; what `unrecorded` asks of the record is always known."""
    if item.mode == "unrecorded":
        return False
    declared = program.predicates_by_name.get(item.atom.predicate)
    return declared is not None and declared.open
