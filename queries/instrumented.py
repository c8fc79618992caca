"""A program for an engine that proves from the goal down: one query answers with every rule instance of the model.

Each rule i, with V its bound variables, becomes `f_i(V) <= body`, `head <= f_i(V)` and `fired(i, V) <= f_i(V)`; the
answer to `fired(I, V)` is all rule instances, and the atoms follow from them. Where no rule of the same query asks for
the head, `fired(i, V) <= body` is enough. Only rules that the facts could fire are given to the engine (`possible.py`).

The engine may not return from a recursive program, so it never sees a recursive rule: a recursive stage is asked round
by round (semi-naive), each round one query over stored facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from typing import Literal as OneOf

from ..kb.ir import Atom, Comparison, Const, Ground, Var
from ..kb.normal import NormalProgram, NormalRule
from .conditions import Test, conditions, ordered
from .model import Instance, Model
from .possible import Possible
from .stages import Stage, stages

if TYPE_CHECKING:
    from .pydatalog_engine import Database

Store = OneOf["here", "stored", "fresh"]
"""Where the rules of a stage find a predicate's atoms: concluded in the same query (or given, when no rule concludes
them); stored after an earlier stage or round; or new in the last round."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule as the engine has it, with what reads its answers.

    `head` is the head's predicate; `places` its values: constants, or places in the values of the rule's variables.
    """

    id: str
    head: str
    places: tuple[Const | int, ...]
    clauses: tuple[Any, ...]


class Instrumented:
    """One program in one database, which it leaves after every query as it was found."""

    def __init__(self, program: NormalProgram, known: Model, database: Database) -> None:
        self._known = known
        self._database = database
        cut = stages(program)
        self._depth = {rule.head.signed: depth for depth, stage in enumerate(cut) for rule in stage.rules}
        rules = [rule for stage in cut for rule in stage.rules]
        self._possible = Possible(rules, known.atoms)
        self._rules: list[_Rule] = []
        with database.current():
            self._queries = [self._compile(depth, stage) for depth, stage in enumerate(cut)]
            database.add(database.facts(known.atoms, "here", "stored"))

    def model(self, given: frozenset[Ground]) -> Model:
        """All that follows from what is known and the facts given."""
        atoms, instances = set(self._known.atoms), set(self._known.instances)
        database = self._database
        added: list[Any] = []

        def add(clauses: Iterable[Any]) -> None:
            before = len(added)
            added.extend(clauses)
            database.add(added[before:])

        with database.current():
            try:
                new = given - atoms
                atoms |= new
                add(database.facts(new, "here", "stored"))
                for n in self._possible.rules(new):
                    add(self._rules[n].clauses)
                for first, again in self._queries:
                    new = self._answers(first, instances) - atoms
                    atoms |= new
                    add(database.facts(new, "stored"))
                    while new and again is not None:
                        fresh = database.facts(new, "fresh")
                        add(fresh)
                        new = self._answers(again, instances) - atoms
                        atoms |= new
                        database.retract(fresh)
                        add(database.facts(new, "stored"))
            finally:
                database.retract(added)
        return Model(frozenset(atoms), frozenset(instances))

    def _answers(self, fired: Any, instances: set[Instance]) -> set[Ground]:
        """Ask a query; add its rule instances to those there are, and return the atoms that they conclude."""
        atoms: set[Ground] = set()
        for n, values in self._database.answers(fired):
            rule = self._rules[n]
            instances.add(Instance(rule.id, values))
            atoms.add(Ground(rule.head, tuple(p.value if isinstance(p, Const) else values[p] for p in rule.places)))
        return atoms

    def _compile(self, depth: int, stage: Stage) -> tuple[Any, Any | None]:
        """Write the rules of a stage; the predicates that ask for all their instances, and (recursive) for the next."""
        database = self._database
        first = database.predicate(f"first {depth}", 2)
        again = database.predicate(f"again {depth}", 2) if stage.recursive else None
        bodies = [conditions(rule) for rule in stage.rules]
        asked = {a.signed for positive, _ in bodies for a in positive} | {
            t.atom.signed for _, tests in bodies for t in tests if not isinstance(t, Comparison)
        }
        for rule, (positive, tests) in zip(stage.rules, bodies, strict=True):
            n = len(self._rules)
            clauses: list[Any] = []
            values = tuple(map(Var, rule.variables))
            body = [self._goal(c, depth, stage) for c in ordered(positive, tests)]
            if rule.head.signed in asked and not stage.recursive:
                instance = database.literal(database.predicate(f"instance {n}", len(values)), values)
                clauses += [
                    database.clause(instance, body),
                    database.clause(self._goal(rule.head, depth, stage), [instance]),
                ]
                body = [instance]
            clauses.append(database.clause(database.numbered(first, n, values), body))
            for i, atom in enumerate(positive):
                if again is not None and self._depth.get(atom.signed) == depth:
                    fresh, *others = ordered(positive, tests, start=i)
                    body = [self._goal(fresh, depth, stage, "fresh"), *(self._goal(c, depth, stage) for c in others)]
                    clauses.append(database.clause(database.numbered(again, n, values), body))
            self._rules.append(_Rule(rule.id, rule.head.signed, _places(rule), tuple(clauses)))
        return first, again

    def _goal(self, condition: Atom | Test, depth: int, stage: Stage, store: Store | None = None) -> Any:
        """A condition, or a head, as the rules of a stage write it."""
        database = self._database
        if isinstance(condition, Comparison):
            return database.literal(database.comparisons[condition.op], (condition.left, condition.right))
        atom = condition if isinstance(condition, Atom) else condition.atom
        concluded = self._depth.get(atom.signed)
        if store is None:
            store = "here" if concluded is None or (concluded == depth and not stage.recursive) else "stored"
        predicate = database.relation(atom.signed, len(atom.args), store)
        return database.literal(predicate, atom.args, negated=condition is not atom)


def _places(rule: NormalRule) -> tuple[Const | int, ...]:
    """Where each value of the head comes from."""
    return tuple(t if isinstance(t, Const) else rule.variables.index(t.name) for t in rule.head.args)
