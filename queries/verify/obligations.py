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
from ...kb.property import Property, Waiver
from ..names import ADVISE_AGAINST, EXCLUSIVE, OPPOSES, RECOMMEND

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
    """A program in which every property is a rule. `guideline`: the program without them. `built_in`: what is asked of
    every guideline. waivers: those in force, by the id of the rule that each became."""

    program: Program
    obligations: tuple[Obligation, ...]
    built_in: tuple[Obligation, ...]
    waivers: dict[str, Waiver]
    guideline: Program


def oblige(given: Verifiable, today: date | None = None) -> Obliged:
    """The program with the rules of its properties, and of the waivers that are in force on a day."""
    obligations: list[Obligation] = []
    clauses: list[Clause] = []
    accepted: dict[str, Waiver] = {}
    asked = tuple(built_in(given.program))
    for one in (*given.properties, *asked):
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
            accepted[f"{WAIVED}{name}:{n}"] = waiver
        obligations.append(Obligation(one, FOUND + name, (LEFT if one.then else FOUND) + name, opened))
    whole = given.whole
    program = replace(
        whole, predicates=(*whole.predicates, *_declared(clauses, whole)), clauses=(*whole.clauses, *clauses)
    )
    own = len(given.properties)
    return Obliged(program, tuple(obligations[:own]), tuple(obligations[own:]), accepted, given.program)


CONFLICT, EXCLUDED = "conflict:actions", "exclusive:actions"


def built_in(program: Program) -> Iterator[Property]:
    """What is asked of every guideline that can say it: no recommended action is opposed or excluded by the answer.

    Their names have a colon, which no author's can have.
    """
    names = program.predicates_by_name.keys()
    patient, one, other = Var("P"), Var("Action"), Var("Other")
    wanted = Literal(Atom(RECOMMEND, (patient, one)))
    if {RECOMMEND, ADVISE_AGAINST, OPPOSES} <= names:
        warned, opposes = Literal(Atom(ADVISE_AGAINST, (patient, other))), Literal(Atom(OPPOSES, (other, one)))
        sentence = "an action is recommended and a warning of the same answer opposes it"
        yield Property("never", Atom(CONFLICT, (patient, one, other)), sentence, (wanted, warned, opposes))
    if {RECOMMEND, EXCLUSIVE} <= names:
        both, excludes = Literal(Atom(RECOMMEND, (patient, other))), Literal(Atom(EXCLUSIVE, (one, other)))
        sentence = "an action is recommended together with one that excludes it"
        yield Property("never", Atom(EXCLUDED, (patient, one, other)), sentence, (wanted, both, excludes))


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
