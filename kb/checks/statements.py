"""E503, E510, E514, E515: every statement is there once, and has rules or a reason for having none."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic, Note, quoted
from ..ir import Annotation, Atom, BodyItem, Clause, Comparison, Const, Literal, Program, Term, Var


def statements(program: Program) -> Iterator[Diagnostic]:
    """E503 a statement with neither rules nor a reason, E510 two with one id, E514 one with both."""
    encoded = {c.statement for c in program.clauses}
    explained = {str(v) for c in program.clauses for v in c.values("rationale")}
    first: dict[str, Note] = {}
    for one in program.statements:
        if one.id in first:
            message = f"the statement id {quoted(one.id)} is used twice"
            yield Diagnostic("E510", message, one.span, help="give one of them another id", notes=(first[one.id],))
            continue
        first[one.id] = Note(one.span, "first used here")
        has_rules = one.id in encoded
        if one.kind != "reading" and not (has_rules or one.no_rule or one.id in explained | program.damaged):
            message = f"the statement {quoted(one.id)} has neither a rule nor a reason for needing none"
            help_ = "encode it in a `datalog` block below it, or add a paragraph `No rule: why`"
            yield Diagnostic("E503", message, one.span, help=help_)
        if one.no_rule and has_rules:
            message = f"the statement {quoted(one.id)} has rules and says that it needs none"
            yield Diagnostic("E514", message, one.span, help="delete the rules or the paragraph `No rule:`")


def repeated(program: Program) -> Iterator[Diagnostic]:
    """E515: two rules of one statement that say the same."""
    first: dict[object, Clause] = {}
    for clause in program.clauses:
        if not clause.body:
            continue
        key = (clause.statement, _meaning(clause))
        if key in first:
            other = first[key]
            note = Note(other.span, f"`{other.id}` is here")
            message = f"the rule {quoted(clause.id)} says the same as {quoted(other.id)}"
            yield Diagnostic("E515", message, clause.span, help="delete one", notes=(note,))
        first.setdefault(key, clause)


def _meaning(clause: Clause) -> object:
    """The clause with its variables numbered as they appear and its conditions as a set: what it says."""
    numbers: dict[str, Var] = {}

    def term(t: Term) -> Term:
        return t if isinstance(t, Const) else numbers.setdefault(t.name, Var(f"V{len(numbers)}"))

    def atom(a: Atom) -> Atom:
        return Atom(a.predicate, tuple(map(term, a.args)), a.negated)

    def item(i: BodyItem) -> BodyItem:
        if isinstance(i, Comparison):
            return Comparison(term(i.left), i.op, term(i.right))
        return Literal(atom(i.atom), i.mode)

    overridden = frozenset(a for a in clause.annotations if a.name == "overrides")
    head = atom(clause.head)
    return head, frozenset(map(item, clause.body)), frozenset[Annotation](overridden)
