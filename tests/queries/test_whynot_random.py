"""Why-nots of random programs, with recursion, exceptions, defaults and negation: they tell the truth and end."""

from __future__ import annotations

from random import Random

from guidekb.kb.edb import EDB, Ground
from guidekb.kb.ir import Atom, Column, Comparison, Const, Literal, Predicate, Program, Term, Value, Var
from guidekb.queries.evaluation.conditions import compare
from guidekb.queries.evaluation.match import unify
from guidekb.queries.why_not.attempt import Attempt, Condition
from guidekb.queries.why_not.whynot import WhyNot, situation, why_not
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import Case
from random_worlds import World, worlds

MOST = 12  # goals asked of one world


def declared(case: Case, rng: Random) -> tuple[Program, EDB]:
    """Declarations for the case's predicates, and a record of which something is listed or not applicable."""
    arities: dict[str, int] = {a.predicate.removeprefix("-"): len(a.values) for a in case.facts}
    for clause in case.program.clauses:
        for atom in (clause.head, *(i.atom for i in clause.body if isinstance(i, Literal))):
            arities[atom.predicate] = len(atom.args)
    derived = {c.head.predicate for c in case.program.clauses if c.body}
    predicates = tuple(
        Predicate(
            name,
            tuple(Column(f"C{n}", "symbol") for n in range(arity)),
            "derived" if name in derived else "table" if name == "table" else "input",
            open=rng.random() < 0.7,
            single=arity > 1 and rng.random() < 0.3,
        )
        for name, arity in sorted(arities.items())
    )
    names = [p.name for p in predicates if p.role == "input"]
    chosen = (frozenset(n for n in names if rng.random() < 0.2) for _ in range(2))
    edb = EDB("p", dict.fromkeys(case.facts, ()), *chosen, conflicts={n: () for n in names if rng.random() < 0.1})
    return Program(predicates=predicates, clauses=case.program.clauses), edb


def truth(condition: Condition, atoms: frozenset[Ground]) -> bool | None:
    """Whether the condition as it is shown holds in the model, None when it cannot be told."""
    filled = condition.filled
    if isinstance(filled, Comparison):
        if isinstance(filled.left, Const) and isinstance(filled.right, Const):
            return compare(filled.left.value, filled.op, filled.right.value)
        return None
    atom = filled.atom
    if filled.mode == "assuming":
        atom = Atom(atom.predicate, atom.args, not atom.negated)
    return any(unify(atom, a) is not None for a in atoms) == (filled.mode == "plain")


def check_attempt(attempt: Attempt, w: World, goal: Atom) -> None:
    clause = next(c for c in w.case.program.clauses if c.id == attempt.rule)
    bindings = dict(attempt.bindings)
    assert attempt.unmet or attempt.overridden
    assert all(atom in w.model.atoms for atom in attempt.overridden)
    assert bool(attempt.by) == bool(attempt.overridden)
    assert tuple(c.item for c in attempt.conditions) == clause.body
    if ":" not in goal.predicate:
        for term, asked in zip(clause.head.args, goal.args, strict=True):
            value = term.value if isinstance(term, Const) else bindings.get(term.name)
            assert not isinstance(asked, Const) or value == asked.value
    for c in attempt.conditions:
        if c.status == "holds":
            assert truth(c, w.model.atoms) is True
        elif c.status != "waits":
            assert truth(c, w.model.atoms) is False
        assert all(atom in w.model.atoms for atom in c.atoms)
        assert shown(c.filled) == shown(c.item, bindings)


def shown(item: Literal | Comparison, bindings: dict[str, Value] | None = None) -> list[Value | None]:
    """The values in the condition, None for what is open."""
    terms: tuple[Term, ...] = (item.left, item.right) if isinstance(item, Comparison) else item.atom.args
    return [t.value if isinstance(t, Const) else (bindings or {}).get(t.name) for t in terms]


def check_shape(found: WhyNot) -> None:
    """What a condition refers to is there, and is reached in no circle."""
    done: set[Atom] = set()

    def visit(goal: Atom, above: tuple[Atom, ...]) -> None:
        assert goal not in above
        if goal not in done:
            for attempt in found.goals[goal].attempts:
                for c in attempt.conditions:
                    if c.goal:
                        visit(c.goal, (*above, goal))
            done.add(goal)

    if found.root.goal:
        visit(found.root.goal, ())
    assert done == set(found.goals)


@given(worlds, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_every_false_goal_has_a_why_not_that_tells_the_truth(w: World, rng: Random) -> None:
    program, edb = declared(w.case, rng)
    at = situation(program, w.normal, w.model, edb)
    asked: list[Ground | Atom] = list(w.false(MOST))
    heads = {(r.head.predicate, len(r.head.args), r.head.negated) for r in w.normal.rules}
    anything = (Atom(name, tuple(Var(f"V{n}") for n in range(size)), negated) for name, size, negated in heads)
    asked += (atom for atom in anything if not at.index.matching(atom))
    for goal in asked:
        found = why_not(at, goal)
        assert found
        assert truth(found.root, w.model.atoms) is False
        check_shape(found)
        for key, tried in found.goals.items():
            assert not any(unify(key, a) is not None for a in w.model.atoms)
            for attempt in tried.attempts:
                check_attempt(attempt, w, key)
    assert all(why_not(at, atom) is None for atom in w.model.atoms)
