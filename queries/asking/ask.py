"""What to ask next: which unknown facts can still change an answer, and what each answer would lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...kb.ir import Ground, ground_key
from ..answers.answer import clauses, statement_ids, ways
from ..answers.assess import Case
from ..evaluation.bits import Worlds, derive_worlds, pack
from ..names import REQUIRES
from ..unknowns.bounds import bounds
from ..unknowns.topics import Facts, Topic, answers, is_list, topic_of, topics
from ..unknowns.worlds import contradicted
from .relevance import Relevance, is_target, possible_facts, record, relevance


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer to a question: the facts that it records (none: an empty list), and what follows for certain.

    gained, lost: the conclusions that come and go at once, as evaluated. settled: those that stay, and rest on nothing
    unknown any more. questions, conclusions: how many can at most matter and be open afterwards. impossible: the record
    would contradict itself.
    """

    facts: Facts
    gained: tuple[Ground, ...]
    lost: tuple[Ground, ...]
    settled: tuple[Ground, ...]
    questions: int
    conclusions: int
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can change an answer as things stand: the conclusions that it can change, alone or with others,
    the statements that wait for it, and its answers."""

    topic: Topic
    decides: tuple[Ground, ...]
    statements: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    conflicting: bool = False

    @property
    def worst(self) -> tuple[int, int]:
        """How many questions and conclusions at most are left, whatever the answer."""
        return max(((o.questions, o.conclusions) for o in self.outcomes if not o.impossible), default=(0, 0))


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is worth asking. `questions`: the best first, by what it leaves open at worst, then by name.

    later: topics that matter only after some answers. perhaps: topics of which that is not known (relevance.py).
    required: fields that the guideline wants to be known first, although they change no conclusion.
    conclusions: how many are open now. cut: the search for minimal sets reached its bounds, so that some of `later` may
    matter at once; that they matter, and that no others do, is proved all the same.
    """

    questions: tuple[Question, ...]
    later: tuple[Topic, ...]
    perhaps: tuple[Topic, ...]
    required: tuple[str, ...]
    conclusions: int
    cut: bool

    @property
    def settling(self) -> tuple[Topic, ...]:
        """The smallest set of questions whose answers, whatever they are, settle everything."""
        return tuple(sorted({q.topic for q in self.questions} | {*self.later}))


def inquire(case: Case, name: str | None = None) -> Inquiry:
    """What to ask for the conclusions of this name, or for all."""
    found = relevance(case, name)
    every = possible_facts(case)
    predicates = case.knowledge.predicates
    tried = [
        (topic, answer)
        for topic in sorted(found.now)
        for answer in answers(topic, found.possible if is_list(topic, predicates) else every, predicates)
    ]
    bound = bounds(case.knowledge.frozen, record(case), [((), every)])
    outcomes = _outcomes(case, found, every, tried, name)
    questions = tuple(
        Question(
            topic,
            *_decided(case, topic, name),
            tuple(outcome for (of, _), outcome in zip(tried, outcomes, strict=True) if of == topic),
            topic.field in case.edb.conflicts,
        )
        for topic in sorted(found.now)
    )
    return Inquiry(
        tuple(sorted(questions, key=lambda q: (q.worst, q.topic))),
        tuple(sorted(found.later)),
        tuple(sorted(found.perhaps)),
        _required(case, found, name),
        sum(bool(bound.open(target)) for target in found.targets),
        case.changes.cut,
    )


def _outcomes(
    case: Case, found: Relevance, every: Sequence[Ground], tried: Sequence[tuple[Topic, Facts]], name: str | None
) -> list[Outcome]:
    """What each answer leads to, all in one run: exactly for what follows, within bounds for what stays open."""
    predicates = case.knowledge.predicates
    by_topic: dict[Topic, set[Ground]] = {}
    for fact in every:
        by_topic.setdefault(topic_of(fact, predicates), set()).add(fact)
    left = {topic: [f for f in every if f not in by_topic.get(topic, ())] for topic, _ in tried}
    bound = bounds(case.knowledge.frozen, record(case), [(answer, left[topic]) for topic, answer in tried])
    need = bound.needed(found.targets)
    packed, count = pack(answer for _, answer in tried)
    worlds = derive_worlds(case.knowledge.frozen, packed | dict.fromkeys(record(case), -1), count)
    impossible = contradicted(case.model, worlds.atoms)
    doubtful = sorted((a for a in case.changes.lost if is_target(a, name)), key=ground_key)
    asked = {fact: bits for fact, bits in need.items() if fact in set(every)}
    return [
        Outcome(
            answer,
            *_changed(case, worlds, n, name),
            tuple(atom for atom in doubtful if bound.certain.get(atom, 0) >> n & 1),
            len(topics([frozenset(f for f, bits in asked.items() if bits >> n & 1)], predicates)),
            sum(bound.open(target) >> n & 1 for target in found.targets),
            bool(impossible >> n & 1),
        )
        for n, (_, answer) in enumerate(tried)
    ]


def _changed(case: Case, worlds: Worlds, n: int, name: str | None) -> tuple[tuple[Ground, ...], tuple[Ground, ...]]:
    """The conclusions that world n has and the record has not, and the other way round."""
    here = {atom for atom, bits in worlds.atoms.items() if bits >> n & 1 and is_target(atom, name)}
    now = {atom for atom in case.model.atoms if is_target(atom, name)}
    return tuple(sorted(here - now, key=ground_key)), tuple(sorted(now - here, key=ground_key))


def _decided(case: Case, topic: Topic, name: str | None) -> tuple[tuple[Ground, ...], tuple[str, ...]]:
    """The conclusions that a topic can change, and the statements that they come from."""
    predicates = case.knowledge.predicates
    found = {
        atom
        for changed in (case.changes.gained, case.changes.lost)
        for atom, sets in changed.items()
        if is_target(atom, name) and topic in topics(sets, predicates)
    }
    statements = {s for atom in found for s in statement_ids(clauses(case, ways(case, atom)))}
    return tuple(sorted(found, key=ground_key)), tuple(sorted(statements))


def _required(case: Case, found: Relevance, name: str | None) -> tuple[str, ...]:
    """Fields that a precondition wants to be known, and that nothing else asks for."""
    if name is not None:
        return ()
    asked = {topic.field for topic in found.settling | found.perhaps}
    names = {str(a.values[1]) for a in case.model.atoms if a.predicate == REQUIRES}
    return tuple(sorted(n for n in names - asked if case.questions.is_open(n)))
