"""The part of the Soufflé language that an export uses, read and evaluated by itself: no code of guidekb is in it.

It knows `.decl`, `.output`, facts, and rules with negation and comparisons; all else is refused, as are types, arities
and numbers that Soufflé would refuse. It was written from what we know of the language, and not compared with Soufflé.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Value = int | str
Row = tuple[Value, ...]
TOKEN = re.compile(
    r"""\s+ | //[^\n]*
    | (?P<text>"(?:[^"\\\n]|\\["\\])*") | (?P<number>-?\d+)
    | (?P<directive>\.(?:decl|input|output)\b)
    | (?P<name>[A-Za-z_?][A-Za-z0-9_?]*) | (?P<sign>:-|!=|<=|>=|[(),.:!=<>])""",
    re.VERBOSE,
)
COMPARE = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class MistypedError(AssertionError):
    """A value or variable of another type than its column has."""


@dataclass(frozen=True)
class Var:
    """A variable; `_` is another one each time."""

    name: str


Term = Value | Var


@dataclass(frozen=True)
class Literal:
    """A condition: of a relation, or a comparison of two terms when `name` is one of COMPARE."""

    name: str
    terms: tuple[Term, ...]
    negated: bool = False


@dataclass
class Program:
    """What was read."""

    columns: dict[str, tuple[str, ...]] = field(default_factory=lambda: {})
    outputs: list[str] = field(default_factory=lambda: [])
    rules: list[tuple[Literal, tuple[Literal, ...]]] = field(default_factory=lambda: [])


def tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found, f"no token at {text[at : at + 40]!r}"
        at = found.end()
        if found.lastgroup:
            yield found.lastgroup, found[0]


class Reader:
    """Reads a program, and checks it."""

    def __init__(self, text: str) -> None:
        self.left = [*tokens(text)][::-1]
        self.program = Program()
        self.fresh = 0
        while self.left:
            kind, word = self.left[-1]
            if kind == "directive":
                self.left.pop()
                self.directive(word)
            else:
                self.clause()
        for head, body in self.program.rules:
            self.check(head, body)

    def take(self, wanted: str = "", kind: str = "") -> str:
        found, word = self.left.pop()
        assert word == (wanted or word), (wanted, word)
        assert found == (kind or found), (kind, word)
        return word

    def directive(self, word: str) -> None:
        name = self.take(kind="name")
        if word == ".decl":
            assert name not in self.program.columns, f"{name} is declared twice"
            self.take("(")
            kinds: list[str] = []
            while self.left[-1][1] != ")":
                self.take(kind="name")
                self.take(":")
                kinds.append(self.take(kind="name"))
                assert kinds[-1] in ("number", "symbol")
                if self.left[-1][1] == ",":
                    self.take(",")
            self.take(")")
            self.program.columns[name] = tuple(kinds)
        else:
            assert name in self.program.columns, f"{name} is not declared"
            if word == ".output":
                self.program.outputs.append(name)

    def clause(self) -> None:
        head, body = self.literal(), list[Literal]()
        if self.take() == ":-":
            body.append(self.literal())
            while self.left[-1][1] == ",":
                self.take(",")
                body.append(self.literal())
            self.take(".")
        self.program.rules.append((head, tuple(body)))

    def literal(self) -> Literal:
        negated = self.left[-1][1] == "!"
        if negated:
            self.take("!")
        if len(self.left) > 1 and self.left[-2][1] == "(":
            name = self.take(kind="name")
            self.take("(")
            terms: list[Term] = []
            while self.left[-1][1] != ")":
                terms.append(self.term())
                if self.left[-1][1] == ",":
                    self.take(",")
            self.take(")")
            return Literal(name, tuple(terms), negated)
        left, op, right = self.term(), self.take(kind="sign"), self.term()
        assert op in COMPARE, op
        assert not negated, op
        return Literal(op, (left, right))

    def term(self) -> Term:
        kind, word = self.left.pop()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if kind == "number":
            assert -(2**31) <= int(word) < 2**31, word
            return int(word)
        assert kind == "name", word
        self.fresh += word == "_"
        return Var(f"_{self.fresh}" if word == "_" else word)

    def check(self, head: Literal, body: tuple[Literal, ...]) -> None:
        """Declared, with the right number and kinds of columns; each variable in a positive condition."""
        kinds: dict[Term, set[str]] = {}
        for one in (head, *body):
            if one.name in COMPARE:
                if len({self.kind_of(t, kinds) for t in one.terms} - {""}) > 1:
                    raise MistypedError(one)
                continue
            assert len(one.terms) == len(self.program.columns[one.name]), one
            for term, kind in zip(one.terms, self.program.columns[one.name], strict=True):
                if self.kind_of(term, kinds) not in ("", kind):
                    raise MistypedError(one)
                kinds.setdefault(term, set()).add(kind)
        bound = {t for one in body if not one.negated and one.name not in COMPARE for t in one.terms}
        for one in (head, *(b for b in body if b.negated or b.name in COMPARE)):
            for term in one.terms:
                if isinstance(term, Var) and not (
                    one.negated and term.name.startswith("_") and term.name[1:].isdigit()
                ):
                    assert term in bound, f"{term.name} is not grounded in {one}"

    @staticmethod
    def kind_of(term: Term, kinds: dict[Term, set[str]]) -> str:
        if isinstance(term, Var):
            return next(iter(kinds.get(term, {""})))
        return "symbol" if isinstance(term, str) else "number"


def run(text: str) -> dict[str, set[Row]]:
    """The rows of each output relation."""
    program = Reader(text).program
    rows: dict[str, set[Row]] = {name: set() for name in program.columns}
    for layer in layers(program):
        rules = [(h, b) for h, b in program.rules if h.name in layer]
        grown = True
        while grown:
            new = {(h.name, row) for h, b in rules for row in fire(h, b, rows)}
            grown = any(row not in rows[name] for name, row in new)
            for name, row in new:
                rows[name].add(row)
    return {name: rows[name] for name in program.outputs}


def layers(program: Program) -> list[set[str]]:
    """The relations by how often negation stands between them and the facts; a negation in a circle is refused."""
    height = dict.fromkeys(program.columns, 0)
    for _ in range(len(height) + 1):
        before = dict(height)
        for head, body in program.rules:
            for one in body:
                if one.name not in COMPARE:
                    height[head.name] = max(height[head.name], height[one.name] + one.negated)
        if before == height:
            return [
                {n for n, h in height.items() if h == level} for level in range(max(height.values(), default=0) + 1)
            ]
    raise AssertionError("a relation rests on its own negation")


def fire(head: Literal, body: tuple[Literal, ...], rows: dict[str, set[Row]]) -> Iterator[Row]:
    tests = [one for one in body if one.negated or one.name in COMPARE]
    bindings: list[dict[Var, Value]] = [{}]
    for one in body:
        if one not in tests:
            bindings = [
                more
                for known in bindings
                for row in rows[one.name]
                if (more := fits(one.terms, row, known)) is not None
            ]
    for known in bindings:
        if all(holds(one, known, rows) for one in tests):
            yield tuple(known[t] if isinstance(t, Var) else t for t in head.terms)


def fits(terms: tuple[Term, ...], row: Row, known: dict[Var, Value]) -> dict[Var, Value] | None:
    more = dict(known)
    for term, value in zip(terms, row, strict=True):
        if (more.setdefault(term, value) if isinstance(term, Var) else term) != value:
            return None
    return more


def holds(one: Literal, known: dict[Var, Value], rows: dict[str, set[Row]]) -> bool:
    if one.name in COMPARE:
        left, right = (known[t] if isinstance(t, Var) else t for t in one.terms)
        return COMPARE[one.name](left, right)
    return not any(fits(one.terms, row, known) is not None for row in rows[one.name])
