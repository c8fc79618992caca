"""What can still change each patient's conclusions, found once for all patients whose rest of the rules is the same.

What is certain of a record and what is possible for it leave of a group's rules those instances that could still fire,
and of their conditions those that are open. Patients with the same rest have the same answer to "what could change
this", so that one of them is searched (`assess`, with the group's rules alone), and the result is kept for the others.

INVARIANT (rest): for hypotheses among a patient's open facts, whether a conclusion of the group holds depends on the
rest alone: what is certain holds, what is not possible does not, and a condition that is neither is in the rest.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ...kb.ir import EDB, Ground
from ..answers.answer import answer
from ..answers.assess import Knowledge, assess
from ..evaluation.bits import Worlds
from ..names import DECIDED, FLAG, REQUIRES
from ..unknowns.bounds import Bounds
from ..unknowns.worlds import is_contradiction
from .arrow import Places, bits_of, grouped
from .conclusions import AnswerCells, answer_rows
from .encode import LISTED, THE_PATIENT, Encoded
from .groups import Group, groups
from .single import derive_one, settled_case
from .unknown import bounds, open_fields, possible_facts

Label = tuple[object, ...]
OPEN = "open"
Key = bytes
"""The labels of a class as numbers, in order: there are many classes and few labels."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A field that could still change something of a group: the statements that wait, what it would decide."""

    field: str
    blocks: tuple[str, ...]
    would_decide: tuple[str, ...]
    others: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What is said of the patients of one class: the conclusions of a group, and the fields they wait for."""

    rows: tuple[AnswerCells, ...]
    waiting: tuple[Waiting, ...]
    complete: bool


MOST_CLASSES = 500_000
"""Classes of one partition that are searched; of patients in further ones no status is told, and that is said."""


@dataclass(slots=True)
class Classes:
    """The classes that a partition has had so far; `left_out`: patients whose status was not searched."""

    most: int = MOST_CLASSES
    seen: set[tuple[int, Key]] = field(default_factory=lambda: set())
    left: int = 0

    @property
    def left_out(self) -> int:
        """How many patients have a conclusion without a status."""
        return self.left

    def admit(self, group: int, key: Key) -> bool:
        """Whether a class is searched: the same classes of a partition are, whatever was found before."""
        if len(self.seen) < self.most:
            self.seen.add((group, key))
        return (group, key) in self.seen


class Searches:
    """The groups of a program, with what was found for each class of patients so far."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.groups = groups(knowledge)
        self.found: list[dict[Key, Found]] = [{} for _ in self.groups]
        self.numbers: dict[Label, int] = {}

    def of(self, encoded: Encoded, worlds: Worlds, classes: Classes) -> Iterator[tuple[Found, Places]]:
        """For each group and class what is said, and the patients of whom it is."""
        possible = possible_facts(self.knowledge, encoded)
        bound = bounds(self.knowledge, encoded, worlds, possible)
        spread = {a: bound.needed([a]) for a in bound.possible if is_contradiction(a)}
        free = open_fields(possible)
        record = _Record(encoded, worlds)
        left_out = 0
        for number, group in enumerate(self.groups):
            sets = _rest(group, bound, worlds, spread, free)
            kept = self.found[number]
            for labels, places in grouped([bits for bits, _ in sets], encoded.count):
                mine = [label for i in labels for label in sets[i][1]]
                key = self._key(mine)
                is_open = any(label[0] == OPEN for label in mine)
                if is_open and not classes.admit(number, key):
                    left_out |= bits_of(places, encoded.count)
                    found = _searched(group, record.of(places[0].as_py(), group), is_open=False)
                    yield Found(tuple(map(unstated, found.rows)), (), complete=True), places
                    continue
                if key not in kept:
                    kept[key] = _searched(group, record.of(places[0].as_py(), group), is_open)
                yield kept[key], places
        classes.left += left_out.bit_count()

    def _key(self, labels: Iterable[Label]) -> Key:
        numbers = self.numbers
        return array("I", sorted(numbers.setdefault(label, len(numbers)) for label in labels)).tobytes()


def unstated(cells: AnswerCells) -> AnswerCells:
    """A conclusion without its status, which was not searched for."""
    return (*cells[:3], None, *cells[4:])


def _rest(
    group: Group, bound: Bounds, worlds: Worlds, spread: Mapping[Ground, Mapping[Ground, int]], free: Mapping[str, int]
) -> list[tuple[int, list[Label]]]:
    """The sets of patients that tell classes apart, each with what all its patients have in common."""
    found: dict[int, list[Label]] = {}

    def put(bits: int, *label: object) -> None:
        if bits:
            found.setdefault(bits, []).append(label)

    atoms = [a for a in bound.possible if group.has(a)]
    need = bound.needed_where({a: bits for a in atoms if (bits := _matters(a, worlds))})
    for atom in atoms:
        put(worlds.atoms.get(atom, 0), "holds", atom)
        if atom.predicate == REQUIRES:
            put(free.get(str(atom.values[1]), 0), "free", atom.values[1])
    for instance, bits in worlds.instances.items():
        if instance.rule in group.shown:
            put(bits, "fires", instance)
    _put_need(put, bound, need, -1)
    for atom, more in spread.items():
        shared = [f for f in more if f in need]
        if shared:
            where = 0
            for fact in shared:
                where |= more[fact] & need[fact]
            put(worlds.atoms.get(atom, 0) & where, "said", atom)
            _put_need(put, bound, more, where)
    return sorted(found.items())  # by the patients alone, so that equal input gives equal bytes


def _matters(atom: Ground, worlds: Worlds) -> int:
    """The patients of whom it matters that a conclusion may change: a flag is only ever withdrawn, not awaited."""
    if atom.predicate in DECIDED:
        return -1
    return worlds.atoms.get(atom, 0) if atom.predicate == FLAG else 0


def _put_need(put: Callable[..., None], bound: Bounds, need: Mapping[Ground, int], where: int) -> None:
    for atom, bits in need.items():
        put(bits & where, OPEN, atom)
        for here, rule, premises in bound.by_head.get(atom, ()):
            put(bits & here & where, "way", atom, rule, premises)


class _Record:
    """The records of single patients of a slice."""

    def __init__(self, encoded: Encoded, worlds: Worlds) -> None:
        self.facts, self.marks = encoded.facts, encoded.marks
        self.said = {a: bits for a, bits in worlds.atoms.items() if is_contradiction(a)}

    def of(self, place: int, group: Group) -> EDB:
        """The facts of a patient, with what the whole program says of contradictions in the record."""
        here = 1 << place
        facts = {f for f, bits in self.facts.items() if f.predicate.lstrip("-") in group.fields and bits & here}
        facts |= {a for a, bits in self.said.items() if bits & here}
        marks = {m: {n for n, bits in names.items() if bits & here} for m, names in self.marks.items()}
        return EDB(
            THE_PATIENT,
            dict.fromkeys(sorted(facts, key=repr), ()),
            frozenset(marks[LISTED]),
            frozenset(marks["not_applicable"]),
            dict.fromkeys(sorted(marks["conflicting"]), ()),
        )


def _searched(group: Group, edb: EDB, is_open: bool) -> Found:
    """The answer to the group's part of the program; when nothing that matters is open, nothing is searched."""
    told = answer(assess(group.knowledge, edb, derive_one) if is_open else settled_case(group.knowledge, edb))
    rows = tuple(r for r in answer_rows(told) if group.has(Ground(r[0], (THE_PATIENT, r[1]))))
    waiting = tuple(Waiting(m.fact, m.blocks, m.would_decide, m.others) for m in told.undetermined)
    return Found(rows, waiting, told.complete)
