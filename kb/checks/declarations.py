"""E203-E212: what is declared is declared once, with types that exist, and can be true of something."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from ..diagnostics import Diagnostic, Note, suggest
from ..ir import FIELD, PATIENT, Predicate, Program, ValueType
from ..values import written
from .context import in_guideline

BUILT_IN = (PATIENT, FIELD)
KINDS = ("integer", "number", "date", "text", "symbol")


def declared_twice(program: Program) -> Iterator[Diagnostic]:
    """E204: a type, a predicate, a column or a value that is declared twice."""
    for kind, declared in (("type", program.types), ("predicate", program.predicates)):
        first: dict[str, ValueType | Predicate] = {}
        for one in chain(declared):
            if one.name in first:
                note = Note(first[one.name].span, "first declared here")
                yield Diagnostic("E204", f"the {kind} `{one.name}` is declared twice", one.span, notes=(note,))
            first.setdefault(one.name, one)
    for one in program.types:
        values: set[str] = set()
        for label in one.labels:
            if label.name in values:
                message = f"the value `{label.name}` stands twice in the type `{one.name}`"
                yield Diagnostic("E204", message, label.span, help="delete one")
            values.add(label.name)
    for predicate in program.predicates:
        names: set[str] = set()
        for column in predicate.columns:
            if column.name in names:
                message = f"the column `{column.name}` is declared twice"
                yield Diagnostic("E204", message, column.span, help="sentences tell columns apart by their names")
            names.add(column.name)


def types(program: Program) -> Iterator[Diagnostic]:
    """E203 a column's type that is not declared, E207 a built-in type that is, E208 a range that holds nothing."""
    known = program.types_by_name
    for one in program.types:
        if one.name in BUILT_IN:
            message = f"the type `{one.name}` is built in and cannot be declared"
            yield Diagnostic("E207", message, one.span, help="use another name")
        if one.low is not None and one.high is not None and one.low > one.high:
            message = f"the range of `{one.name}` is empty: {written(one.low)} is above {written(one.high)}"
            yield Diagnostic("E208", message, one.span, help=f"write `{written(one.high)}..{written(one.low)}`")
        elif one.kind == "integer" and (isinstance(one.low, Decimal) or isinstance(one.high, Decimal)):
            message = f"the bounds of `{one.name}` are whole numbers, as its values are"
            yield Diagnostic("E208", message, one.span, help="write whole numbers, or `number` for `integer`")
    for predicate in program.predicates:
        for column in predicate.columns:
            if column.type in known or column.type in program.half_declared:
                continue
            help_ = suggest(column.type, known) or "declare it: `type NAME = value | value.`"
            if column.type in KINDS:
                help_ = f"declare a type of this kind: `type NAME = {column.type}.`"
            yield Diagnostic("E203", f"the type `{column.type}` is not declared", column.span, help=help_)


def shapes(program: Program) -> Iterator[Diagnostic]:
    """E210 `single` without a column to be single for, E211 a patient who is not the first column."""
    for one in program.predicates:
        if one.single and one.arity < 2:
            message = f"`{one.name}` is single and has no columns that its last one could depend on"
            yield Diagnostic("E210", message, one.span, help="delete `single`")
        if in_guideline(one.span):
            for column in one.columns[1:]:
                if column.type == PATIENT:
                    message = f"the patient is not the first column of `{one.name}`"
                    help_ = "a rule speaks of one patient, who stands first"
                    yield Diagnostic("E211", message, column.span, help=help_)


def tables(program: Program) -> Iterator[Diagnostic]:
    """E212: a fact that stands twice, or a second value in a single-valued table."""
    first: dict[object, Note] = {}
    for clause in program.clauses:
        if clause.body:
            continue
        head = clause.head
        if head in first:
            yield Diagnostic("E212", "this fact stands twice", clause.span, help="delete one", notes=(first[head],))
            continue
        first[head] = Note(clause.span, "first here")
        found = program.predicates_by_name.get(head.predicate)
        if found and found.single and found.role == "table" and not head.negated and found.arity == len(head.args) > 1:
            key = (head.predicate, head.args[:-1])
            if key in first:
                message = f"`{head.predicate}` is single, and this fact gives it a second value"
                yield Diagnostic("E212", message, clause.span, help="keep one value", notes=(first[key],))
            first.setdefault(key, Note(clause.span, "the first value is here"))
