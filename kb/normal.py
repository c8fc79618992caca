"""The checked program as normal rules, which evaluators read: exceptions compiled away, strata in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from .ir import Atom, BodyItem, Clause, Const, Ground, Literal, Mode, Program, Var
from .strata import Edge, components

RECORDED = "recorded:"
Part = OneOf["whole", "applies", "concludes", "overrides"]


@dataclass(frozen=True, slots=True)
class NormalRule:
    """`head :- body.` where each literal of the body is `plain` or `not`.

    `variables`: those bound by the positive body, in order of appearance; a rule instance is a tuple of their values.
    `part` says what the rule is of its clause: the whole; or, for a clause that takes part in an exception,
    applies (`applies:ID(V) :- body`), concludes (`head :- applies:ID(V), not overridden:ID(P)`), or
    overrides (`overridden:OTHER(P) :- applies:ID(V)[, not overridden:ID(P)]`).
    INVARIANT (names): a generated predicate's name has a colon, which no declared name can have.
    """

    id: str
    head: Atom
    body: tuple[BodyItem, ...]
    variables: tuple[str, ...]
    clause: Clause
    part: Part = "whole"


@dataclass(frozen=True, slots=True)
class NormalProgram:
    """Normal rules with distinct ids, the ground facts of tables, and the strata: signed names, dependencies first.

    INVARIANT (strata): a rule's positive premises stand in its head's stratum or an earlier one, its negated ones in an
    earlier one. A stratum is one strongly connected component. `recursive`: the strata with a rule that uses its own.
    """

    rules: tuple[NormalRule, ...]
    facts: frozenset[Ground]
    strata: tuple[tuple[str, ...], ...]
    recursive: frozenset[tuple[str, ...]]


def normalise(program: Program) -> NormalProgram:
    """The normal program of a program that the checks passed."""
    overridden = _overridden(program)
    rules = tuple(rule for clause in program.clauses if clause.body for rule in _rules(clause, overridden))
    facts = frozenset(ground(c.head) for c in program.clauses if not c.body)
    edges = dependencies(rules)
    strata = components(edges, (r.head.signed for r in rules))
    loops = {(e.head, e.body) for e in edges}
    recursive = frozenset(s for s in strata if len(s) > 1 or (s[:1] * 2) in loops)
    return NormalProgram(rules, facts, strata, recursive)


def ground(atom: Atom) -> Ground:
    """The ground atom; every argument is a constant (the checks refuse a fact with a variable)."""
    return Ground(atom.signed, tuple(a.value for a in atom.args if isinstance(a, Const)))


def dependencies(rules: tuple[NormalRule, ...]) -> tuple[Edge, ...]:
    """The edges of the dependency graph."""
    return tuple(
        Edge(rule.head.signed, item.atom.signed, item.mode == "not")
        for rule in rules
        for item in rule.body
        if isinstance(item, Literal)
    )


def bound(body: tuple[BodyItem, ...]) -> tuple[str, ...]:
    """Variables bound by the positive conditions, each once, in order of appearance."""
    positive = (i.atom for i in body if isinstance(i, Literal) and i.mode == "plain")
    return tuple(dict.fromkeys(name for atom in positive for name in atom.variables))


def _overridden(program: Program) -> frozenset[str]:
    return frozenset(str(v) for c in program.clauses for v in c.values("overrides"))


def _plain(item: BodyItem) -> BodyItem:
    """`assuming -p(X)` and `unrecorded p(X)` are `not p(X)` to an evaluator; their difference is in what may change."""
    if isinstance(item, Literal) and item.mode == "assuming":
        a = item.atom
        return Literal(Atom(a.predicate, a.args, not a.negated, a.span), "not", item.span)
    if isinstance(item, Literal) and item.mode == "unrecorded":
        return Literal(item.atom, "not", item.span)
    return item


def _rules(clause: Clause, overridden: frozenset[str]) -> tuple[NormalRule, ...]:
    body = tuple(map(_plain, clause.body))
    variables = bound(body)
    targets = tuple(str(v) for v in clause.values("overrides"))
    if clause.id not in overridden and not targets:
        return (NormalRule(clause.id, clause.head, body, variables, clause),)
    applies = Atom(f"applies:{clause.id}", tuple(Var(v) for v in variables), span=clause.span)
    own = (Literal(_overridden_atom(clause.id, clause.head), "not"),) if clause.id in overridden else ()
    fires = (Literal(applies), *own)
    first = NormalRule(f"{clause.id}", applies, body, variables, clause, "applies")
    second = NormalRule(f"{clause.id}:concludes", clause.head, fires, variables, clause, "concludes")
    exceptions = (
        NormalRule(
            f"{clause.id}:overrides:{t}", _overridden_atom(t, clause.head), fires, variables, clause, "overrides"
        )
        for t in targets
    )
    return (first, second, *exceptions)


def written_mode(rule: NormalRule, position: int) -> Mode:
    """How the author wrote the condition at this position of the body; the conditions of an exception are plain or not.

    INVARIANT (positions): the body of a rule of part whole or applies has one condition for each of its clause's.
    """
    item = rule.body[position]
    if rule.part in ("whole", "applies"):
        item = rule.clause.body[position]
    return item.mode if isinstance(item, Literal) else "plain"


def frozen(program: NormalProgram) -> NormalProgram:
    """The program for hypothetical versions of a record: each `unrecorded p(X)` asks `recorded:p`, the record as it is.

    What is learned then changes conclusions about the patient, but not what was said of the record before.
    """
    return replace(program, rules=tuple(map(_frozen, program.rules)))


def recorded_atoms(program: NormalProgram, atoms: Iterable[Ground]) -> dict[Ground, Ground]:
    """For a frozen program, what `recorded:p` holds of, from the atoms of the record's own model."""
    asked = {e.body for e in dependencies(program.rules) if e.body.startswith(RECORDED)}
    return {Ground(RECORDED + a.predicate, a.values): a for a in atoms if RECORDED + a.predicate in asked}


def _frozen(rule: NormalRule) -> NormalRule:
    body = tuple(
        Literal(Atom(RECORDED + item.atom.signed, item.atom.args, span=item.atom.span), "not", item.span)
        if isinstance(item, Literal) and written_mode(rule, position) == "unrecorded"
        else item
        for position, item in enumerate(rule.body)
    )
    return rule if body == rule.body else replace(rule, body=body)


def _overridden_atom(rule_id: str, head: Atom) -> Atom:
    """`overridden:ID(S)`, S the subject: an exception is keyed on the first column of both heads."""
    return Atom(f"overridden:{rule_id}", head.args[:1])
