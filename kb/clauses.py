"""Tokens to clauses: terms, atoms, conditions, annotations, rules and facts."""

from __future__ import annotations

from .cursor import KEYWORDS, Cursor
from .ir import (
    COMPARISONS,
    NEGATIONS,
    Annotation,
    Atom,
    BodyItem,
    Clause,
    Comparison,
    Const,
    Literal,
    Mode,
    Term,
    Var,
)
from .values import Value

HEAD = "the head of a rule, such as `p(X)`"
CONDITION = "a condition, such as `p(X)`, `-p(X)`, `not p(X)` or `X <= 31`"


def clause(c: Cursor, statement: str) -> Clause:
    """A rule or a fact with its annotations."""
    c.part = "annotations"
    annotations: list[Annotation] = []
    while c.looking_at("@"):
        annotations.append(_annotation(c))
    c.part = "head" if c.here.kind in ("name", "variable") or c.looking_at("-") or not annotations else c.part
    first = c.here
    head = atom(c, HEAD)
    span = c.span_from(first)
    body = conditions(c) if c.take(":-") else ()
    if not c.take("."):
        raise (
            c.stop("`,` or `.` after this condition", "`,` goes on with another, `.` ends the rule")
            if body
            else c.stop("`:-` or `.` after the head", "`:-` goes on with conditions, `.` ends a fact")
        )
    return Clause(head, body, tuple(annotations), statement, span)


def conditions(c: Cursor) -> tuple[BodyItem, ...]:
    """One or more conditions with commas between them."""
    c.part = "body"
    return c.several(lambda: _condition(c))


def _annotation(c: Cursor) -> Annotation:
    first = c.step()
    name = c.name("the annotation's name after `@`")
    args: tuple[Value, ...] = ()
    if c.take("("):
        args = c.several(lambda: _annotated(c))
        c.expect(")", f"after the values of `@{name.text}`")
    return Annotation(name.text, args, c.span_from(first))


def _annotated(c: Cursor) -> Value:
    """A value of an annotation; ids of statements and readings look like variables and need no quotes here."""
    return c.step().text if c.here.kind == "variable" and c.here.text != "_" else constant(c, "a value").value


def _condition(c: Cursor) -> BodyItem:
    first = c.here
    negations: list[Mode] = [m for m in NEGATIONS if c.looking_at(m)]
    mode = negations[0] if negations else "plain"
    if mode != "plain":
        c.step()
        if c.looking_at("("):
            raise c.stop(f"a condition after `{mode}`", f"`{mode}` stands before one condition: `{mode} p(X)`")
        found = atom(c, f"a condition after `{mode}`")
        return Literal(found, mode, c.span_from(first))
    following = c.found[c.at + 1] if first.kind != "end" else first
    compares = following.kind == "punct" and following.text in COMPARISONS
    if compares or first.kind in ("variable", "value", "quoted", "string"):
        left = term(c)
        if not c.looking_at(*COMPARISONS):
            raise c.stop(f"a comparison ({' '.join(COMPARISONS)})", _not_a_predicate(c))
        op = c.step().text
        right = term(c)
        return Comparison(left, op, right, c.span_from(first))
    found = atom(c, CONDITION)
    return Literal(found, "plain", c.span_from(first))


def _not_a_predicate(c: Cursor) -> str:
    word = c.found[c.at - 1]
    return "a predicate's name begins with a lower-case letter" if c.looking_at("(") and word.kind == "variable" else ""


def atom(c: Cursor, what: str) -> Atom:
    """`p(X, a)` or `-p(X, a)`."""
    first = c.here
    negated = c.take("-")
    if c.here.kind == "variable":
        raise c.stop(what, "a predicate's name begins with a lower-case letter")
    name = c.name(what)
    args: tuple[Term, ...] = ()
    if c.take("("):
        if c.looking_at(")"):
            raise c.stop("a variable or a value", f"without columns it is written `{name.text}`")
        args = c.several(lambda: term(c))
        if c.looking_at("("):
            raise c.stop(f"`,` or `)` after the arguments of `{name.text}`", "there are no functions")
        if not c.take(")"):
            raise c.stop(f"`,` or `)` after the arguments of `{name.text}`")
    return Atom(name.text, args, negated, c.span_from(first))


def term(c: Cursor) -> Term:
    """A variable or a constant; each `_` is a variable of its own."""
    if c.here.kind != "variable":
        return constant(c, "a variable or a value")
    token = c.step()
    if token.text != "_":
        return Var(token.text, token.span)
    c.anonymous += 1
    return Var(f"_{c.anonymous}", token.span)


def constant(c: Cursor, what: str) -> Const:
    """A symbol, a text, a number or a date."""
    token = c.here
    if token.kind == "name" and token.text in KEYWORDS:
        raise c.stop(what, f"`{token.text}` is a word of the language; as a value it is quoted: `'{token.text}'`")
    if token.kind not in ("name", "value", "quoted", "string"):
        raise c.stop(what)
    c.step()
    return Const(token.value, token.span)
