"""All mutants with all patients at once, on the evaluator over many worlds: a world is one mutant with one patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...kb.ir import Atom, Ground, Literal
from ...kb.normal import NormalProgram, NormalRule, dependencies
from ...kb.strata import Edge, components
from ..evaluation.bits import Worlds, derive_worlds
from ..names import CONFLICTING, CONTRADICTED
from .classes import ANSWERS
from .mutants import Mutant
from .space import SUBJECT

AT_WORK, REPLACED = "mutant:", "replaced:"
"""Generated names have a colon, so that none can clash with an author's."""
SHOWN = frozenset({*ANSWERS, *(f"-{name}" for name in ANSWERS), CONFLICTING} - {CONTRADICTED})
"""What of a model an answer shows; what is contradicted shows in what is set apart."""
MOST_WORLDS = 400_000
"""Worlds of one evaluation: what is more is evaluated after it, so that memory stays small."""


@dataclass(frozen=True)
class MutantWorlds:
    """The models of some patients under some mutants.

    World `n * width + k` is patient n with mutant k - 1 of `mutants`, or with the rules as they are when k is 0.
    """

    mutants: tuple[Mutant, ...]
    patients: int
    width: int
    worlds: Worlds

    def differences(self, names: Iterable[str] | None = None) -> int:
        """The worlds in which an atom (of these signed names) is otherwise than under the rules as they are."""
        wanted = None if names is None else frozenset(names)
        found = 0
        for atom, bits in self.worlds.atoms.items():
            if atom.predicate in wanted if wanted is not None else not atom.predicate.startswith((AT_WORK, REPLACED)):
                found |= self.differing(bits)
        return found

    def of(self, patient: int, bits: int) -> int:
        """Of these worlds those of one patient: bit k is mutant k - 1, bit 0 the rules as they are."""
        return (bits >> (patient * self.width)) & ((1 << self.width) - 1)

    def differing(self, bits: int) -> int:
        """The worlds in which this is otherwise than for the same patient under the rules as they are."""
        return bits ^ self._spread(bits & self._unchanged)

    @property
    def _unchanged(self) -> int:
        """The worlds with the rules as they are."""
        return ((1 << (self.width * self.patients)) - 1) // ((1 << self.width) - 1) if self.patients else 0

    def _spread(self, bits: int) -> int:
        """From the worlds with the rules as they are to all worlds of the same patients."""
        return (bits << self.width) - bits


def worlds_of(
    program: NormalProgram, listed: Iterable[Mutant], patients: Sequence[Sequence[Ground]], subject: str, apart: bool
) -> Iterator[MutantWorlds]:
    """The models of the patients, who all are the subject, under each of the mutants, in parts.

    apart: what the rules find contradicted in a record is set apart first, as it is before an answer is given.
    """
    for together in _stratified(program, listed):
        size = max(1, MOST_WORLDS // max(1, len(patients)) - 1)
        for start in range(0, len(together), size):
            mutants = tuple(together[start : start + size])
            normal, facts = _together(program, mutants, patients)
            width = len(mutants) + 1
            worlds = derive_worlds(normal, facts, width * len(patients))
            while apart and _set_apart(worlds, facts, subject):
                worlds = derive_worlds(normal, facts, width * len(patients))
            yield MutantWorlds(mutants, len(patients), width, worlds)


def told(program: NormalProgram, mutant: Mutant, patients: Sequence[Sequence[Ground]]) -> list[bool]:
    """For each patient, whether the mutant changes an answer."""
    (part,) = worlds_of(program, (mutant,), patients, SUBJECT, apart=True)
    differing = part.differences(SHOWN)
    return [bool(part.of(n, differing)) for n in range(len(patients))]


def _set_apart(worlds: Worlds, facts: dict[Ground, int], subject: str) -> bool:
    """Take from the records what is contradicted in them; whether there was anything."""
    found = False
    for atom, bits in worlds.atoms.items():
        if atom.predicate == CONTRADICTED:
            name = str(atom.values[1])
            recorded = [f for f in facts if f.predicate.removeprefix("-") == name]
            here = 0
            for fact in recorded:
                here |= facts[fact] & bits
                facts[fact] &= ~bits
            if here:
                found = True
                mark = Ground(CONFLICTING, (subject, name))
                facts[mark] = facts.get(mark, 0) | here
    return found


def _together(
    program: NormalProgram, mutants: tuple[Mutant, ...], patients: Sequence[Sequence[Ground]]
) -> tuple[NormalProgram, dict[Ground, int]]:
    """One program for all of the mutants, and the facts that say in which world which is at work for whom."""
    width = len(mutants) + 1
    off: dict[str, int] = {}
    facts: dict[Ground, int] = {}
    rules: list[NormalRule] = []
    for k, mutant in enumerate(mutants, 1):
        off[mutant.rule.id] = off.get(mutant.rule.id, 0) | 1 << k
        if mutant.changed is not None:
            name = f"{AT_WORK}{k}"
            facts[Ground(name, ())] = 1 << k
            rules.append(replace(mutant.changed, body=(Literal(Atom(name, ())), *mutant.changed.body)))
    for rule in program.rules:
        guard = (Literal(Atom(f"{REPLACED}{rule.id}", ()), "not"),) if rule.id in off else ()
        rules.append(replace(rule, body=(*rule.body, *guard)) if guard else rule)
    facts |= {Ground(f"{REPLACED}{name}", ()): bits for name, bits in off.items()}
    every = sum(1 << (n * width) for n in range(len(patients)))
    packed = {fact: bits * every for fact, bits in facts.items()}
    whole = (1 << width) - 1
    for n, patient in enumerate(patients):
        for fact in patient:
            packed[fact] = packed.get(fact, 0) | whole << (n * width)
    edges = dependencies(tuple(rules))
    strata = components(edges, (r.head.signed for r in rules))
    loops = {(e.head, e.body) for e in edges}
    recursive = frozenset(s for s in strata if len(s) > 1 or (s[:1] * 2) in loops)
    return NormalProgram(tuple(rules), program.facts, strata, recursive), packed


def _stratified(program: NormalProgram, listed: Iterable[Mutant]) -> Iterator[list[Mutant]]:
    """Groups of mutants that together bring no new cycle into the program, each as large as it comes."""
    known = {(e.head, e.body) for e in dependencies(program.rules)}
    left = list(listed)
    while left:
        below: dict[str, set[str]] = {}
        for head, body in known:
            below.setdefault(head, set()).add(body)
        group: list[Mutant] = []
        later: list[Mutant] = []
        for mutant in left:
            changed = () if mutant.changed is None else dependencies((mutant.changed,))
            fresh = [e for e in changed if (e.head, e.body) not in known]
            if any(_rests(below, e) for e in fresh):
                later.append(mutant)
                continue
            group.append(mutant)
            for e in fresh:
                below.setdefault(e.head, set()).add(e.body)
        yield group
        left = later


def _rests(below: dict[str, set[str]], edge: Edge) -> bool:
    """Whether what an edge leads to rests on where it comes from."""
    seen: set[str] = set()
    waiting = [edge.body]
    while waiting:
        name = waiting.pop()
        if name == edge.head:
            return True
        if name not in seen:
            seen.add(name)
            waiting += below.get(name, ())
    return False
