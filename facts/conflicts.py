"""What is recorded of a patient to an EDB: facts that contradict each other are set apart, and none is chosen."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ..kb.diagnostics import Note
from ..kb.edb import EDB, Ground, Origin
from .fields import CONFLICTING, NOT_APPLICABLE, Fields
from .findings import Findings
from .recorded import Fact, Recorded


class AtMost(NamedTuple):
    """The first field's number cannot be larger than `per` times the second's, plus `slack`: arithmetic only."""

    small: str
    large: str
    per: int
    slack: int
    why: str


INTERVALS = (
    AtMost(
        "ivig_start_days_after_onset",
        "symptom_duration_days",
        1,
        0,
        "IVIg cannot start after the last day of symptoms so far",
    ),
    AtMost("disease_free_interval_months", "age_years", 12, 12, "an interval cannot be longer than a life"),
    AtMost("symptom_duration_days", "age_years", 366, 366, "symptoms cannot last longer than a life"),
)


def settle(recorded: Recorded, fields: Fields, findings: Findings, as_of: date | None) -> EDB:
    """The EDB of a patient. INVARIANT (apart): a contradicted fact is in `conflicts` and nowhere else."""
    apart: dict[str, list[Fact]] = defaultdict(list)
    for group in (*_opposites(recorded.facts, fields), *_intervals(recorded.facts)):
        for fact in group.facts:
            apart[_field(fact)].append(fact)
        _report(group, findings)
    _marked(recorded, apart, findings)
    gone = {fact.atom for facts in apart.values() for fact in facts}
    origins: dict[str, tuple[Origin, ...]] = {
        name: tuple(dict.fromkeys(fact.origin for fact in facts)) for name, facts in apart.items()
    }
    for name, mark in recorded.conflicting.items():
        origins[name] = (mark.origin, *origins.get(name, ()))
    facts: dict[Ground, tuple[Origin, ...]] = {}
    for fact in recorded.facts:
        if fact.atom not in gone:
            facts[fact.atom] = (*facts.get(fact.atom, ()), fact.origin)
    not_applicable = {name: mark for name, mark in recorded.not_applicable.items() if name not in origins}
    for name, mark in not_applicable.items():
        facts[Ground(NOT_APPLICABLE, (recorded.subject, name))] = (mark.origin,)
    for name, places in origins.items():
        facts[Ground(CONFLICTING, (recorded.subject, name))] = places
    return EDB(
        recorded.subject,
        facts,
        frozenset(recorded.listed - origins.keys()),
        frozenset(not_applicable),
        origins,
        as_of or recorded.newest,
    )


class _Group(NamedTuple):
    """Facts that cannot all be true, and why."""

    facts: tuple[Fact, ...]
    why: str


def _field(fact: Fact) -> str:
    return fact.atom.predicate.removeprefix("-")


def _opposites(facts: list[Fact], fields: Fields) -> list[_Group]:
    """`p` and `-p` of the same values; two values of a single-valued predicate."""
    by_key: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        by_key[("sign", _field(fact), fact.atom.values)].append(fact)
        field = fields.get(fact.atom.predicate)
        if field and field.predicate.single:
            by_key[("value", fact.atom.predicate, fact.atom.values[:-1])].append(fact)
    found: list[_Group] = []
    for (kind, name, *_), group in by_key.items():
        if len({fact.atom for fact in group}) > 1:
            why = f"`{name}` has more than one value" if kind == "value" else f"`{name}` is recorded true and false"
            found.append(_Group(tuple(group), why))
    return found


def _intervals(facts: list[Fact]) -> list[_Group]:
    """Numbers that contradict each other by arithmetic alone."""
    values = {fact.atom.predicate: fact for fact in facts}
    found: list[_Group] = []
    for rule in INTERVALS:
        small, large = values.get(rule.small), values.get(rule.large)
        if small and large and _number(small) > rule.per * _number(large) + rule.slack:
            found.append(_Group((small, large), f"`{rule.small}` contradicts `{rule.large}`: {rule.why}"))
    return found


def _number(fact: Fact) -> Decimal:
    value = fact.atom.values[-1]
    return Decimal(0) if isinstance(value, str | date) else Decimal(value)


def _marked(recorded: Recorded, apart: dict[str, list[Fact]], findings: Findings) -> None:
    """Values of a field that is also marked: `conflicting` sets them apart; `not_applicable` contradicts them."""
    for fact in recorded.facts:
        name = _field(fact)
        if name in recorded.conflicting:
            apart[name].append(fact)
        elif name in recorded.not_applicable:
            apart[name].append(fact)
            mark = recorded.not_applicable[name]
            recorded.conflicting.setdefault(name, mark)
            _report(_Group((fact,), f"`{name}` has a value and is marked not applicable"), findings)


def _report(group: _Group, findings: Findings) -> None:
    first, *others = group.facts
    notes = tuple(Note(fact.span, f"contradicted by `{_field(fact)}`") for fact in others)
    findings.warn("W903", f"{group.why}; these facts are set apart", first.span, "correct the one that is wrong", notes)
