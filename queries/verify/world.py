"""All patients of a program, in a solver: the rules, the space, and answers read back as patients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass

from ...kb.ir import Comparison, Const, Ground, Literal, Program, Term, Value
from ...kb.normal import NormalProgram, NormalRule, frozen, normalise
from .clingo_solver import Assumption, Fact, Solver
from .emit import CELL, Emitter, kinds, least, patients, records
from .numbering import PATIENTS, Numbering
from .space import Space, space, values_of
from .usage import usage

ONE, OTHER = PATIENTS


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient of the space: its options, by cell, and its facts in the order of the vocabulary."""

    chosen: tuple[tuple[int, int], ...]
    facts: tuple[Ground, ...]


class World:
    """A program with its space, ready to be put into solvers.

    The space may be that of several programs; `cutting` has the constants of all, at which its numbers are cut.
    """

    def __init__(
        self, program: Program, found: Space | None = None, numbering: Numbering | None = None,
        cutting: Program | None = None,
    ) -> None:  # fmt: skip
        self.program, self.cutting = program, cutting or program
        self.normal: NormalProgram = normalise(program)
        self.usage = usage(self.normal.rules, program)
        self.space = found or space(program, self.normal.rules)
        self.numbering = numbering or Numbering(values_of(self.space.cells) | constants(self.normal))
        self.emitter = Emitter(program, self.numbering)

    def lines(self, free: Sequence[int] = (ONE,)) -> Iterator[str]:
        """The space with these free patients, and the rules."""
        yield from patients(self.space, self.numbering, free)
        yield from kinds(self.numbering)
        yield from self.rules()

    def rules(self) -> Iterator[str]:
        """The tables and the rules."""
        yield from map(self.emitter.fact, sorted(self.normal.facts, key=repr))
        for rule in self.normal.rules:
            yield from self.emitter.rule(rule)
        yield from records(self.normal.rules, self.emitter)

    def solver(
        self, more: Iterable[str], shown: Iterable[tuple[str, int]], free: Sequence[int] = (ONE,), small: bool = False
    ) -> Solver:
        """A solver of the program with more lines; `small`: with what `Solver.smallest` minimises."""
        cost = least(self.space) if small else ()
        return Solver("\n".join((*self.lines(free), *more, *cost)), shown)

    def hypothetical(self) -> World:
        """The world in which each `unrecorded` asks what the first patient's record holds: what the other one's holds
        beyond it is learned later, and changes what is true, and not what was said of the record."""
        other = copy(self)
        other.normal = frozen(self.normal)
        return other

    def normal_head(self, signed: str) -> tuple[Term, ...]:
        """The arguments of what some rule concludes."""
        return next((r.head.args for r in self.normal.rules if r.head.signed == signed), ())

    def patient(self, answer: Iterable[Fact], number: int = ONE) -> Patient:
        """The patient of an answer."""
        chosen = tuple(sorted((n[1], n[2]) for name, n in answer if name == CELL and n[0] == number))
        return Patient(chosen, self.space.facts(chosen))

    def fixed(self, patient: Patient) -> list[Assumption]:
        """The assumptions under which only this patient is left."""
        options = ((c, o) for c, cell in enumerate(self.space.cells) for o in range(len(cell.options)))
        return [((CELL, (ONE, c, o)), (c, o) in patient.chosen) for c, o in options]


def constants(program: NormalProgram) -> set[Value]:
    """Every value that rules and tables hold."""
    found = {v for fact in program.facts for v in fact.values}
    for rule in program.rules:
        found |= {t.value for t in _terms(rule) if isinstance(t, Const)}
    return found


def _terms(rule: NormalRule) -> Iterator[Term]:
    yield from rule.head.args
    for item in rule.body:
        if isinstance(item, Literal):
            yield from item.atom.args
        if isinstance(item, Comparison):
            yield from (item.left, item.right)
