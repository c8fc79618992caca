"""The pyDatalog evaluator, the default for one patient: every rule instance of the model in one query.

What it is asked stands in `instrumented.py`. Rules and facts reach it as objects built from values, never as text, and
every predicate has a name of our own.
"""

# pyDatalog has no types; its objects are Any here, and values are typed again where they leave this file.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingImports=false, reportMissingTypeStubs=false

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from ...kb.ir import COMPARISONS, Const, Ground, Term, Value, Var
from ...kb.normal import NormalProgram
from .conditions import compare
from .instrumented import Instrumented
from .model import Model
from .stages import fixed, split
from .written import Store

PROGRAMS_KEPT = 8
"""Compiled programs kept per thread; the least recently used one makes room."""


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
        self._usual: Instrumented | None = None
        self._whole: Instrumented | None = None

    def model(self, given: frozenset[Ground]) -> Model:
        program = self._program
        if any(atom.predicate in self._fixed and atom not in program.facts for atom in given):
            if self._whole is None:
                self._whole = Instrumented(program, Model(program.facts, frozenset()), Database())
            return self._whole.model(given)
        if self._usual is None:
            tables, rest = split(program)
            known = Instrumented(tables, Model(tables.facts, frozenset()), Database()).model(frozenset())
            self._usual = Instrumented(rest, known, Database())
        return self._usual.model(given)


class Database:
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

    def instance(self, n: int, variables: Sequence[str]) -> Any:
        """The head `f_n(V)`."""
        return self.literal(self.predicate(f"instance {n}", len(variables)), map(Var, variables))

    def fired(self, predicate: Any, subject: str, n: int, variables: Iterable[str]) -> Any:
        """The head `fired(S, n, (V, ...))`."""
        engine = self._engine
        first = engine.Var(subject) if subject else engine.Const(subject)
        return engine.Literal(predicate, [first, engine.Const(n), engine.VarTuple([*map(engine.Var, variables)])])

    def clause(self, head: Any, body: Sequence[Any] = ()) -> Any:
        """`head <= body`, or a fact."""
        return self._engine.Clause(head, list(body))

    def facts(self, atoms: Collection[Ground], *stores: Store) -> list[Any]:
        """The atoms as facts, wherever a rule looks for them."""
        engine = self._engine
        found = (
            (self._relations.get((name, len(values), store)), values) for name, values in atoms for store in stores
        )
        return [
            engine.Clause(engine.Literal(predicate, [engine.Const(v) for v in values]), [])
            for predicate, values in found
            if predicate is not None
        ]

    def add(self, clauses: Iterable[Any]) -> None:
        """Assert the clauses."""
        for clause in clauses:
            self._engine.assert_(clause)  # noqa: PT009

    def retract(self, clauses: Iterable[Any]) -> None:
        """Retract the clauses; those that are not there, silently."""
        for clause in clauses:
            self._engine.retract(clause)

    def answers(self, fired: Any, subject: Const | None) -> list[tuple[int, tuple[Value, ...]]]:
        """All `(n, values)` with `fired(S, n, values)`, for the one subject or for any."""
        terms = (subject or Var("S"), Var("N"), Var("V"))
        found: Any = self.literal(fired, terms).ask()
        if found is True:
            raise AssertionError("pyDatalog answered with an unbound variable: a rule is unsafe")
        return [(n, values) for _, n, values in found]


def _comparison(op: str) -> Callable[[Any, Any], None]:
    """A primitive predicate of pyDatalog that compares as the language does."""

    def primitive(literal: Any, subgoal: Any) -> None:
        left, right = literal.terms
        if compare(left.id, op, right.id):
            subgoal.fact(True)

    return primitive
