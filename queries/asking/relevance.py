"""Which unknown facts can still change an answer: now, or only after other answers; each is proved, none is guessed.

A topic matters when some completion of the record says otherwise with it than without it. Let S be those that matter.

THEOREM. Once S is answered, whatever the answers, nothing unknown changes a conclusion; and no smaller set has this.
For if a topic matters, there are answers to the others with which it makes a difference, so a set without it does not
settle everything. And if no topic outside S matters, these can be changed one after the other, and no conclusion
changes. So S is the smallest set that settles everything, and the only one. (Completions that contradict the record are
no completions; the second half then needs that one can go from one completion to another through completions.)

S has more than the topics of the minimal sets in `Changes`: those change something as things stand. With defaults, a
fact may matter only in the world of another, as an exception does to a rule that does not apply yet.

How S is found: `Bounds` tells of all other topics that they cannot matter. Those of the minimal sets do. For the rest,
the worlds that minimal sets lead to are tried; a world in which the topic makes a difference is the proof. If there is
none, all parts of a record are tried that can matter for the conclusions that the topic could change, as long as they
are few. What is still not known then is in `perhaps`, and it is said that it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import prod

from ...kb.ir import Ground, ground_key
from ..answers.assess import Case
from ..evaluation.bits import Worlds, derive_worlds, pack
from ..names import DECIDED, FLAG
from ..unknowns.abduce import NOTHING
from ..unknowns.bounds import Bounds, bounds
from ..unknowns.questions import compatible
from ..unknowns.topics import Facts, Topic, is_list, states, topic_of, topics
from ..unknowns.worlds import contradicted, is_contradiction

MOST_WORLDS = 200_000
"""Parts of a record that are evaluated; with more, only those that minimal sets lead to."""
LONGEST_LIST = 10
MOST_STARTS = 1_500
"""Worlds that minimal sets lead to, from which a topic is tried."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """The topics that can change a conclusion: `now`, as things stand; `later`, only after answers to others.

    `perhaps`: those of which neither a proof was found that they matter nor one that they do not.
    `possible`: the facts that could be recorded and matter, in a fixed order. `targets`: the conclusions asked about.
    """

    now: frozenset[Topic]
    later: frozenset[Topic]
    perhaps: frozenset[Topic]
    possible: tuple[Ground, ...]
    targets: frozenset[Ground]

    @property
    def complete(self) -> bool:
        """Whether `now` and `later` are known to be all."""
        return not self.perhaps

    @property
    def settling(self) -> frozenset[Topic]:
        """The smallest set that settles everything, as far as is known."""
        return self.now | self.later


def relevance(case: Case, name: str | None = None) -> Relevance:
    """What matters for the conclusions of this name, or for all."""
    possible = possible_facts(case)
    bound = bounds(case.knowledge.frozen, record(case), [((), possible)])
    targets = frozenset(a for a in bound.possible if is_target(a, name))
    needed = bound.needed(targets)
    mattering = tuple(fact for fact in possible if fact in needed)
    predicates = case.knowledge.predicates
    candidates = topics([frozenset(mattering)], predicates)
    now = topics(relevant_sets(case, name), predicates)
    later: frozenset[Topic] = frozenset()
    perhaps: frozenset[Topic] = candidates - now
    if perhaps:
        own = _own_targets(case, bound, sorted(targets, key=ground_key), mattering)
        known = {
            topic: _by_sets(case, topic, mattering, own[topic]) or _by_all(case, bound, topic, possible, own[topic])
            for topic in sorted(perhaps)
        }
        later = frozenset(topic for topic, matters in known.items() if matters)
        perhaps = frozenset(topic for topic, matters in known.items() if matters is None)
    return Relevance(now, later, perhaps, mattering, targets)


def is_target(atom: Ground, name: str | None) -> bool:
    """Whether a conclusion is asked about."""
    if name is None:
        return atom.predicate in DECIDED
    return atom.predicate in (*DECIDED, FLAG) and name in atom.values[1:2]


def relevant_sets(case: Case, name: str | None) -> set[Facts]:
    """The minimal sets that change one of the conclusions."""
    changed = (case.changes.gained, case.changes.lost)
    return {one for found in changed for atom, sets in found.items() if is_target(atom, name) for one in sets}


def record(case: Case) -> tuple[Ground, ...]:
    """What holds in every version of the record: its facts, and what it is said not to say."""
    return (*case.edb.facts, *case.search.frozen)


def possible_facts(case: Case) -> tuple[Ground, ...]:
    """The facts that may yet be recorded, in a fixed order, but for those that would surely contradict the record."""
    declared = [p for p in case.knowledge.predicates.values() if p.role == "input"]
    signed = [(sign + p.name, (None,) * p.arity) for p in declared for sign in ("", "-")]
    found = sorted({f for name, free in signed for f in case.questions.possible(name, free)}, key=ground_key)
    tried = bounds(case.knowledge.frozen, record(case), [((fact,), ()) for fact in found])
    gone = contradicted(case.model, tried.certain)
    return tuple(fact for i, fact in enumerate(found) if not gone >> i & 1)


def _own_targets(
    case: Case, bound: Bounds, targets: Sequence[Ground], facts: Iterable[Ground]
) -> dict[Topic, list[Ground]]:
    """For each topic the conclusions that it could change."""
    reach = bound.reach(targets)
    bits: dict[Topic, int] = {}
    for fact in facts:
        topic = topic_of(fact, case.knowledge.predicates)
        bits[topic] = bits.get(topic, 0) | reach.get(fact, 0)
    return {topic: [t for n, t in enumerate(targets) if where >> n & 1] for topic, where in bits.items()}


def _by_sets(case: Case, topic: Topic, facts: Sequence[Ground], own: Sequence[Ground]) -> bool:
    """Whether it does in a world that one or two minimal sets of these conclusions lead to."""
    predicates = case.knowledge.predicates
    changed = (case.changes.gained, case.changes.lost)
    found = {one for sets in changed for atom in own for one in sets.get(atom, ())}
    sets = [NOTHING, *sorted(found, key=lambda s: (len(s), sorted(map(ground_key, s))))]
    trials = [fact for fact in facts if topic_of(fact, predicates) == topic]
    ways = (one | other for n, one in enumerate(sets) for other in sets[: n + 1])
    real = (w for w in ways if compatible(w, case.search.single) and topic not in topics([w], predicates))
    starts = list(islice(dict.fromkeys(islice(real, 3 * MOST_STARTS)), MOST_STARTS))
    pairs = [(start, fact) for start in starts for fact in trials]
    packed, half = pack(start for start, _ in pairs)
    for i, (_, fact) in enumerate(pairs):
        packed[fact] = packed.get(fact, 0) | 1 << (half + i)
    for fact in {fact for start in starts for fact in start}:
        packed[fact] |= packed[fact] << half
    worlds = derive_worlds(case.knowledge.frozen, packed | dict.fromkeys(record(case), -1), 2 * half)
    wrong = contradicted(case.model, worlds.atoms)
    both = ((1 << half) - 1) & ~wrong & ~(wrong >> half)
    asked = (worlds.atoms.get(atom, 0) for atom in own)
    return any((bits ^ (bits >> half)) & both for bits in asked)


def _by_all(case: Case, bound: Bounds, topic: Topic, every: Sequence[Ground], own: Sequence[Ground]) -> bool | None:
    """Whether it does in any part of a record that could matter for these conclusions; None when those are too many.

    World i has the digit of i in a topic's place as the state of that topic; what is alike is tried once.
    """
    predicates = case.knowledge.predicates
    need = bound.needed([*own, *filter(is_contradiction, bound.possible)])
    alike = bound.alike([fact for fact in every if fact in need], need)
    found = sorted(topics([frozenset(alike)], predicates))
    if any(sum(topic_of(f, predicates) == t for f in alike) > LONGEST_LIST for t in found if is_list(t, predicates)):
        return None
    tried = [states(t, alike, predicates) for t in found]
    count = prod(map(len, tried))
    if count > MOST_WORLDS:
        return None
    given: dict[Ground, int] = dict.fromkeys(record(case), -1)
    place, stride = (0, 0), 1
    for t, options in zip(found, tried, strict=True):
        place = (stride, len(options)) if t == topic else place
        for digit, option in enumerate(options):
            where = _digit(stride, len(options), digit, count)
            for fact in option:
                given[fact] = given.get(fact, 0) | where
        stride *= len(options)
    worlds = derive_worlds(case.knowledge.frozen, given, count)
    real = ((1 << count) - 1) & ~contradicted(case.model, worlds.atoms)
    return _differs(worlds, own, real, *place)


def _digit(stride: int, options: int, digit: int, count: int) -> int:
    """The worlds whose number has this digit at a place: runs of `stride` ones, every `stride * options`."""
    period = stride * options
    repeats = count // period
    run = ((1 << stride) - 1) << (stride * digit)
    return run * (((1 << (period * repeats)) - 1) // ((1 << period) - 1))


def _differs(worlds: Worlds, targets: Iterable[Ground], real: int, stride: int, options: int) -> bool:
    """Whether two real worlds that differ in one place only differ in a conclusion."""
    asked = [bits for atom in targets if (bits := worlds.atoms.get(atom))]
    for one, other in combinations(range(options), 2):
        distance = (other - one) * stride
        both = _digit(stride, options, one, worlds.count) & real & (real >> distance)
        if any((bits ^ (bits >> distance)) & both for bits in asked):
            return True
    return False
