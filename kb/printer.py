"""Programs back to text in one layout; what is printed parses to what was given."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .annotations import FORMS
from .cursor import KEYWORDS
from .declarations import KINDS
from .ir import (
    Annotation,
    Atom,
    BodyItem,
    Clause,
    Column,
    Comparison,
    Const,
    Predicate,
    Program,
    Term,
    Value,
    ValueType,
)
from .values import written

WIDTH = 120  # characters of a line, unless one text is longer
_SYMBOL = re.compile(r"[a-z][A-Za-z0-9_]*")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def print_value(value: Value) -> str:
    """A constant in the language: a bare symbol, a quoted one, a number or a date."""
    if not isinstance(value, str):
        return written(value)
    return value if _SYMBOL.fullmatch(value) and value not in KEYWORDS else _between("'", value)


def print_text(text: str) -> str:
    """A text in double quotes."""
    return _between('"', text)


def print_term(term: Term) -> str:
    """A variable, `_`, or a constant."""
    return print_value(term.value) if isinstance(term, Const) else str(term)


def print_atom(atom: Atom) -> str:
    """`p(X, a)` or `-p(X, a)`."""
    return f"{atom.signed}({', '.join(map(print_term, atom.args))})" if atom.args else atom.signed


def print_condition(item: BodyItem) -> str:
    """`p(X)`, `not p(X)`, `assuming -p(X)` or `X <= 31`."""
    if isinstance(item, Comparison):
        return f"{print_term(item.left)} {item.op} {print_term(item.right)}"
    return print_atom(item.atom) if item.mode == "plain" else f"{item.mode} {print_atom(item.atom)}"


def print_goal(body: Iterable[BodyItem]) -> str:
    """Conditions on one line."""
    return ", ".join(map(print_condition, body))


def print_annotation(annotation: Annotation) -> str:
    """`@id(name)`; ids of statements and readings stand without quotes."""
    form = FORMS.get(annotation.name)

    def one(value: Value) -> str:
        if isinstance(value, str) and form and form.prose:
            return print_text(value)
        return value if isinstance(value, str) and _is_id(value) else print_value(value)

    return f"@{annotation.name}({', '.join(map(one, annotation.args))})" if annotation.args else f"@{annotation.name}"


def _is_id(value: str) -> bool:
    return _ID.fullmatch(value) is not None and value not in KEYWORDS


def print_clause(clause: Clause) -> str:
    """A rule or fact: its annotations, its head, one condition a line."""
    given = [print_annotation(a) for a in clause.annotations]
    lines = [" ".join(given)] if len(" ".join(given)) <= WIDTH else given
    head = print_atom(clause.head)
    if not clause.body:
        return "\n".join([*filter(None, lines), f"{head}."])
    body = ",\n    ".join(map(print_condition, clause.body))
    return "\n".join([*filter(None, lines), f"{head} :-", f"    {body}."])


def print_type(one: ValueType) -> str:
    """`type stage = localized "localized" | metastatic "metastatic".`, a value a line when it is long."""
    if one.kind != "symbols":
        bounds = f" {written(one.low)}..{written(one.high)}" if one.low is not None and one.high is not None else ""
        unit = f" {print_text(one.unit)}" if one.unit else ""
        return f"type {one.name} = {one.kind}{bounds}{unit}."
    labels: list[str] = []
    for label in one.labels:
        name = _between("'", label.name) if label.name in KINDS else print_value(label.name)
        labels.append(name if label.text == label.name.replace("_", " ") else f"{name} {print_text(label.text)}")
    labels += [".."] * one.more
    short = f"type {one.name} = {' | '.join(labels)}."
    return short if len(short) <= WIDTH else f"type {one.name} =\n    " + "\n  | ".join(labels) + "."


def print_predicate(one: Predicate) -> str:
    """The declaration, a sentence a line."""
    columns = f"({', '.join(map(_column, one.columns))})" if one.columns else ""
    flags = f"{' open' if one.open else ' closed'}{' single' if one.single else ''}{' fixed' if one.fixed else ''}"
    texts = {"yes": one.yes, "no": one.no, "unknown": one.unknown, "ask": one.ask}
    given = {word: text for word, text in texts.items() if text}
    width = max(map(len, given), default=0)
    sentences = (f"\n    {word:<{width}} {print_text(text)}" for word, text in given.items())
    return f"{one.role} {one.name}{columns}{flags}{''.join(sentences)}."


def _column(column: Column) -> str:
    return f"{column.name}: {column.type}"


def print_program(program: Program) -> str:
    """Declarations and clauses as plain Datalog; statements are not in it (see `documents.print_document`)."""
    parts = ["\n".join(map(print_type, program.types)), *map(print_predicate, program.predicates)]
    return "\n\n".join([*filter(None, parts), *print_clauses(program.clauses)]) + "\n"


def print_clauses(clauses: Iterable[Clause]) -> list[str]:
    """The clauses in paragraphs: facts of one predicate stand together, each rule stands alone."""
    paragraphs: list[str] = []
    last: str | None = None
    for clause in clauses:
        fact = clause.head.predicate if not clause.body and not clause.annotations else None
        if fact is not None and fact == last:
            paragraphs[-1] += "\n" + print_clause(clause)
        else:
            paragraphs.append(print_clause(clause))
        last = fact
    return paragraphs


def _between(quote: str, text: str) -> str:
    """The text in quotes; what cannot be seen is written as an escape."""
    return quote + "".join(_escaped(c, quote) for c in text) + quote


def _escaped(character: str, quote: str) -> str:
    if character == "\n":
        return "\\n"
    if character == "\t":
        return "\\t"
    if character in ("\\", quote):
        return "\\" + character
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"
