"""E50x: ids, annotations and exceptions of rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..annotations import FORMS
from ..diagnostics import Diagnostic, Note, quoted, suggest
from ..ir import Annotation, Clause, Program, Span
from ..values import written
from .context import in_guideline

# The second form is the default id of a rule in a plain file (`p@3`, `p@3#2`).
_ID = re.compile(r"[a-z][A-Za-z0-9_]*|-?[a-z][A-Za-z0-9_]*@[0-9]+(#[0-9]+)?")


def rule_ids(program: Program) -> Iterator[Diagnostic]:
    """E501 a rule without an id, E502 two clauses with one id, E504 a rule under no statement."""
    first: dict[str, Clause] = {}
    for clause in program.clauses:
        if clause.body and in_guideline(clause.span):
            if not clause.values("id"):
                help_ = "write `@id(a_name_that_says_what)` before it"
                yield Diagnostic("E501", "this rule has no id", clause.span, help=help_)
            if not clause.statement:
                message = f"the rule {quoted(clause.id)} stands under no statement"
                message = message if clause.id else "this rule stands under no statement"
                yield Diagnostic("E504", message, clause.span, help="move it under the bullet that it encodes")
        if clause.id in first:
            note = Note(first[clause.id].span, "first used here")
            message = f"the rule id {quoted(clause.id)} is used twice"
            yield Diagnostic("E502", message, _span(clause, "id"), help="give this rule another id", notes=(note,))
        if clause.id:
            first.setdefault(clause.id, clause)


def known_annotations(program: Program) -> Iterator[Diagnostic]:
    """E505 unknown, E506 with the wrong values, E507 unknown reading, E509 unknown statement."""
    readings = {s.id for s in program.statements if s.kind == "reading"}
    statements = {s.id for s in program.statements}
    for clause in program.clauses:
        seen: set[str] = set()
        for one in clause.annotations:
            form = FORMS.get(one.name)
            if form is None:
                help_ = (
                    suggest(f"@{one.name}", [f"@{name}" for name in FORMS])
                    or f"known are {', '.join('@' + name for name in FORMS)}"
                )
                yield Diagnostic("E505", f"unknown annotation `@{one.name}`", one.span, help=help_)
                continue
            message, help_ = _fault(one)
            if one.name in seen:
                message = f"`@{one.name}` is given twice"
                help_ = f"write `@{one.name}(one, other)`" if form.many else "keep one of them"
            seen.add(one.name)
            if message:
                yield Diagnostic("E506", message, one.span, help=help_)
            elif one.name == "reading":
                yield from _unknown(one, readings, statements, program.damaged)
            elif one.name == "rationale":
                yield from _unknown(one, statements, set(), program.damaged)


def _fault(one: Annotation) -> tuple[str, str]:
    """What is wrong with the values of an annotation and what to write, ("", "") when nothing is."""
    form = FORMS[one.name]
    if not one.args or (len(one.args) > 1 and not form.many):
        takes = "one or more values" if form.many else "one value"
        return f"`@{one.name}` takes {takes}, here {len(one.args)}", form.usage
    seen: set[object] = set()
    for value in one.args:
        shown = quoted(written(value))
        if value in seen:
            return f"{shown} stands twice in `@{one.name}`", "delete one"
        seen.add(value)
        if form.one_of and value not in form.one_of:
            right = suggest(str(value), form.one_of) or f"one of {', '.join(form.one_of)}"
            return f"{shown} is no value of `@{one.name}`", right
        if not isinstance(value, form.kind):
            wanted = "a whole number" if form.kind is int else "a text" if form.prose else "a name"
            return f"`@{one.name}` takes {wanted}, not {shown}", form.usage
        if one.name == "id" and not _ID.fullmatch(str(value)):
            return f"{shown} is no id", "an id is one lower-case word, such as `endocrine_metastatic`"
    return "", ""


def _unknown(one: Annotation, known: set[str], others: set[str], damaged: frozenset[str]) -> Iterator[Diagnostic]:
    """E507 (a reading) or E509 (a statement): a value that is none."""
    code, noun = ("E507", "reading") if one.name == "reading" else ("E509", "statement")
    for value in one.args:
        shown = quoted(written(value))
        if value in known or value in damaged:
            continue
        if value in others:
            yield Diagnostic(
                code, f"{shown} is a statement and no {noun}", one.span, help="give its reason with `@rationale`"
            )
        else:
            help_ = suggest(str(value), known) or f"write it as a bullet: `- **{written(value)}** (kind): text`"
            yield Diagnostic(code, f"unknown {noun} {shown}", one.span, help=help_)


def overrides(program: Program) -> Iterator[Diagnostic]:
    """E508: an exception to what is no rule, to itself, of a fact, or between rules that share no subject."""
    clauses = {c.id: c for c in reversed(program.clauses) if c.id}
    for clause in program.clauses:
        for one in (a for a in clause.annotations if a.name == "overrides"):
            if not clause.body:
                help_ = "only a rule overrides others: give it conditions"
                yield Diagnostic("E508", "a fact is no exception", one.span, help=help_)
                continue
            for value in dict.fromkeys(map(str, one.args)):
                other = clauses.get(value)
                if other is not None:
                    yield from _exception(program, clause, other, one)
                elif value not in program.damaged:
                    help_ = suggest(value, (c.id for c in clauses.values() if c.body)) or "write the `@id` of a rule"
                    yield Diagnostic("E508", f"there is no rule {quoted(value)} to override", one.span, help=help_)


def _exception(program: Program, clause: Clause, other: Clause, one: Annotation) -> Iterator[Diagnostic]:
    note = Note(other.span, f"`{other.id}` is here")
    subjects = [_subject(program, c) for c in (clause, other)]
    if other is clause:
        help_ = "name the rule that it is an exception to"
        yield Diagnostic("E508", f"the rule `{clause.id}` overrides itself", one.span, help=help_)
    elif not other.body:
        message = f"`{other.id}` is a fact, which always holds"
        yield Diagnostic("E508", message, one.span, help="only a rule can be overridden", notes=(note,))
    elif "" in subjects:
        help_ = "an exception holds for a subject: the first column of both heads"
        message = f"`{clause.id}` cannot override `{other.id}`: they have no subject in common"
        yield Diagnostic("E508", message, one.span, help=help_, notes=(note,))
    elif None not in subjects and subjects[0] != subjects[1]:
        help_ = f"the first column of one head is a `{subjects[0]}`, of the other a `{subjects[1]}`"
        message = f"`{clause.id}` cannot override `{other.id}`: they have no subject in common"
        yield Diagnostic("E508", message, one.span, help=help_, notes=(note,))


def _subject(program: Program, clause: Clause) -> str | None:
    """The type of the head's first column, "" when it has no columns, None when it is not declared so."""
    if not clause.head.args:
        return ""
    declared = program.predicates_by_name.get(clause.head.predicate)
    return declared.columns[0].type if declared and declared.columns else None


def _span(clause: Clause, annotation: str) -> Span:
    return next((a.span for a in clause.annotations if a.name == annotation), clause.span)
