"""How many patients of the space a set of them has: exactly where diagrams can tell, else at least how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from ...kb.ir import Ground
from ...kb.normal import NormalProgram
from .classes import Box, Condition
from .clingo_solver import Assumption, Fact, Solver
from .diagram import Diagrams, TooLargeError
from .diagram_model import DiagramModel, diagrams
from .emit import CELL
from .numbering import PATIENTS
from .space import Space

ONE = PATIENTS[0]


@dataclass(frozen=True, slots=True)
class Count:
    """A number of abstract patients: exact, or a lower bound. fields: those on which membership rests, when exact."""

    patients: int
    exact: bool
    fields: tuple[str, ...] = ()


class Counting:
    """Counts of what is true by some programs over one space."""

    def __init__(self, found: Space, programs: Sequence[NormalProgram]) -> None:
        self._space, self._programs = found, programs
        self._made: Diagrams | None = None
        self._models: list[DiagramModel] = []

    def difference(self, answer: Ground, have: int, lack: int, boxes: Sequence[Box]) -> tuple[Count, ...] | None:
        """Of those who have the answer by one program and lack it by another: how many there are, and how many in each
        box (by the concepts of the first program). None when the sets are too large to be told."""
        try:
            if self._made is None:
                self._made, inputs = diagrams(self._space)
                self._models = [DiagramModel(program, self._made, inputs) for program in self._programs]
            made, first = self._made, self._models[0]
            lacking = made.others(self._models[lack].true_of(answer))
            found = made.both(self._models[have].true_of(answer), lacking)
            counts = [self._count(made, found)]
            for box in boxes:
                counts.append(self._count(made, reduce(made.both, (_set(made, first, c) for c in box), found)))
            return tuple(counts)
        except TooLargeError:
            return None

    def _count(self, made: Diagrams, node: int) -> Count:
        fields = dict.fromkeys(self._space.cells[c].field for c in made.cells(node))
        return Count(made.count(node), True, tuple(fields))


def _set(made: Diagrams, model: DiagramModel, one: Condition) -> int:
    """The patients of whom a condition of a class is true."""
    values = one.span.among if one.span else one.atom.values[-1:]
    atoms = (Ground(one.atom.predicate, (*one.atom.values[:-1], v)) for v in values)
    there = reduce(made.either, map(model.true_of, atoms if one.atom.values else (one.atom,)))
    return there if one.holds else made.others(there)


def at_least(found: Space, solver: Solver, goal: Fact, chosen: Sequence[tuple[int, int]]) -> Count:
    """A lower bound: the patients who share with this one the cells that make the goal certain."""
    given: list[Assumption] = []
    for c, cell in enumerate(found.cells):
        given += [((CELL, (ONE, c, o)), (c, o) in chosen) for o in range(len(cell.options))]
    core = set(solver.core([*given, (goal, False)]) or given)
    for cell in sorted({fact[1][1] for fact, _ in core if fact[0] == CELL}):
        fewer = [a for a in given if a in core and a[0][1][1] != cell]
        smaller = solver.core([*fewer, (goal, False)])
        if smaller is not None:
            core = set(smaller)
    fixed = {fact[1][1] for fact, _ in core if fact[0] == CELL}
    count = 1
    for c, cell in enumerate(found.cells):
        count *= 1 if c in fixed else len(cell.options) + 1
    return Count(count, False)
