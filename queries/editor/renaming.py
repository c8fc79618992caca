"""One name for another in a program: what a text that says the same but for the name must be read as."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...kb.ir import (
    FIELD,
    Annotation,
    Atom,
    BodyItem,
    Clause,
    Comparison,
    Const,
    Literal,
    Predicate,
    Program,
    Statement,
    Term,
    Value,
    ValueType,
    Var,
)
from ...kb.properties import Verifiable
from ...kb.property import Property, Waiver
from .datalog_names import STATEMENTS
from .document_names import in_prose
from .mention import Mention


@dataclass(frozen=True)
class Renaming:
    """`one` is the name, `new` the other; `known` declares what the types of columns are."""

    one: Mention
    new: str
    known: Program

    def _name(self, kind: str, name: str, of: str = "") -> str:
        same = (kind, name, of) == self.one.key
        return self.new if same else name

    def verifiable(self, given: Verifiable) -> Verifiable:
        """A program with its properties."""
        properties = tuple(self._property(p) for p in given.properties)
        waivers = tuple(replace(w, head=self._head(w), body=self._body(w.body)) for w in given.waivers)
        return Verifiable(self.program(given.program), self.program(given.helpers), properties, waivers)

    def program(self, given: Program) -> Program:
        """All that a program declares and says."""
        return replace(
            given,
            types=tuple(map(self._type, given.types)),
            predicates=tuple(map(self._predicate, given.predicates)),
            statements=tuple(map(self._statement, given.statements)),
            clauses=tuple(map(self._clause, given.clauses)),
        )

    def _type(self, one: ValueType) -> ValueType:
        labels = tuple(replace(x, name=self._name("value", x.name, one.name)) for x in one.labels)
        return replace(one, name=self._name("type", one.name), labels=labels)

    def _predicate(self, one: Predicate) -> Predicate:
        columns = tuple(replace(c, type=self._name("type", c.type)) for c in one.columns)
        return replace(one, name=self._name("predicate", one.name), columns=columns)

    def _statement(self, one: Statement) -> Statement:
        text, why = (in_prose(t, self.one, self.new) for t in (one.text, one.no_rule))
        return replace(one, id=self._name("statement", one.id), text=text, no_rule=why)

    def _clause(self, one: Clause) -> Clause:
        return replace(
            one,
            head=self._atom(one.head),
            body=self._body(one.body, one.head),
            annotations=tuple(map(self._annotation, one.annotations)),
            statement=self._name("statement", one.statement),
        )

    def _annotation(self, one: Annotation) -> Annotation:
        kind = "rule" if one.name in ("id", "overrides") else "statement" if one.name in STATEMENTS else ""
        return replace(one, args=tuple(self._name(kind, a) if isinstance(a, str) else a for a in one.args))

    def _property(self, one: Property) -> Property:
        head = self._head(one)
        return replace(one, head=head, body=self._body(one.body), then=self._body(one.then))

    def _head(self, one: Property | Waiver) -> Atom:
        return replace(one.head, predicate=self._name("property", one.head.predicate))

    def _body(self, body: tuple[BodyItem, ...], head: Atom | None = None) -> tuple[BodyItem, ...]:
        kinds: dict[str, str] = {}
        for atom in (*([head] if head else []), *(i.atom for i in body if isinstance(i, Literal))):
            for term, kind in zip(atom.args, self._kinds(atom), strict=False):
                if isinstance(term, Var):
                    kinds.setdefault(term.name, kind)
        return tuple(
            replace(i, atom=self._atom(i.atom)) if isinstance(i, Literal) else self._comparison(i, kinds) for i in body
        )

    def _comparison(self, one: Comparison, kinds: dict[str, str]) -> Comparison:
        left = kinds.get(one.right.name, "") if isinstance(one.right, Var) else ""
        right = kinds.get(one.left.name, "") if isinstance(one.left, Var) else ""
        return replace(one, left=self._term(one.left, left), right=self._term(one.right, right))

    def _atom(self, one: Atom) -> Atom:
        kinds = self._kinds(one)
        args = tuple(self._term(t, kinds[n] if n < len(kinds) else "") for n, t in enumerate(one.args))
        return replace(one, predicate=self._name("predicate", one.predicate), args=args)

    def _kinds(self, atom: Atom) -> list[str]:
        declared = self.known.predicates_by_name.get(atom.predicate)
        return [c.type for c in declared.columns] if declared else []

    def _term(self, one: Term, kind: str) -> Term:
        if isinstance(one, Var) or not isinstance(one.value, str):
            return one
        value: Value = self._name("predicate", one.value) if kind == FIELD else self._name("value", one.value, kind)
        return Const(value)


def numbered(program: Program) -> Program:
    """The program with its variables numbered in each clause: equal to another when only their names differ."""
    return replace(program, clauses=tuple(map(_numbered, program.clauses)))


def _numbered(clause: Clause) -> Clause:
    names: dict[str, Var] = {}

    def term(t: Term) -> Term:
        return names.setdefault(t.name, Var(f"V{len(names)}")) if isinstance(t, Var) else t

    def atom(a: Atom) -> Atom:
        return replace(a, args=tuple(map(term, a.args)))

    head = atom(clause.head)
    body = tuple(
        replace(i, atom=atom(i.atom)) if isinstance(i, Literal) else replace(i, left=term(i.left), right=term(i.right))
        for i in clause.body
    )
    return replace(clause, head=head, body=body)
