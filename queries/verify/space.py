"""The space of all patients: what each field of a record may say, as cells with a few options each.

A cell has one of its options or none (nothing is recorded). Values that no rule can tell apart are one option.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from ...kb.ir import Ground, Predicate, Program, Value
from ...kb.normal import NormalRule
from ..names import CONFLICTING, NOT_APPLICABLE
from .usage import MARKS, ORDERED_ITEMS, Classes, ColumnUse, Usage, fields, is_field, usage

SUBJECT = "patient"
"""Whom the facts of the space are about."""
MOST_CELLS = 40_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing that a record may say: an option is a fact. `listed`: it is an item of a list. `learnable`: for each
    option whether it may become known later."""

    field: str
    options: tuple[Ground, ...]
    listed: bool
    learnable: tuple[bool, ...]


@dataclass(frozen=True)
class Space:
    """All patients: every choice of at most one option for every cell. `limits`: where it is smaller than what the
    vocabulary allows. `ignored`: fields that no rule reads."""

    cells: tuple[Cell, ...]
    limits: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def size(self) -> int:
        """The number of its patients."""
        count = 1
        for cell in self.cells:
            count *= len(cell.options) + 1
        return count

    def facts(self, chosen: Iterable[tuple[int, int]]) -> tuple[Ground, ...]:
        """The facts of the patient with these options, by cell, in the order of the vocabulary."""
        return tuple(self.cells[c].options[o] for c, o in sorted(chosen))


def space(program: Program, rules: Iterable[NormalRule]) -> Space:
    """The space of a program, as far as the rules can tell its patients apart."""
    used = usage(rules, program)
    classes = Classes(program, used)
    marks = {m: _marked(m, used, program) for m in MARKS}
    cells: list[Cell] = []
    ignored: list[str] = []
    limits: list[str] = []
    for one in program.predicates:
        if one.role != "input" or not is_field(one):
            continue
        extra = tuple(Ground(m, (SUBJECT, one.name)) for m in MARKS if one.name in marks[m])
        if not {one.name, f"-{one.name}"} & used.read:
            ignored.append(one.name)
            if extra:
                cells.append(Cell(one.name, extra, False, (False,) * len(extra)))
            continue
        cells += _cells(one, classes, used, extra)
        flowing = [c.type for n, c in enumerate(one.columns) if used.columns.get((one.name, n), ColumnUse()).flows]
        kinds = sorted({t for t in flowing if t in used.compared and one.arity > 2 and not one.single})
        limits += [f"in a list of {one.name}, at most {ORDERED_ITEMS} different values of {k}" for k in kinds]
        if one.arity > 1 and f"-{one.name}" in used.read and one.single:
            limits.append(f"of {one.name}, at most one value is recorded as ruled out")
    if len(cells) > MOST_CELLS:
        limits.append(f"only the first {MOST_CELLS} things that a record may say")
    return Space(tuple(cells[:MOST_CELLS]), tuple(limits), tuple(ignored))


def _marked(mark: str, used: Usage, program: Program) -> frozenset[str]:
    """The fields of which rules read the mark."""
    if mark not in used.read:
        return frozenset()
    use = used.columns[(mark, 1)]
    return frozenset(fields(program)) if use.flows else frozenset(map(str, use.constants))


def _cells(one: Predicate, classes: Classes, used: Usage, extra: tuple[Ground, ...]) -> Iterator[Cell]:
    denied = f"-{one.name}" in used.read
    if one.arity == 1:
        signs = (one.name, f"-{one.name}") if one.open else (one.name,)
        yield _cell(one, tuple(Ground(s, (SUBJECT,)) for s in signs), extra)
        return
    columns = [classes.of(one, n) for n in range(1, one.arity)]
    if one.single:
        for n, key in enumerate(product(*columns[:-1])):
            options = tuple(Ground(one.name, (SUBJECT, *key, v)) for v in columns[-1])
            options += tuple(Ground(f"-{one.name}", (SUBJECT, *key, v)) for v in columns[-1]) if denied else ()
            if one.arity > 2:
                yield Cell(one.name, options, True, (one.open,) * len(options))
                if n == 0 and extra:
                    yield Cell(one.name, extra, False, (False,) * len(extra))
            else:
                yield _cell(one, options, extra)
        return
    if extra:
        yield Cell(one.name, extra, False, (False,) * len(extra))
    apart = [n for n in used.independent(one) if len(columns[n - 1]) > 1] if one.arity > 2 else []
    for values in product(*columns):
        if sum(values[n - 1] != columns[n - 1][-1] for n in apart) > 1:
            continue  # the same as several items, each of which says one thing
        options = (Ground(one.name, (SUBJECT, *values)),)
        options += (Ground(f"-{one.name}", (SUBJECT, *values)),) if denied else ()
        yield Cell(one.name, options, True, (one.open,) * len(options))


def _cell(one: Predicate, options: tuple[Ground, ...], extra: tuple[Ground, ...]) -> Cell:
    return Cell(one.name, options + extra, False, (one.open,) * len(options) + (False,) * len(extra))


def values_of(cells: Iterable[Cell]) -> set[Value]:
    """Every value that the facts of the cells hold, but for the patient."""
    return {v for cell in cells for fact in cell.options for v in fact.values if v != SUBJECT}


__all__ = ["CONFLICTING", "NOT_APPLICABLE", "SUBJECT", "Cell", "Space", "space", "values_of"]
