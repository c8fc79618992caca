"""What the guideline says of a cohort against what its records say was done, by action and by statement.

What counts as done is said by rules (kb/audit/practice.md), which are read beside the guideline's and evaluated with
them, so that each finding has its rule and its proof. Nothing recorded is counted as nothing recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ...kb.ir import Const, Ground, Program
from ..answers.answer import statement_ids
from ..evaluation.bits import Worlds
from ..names import ADVISE_AGAINST, CONSIDER, RECOMMEND
from ..proofs.plan import plans
from .apart import settled
from .arrow import Slice, rows_of, slices
from .encode import THE_PATIENT, encode
from .opened import Opened
from .partition import evaluator_of

PRACTICE, DEPARTS = "practice", "departs"
DIRECTED = (RECOMMEND, CONSIDER, ADVISE_AGAINST)
DONE, NOT_DONE, DEPARTED = "done", "not_done", "departed"
STANDINGS = (DONE, NOT_DONE, DEPARTED)


@dataclass(slots=True)
class Count:
    """Of the patients to whom one conclusion applies: how many have each standing on record; the rest have none."""

    patients: int = 0
    standing: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STANDINGS, 0))

    @property
    def unrecorded(self) -> int:
        """Nothing is recorded of it."""
        return self.patients - sum(self.standing.values())


Key = tuple[str, str, str]
"""Direction (`recommend`, `consider`, `advise_against`), name, and a statement; "" for all statements together."""


@dataclass(slots=True)
class Audit:
    """The counts, and the actions and pitfalls of which rules can tell whether they were done."""

    counts: dict[Key, Count]
    told: frozenset[str]
    patients: int


def audit(program: Program, of: Opened, rows: int) -> Audit:
    """The counts of all evaluated patients; `program`: the guideline with the rules of what was done.

    Raises Invalid for a partition that cannot be read.
    """
    counts: dict[Key, Count] = {}
    patients = 0
    for _, worlds, newest in _evaluated(program, of, rows):
        patients += newest.bit_count()
        for key, bits in _concluded(program, worlds):
            if here := bits & newest:
                one = counts.setdefault(key, Count())
                one.patients += here.bit_count()
                for standing, where in _standing(worlds, key).items():
                    one.standing[standing] += (where & here).bit_count()
    return Audit(counts, _told(program), patients)


def listed(program: Program, of: Opened, rows: int, name: str, unrecorded: bool) -> Iterator[str]:
    """The patients in whom practice departs from one conclusion: not done, or done against advice.

    `unrecorded`: in place of them those of whom nothing is recorded of it.
    """
    for part, worlds, newest in _evaluated(program, of, rows):
        subjects = part.subjects()
        for key, bits in _concluded(program, worlds):
            if key[1:] == (name, ""):
                found = _standing(worlds, key)
                where = ~_either(found.values()) if unrecorded else found.get(NOT_DONE, 0) | found.get(DEPARTED, 0)
                yield from (subjects[place] for place in rows_of(bits & newest & where, part.count).to_pylist())


def _evaluated(program: Program, of: Opened, rows: int) -> Iterator[tuple[Slice, Worlds, int]]:
    """Some patients at a time, with their models, and those of them whose newest facts these are."""
    ready = evaluator_of(program)
    for stems in of.newest_first():
        seen: set[str] = set()
        for stem in stems:
            own: set[str] = set()
            for part in slices(of.out / "facts" / f"{stem}.parquet", rows):
                newest = (1 << part.count) - 1
                if len(stems) > 1:
                    subjects = part.subjects()
                    newest &= ~_set((i for i, s in enumerate(subjects) if s in seen), part.count)
                    own.update(subjects)
                worlds = settled(ready.knowledge.normal, encode(part, ready.columns, ready.cuts)).worlds
                yield part, worlds, newest
            seen |= own


def _concluded(program: Program, worlds: Worlds) -> Iterator[tuple[Key, int]]:
    """Each conclusion with its patients: for each statement whose rule fired for it, and over all statements."""
    found: dict[Key, int] = {}
    ready = plans(evaluator_of(program).knowledge.normal)
    for instance, bits in worlds.instances.items():
        plan = ready[instance.rule]
        if plan.head[0] in DIRECTED:
            conclusion, _ = plan.ends(instance.values)
            for statement in ("", *statement_ids((plan.rule.clause,))):
                key = (conclusion.predicate, str(conclusion.values[1]), statement)
                found[key] = found.get(key, 0) | bits
    yield from sorted(found.items())


def _standing(worlds: Worlds, key: Key) -> dict[str, int]:
    """The patients with each standing of one conclusion; none has two: what is done is not also not done."""
    direction, name, _ = key
    if direction == ADVISE_AGAINST:
        return {DEPARTED: _patients(worlds, DEPARTS, name)}
    done = _patients(worlds, PRACTICE, name, DONE)
    return {DONE: done, NOT_DONE: _patients(worlds, PRACTICE, name, NOT_DONE) & ~done}


def _patients(worlds: Worlds, predicate: str, *values: str) -> int:
    return worlds.atoms.get(Ground(predicate, (THE_PATIENT, *values)), 0)


def _either(sets: Iterable[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found


def _told(program: Program) -> frozenset[str]:
    """The names that some rule of what was done is about; of the others nothing can be told."""
    heads = (clause.head for clause in program.clauses if clause.head.predicate in (PRACTICE, DEPARTS))
    return frozenset(str(head.args[1].value) for head in heads if isinstance(head.args[1], Const))


def _set(places: Iterable[int], count: int) -> int:
    held = bytearray((count + 7) // 8)
    for place in places:
        held[place // 8] |= 1 << place % 8
    return int.from_bytes(held, "little")
