"""The pyDatalog evaluator, the default for one patient: every rule instance of the model in one query.

Each rule i, with V its bound variables, is given to the engine as `f_i(V) <= body`, `head <= f_i(V)` and
`fired(i, V) <= f_i(V)`; the answer to `fired(I, V)` is all rule instances, and the atoms follow from them. (Where no
rule of the same query asks for the head, `fired(i, V) <= body` is enough.) Rules and facts are built as engine objects
from values, never as text, and every predicate has a name of our own.

pyDatalog does not return from some recursive programs, so it never sees a recursive rule: a recursive stage is asked
round by round (semi-naive), each round one query over stored facts.
"""

# pyDatalog has no types; its objects are Any here, and values are typed again where they leave this file.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingImports=false, reportMissingTypeStubs=false

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from typing import Literal as OneOf

from ..kb.ir import COMPARISONS, Atom, Comparison, Const, Ground, Term, Value, Var
from ..kb.normal import NormalProgram, NormalRule
from .conditions import Test, compare, conditions, ordered
from .model import Instance, Model
from .stages import Stage, fixed, split, stages

PROGRAMS_KEPT = 8
"""Compiled programs kept per thread; the least recently used one makes room."""

Store = OneOf["here", "stored", "fresh"]
"""Where the rules of a stage find a predicate's atoms: concluded in the same query (or given, when no rule concludes
them); stored after an earlier stage or round; or new in the last round."""


def derive(program: NormalProgram, facts: Iterable[Ground]) -> Model:
    """The model of the program and the facts. The first call in a thread compiles the program for that thread."""
    given = frozenset(facts)
    kept = _threads.kept
    prepared = kept.pop(id(program), None) or _Prepared(program)
    model = prepared.model(given)  # after an error, whatever it is, the databases are not used again
    kept[id(program)] = prepared
    while len(kept) > PROGRAMS_KEPT:
        del kept[next(iter(kept))]
    return model


class _Threads(threading.local):
    """Programs prepared in this thread, the least recently used first; a value holds its program and so its id."""

    def __init__(self) -> None:
        self.kept: dict[int, _Prepared] = {}


_threads = _Threads()


class _Prepared:
    """A program with what no patient changes computed once, unless the facts given say more about that too."""

    def __init__(self, program: NormalProgram) -> None:
        self._program = program
        self._fixed = fixed(program)
        self._usual: _Engine | None = None
        self._whole: _Engine | None = None

    def model(self, given: frozenset[Ground]) -> Model:
        program = self._program
        if any(atom.predicate in self._fixed and atom not in program.facts for atom in given):
            if self._whole is None:
                self._whole = _Engine(program, Model(program.facts, frozenset()))
            return self._whole.model(given)
        if self._usual is None:
            tables, rest = split(program)
            known = _Engine(tables, Model(tables.facts, frozenset())).model(frozenset())
            self._usual = _Engine(rest, known)
        return self._usual.model(given)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A stage as the engine knows it.

    `rules`: a rule's id, its head's predicate, and its head's values (constants, or places in its variables' values).
    `first` asks for all their instances; `again`, in a recursive stage, for those that use an atom of the last round.
    """

    rules: tuple[tuple[str, str, tuple[Const | int, ...]], ...]
    first: Any
    again: Any | None


class _Engine:
    """One program, compiled into one database of its own, in the thread that made it."""

    def __init__(self, program: NormalProgram, known: Model) -> None:
        self._known = known
        self._database = _Database()
        cut = stages(program)
        self._depth = {rule.head.signed: depth for depth, stage in enumerate(cut) for rule in stage.rules}
        with self._database.current():
            self._stages = tuple(self._compile(depth, stage) for depth, stage in enumerate(cut))
            self._database.add(known.atoms, "here", "stored")

    def model(self, given: frozenset[Ground]) -> Model:
        """The model. The database is left as it was found."""
        atoms, instances = set(self._known.atoms), set(self._known.instances)
        database = self._database
        with database.current():
            new = given - atoms
            atoms |= new
            added = database.add(new, "here", "stored")
            try:
                for stage in self._stages:
                    new = self._answers(stage, stage.first, instances) - atoms
                    atoms |= new
                    added += database.add(new, "stored")
                    while new and stage.again is not None:
                        fresh = database.add(new, "fresh")
                        added += fresh
                        new = self._answers(stage, stage.again, instances) - atoms
                        atoms |= new
                        database.retract(fresh)
                        added += database.add(new, "stored")
            finally:
                database.retract(added)
        return Model(frozenset(atoms), frozenset(instances))

    def _answers(self, stage: _Asked, fired: Any, instances: set[Instance]) -> set[Ground]:
        """Ask a query; add its rule instances to those there are, and return the atoms that they conclude."""
        atoms: set[Ground] = set()
        for n, values in self._database.ask(fired):
            rule, head, places = stage.rules[n]
            instances.add(Instance(rule, values))
            atoms.add(Ground(head, tuple(p.value if isinstance(p, Const) else values[p] for p in places)))
        return atoms

    def _compile(self, depth: int, stage: Stage) -> _Asked:
        """Give the rules of a stage to the engine."""
        database = self._database
        first = database.predicate(f"first {depth}", 2)
        again = database.predicate(f"again {depth}", 2) if stage.recursive else None
        bodies = [conditions(rule) for rule in stage.rules]
        needed = {a.signed for positive, _ in bodies for a in positive} | {
            t.atom.signed for _, tests in bodies for t in tests if not isinstance(t, Comparison)
        }
        for n, (rule, (positive, tests)) in enumerate(zip(stage.rules, bodies, strict=True)):
            values = tuple(map(Var, rule.variables))
            body = [self._goal(c, stage, depth) for c in ordered(positive, tests)]
            if rule.head.signed in needed and not stage.recursive:
                instance = database.literal(database.predicate(f"instance {depth} {n}", len(values)), values)
                database.rule(instance, body)
                database.rule(self._goal(rule.head, stage, depth), [instance])
                body = [instance]
            database.rule(database.numbered(first, n, values), body)
            for i, atom in enumerate(positive):
                if again is not None and self._depth.get(atom.signed) == depth:
                    fresh, *others = ordered(positive, tests, start=i)
                    body = [self._goal(fresh, stage, depth, "fresh"), *(self._goal(c, stage, depth) for c in others)]
                    database.rule(database.numbered(again, n, values), body)
        return _Asked(tuple(map(_conclusion, stage.rules)), first, again)

    def _goal(self, condition: Atom | Test, stage: Stage, depth: int, store: Store | None = None) -> Any:
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


def _conclusion(rule: NormalRule) -> tuple[str, str, tuple[Const | int, ...]]:
    """The rule's id, its head's predicate, and where each of the head's values comes from."""
    places = (t if isinstance(t, Const) else rule.variables.index(t.name) for t in rule.head.args)
    return rule.id, rule.head.signed, tuple(places)


class _Database:
    """A pyDatalog database that no other code uses: it is the thread's current one inside `with current()` only."""

    def __init__(self) -> None:
        from pyDatalog import Logic, pyEngine

        self._engine = pyEngine
        self._thread = Logic.tl
        self._logic = object.__new__(Logic)  # `Logic()` would also reset the parser of the thread
        self._predicates: list[Any] = []
        self._relations: dict[tuple[str, int, Store], Any] = {}
        with self.current():
            pyEngine.clear()
            self.comparisons = {op: self.predicate(op, 2) for op in COMPARISONS}
        for op, predicate in self.comparisons.items():
            predicate.prim = _comparison(op)
        weakref.finalize(self, _empty, pyEngine.retract, self._predicates).atexit = False

    @contextmanager
    def current(self) -> Generator[None]:
        """Make this the database of the thread, and afterwards the one that was before."""
        before = getattr(self._thread, "logic", None)
        self._thread.logic = self._logic
        try:
            yield
        finally:
            if before is None:
                del self._thread.logic
            else:
                self._thread.logic = before

    def predicate(self, label: str, arity: int) -> Any:
        """A new predicate. The engine knows it from the start, so that one without atoms is empty and no error."""
        predicate = self._engine.Pred(f"guidekb {len(self._predicates)} {label}", arity)
        predicate.prearity = arity
        self._predicates.append(self._engine.insert(predicate))
        return predicate

    def relation(self, signed: str, arity: int, store: Store) -> Any:
        """The engine's predicate for one of the program's."""
        key = (signed, arity, store)
        if key not in self._relations:
            self._relations[key] = self.predicate("relation", arity)
        return self._relations[key]

    def literal(self, predicate: Any, terms: Iterable[Term], negated: bool = False) -> Any:
        """A condition or a head; values go in as they are."""
        built = [self._engine.Const(t.value) if isinstance(t, Const) else self._engine.Var(t.name) for t in terms]
        return self._engine.Literal(f"~{predicate.name}" if negated else predicate, built)

    def numbered(self, fired: Any, n: int, values: Iterable[Var]) -> Any:
        """`fired(n, (V, ...))`"""
        engine = self._engine
        return engine.Literal(fired, [engine.Const(n), engine.VarTuple([engine.Var(v.name) for v in values])])

    def rule(self, head: Any, body: list[Any]) -> Any:
        """Assert `head <= body`, or a fact when the body is empty; what was asserted, for `retract`."""
        return self._engine.assert_(self._engine.Clause(head, body))  # noqa: PT009

    def add(self, atoms: Collection[Ground], *stores: Store) -> list[Any]:
        """Assert the atoms wherever a rule looks for them; what was asserted, for `retract`."""
        engine = self._engine
        clauses: list[Any] = []
        for name, values in atoms:
            for store in stores:
                predicate = self._relations.get((name, len(values), store))
                if predicate is not None:
                    fact = engine.Literal(predicate, [engine.Const(v) for v in values])
                    clauses.append(self.rule(fact, []))
        return clauses

    def retract(self, clauses: Iterable[Any]) -> None:
        for clause in clauses:
            self._engine.retract(clause)

    def ask(self, fired: Any) -> list[tuple[int, tuple[Value, ...]]]:
        """All `(n, values)` with `fired(n, values)`."""
        answers: Any = self._engine.Literal(fired, [self._engine.Var("N"), self._engine.Var("V")]).ask()
        if answers is True:
            raise AssertionError("pyDatalog answered with an unbound variable: a rule is unsafe")
        return answers


def _comparison(op: str) -> Callable[[Any, Any], None]:
    """A primitive predicate of pyDatalog that compares as the language does."""

    def primitive(literal: Any, subgoal: Any) -> None:
        left, right = literal.terms
        if compare(left.id, op, right.id):
            subgoal.fact(True)

    return primitive


def _empty(retract: Callable[[Any], Any], predicates: list[Any]) -> None:
    """Retract every clause: the engine's tables hold references that Python's collector does not see."""
    for predicate in predicates:
        for clause in predicate.db.values():
            retract(clause)
