"""Numbers and dates of a class as ranges: the solver knows one value of each that the rules cannot tell apart.

INVARIANT (certain): a range holds only values of which the solver has shown that they make the goal certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product

from ...kb.ir import Value
from .clingo_solver import Assumption, Fact, Solver


@dataclass(frozen=True, slots=True)
class Range:
    """Values from `low` to `high` (None: no limit on this side); `low_in`, `high_in`: whether the ends are inside.

    among: the values of the solver's that it covers.
    """

    among: tuple[Value, ...]
    low: Value | None = None
    high: Value | None = None
    low_in: bool = True
    high_in: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """A field with one number or date: the solver's atoms for its values, in order.

    cuts: constants between which rules tell no two values apart. whole: it has whole steps.
    """

    name: str
    facts: tuple[tuple[Fact, Value], ...]
    cuts: frozenset[Value]
    whole: bool


@dataclass(frozen=True, slots=True)
class Ranged:
    """What a field may be in a class: ranges of what is recorded, or nothing; and each choice of the solver's."""

    field: Field
    ranges: tuple[Range, ...]
    unrecorded: bool
    choices: tuple[tuple[Assumption, ...], ...]


def widened(
    solver: Solver, goal: Fact, core: Sequence[Assumption], given: Sequence[Assumption], fields: Sequence[Field]
) -> tuple[list[Assumption], list[Ranged]]:
    """The conditions of a core that are of no such field, and what each such field may be while the goal is certain."""
    rest = list(core)
    found: list[Ranged] = []
    for field in fields:
        values = dict(field.facts)
        mine = [a for a in rest if a[0] in values]
        if not mine:
            continue
        rest = [a for a in rest if a[0] not in values]
        stated = [fact for fact, truth in mine if truth]
        base, before = [*rest, *given], [one.choices for one in found]
        nothing: tuple[Assumption, ...] = tuple((fact, False) for fact in values)
        choices: list[tuple[Assumption, ...]] = []
        kept: list[Value] = []
        for fact, value in field.facts:
            if stated == [fact] or _certain(solver, goal, base, before, [(fact, True)]):
                choices.append(((fact, True),))
                kept.append(value)
        unrecorded = not stated and _certain(solver, goal, base, before, nothing)
        choices += [nothing] if unrecorded else []
        found.append(Ranged(field, tuple(_runs(field, kept)), unrecorded, tuple(choices)))
    return rest, found


def _certain(
    solver: Solver, goal: Fact, base: Sequence[Assumption], before: Sequence[Sequence[Sequence[Assumption]]],
    choice: Sequence[Assumption],
) -> bool:  # fmt: skip
    """Whether there are such patients, and the goal is certain of them, whatever the fields before are."""
    some = False
    for chosen in product(*before):
        with_it = [*base, *chain(*chosen), *choice]
        if solver.find([*with_it, (goal, False)]) is not None:
            return False
        some |= solver.find(with_it) is not None
    return some


def _runs(field: Field, kept: Sequence[Value]) -> Iterator[Range]:
    """Neighbours together, with ends between which no other value of the solver's lies."""
    every = [value for _, value in field.facts]
    run: list[int] = []
    for n in [*(n for n, v in enumerate(every) if v in set(kept)), -1]:
        if run and n != run[-1] + 1:
            yield _range(field, every, run[0], run[-1])
            run = []
        run.append(n)


def _range(field: Field, every: Sequence[Value], first: int, last: int) -> Range:
    """From the first to the last value, and to what lies beyond them and can be told from neither."""
    low, low_in = (None, True) if first == 0 else _end(field, every[first - 1], every[first])
    high, high_in = (None, True) if last == len(every) - 1 else _end(field, every[last + 1], every[last])
    return Range(tuple(every[first : last + 1]), low, high, low_in, high_in)


def _end(field: Field, outside: Value, inside: Value) -> tuple[Value, bool]:
    if not field.whole and outside in field.cuts and inside not in field.cuts:
        return outside, False
    return inside, True
