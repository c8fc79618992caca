"""Single changes of a record that could matter for a conclusion: another value, an item more or fewer in a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from ...kb.ir import Ground, Predicate, Value, ground_key
from ..answers.assess import Case
from ..names import CONFLICTING, NOT_APPLICABLE
from ..unknowns.bounds import bounds
from ..unknowns.questions import negation
from ..unknowns.topics import Topic, is_list, topic_of

META = (CONFLICTING, NOT_APPLICABLE)
ORDER = "Order"
"""The column that numbers the items of a list in time; an item that is added comes last."""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one topic. `now`: the facts that it takes away, marks of the field among them. `then`: the new facts.

    fixed: nothing that is done can bring it about.
    """

    topic: Topic
    now: frozenset[Ground]
    then: frozenset[Ground]
    fixed: bool = False

    @property
    def told(self) -> frozenset[Ground]:
        """The change as facts: what is then recorded; of an item that is taken away, that it is not so."""
        gone = (Ground(negation(f.predicate), f.values) for f in self.now if f.predicate not in META)
        return self.then or frozenset(gone)


def moves(case: Case, targets: Collection[Ground]) -> list[Move]:
    """The moves that could change one of these conclusions, in a fixed order."""
    predicates = case.knowledge.predicates
    recorded = frozenset(case.edb.facts)
    every = recorded.union(*(_facts(case, p) for p in predicates.values() if p.role == "input"))
    bound = bounds(case.knowledge.normal, (), [((), every)])
    need = bound.needed(t for t in bound.possible if t in targets)
    found: dict[Topic, set[Ground]] = {}
    for fact in every:
        if fact.predicate.removeprefix("-") in predicates and fact.predicate not in META:
            found.setdefault(topic_of(fact, predicates), set()).add(fact)
    made: list[Move] = []
    for topic, facts in sorted(found.items()):
        if any(fact in need for fact in facts) or any(mark in need for mark in _marks(recorded, topic)):
            made += _of_list(case, topic, facts, need) if is_list(topic, predicates) else _of_value(case, topic, facts)
    return made


def goals(case: Case, predicates: Iterable[str], name: str) -> frozenset[Ground]:
    """Every conclusion of this name that a patient could have, with any value."""
    found: set[Ground] = set()
    for predicate in predicates:
        declared = case.knowledge.predicates.get(predicate)
        if declared is not None and declared.arity > 1:
            rest = [case.knowledge.domains[c.type] for c in declared.columns[2:]]
            found |= {Ground(predicate, (case.edb.subject, name, *values)) for values in product(*rest)}
    return frozenset(found)


def _facts(case: Case, declared: Predicate) -> set[Ground]:
    """All that a record could hold of a field, a value for each class; of a closed field, what it holds."""
    if not declared.open or declared.name in META:
        return set()
    subject, domains = case.edb.subject, case.knowledge.domains
    columns: list[tuple[Value, ...]] = [(subject,), *(domains[c.type] for c in declared.columns[1:])]
    place = next((i for i, c in enumerate(declared.columns) if c.name == ORDER), None)
    if place is not None:
        numbers = [f.values[place] for f in case.edb.facts if f.predicate == declared.name]
        columns[place] = (max((n for n in numbers if isinstance(n, int)), default=0) + 1,)
    signs = ("", "-") if declared.arity == 1 else ("",)
    return {Ground(sign + declared.name, values) for sign in signs for values in product(*columns)}


def _marks(recorded: Collection[Ground], topic: Topic) -> frozenset[Ground]:
    return frozenset(f for f in recorded if f.predicate in META and f.values[1:] == (topic.field,))


def _own(case: Case, topic: Topic) -> frozenset[Ground]:
    """What is recorded of a topic, ruled out values among it."""
    predicates = case.knowledge.predicates
    return frozenset(
        f
        for f in case.edb.facts
        if f.predicate.removeprefix("-") == topic.field and topic_of(f, predicates)[1] == topic.key
    )


def _of_value(case: Case, topic: Topic, facts: Iterable[Ground]) -> Iterator[Move]:
    """Each other value."""
    declared = case.knowledge.predicates[topic.field]
    own = _own(case, topic)
    marks = _marks(case.edb.facts.keys(), topic)
    for fact in sorted(facts, key=ground_key):
        if fact not in own and not (fact.predicate.startswith("-") and declared.arity > 1):
            yield Move(topic, own | marks, frozenset({fact}), declared.fixed)


def _of_list(case: Case, topic: Topic, facts: Iterable[Ground], need: Collection[Ground]) -> Iterator[Move]:
    """One more item, one fewer, another result of one; or none at all, of several."""
    declared = case.knowledge.predicates[topic.field]
    recorded = _own(case, topic)
    own_denials = frozenset(fact for fact in recorded if fact.predicate.startswith("-"))
    own = set(recorded - own_denials)
    marks = _marks(case.edb.facts.keys(), topic)
    for fact in sorted(facts, key=ground_key):
        if fact.predicate.startswith("-"):
            continue
        if fact in own:
            yield Move(topic, frozenset({fact}), frozenset(), declared.fixed)
            for last in (
                case.knowledge.domains[declared.columns[-1].type] if declared.arity > 2 and declared.open else ()
            ):
                other = Ground(fact.predicate, (*fact.values[:-1], last))
                if other not in own:
                    yield Move(topic, frozenset({fact}), frozenset({other}), declared.fixed)
        elif fact in need:
            denied = own_denials & {Ground(negation(fact.predicate), fact.values)}
            yield Move(topic, marks | denied, frozenset({fact}), declared.fixed)
    if len(own) > 1:
        yield Move(topic, frozenset(own), frozenset(), declared.fixed)
