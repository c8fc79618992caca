"""Which properties a mutant breaks, for some patient: all mutants and all properties in one solver, in groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .check import Check
from .clingo_solver import Assumption, Solver
from .emit import Emitter, kinds, learning, patients
from .mutants import MUTATED, Mutant, mutated_lines, reaches
from .obligations import Obligation
from .world import ONE, OTHER

GROUP = 100
"""How many mutants are asked about at once: between two groups there is progress, and a result that stands."""


def broken(check: Check, listed: Sequence[Mutant]) -> Iterator[tuple[Sequence[Mutant], dict[int, frozenset[str]]]]:
    """Groups of mutants, with the names of the properties that each mutant (by its place in the group) breaks.

    As in `verify`, patients are those that break no integrity constraint.
    """
    if not check.obligations or not listed:
        yield listed, {}
        return
    asked = _Asked(check, listed)
    for start in range(0, len(listed), GROUP):
        yield listed[start : start + GROUP], asked.group(start)


class _Asked:
    """The solvers: one with one patient, and one with two, of whom the second has one more known fact."""

    def __init__(self, check: Check, listed: Sequence[Mutant]) -> None:
        self._check, self._listed = check, listed
        world = check.world
        self._emitter = Emitter(world.program, world.numbering, MUTATED)
        self._numbered = list(enumerate(check.obligations))
        below = reaches(world.normal)
        self._cones = {n: below.get(o.found, set()) for n, o in self._of("possible")}
        self._one = Solver("\n".join((*self._lines(), *self._single())), [("red", 2), ("seen", 2)])
        more = (*learning(world.space, ONE, OTHER), *self._stable())
        self._two = Solver("\n".join((*self._lines(), *more)), [("red", 2)]) if self._of("stable") else None

    def group(self, start: int) -> dict[int, frozenset[str]]:
        """What is broken by the mutants of the group that begins here."""
        given: list[Assumption] = [((f"broken{n}", ()), False) for n in range(len(self._check.constraints))]
        given.append((("group", (start // GROUP,)), True))
        answers = self._one.brave(given)
        red = {numbers for name, numbers in answers if name == "red"}
        if self._two is not None:
            red |= {numbers for name, numbers in self._two.brave(given) if name == "red"}
        seen = {numbers for name, numbers in answers if name == "seen"}
        for n, cone in self._cones.items():
            for k in range(start, min(start + GROUP, len(self._listed))):
                if self._listed[k].rule.head.signed in cone and (n, k) not in seen:
                    red.add((n, k))
        found: dict[int, set[str]] = {}
        for n, k in red:
            found.setdefault(k - start, set()).add(self._check.obligations[n].property.name)
        return {k: frozenset(names) for k, names in found.items()}

    def _of(self, *kinds_: str) -> list[tuple[int, Obligation]]:
        return [(n, o) for n, o in self._numbered if o.property.kind in kinds_ and o.property.head.args]

    def _lines(self) -> Iterator[str]:
        world = self._check.world
        yield from patients(world.space, world.numbering, (ONE,))
        yield from kinds(world.numbering)
        yield from mutated_lines(world, self._listed)
        yield from (f"in({k},{k // GROUP})." for k in range(len(self._listed)))
        yield "group(G) :- in(K,G), m(K)."
        for n, one in enumerate(self._check.constraints):
            yield f"broken{n} :- {self._any(one.found, len(one.property.head.args))}."

    def _single(self) -> Iterator[str]:
        for n, one in self._of("never", "always"):
            yield f"red({n}) :- {self._any(one.open, len(one.property.head.args))}."
        yield "red(N,K) :- red(N), m(K)."
        for n, one in self._of("possible"):
            yield f"seen({n}) :- {self._any(one.found, len(one.property.head.args))}."
            cone = self._cones[n]
            yield from (f"within({n},{k})." for k, m in enumerate(self._listed) if m.rule.head.signed in cone)
        yield "seen(N,K) :- seen(N), within(N,K), m(K)."

    def _stable(self) -> Iterator[str]:
        for n, one in self._of("stable"):
            rest = [f"V{i}" for i in range(1, len(one.property.head.args))]
            before = f"{self._emitter.name(one.open)}({','.join([str(ONE), *rest])})"
            after = f"{self._emitter.name(one.found)}({','.join([str(OTHER), *rest])})"
            yield f"red({n}) :- {before}, not {after}."
        yield "red(N,K) :- red(N), m(K)."

    def _any(self, signed: str, width: int) -> str:
        return self._emitter.name(signed) + (f"({','.join(['_'] * width)})" if width else "")
