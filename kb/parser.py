"""Tokens to declarations, clauses and goals: recursive descent that goes on after an error at the end of the clause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar, cast

from .diagnostics import Diagnostic, suggest
from .ir import (
    COMPARISONS,
    Annotation,
    Atom,
    BodyItem,
    Clause,
    Column,
    Comparison,
    Const,
    Kind,
    Label,
    Literal,
    Predicate,
    Role,
    Span,
    Term,
    Value,
    ValueType,
    Var,
)
from .lexer import Source, Token, tokens

KEYWORDS = frozenset({"type", "input", "table", "derived", "not", "assuming"})
TEMPLATES = ("yes", "no", "unknown", "ask")
NUMERIC: tuple[Kind, ...] = ("integer", "number")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text holds, in its order, with what could not be read; `goals` are the `?- ... .` queries."""

    types: tuple[ValueType, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    clauses: tuple[Clause, ...] = ()
    goals: tuple[tuple[BodyItem, ...], ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    damaged: frozenset[str] = frozenset()


class _Stop(Exception):  # noqa: N818  (control flow inside this file)
    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def parse(source: Source, statement: str = "") -> Parsed:
    """Everything in a `datalog` block or a `.dl` file. Raises nothing: faults are in `problems`."""
    found, problems = tokens(source)
    parser = _Parser(source, statement, found, problems)
    while parser.here.kind != "end":
        start = parser.at
        try:
            parser.item()
        except _Stop as stop:
            parser.problems.append(stop.diagnostic)
            parser.recover(start)
    return Parsed(
        tuple(parser.types),
        tuple(parser.predicates),
        tuple(parser.clauses),
        tuple(parser.goals),
        tuple(problems),
        frozenset(parser.damaged),
    )


def parse_goals(text: str) -> Parsed:
    """A conjunction of goals as typed: `p(X), not q(X)`, with or without `?-` and the final period."""
    stripped = text.strip().removeprefix("?-").strip().removesuffix(".")
    return parse(Source("goal", f"?- {stripped}."))


@dataclass
class _Parser:
    source: Source
    statement: str
    found: list[Token]
    problems: list[Diagnostic]
    at: int = 0
    anonymous: int = 0
    types: list[ValueType] = field(default_factory=lambda: [])
    predicates: list[Predicate] = field(default_factory=lambda: [])
    clauses: list[Clause] = field(default_factory=lambda: [])
    goals: list[tuple[BodyItem, ...]] = field(default_factory=lambda: [])
    damaged: set[str] = field(default_factory=lambda: set())

    # tokens

    @property
    def here(self) -> Token:
        return self.found[self.at]

    def looking_at(self, *texts: str) -> bool:
        return self.here.kind in ("punct", "name") and self.here.text in texts

    def step(self) -> Token:
        token = self.here
        self.at += token.kind != "end"
        return token

    def stop(self, expected: str, help: str = "") -> _Stop:  # noqa: A002
        token = self.here
        seen = "the end" if token.kind == "end" else f"`{token.text}`"
        return _Stop(self.source.diagnostic("E104", f"expected {expected}, found {seen}", token.span, help))

    def expect(self, text: str, where: str) -> Token:
        if not self.looking_at(text):
            raise self.stop(f"`{text}` {where}")
        return self.step()

    def name(self, what: str) -> Token:
        if self.here.kind != "name" or self.here.text in KEYWORDS:
            raise self.stop(what)
        return self.step()

    def recover(self, start: int) -> None:
        """Go to the start of the next clause, after a final period, and note the names in what is skipped."""
        unfinished = self.looking_at("@") and self.at > start  # the period before an annotation was forgotten
        while not unfinished and self.here.kind != "end":
            token = self.step()
            if token.kind == "punct" and token.text == ".":
                break
        self.damaged.update(t.text for t in self.found[start : self.at] if t.kind == "name")
        self.damaged.add(self.statement)

    def span_from(self, first: Token) -> Span:
        """From the first token to the last one read, cut at the end of the first line."""
        last = self.found[self.at - 1].span
        return Span(first.span.file, first.span.line, first.span.column,
                    last.end if last.line == first.span.line else first.span.end, first.span.heading)  # fmt: skip

    def several(self, one: Callable[[], _T], separator: str = ",") -> tuple[_T, ...]:
        items = [one()]
        while self.looking_at(separator):
            self.step()
            items.append(one())
        return tuple(items)

    # items

    def item(self) -> None:
        if self.looking_at("?-"):
            self.step()
            self.goals.append(self.several(self.condition))
            self.expect(".", "at the end of the query")
        elif self.looking_at("type"):
            self.types.append(self.type())
        elif self.looking_at("input", "table", "derived"):
            self.predicates.append(self.predicate())
        else:
            self.clauses.append(self.clause())

    def clause(self) -> Clause:
        annotations: list[Annotation] = []
        while self.looking_at("@"):
            annotations.append(self.annotation())
        first = self.here
        head = self.atom("the head of a rule, such as `p(X)`")
        body: tuple[BodyItem, ...] = ()
        span = self.span_from(first)
        if self.looking_at(":-"):
            self.step()
            body = self.several(self.condition)
        if not self.looking_at("."):
            raise self.stop("`,` or `.` after this condition" if body else "`:-` or `.` after the head")
        self.step()
        return Clause(head, body, tuple(annotations), self.statement, span)

    def annotation(self) -> Annotation:
        first = self.step()
        name = self.name("the annotation's name after `@`")
        args: tuple[Value, ...] = ()
        if self.looking_at("("):
            self.step()
            args = self.several(self.annotated)
            self.expect(")", f"after the values of `@{name.text}`")
        return Annotation(name.text, args, self.span_from(first))

    def annotated(self) -> Value:
        """A value of an annotation; ids of statements and readings look like variables and need no quotes here."""
        return self.step().text if self.here.kind == "variable" else self.constant("a value").value

    def condition(self) -> BodyItem:
        first = self.here
        if self.looking_at("not"):
            self.step()
            return Literal(self.atom("a condition after `not`"), "not", self.span_from(first))
        if self.looking_at("assuming"):
            self.step()
            return Literal(self.atom("a condition after `assuming`"), "assuming", self.span_from(first))
        following = self.found[self.at + 1] if first.kind != "end" else first
        if first.kind in ("variable", "value", "quoted", "string") or following.text in COMPARISONS:
            left = self.term()
            if not self.looking_at(*COMPARISONS):
                raise self.stop(f"a comparison ({' '.join(COMPARISONS)})")
            op = self.step().text
            return Comparison(left, op, self.term(), self.span_from(first))
        atom = self.atom("a condition, such as `p(X)`, `-p(X)`, `not p(X)` or `X <= 31`")
        return Literal(atom, "plain", self.span_from(first))

    def atom(self, what: str) -> Atom:
        first = self.here
        negated = self.looking_at("-")
        if negated:
            self.step()
        name = self.name(what)
        args: tuple[Term, ...] = ()
        if self.looking_at("("):
            self.step()
            args = self.several(self.term)
            self.expect(")", f"after the arguments of `{name.text}`")
        return Atom(name.text, args, negated, self.span_from(first))

    def term(self) -> Term:
        if self.here.kind == "variable":
            token = self.step()
            if token.text != "_":
                return Var(token.text, token.span)
            self.anonymous += 1
            return Var(f"_{self.anonymous}", token.span)
        return self.constant("a variable or a value")

    def constant(self, what: str) -> Const:
        token = self.here
        if token.kind == "name" and token.text in KEYWORDS:
            raise self.stop(what, f"`{token.text}` is a word of the language; as a value it is quoted: '{token.text}'")
        if token.kind not in ("name", "value", "quoted", "string"):
            raise self.stop(what)
        self.step()
        return Const(token.value, token.span)

    # declarations

    def type(self) -> ValueType:
        first = self.step()
        name = self.name("the type's name")
        self.expect("=", "after the type's name")
        kind = self.here.text
        if (
            self.here.kind == "name"
            and kind in ("integer", "number", "date", "text", "symbol")
            and not self.labels_next()
        ):
            self.step()
            made = self.range(name.text, cast(Kind, kind))
        else:
            made = ValueType(name.text, "symbols", self.several(self.label, "|"))
        self.expect(".", "at the end of the type")
        return ValueType(made.name, made.kind, made.labels, made.low, made.high, made.unit, self.span_from(first))

    def labels_next(self) -> bool:
        """A set of symbols may begin with a word that also names a kind, such as `text "a text" | image`."""
        return any(t.text == "|" and t.kind == "punct" for t in self.found[self.at + 1 : self.at + 3])

    def range(self, name: str, kind: Kind) -> ValueType:
        low = high = None
        if self.here.kind == "value":
            low = self.bound()
            self.expect("..", "between the bounds of the range")
            high = self.bound()
        unit = str(self.step().value) if self.here.kind == "string" else ""
        if kind not in NUMERIC and (low is not None or unit):
            raise self.stop(f"`.`: only numbers have a range and a unit, not `{kind}`")
        return ValueType(name, kind, (), low, high, unit)

    def bound(self) -> int | Decimal:
        if self.here.kind != "value" or not isinstance(self.here.value, int | Decimal):
            raise self.stop("a number")
        return cast("int | Decimal", self.step().value)

    def label(self) -> Label:
        token = self.here
        name = str(self.constant("a symbol").value)
        text = str(self.step().value) if self.here.kind == "string" else name.replace("_", " ")
        return Label(name, text, token.span)

    def predicate(self) -> Predicate:
        first = self.step()
        name = self.name("the predicate's name")
        columns: tuple[Column, ...] = ()
        if self.looking_at("("):
            self.step()
            columns = self.several(self.column)
            self.expect(")", "after the columns")
        span, flags, texts = self.span_from(first), set[str](), dict[str, str]()
        while self.here.kind == "name":
            word = self.here.text
            if word in ("open", "closed", "single") and word not in flags:
                flags.add(self.step().text)
            elif word in TEMPLATES and word not in texts:
                self.step()
                texts[word] = self.sentence(word)
            else:
                again = "once only: " if word in flags or word in texts else ""
                expected = f"{again}`open`, `closed`, `single`, `yes`, `no`, `unknown`, `ask` or `.`"
                raise self.stop(expected, suggest(word, ("open", "closed", "single", *TEMPLATES)))
        if len(flags & {"open", "closed"}) != 1:
            raise self.stop("either `open` (not recorded means unknown) or `closed` (not recorded means false)")
        self.expect(".", "at the end of the declaration")
        role = cast(Role, first.text)
        return Predicate(name.text, columns, role, "open" in flags, "single" in flags, span=span, **texts)

    def sentence(self, word: str) -> str:
        if self.here.kind != "string":
            raise self.stop(f"the sentence for `{word}`, in double quotes")
        return str(self.step().value)

    def column(self) -> Column:
        if self.here.kind != "variable":
            raise self.stop("a column, such as `Patient: patient`")
        name = self.step()
        self.expect(":", "between the column's name and its type")
        return Column(name.text, self.name("the column's type").text, self.span_from(name))
