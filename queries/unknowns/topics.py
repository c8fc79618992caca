"""What one question asks of a patient: a field, or one key of a field that maps names to values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, combinations
from typing import NamedTuple

from ...kb.ir import Ground, Predicate, Value

Facts = frozenset[Ground]


class Topic(NamedTuple):
    """The field's name, and the key of a map (`antibodies` of `anti_yo`); () for other fields."""

    field: str
    key: tuple[Value, ...] = ()


def topic_of(fact: Ground, predicates: Mapping[str, Predicate]) -> Topic:
    """The topic that a fact of a record answers."""
    name = fact.predicate.removeprefix("-")
    declared = predicates[name]
    return Topic(name, fact.values[1:-1] if declared.single else ())


def topics(sets: Iterable[Facts], predicates: Mapping[str, Predicate]) -> frozenset[Topic]:
    """The topics of hypotheses."""
    return frozenset(topic_of(fact, predicates) for one in sets for fact in one)


def is_list(topic: Topic, predicates: Mapping[str, Predicate]) -> bool:
    """Whether the answer may be several values, and is complete when it is given."""
    declared = predicates[topic.field]
    return declared.arity > 1 and not declared.single


def answers(topic: Topic, possible: Iterable[Ground], predicates: Mapping[str, Predicate]) -> list[Facts]:
    """The answers to a question that are tried: each value; of a list, none of them, and each alone."""
    facts = [fact for fact in possible if topic_of(fact, predicates) == topic]
    none: list[Facts] = [frozenset()] if is_list(topic, predicates) else []
    return none + [frozenset({fact}) for fact in facts]


def states(topic: Topic, possible: Iterable[Ground], predicates: Mapping[str, Predicate]) -> list[Facts]:
    """All that a record may come to say, nothing among them; of a list, every part of it."""
    facts = [fact for fact in possible if topic_of(fact, predicates) == topic]
    if not is_list(topic, predicates):
        return [frozenset(), *(frozenset({fact}) for fact in facts)]
    return [frozenset(c) for c in chain.from_iterable(combinations(facts, n) for n in range(len(facts) + 1))]
