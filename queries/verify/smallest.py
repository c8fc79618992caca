"""The smallest patient of a solver's question: as few facts as possible; then values early in the vocabulary.

The number of facts is a proved minimum. Among equals the values are made small one by one while the patient still
answers the question: as a second `#minimize`, with a weight for each fact, it took the solver half a minute for
patients with several receptor reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ...kb.ir import Ground
from .clingo_solver import Assumption, Solver
from .emit import CELL, least
from .world import Patient, World

Chosen = tuple[tuple[int, int], ...]
Judge = Callable[[Sequence[Sequence[Ground]]], Sequence[bool]]


def small_solver(world: World, more: Iterable[str], shown: Iterable[tuple[str, int]] = ()) -> Solver:
    """A solver of the program with more lines, that can be asked for smallest patients."""
    fewest = next(iter(least(world.space)))
    return world.solver((*more, fewest), [(CELL, 3), *shown])


def smallest(world: World, solver: Solver, given: Sequence[Assumption], answers: Judge) -> Patient | None:
    """The smallest patient under the assumptions; None when there is none.

    answers: of many patients (by their facts), which are answers to the same question; it is asked of evaluators, for
    which a patient is nothing.
    """
    found = solver.smallest(given)
    if found is None:
        return None
    chosen = world.patient(found).chosen
    tried = {chosen}
    while True:
        others = [other for other in dict.fromkeys(_simpler(world, chosen)) if other not in tried]
        tried.update(others)
        fitting = answers([world.space.facts(other) for other in others]) if others else ()
        better = next((other for other, fits in zip(others, fitting, strict=True) if fits), None)
        if better is None:
            return Patient(chosen, world.space.facts(chosen))
        chosen = better


def _simpler(world: World, chosen: Chosen) -> Iterator[Chosen]:
    """Patients with as many facts, of which one has an earlier option of its field, or all of them a smaller number."""
    cells = world.space.cells
    here = {(cells[c].field, cells[c].options[o].values[1:]): (c, o) for c, o in _options(world)}
    for field in dict.fromkeys(cells[c].field for c, _ in chosen):
        mine = [(c, o) for c, o in chosen if cells[c].field == field]
        rows = {one: cells[one[0]].options[one[1]].values[1:] for one in mine}
        numbers = sorted({v for row in rows.values() for v in row if isinstance(v, int)})
        for large in numbers:
            for small in sorted(
                {v for (f, row) in here if f == field for v in row if isinstance(v, int) and v < large}
            ):
                moved = [here.get((field, tuple(small if v == large else v for v in rows[one]))) for one in mine]
                kept = [m for m in moved if m is not None]
                if len(set(kept)) == len(mine):
                    yield _with(chosen, mine, kept)
        taken = {c for c, _ in chosen}
        for one in mine:
            for c, o in _options(world):
                if (c, o) < one and cells[c].field == field and (c == one[0] or c not in taken):
                    yield _with(chosen, [one], [(c, o)])


def _with(chosen: Chosen, gone: Sequence[tuple[int, int]], instead: Sequence[tuple[int, int]]) -> Chosen:
    return tuple(sorted({*chosen} - {*gone} | {*instead}))


def _options(world: World) -> Iterator[tuple[int, int]]:
    return ((c, o) for c, cell in enumerate(world.space.cells) for o in range(len(cell.options)))
