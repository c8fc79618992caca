"""How a rule's instances are found in many worlds at once: its conditions in order, each a step between bindings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from ...kb.ir import Atom, Comparison, Const, Literal, Term, Value, Var
from ...kb.normal import NormalRule
from .conditions import Test, compare
from .model import Instance

Row = tuple[Value, ...]
Rows = dict[Row, int]
Solutions = list[tuple[Row, int]]
"""Bindings with the worlds in which they hold. A binding is the constants of the rule, then the values of its variables
in the order in which the plan binds them: a plan knows each term by its place."""


@dataclass(frozen=True, slots=True)
class Index:
    """The rows of a relation by the columns `key`: of each row, the columns `free`, and where it holds.

    `equal`: pairs of columns whose values must be equal. Rows that differ in no column of these are one.
    """

    relation: int
    key: tuple[int, ...]
    free: tuple[int, ...]
    equal: tuple[tuple[int, int], ...]

    def add(self, rows: Rows, table: dict[Row, Rows]) -> dict[Row, Rows]:
        """Add rows, or more worlds of rows, to the table of this index; the table."""
        key, free = _picked(self.key), _picked(self.free)
        for row, bits in rows.items():
            if all(row[i] == row[j] for i, j in self.equal):
                found = table.setdefault(key(row), {})
                rest = free(row)
                found[rest] = found.get(rest, 0) | bits
        return table


class Run:
    """What is known at one moment of an evaluation: the rows of each relation, and the tables of the indexes used."""

    def __init__(self, rows: list[Rows], tables: list[dict[Row, Rows] | None], indexes: Sequence[Index]) -> None:
        self.rows = rows
        self.tables = tables
        self.indexes = indexes

    def table(self, number: int) -> dict[Row, Rows]:
        """The table of an index, made when it is first asked for."""
        table = self.tables[number]
        if table is None:
            index = self.indexes[number]
            table = self.tables[number] = index.add(self.rows[index.relation], {})
        return table

    def put(self, relation: int, rows: Rows) -> None:
        """Let these be the rows of a relation, in place of others."""
        self.rows[relation] = rows
        for number, index in enumerate(self.indexes):
            if index.relation == relation:
                self.tables[number] = None

    def add(self, relation: int, rows: Rows, used: bool) -> Rows:
        """Add rows to a relation; the worlds of them that are new. `used`: an index may be in use already."""
        known = self.rows[relation]
        new = {row: more for row, bits in rows.items() if (more := bits & ~known.get(row, 0))}
        for row, bits in new.items():
            known[row] = known.get(row, 0) | bits
        for index, table in zip(self.indexes, self.tables, strict=True) if used else ():
            if table is not None and index.relation == relation:
                index.add(new, table)
        return new


Step = Callable[[Solutions, Run], Solutions]


@dataclass(frozen=True, slots=True)
class Plan:
    """How the instances of a rule are found: conditions in order, from its constants on; without rows in all of `needs`
    there are none. `values` and `head` take what an instance and its conclusion hold from the last binding."""

    rule: str
    constants: Row
    needs: frozenset[int]
    steps: tuple[Step, ...]
    values: Callable[[Row], Row]
    relation: int
    head: Callable[[Row], Row]

    def fire(self, run: Run, everywhere: int, found: dict[int, Rows], instances: dict[Instance, int]) -> None:
        """Add the rule's instances, and what they conclude."""
        solutions = [(self.constants, everywhere)]
        for step in self.steps:
            solutions = step(solutions, run)
            if not solutions:
                return
        heads = found.setdefault(self.relation, {})
        for binding, bits in solutions:
            instance = Instance(self.rule, self.values(binding))
            instances[instance] = instances.get(instance, 0) | bits
            head = self.head(binding)
            heads[head] = heads.get(head, 0) | bits


class Planner:
    """Makes plans; `relations` and `indexes` number what the plans of one program read. A fresh relation is the part of
    another that was found in the last round."""

    def __init__(self) -> None:
        self.relations: dict[tuple[str, int, bool], int] = {}
        self.indexes: dict[Index, int] = {}

    def relation(self, name: str, arity: int, fresh: bool = False) -> int:
        """The number of a relation."""
        return self.relations.setdefault((name, arity, fresh), len(self.relations))

    def plan(self, rule: NormalRule, body: Sequence[Atom | Test], fresh: bool = False) -> Plan:
        """A plan that takes the conditions in this order; `fresh`: the first reads what the last round found."""
        terms = dict.fromkeys(term for condition in (rule.head, *body) for term in _terms(condition))
        constants = tuple(term.value for term in terms if isinstance(term, Const))
        places: dict[Term, int] = {Const(value): i for i, value in enumerate(constants)}
        needs: list[int] = []
        steps: list[Step] = []
        for i, condition in enumerate(body):
            if isinstance(condition, Comparison):
                steps.append(_compared(places[condition.left], condition.op, places[condition.right]))
                continue
            atom = condition if isinstance(condition, Atom) else condition.atom
            relation = self.relation(atom.signed, len(atom.args), fresh and i == 0)
            index = _index(relation, atom, places, wanted=condition is atom)
            number = self.indexes.setdefault(index, len(self.indexes))
            key = _picked([places[atom.args[column]] for column in index.key])
            if condition is atom:
                needs.append(relation)
                places |= {atom.args[column]: len(places) + i for i, column in enumerate(index.free)}
                steps.append(_joined(number, key))
            else:
                steps.append(_without(number, key))
        values = _picked([places[Var(name)] for name in rule.variables])
        head = _picked([places[term] for term in rule.head.args])
        relation = self.relation(rule.head.signed, len(rule.head.args))
        return Plan(rule.id, constants, frozenset(needs), tuple(steps), values, relation, head)


def _terms(condition: Atom | Test) -> tuple[Term, ...]:
    if isinstance(condition, Comparison):
        return condition.left, condition.right
    return condition.atom.args if isinstance(condition, Literal) else condition.args


def _index(relation: int, atom: Atom, places: Mapping[Term, int], wanted: bool) -> Index:
    """The index that finds the atom by what has a place; `wanted`: with the values of its other variables."""
    key = tuple(column for column, term in enumerate(atom.args) if term in places)
    first: dict[Term, int] = {}
    equal: list[tuple[int, int]] = []
    for column, term in enumerate(atom.args):
        if term not in places and first.setdefault(term, column) != column:
            equal.append((first[term], column))
    return Index(relation, key, tuple(first.values()) if wanted else (), tuple(equal))


def _picked(places: Sequence[int]) -> Callable[[Row], Row]:
    """The function from a row to the row of these places."""
    if len(places) > 1:
        return itemgetter(*places)
    start = places[0] if places else 0
    return itemgetter(slice(start, start + len(places)))


def _joined(index: int, key: Callable[[Row], Row]) -> Step:
    """Each binding with each row that fits it, where both hold."""

    def step(solutions: Solutions, run: Run) -> Solutions:
        table = run.table(index)
        return [
            (binding + more, both)
            for binding, bits in solutions
            for more, there in table.get(key(binding), _NONE).items()
            if (both := bits & there)
        ]

    return step


def _without(index: int, key: Callable[[Row], Row]) -> Step:
    """Each binding where no row fits it; the index keeps no other columns, so that all rows that fit are one."""

    def step(solutions: Solutions, run: Run) -> Solutions:
        table = run.table(index)
        return [
            (binding, left)
            for binding, bits in solutions
            if (left := bits & ~table.get(key(binding), _NONE).get((), 0))
        ]

    return step


def _compared(left: int, op: str, right: int) -> Step:
    """Each binding for which the comparison is true."""

    def step(solutions: Solutions, run: Run) -> Solutions:  # noqa: ARG001
        return [(binding, bits) for binding, bits in solutions if compare(binding[left], op, binding[right])]

    return step


_NONE: Rows = {}
