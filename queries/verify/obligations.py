"""Properties as rules: each violation of a property is an atom that a generated rule concludes.

Generated names have a colon, so that none can clash with a name of an author's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from ...kb.ir import PATIENT, Annotation, Atom, BodyItem, Clause, Column, Literal, Predicate, Program, Term, Var
from ...kb.normal import bound
from ...kb.properties import Verifiable, in_force
from ...kb.property import Property

FOUND, LEFT, RIGHT, WAIVED, OPEN = "found:", "left:", "right:", "waived:", "open:"


@dataclass(frozen=True, slots=True)
class Obligation:
    """A property with the signed names of what its rules conclude.

    found: the body holds (of `always`: and the other side does not). premise: what makes it speak at all. open: found
    and not accepted by a waiver.
    """

    property: Property
    found: str
    premise: str
    open: str


@dataclass(frozen=True)
class Obliged:
    """A program in which every property is a rule. `guideline`: how many of its clauses are not generated."""

    program: Program
    obligations: tuple[Obligation, ...]
    guideline: Program


def oblige(given: Verifiable, today: date | None = None) -> Obliged:
    """The program with the rules of its properties, and of the waivers that are in force on a day."""
    obligations: list[Obligation] = []
    clauses: list[Clause] = []
    for one in given.properties:
        name = one.name
        waivers = [w for w in given.waivers if w.head.predicate == name and in_force(w, today)]
        opened = OPEN + name
        clauses += _rules(one)
        args = one.head.args
        found = Literal(Atom(FOUND + name, args))
        waived: list[BodyItem] = [Literal(Atom(WAIVED + name, args), "not")] if waivers else []
        clauses.append(_clause(opened, args, [found, *waived], opened))
        for n, waiver in enumerate(waivers):
            renamed = _apart(waiver.head.args, waiver.body)
            holds = Literal(Atom(FOUND + name, renamed[0]))
            clauses.append(_clause(WAIVED + name, renamed[0], [holds, *renamed[1]], f"{WAIVED}{name}:{n}"))
        obligations.append(Obligation(one, FOUND + name, (LEFT if one.then else FOUND) + name, opened))
    whole = given.whole
    program = replace(
        whole, predicates=(*whole.predicates, *_declared(clauses, whole)), clauses=(*whole.clauses, *clauses)
    )
    return Obliged(program, tuple(obligations), given.program)


def _rules(one: Property) -> Iterator[Clause]:
    if not one.then:
        yield _clause(FOUND + one.name, one.head.args, one.body, FOUND + one.name)
        return
    shared = tuple(Var(v) for v in bound(one.body) if not v.startswith("_"))
    left = Literal(Atom(LEFT + one.name, shared))
    yield _clause(LEFT + one.name, shared, one.body, LEFT + one.name)
    yield _clause(RIGHT + one.name, shared, [left, *one.then], RIGHT + one.name)
    lacks = Literal(Atom(RIGHT + one.name, shared), "not")
    yield _clause(FOUND + one.name, one.head.args, [left, lacks], FOUND + one.name)


def _clause(name: str, args: tuple[Term, ...], body: Iterable[BodyItem], own: str) -> Clause:
    return Clause(Atom(name, args), tuple(body), (Annotation("id", (own,)),))


def _apart(args: tuple[Term, ...], body: tuple[BodyItem, ...]) -> tuple[tuple[Term, ...], tuple[BodyItem, ...]]:
    """The arguments of a waiver with each `_` as a variable that no condition has."""
    named = tuple(Var(f"_argument{n}") if isinstance(a, Var) and a.anonymous else a for n, a in enumerate(args))
    return named, body


def _declared(clauses: list[Clause], program: Program) -> Iterator[Predicate]:
    """Declarations with column types, as far as the conditions tell them."""
    known = {p.name: tuple(c.type for c in p.columns) for p in program.predicates}
    for clause in clauses:
        typed: dict[str, str] = {}
        for item in clause.body:
            if isinstance(item, Literal):
                pairs = zip(item.atom.args, known.get(item.atom.predicate, ()), strict=False)
                typed.update((t.name, kind) for t, kind in pairs if isinstance(t, Var))
        kinds = tuple(typed.get(t.name, PATIENT) if isinstance(t, Var) else PATIENT for t in clause.head.args)
        if clause.head.predicate not in known:
            known[clause.head.predicate] = kinds
            columns = tuple(Column(f"C{n}", kind) for n, kind in enumerate(kinds))
            yield Predicate(clause.head.predicate, columns, "derived", True)
