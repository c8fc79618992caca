"""E5xx: ids, annotations, exceptions, and that every statement has rules or a reason for having none."""

from __future__ import annotations

from collections.abc import Iterator

from ..annotations import FORMS
from ..diagnostics import Diagnostic, Note, suggest
from ..ir import Annotation, Clause, Program
from .context import in_guideline


def rule_ids(program: Program) -> Iterator[Diagnostic]:
    """E501 a rule without an id, E502 two rules with one id, E504 a rule under no statement."""
    first: dict[str, Clause] = {}
    for clause in program.clauses:
        if clause.body and in_guideline(clause.span):
            if not clause.id:
                message = "this rule has no id"
                yield Diagnostic("E501", message, clause.span, help="write `@id(a_name_that_says_what)` before it")
            if not clause.statement:
                message = f"the rule `{clause.id}` stands under no statement"
                yield Diagnostic("E504", message, clause.span, help="move it under the bullet that it encodes")
        if clause.id in first:
            note = Note(first[clause.id].span, "first used here")
            yield Diagnostic("E502", f"the rule id `{clause.id}` is used twice", clause.span, notes=(note,))
        if clause.id:
            first.setdefault(clause.id, clause)


def known_annotations(program: Program) -> Iterator[Diagnostic]:
    """E505 unknown, E506 with the wrong values, E507 unknown reading, E509 unknown statement."""
    readings = {s.id for s in program.statements if s.kind == "reading"}
    others = {s.id for s in program.statements}
    for clause in program.clauses:
        seen: set[str] = set()
        for one in clause.annotations:
            form = FORMS.get(one.name)
            if form is None:
                help_ = suggest(one.name, FORMS) or f"known are {', '.join('@' + name for name in FORMS)}"
                yield Diagnostic("E505", f"unknown annotation `@{one.name}`", one.span, help=help_)
                continue
            fault = _fault(one)
            if one.name in seen:
                fault = f"`@{one.name}` is given twice"
            seen.add(one.name)
            if fault:
                yield Diagnostic("E506", fault, one.span)
            if one.name == "reading":
                yield from _unknown(one, readings, "E507", "reading")
            if one.name == "rationale":
                yield from _unknown(one, others, "E509", "statement")


def _fault(one: Annotation) -> str:
    form = FORMS[one.name]
    if not one.args or (len(one.args) > 1 and not form.many):
        return f"`@{one.name}` takes {'one or more values' if form.many else 'one value'}, here {len(one.args)}"
    for value in one.args:
        if not isinstance(value, form.kind):
            return f"`@{one.name}` takes {'a number' if form.kind is int else 'a name'}, not `{value}`"
        if form.one_of and value not in form.one_of:
            return f"`@{one.name}` takes one of {', '.join(form.one_of)}, not `{value}`"
    return ""


def _unknown(one: Annotation, known: set[str], code: str, noun: str) -> Iterator[Diagnostic]:
    for value in one.args:
        if value not in known:
            yield Diagnostic(code, f"unknown {noun} `{value}`", one.span, help=suggest(str(value), known))


def overrides(program: Program) -> Iterator[Diagnostic]:
    """E508: an exception to a rule that does not exist, to itself, or between rules that share no subject."""
    rules = {c.id: c for c in program.clauses if c.id and c.body}
    for clause in program.clauses:
        for one in (a for a in clause.annotations if a.name == "overrides"):
            for value in one.args:
                other = rules.get(str(value))
                if other is None and str(value) not in program.damaged:
                    help_ = suggest(str(value), rules)
                    yield Diagnostic("E508", f"`@overrides` names the unknown rule `{value}`", one.span, help=help_)
                elif other is clause:
                    yield Diagnostic("E508", f"the rule `{clause.id}` overrides itself", one.span)
                elif other is not None and not (clause.head.args and other.head.args):
                    message = "an exception needs a subject: the first column of both heads"
                    yield Diagnostic("E508", message, one.span, notes=(Note(other.span, f"`{value}` is here"),))
            if not clause.id:
                yield Diagnostic("E501", "a rule that overrides others needs an id", clause.span)


def statements(program: Program) -> Iterator[Diagnostic]:
    """E503 a statement with neither rules nor a reason, E510 two with one id, E514 one with both."""
    encoded = {c.statement for c in program.clauses} | program.damaged
    explained = {str(v) for c in program.clauses for v in c.values("rationale")}
    first: dict[str, Note] = {}
    for one in program.statements:
        if one.id in first:
            yield Diagnostic("E510", f"the statement id `{one.id}` is used twice", one.span, notes=(first[one.id],))
        first.setdefault(one.id, Note(one.span, "first used here"))
        if one.kind != "reading" and one.id not in encoded | explained and not one.no_rule:
            message = f"the statement `{one.id}` has neither a rule nor a reason for needing none"
            help_ = "encode it in a `datalog` block below it, or add a paragraph `No rule: why`"
            yield Diagnostic("E503", message, one.span, help=help_)
        if one.no_rule and one.id in encoded - program.damaged:
            message = f"the statement `{one.id}` has rules and says that it needs none"
            yield Diagnostic("E514", message, one.span)
