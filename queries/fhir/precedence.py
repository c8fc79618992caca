"""What has to come first: read from the guideline's own `requires` rules, never from a list of names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...kb.ir import Atom, Clause, Const, Ground, Literal, Program
from ..answers.answer import statement_ids, ways
from ..answers.assess import Case
from ..names import CONSIDER, RECOMMEND, REQUIRES
from ..once import once


@dataclass(frozen=True, slots=True)
class Precedence:
    """`first` is done before `then`, by the `requires` rule of this id and its statement."""

    first: str
    then: str
    rule: str
    statement: str


@once
def precedences(program: Program) -> tuple[Precedence, ...]:
    """Every pair of actions that the guideline puts in an order.

    A rule `requires(P, Field)` of statement S holds back the actions whose rules give S as a reason. What settles it
    are the actions that are recommended while the same thing is unrecorded.
    """
    by_head: dict[str, list[Clause]] = {}
    for clause in program.clauses:
        by_head.setdefault(clause.head.predicate, []).append(clause)
    actions = [c for name in (RECOMMEND, CONSIDER) for c in by_head.get(name, ()) if c.body and _name(c.head)]
    found: dict[Precedence, None] = {}
    for required in by_head.get(REQUIRES, ()):
        wanted = {*_unrecorded(required), *_constant(required.head)}
        later = [c for c in actions if c.statement != required.statement and required.statement in statement_ids((c,))]
        first = [c for c in actions if wanted & set(_searched(c, by_head)) and c not in later]
        for one in first:
            for other in later:
                if _name(one.head) != _name(other.head):
                    pair = Precedence(_name(one.head), _name(other.head), required.id, required.statement)
                    found.setdefault(pair)
    return tuple(found)


def holding_back(case: Case) -> dict[str, tuple[Ground, ...]]:
    """For each action that waits: the `requires` conclusions that hold for this patient and are not settled."""
    reasoned = _reasoned(case.knowledge.program)
    found: dict[str, tuple[Ground, ...]] = {}
    for atom in sorted((a for a in case.model.atoms if a.predicate == REQUIRES), key=lambda a: str(a.values)):
        name = str(atom.values[1])
        denied = Ground(f"-{name}", atom.values[:1]) in case.edb.facts  # known, and known not to be so: it still waits
        if not case.questions.is_open(name) and not denied:
            continue
        statements = {case.knowledge.rules[w.rule].clause.statement for w in ways(case, atom)}
        for action in (a for own, reasons, a in reasoned if own not in statements and statements & reasons):
            found[action] = tuple(dict.fromkeys((*found.get(action, ()), atom)))
    return found


@once
def _reasoned(program: Program) -> tuple[tuple[str, frozenset[str], str], ...]:
    """Each rule that recommends an action: its statement, that with its reasons, the action."""
    return tuple(
        (clause.statement, frozenset(statement_ids((clause,))), _name(clause.head))
        for clause in program.clauses
        if clause.head.predicate in (RECOMMEND, CONSIDER) and clause.body
    )


def _name(head: Atom) -> str:
    return next((str(t.value) for t in head.args[1:2] if isinstance(t, Const)), "")


def _constant(head: Atom) -> tuple[str, ...]:
    return tuple(str(t.value) for t in head.args[1:] if isinstance(t, Const))


def _unrecorded(clause: Clause) -> Iterator[str]:
    for item in clause.body:
        if isinstance(item, Literal) and item.mode == "unrecorded":
            yield item.atom.predicate


def _searched(clause: Clause, by_head: dict[str, list[Clause]]) -> Iterator[str]:
    """What a rule needs to be unrecorded, also by way of what it rests on."""
    seen: set[str] = set()
    work = [clause]
    while work:
        one = work.pop()
        yield from _unrecorded(one)
        for item in one.body:
            if isinstance(item, Literal) and item.mode == "plain" and item.atom.predicate not in seen:
                seen.add(item.atom.predicate)
                work += by_head.get(item.atom.predicate, ())
