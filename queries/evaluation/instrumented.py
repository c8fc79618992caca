"""A program in an engine that proves from the goal down: one query answers with every rule instance of the model.

Only rules that the facts could fire are asked (`possible.py`), in the shortest form that fits (`written.py`); when all
of them are about one subject, the query is for that subject.

The engine may not return from a recursive program, so it never sees a recursive rule: a recursive stage is asked round
by round (semi-naive), each round one query over stored facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...kb.ir import Const, Ground, Value
from ...kb.normal import NormalProgram
from .model import Instance, Model
from .possible import Possible
from .stages import stages
from .written import Writer, Written

if TYPE_CHECKING:
    from .pydatalog_engine import Database

_Possible = Mapping[int, Mapping[str, set[Value]]]


class Instrumented:
    """One program in one database, which it leaves after every query as it was found."""

    def __init__(self, program: NormalProgram, known: Model, database: Database) -> None:
        self._known = known
        self._tables = frozenset(atom.predicate for atom in known.atoms)
        self._database = database
        cut = stages(program)
        depths = {rule.head.signed: depth for depth, stage in enumerate(cut) for rule in stage.rules}
        rules = [rule for stage in cut for rule in stage.rules]
        self._possible = Possible(rules, known.atoms, any(stage.recursive for stage in cut))
        self._rules: list[Written] = []
        self._queries: list[tuple[Any, Any | None]] = []
        with database.current():
            for depth, stage in enumerate(cut):
                writer = Writer(database, depths, depth, stage.recursive, self._tables)
                self._queries.append((writer.first, writer.again if stage.recursive else None))
                for rule in stage.rules:
                    self._rules.append(writer.write(len(self._rules), rule))
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
                possible = self._possible.rules(new)
                subject = self._subject(possible)
                add(self._clauses(possible, new))
                for first, again in self._queries:
                    new = self._answers(first, subject, instances) - atoms
                    atoms |= new
                    add(database.facts(new, "stored"))
                    while new and again is not None:
                        fresh = database.facts(new, "fresh")
                        add(fresh)
                        new = self._answers(again, subject, instances) - atoms
                        atoms |= new
                        database.retract(fresh)
                        add(database.facts(new, "stored"))
            finally:
                database.retract(added)
        return Model(frozenset(atoms), frozenset(instances))

    def _subject(self, possible: _Possible) -> Const | None:
        """The one value that the subject of every possible rule could have; None when there is no such value."""
        values: set[Value] = set()
        for n, variables in possible.items():
            found = variables.get(self._rules[n].subject)
            if found is None or len(values := values | found) > 1:
                return None
        return Const(next(iter(values))) if values else None

    def _clauses(self, possible: _Possible, given: Iterable[Ground]) -> list[Any]:
        """The possible rules, each in its shortest form."""
        rules = [self._rules[n] for n in possible]
        asked = {name for rule in rules for name in rule.asks}
        said = {*self._tables, *(atom.predicate for atom in given)}
        again: set[str] = set()
        for rule in rules:
            (again if rule.head in said else said).add(rule.head)
        found: list[Any] = []
        for rule in rules:
            if rule.head not in asked or not rule.shared:
                found += rule.direct
            else:
                found += rule.shared if rule.head in again or not rule.alone else rule.alone
        return found

    def _answers(self, fired: Any, subject: Const | None, instances: set[Instance]) -> set[Ground]:
        """Ask a query; add its rule instances to those there are, and return the atoms that they conclude."""
        atoms: set[Ground] = set()
        for n, values in self._database.answers(fired, subject):
            rule = self._rules[n]
            instances.add(Instance(rule.id, values))
            atoms.add(Ground(rule.head, tuple(p.value if isinstance(p, Const) else values[p] for p in rule.places)))
        return atoms
