"""Which patients a change of the rules can affect at all: all of them are evaluated together, as bits, in milliseconds.

THEOREM. Take, of a record, every instance of a rule that some completion could have, with those of its premises that
are open: neither certain in every completion nor impossible. If two programs have the same of these, they agree on
every completion, and so on its answer. By induction over the strata: as long as all atoms below agree, an instance
fires in the same completions, those where its open premises are as it asks. (`bounds` tells what is open. Two kinds of
cases need more: an answer whose search was cut is not the whole truth of its completions, and a goal may ask for a
table itself; who asks counts them as affected.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from ...kb.ir import EDB, Ground, Value, atoms_of
from ...kb.normal import NormalProgram, NormalRule, recorded_atoms
from ..answers.assess import Knowledge
from ..evaluation.bits import Worlds, derive_worlds
from ..evaluation.match import Index
from ..evaluation.model import Instance
from ..names import DECIDED, EXCLUSIVE, FLAG, OPPOSES
from ..proofs.plan import plans
from ..unknowns.bounds import HIGH, LOW, Bounds, bounds_of, doubled, premises_of
from ..unknowns.questions import negation

K = TypeVar("K")
Bits = dict[Ground, int]
Pair = tuple[NormalRule | None, NormalRule | None]
PATIENT = "?patient"
"""Stands for every subject, so that the patients are worlds of one and the same."""
READ_BY_THE_ANSWER = (EXCLUSIVE, OPPOSES)
"""Tables that no rule needs to read for an answer to rest on them."""


@dataclass(frozen=True, slots=True)
class Affected:
    """Bit n is record n. INVARIANT (affected): what is in neither `perhaps` nor `told` has the same answer as before.

    `said`: the conclusions are others, as the record is. `fires`: a changed rule fires, before or after. `perhaps`: the
    answer may be another. `told`: it is not, but a rule that could fire has other annotations or conditions, such as
    its priority, so that what is told of it may be. `differs`: some rule has other conditions, or some table other
    facts. `statements`: those of the rules that are not what they were.
    """

    said: int = 0
    fires: int = 0
    perhaps: int = 0
    told: int = 0
    differs: bool = False
    statements: frozenset[str] = frozenset()


def affected(before: Knowledge, after: Knowledge, records: Sequence[EDB]) -> Affected:
    """What a change means for each record. The two programs declare the same predicates with the same columns."""
    everywhere = (1 << len(records)) - 1
    tables = {f.predicate for f in before.normal.facts ^ after.normal.facts}
    if any(name in (*READ_BY_THE_ANSWER, *DECIDED, FLAG) for name in tables):
        return Affected(everywhere, everywhere, everywhere, everywhere, True)
    pairs = list(_changed(before, after, tables))
    if not (pairs or tables):
        return Affected()
    both, names = (before, after), {rule.id for pair in pairs for rule in pair if rule}
    facts = _together(records)
    domains = {
        name: tuple(dict.fromkeys((*before.domains.get(name, ()), *values))) for name, values in after.domains.items()
    }
    possible = dict(_possible(after, records, facts, domains, everywhere))
    models = [derive_worlds(k.normal, facts, len(records)) for k in both]
    conclusions = ({a: bits for a, bits in m.atoms.items() if a.predicate in (*DECIDED, FLAG)} for m in models)
    found = [
        _bounds(k.frozen, model, facts, possible) if names else Bounds({}, {}, {}, k.frozen)
        for k, model in zip(both, models, strict=True)
    ]
    perhaps = _otherwise(pairs, found)
    reached = _firing(found[0].instances, names) | _firing(found[1].instances, names)
    return Affected(
        _differing(*conclusions),
        _firing(models[0].instances, names) | _firing(models[1].instances, names),
        perhaps,
        reached & ~perhaps,
        bool(tables) or any(one is None or other is None or _logic(one) != _logic(other) for one, other in pairs),
        frozenset(rule.clause.statement for pair in pairs for rule in pair if rule),
    )


def _changed(before: Knowledge, after: Knowledge, tables: set[str]) -> Iterator[Pair]:
    """The rules that are not what they were, or read a table that is not: before, and after; None for none."""
    for name in dict.fromkeys((*before.rules, *after.rules)):
        one, other = before.rules.get(name), after.rules.get(name)
        reads = any(a.predicate in tables for rule in (one, other) if rule for a in atoms_of(rule.clause))
        if one is None or other is None or reads or (_logic(one), _notes(one)) != (_logic(other), _notes(other)):
            yield one, other


def _otherwise(pairs: Iterable[Pair], found: Sequence[Bounds]) -> int:
    """The worlds in which an instance of one of the rules could fire in one program only, or rests on others."""
    otherwise = 0
    names = {one.id for one, other in pairs if one and other and _same_conclusion(one, other)}
    gone = {rule.id for pair in pairs for rule in pair if rule} - names
    open_ = [_open_premises(bounds, names) for bounds in found]
    for bounds in found:
        otherwise |= _firing(bounds.instances, gone)
    for instance in open_[0].keys() | open_[1].keys():
        (here, rests), (there, others) = (one.get(instance, (0, {})) for one in open_)
        otherwise |= here ^ there
        for premise in rests.keys() | others.keys():
            otherwise |= here & there & (rests.get(premise, 0) ^ others.get(premise, 0))
    return otherwise


def _open_premises(bounds: Bounds, rules: set[str]) -> dict[Instance, tuple[int, dict[tuple[Ground, bool], int]]]:
    """For each instance of these rules the worlds in which it could fire, and those in which each premise is open."""
    ways, index = plans(bounds.program), Index(bounds.possible)
    return {
        instance: (bits, {(a, kept): bounds.open(a) for a, kept in premises_of(ways[instance.rule], instance, index)})
        for instance, bits in bounds.instances.items()
        if instance.rule in rules
    }


def _same_conclusion(one: NormalRule, other: NormalRule) -> bool:
    """Whether equal instances of the two conclude the same."""
    return (one.head, one.variables, one.part) == (other.head, other.variables, other.part)


def _logic(rule: NormalRule) -> tuple[object, ...]:
    """What decides when the rule fires, also in a completion: what its author wrote tells `unrecorded` from `not`."""
    return rule.id, rule.head, rule.body, rule.variables, rule.clause.body


def _notes(rule: NormalRule) -> tuple[object, ...]:
    return frozenset(rule.clause.annotations), rule.clause.statement


def _firing(instances: Mapping[Instance, int], rules: Collection[str]) -> int:
    """The worlds in which one of these rules fires."""
    found = 0
    for instance, bits in instances.items():
        if instance.rule in rules:
            found |= bits
    return found


def _differing(one: Mapping[K, int], other: Mapping[K, int]) -> int:
    """The worlds in which two models are not the same."""
    found = 0
    for key, bits in one.items():
        found |= bits ^ other.get(key, 0)
    for key, bits in other.items():
        if key not in one:
            found |= bits
    return found


def _renamed(fact: Ground) -> Ground:
    return Ground(fact.predicate, (PATIENT, *fact.values[1:]))


def _together(records: Iterable[EDB]) -> Bits:
    """The recorded facts of all, as facts of one subject."""
    found: Bits = {}
    for n, edb in enumerate(records):
        for fact in edb.facts:
            one = _renamed(fact)
            found[one] = found.get(one, 0) | 1 << n
    return found


def _possible(
    knowledge: Knowledge,
    records: Sequence[EDB],
    facts: Bits,
    domains: Mapping[str, tuple[Value, ...]],
    everywhere: int,
) -> Iterator[tuple[Ground, int]]:
    """What may yet be recorded of each, as `Questions.possible` has it, or more."""
    taken: dict[tuple[str, tuple[Value, ...]], int] = {}
    for fact, bits in facts.items():
        key = fact.predicate, fact.values[:-1]
        taken[key] = taken.get(key, 0) | bits
    for declared in knowledge.predicates.values():
        if declared.role != "input" or not declared.open:
            continue
        name = declared.name
        shut = sum(
            1 << n
            for n, edb in enumerate(records)
            if name in edb.not_applicable or (name in edb.listed and not declared.single)
        )
        for signed in (name, f"-{name}")[: 2 if declared.arity == 1 else 1]:
            for values in product((PATIENT,), *(domains[c.type] for c in declared.columns[1:])):
                bits = everywhere & ~shut & ~facts.get(Ground(negation(signed), values), 0)
                if declared.single:
                    bits &= ~taken.get((signed, values[:-1]), 0)
                if bits:
                    yield Ground(signed, values), bits


def _bounds(program: NormalProgram, model: Worlds, facts: Bits, possible: Bits) -> Bounds:
    """The bounds of each record's completions; what the record was said not to say stays."""
    known = dict(facts)
    for asked, atom in recorded_atoms(program, model.atoms).items():
        known[asked] = model.atoms[atom]
    given: Bits = {Ground(name + f.predicate, f.values): bits for f, bits in known.items() for name in (HIGH, LOW)}
    for fact, bits in possible.items():
        one = Ground(HIGH + fact.predicate, fact.values)
        given[one] = given.get(one, 0) | bits
    return bounds_of(program, derive_worlds(doubled(program), given, model.count))
