"""The answer for one subject as values: what is recommended, advised against, expected, and what cannot be decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ...kb.annotations import URGENCIES
from ...kb.ir import Clause, Ground, Value, ground_key
from ..evaluation.model import Instance
from ..names import (
    ADVISE_AGAINST,
    ALERT,
    CONSIDER,
    DIRECTIONS,
    EXCLUSIVE,
    EXPECT,
    FLAG,
    OPPOSES,
    PROGNOSIS,
    RECOMMEND,
    REQUIRES,
    UNDETERMINED,
)
from ..proofs.plan import plans
from .assess import Case

STATUSES = ("certain", "provisional", "conflicting", "excluded")


@dataclass(frozen=True, slots=True)
class Item:
    """One conclusion. `atom` is what its proof proves; `blocked_by`: for an excluded action, what excludes it.

    `assumes`: names of the record's fields that are unknown and could withdraw it.
    """

    atom: Ground
    name: str
    status: str = "certain"
    statements: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    urgency: str = ""
    wording: str = ""
    assumes: tuple[str, ...] = ()
    blocked_by: tuple[Ground, ...] = ()
    value: str = ""

    @property
    def direction(self) -> str:
        """for, consider or against."""
        return DIRECTIONS[self.atom.predicate]


@dataclass(frozen=True, slots=True)
class Missing:
    """An unknown field of the record: the statements that wait for it, and the actions that it would decide."""

    fact: str
    blocks: tuple[str, ...]
    would_decide: tuple[str, ...]
    others: tuple[Ground, ...] = ()
    """What else it would decide: alerts, expectations, prognostic factors, advice against."""
    conflicting: bool = False
    """The field is recorded, but with values that contradict each other or the rest of the record."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that is told of one subject; each tuple is in the order in which it is shown."""

    subject: str
    recommendations: tuple[Item, ...]
    alerts: tuple[Item, ...]
    expectations: tuple[Item, ...]
    prognosis: tuple[Item, ...]
    undetermined: tuple[Missing, ...]
    flags: tuple[Item, ...]
    as_of: date | None
    complete: bool
    """False when the search for what could change reached its bounds."""


def answer(case: Case) -> Answer:
    """The answer that a case holds."""
    items = {name: _items(case, name) for name in (RECOMMEND, CONSIDER, ADVISE_AGAINST, ALERT, EXPECT, FLAG)}
    conflicting = _conflicts(case)
    actions = [
        _with_status(item, "conflicting") if item.atom in conflicting else item
        for name in DIRECTIONS
        for item in items[name]
    ]
    actions += _excluded(case)
    return Answer(
        case.edb.subject,
        tuple(sorted(actions, key=_action_order)),
        items[ALERT],
        items[EXPECT],
        _prognosis(case),
        _missing(case),
        items[FLAG],
        case.edb.as_of,
        not case.changes.cut,
    )


def clauses(case: Case, instances: Iterable[Instance]) -> tuple[Clause, ...]:
    """The author's rules of these instances, each once, the leading one first: by priority, then by place."""
    found = {id(c): c for c in (case.knowledge.rules[i.rule].clause for i in instances)}
    return tuple(sorted(found.values(), key=lambda c: (_priority(c), c.span.file, c.span.line)))


def ways(case: Case, atom: Ground) -> tuple[Instance, ...]:
    """The rule instances that give an atom of the model, or would give one that could still be gained."""
    known = tuple(way.instance for way in case.proofs.ways.get(atom, ()))
    return known or tuple(case.changes.ways.get(atom, ()))


def statement_ids(rules: Iterable[Clause]) -> tuple[str, ...]:
    """The statements that rules encode, with those that give their reasons, in order of id."""
    return tuple(sorted({s for c in rules for s in (c.statement, *map(str, c.values("rationale"))) if s}))


def _priority(clause: Clause) -> int:
    return next((v for v in clause.values("priority") if isinstance(v, int)), 5)


def _first(rules: tuple[Clause, ...], annotation: str, default: str) -> str:
    return next((str(v) for c in rules for v in c.values(annotation)), default)


def _items(case: Case, predicate: str) -> tuple[Item, ...]:
    atoms = sorted((a for a in case.model.atoms if a.predicate == predicate), key=ground_key)
    return tuple(_item(case, atom) for atom in atoms if len(atom.values) > 1)


def _item(case: Case, atom: Ground) -> Item:
    rules = clauses(case, ways(case, atom))
    assumes = fields(case.changes.lost.get(atom, ()))
    return Item(
        atom,
        str(atom.values[1]),
        "provisional" if assumes else "certain",
        statement_ids(rules),
        tuple(c.id for c in rules),
        min((str(u) for c in rules for u in c.values("urgency")), key=_rank, default="routine"),
        _first(rules, "wording", ""),
        assumes,
        value=str(atom.values[2]) if len(atom.values) > 2 else "",
    )


def _rank(urgency: str) -> int:
    return URGENCIES.index(urgency) if urgency in URGENCIES else len(URGENCIES)


def fields(sets: Iterable[frozenset[Ground]]) -> tuple[str, ...]:
    """The record's fields that hypotheses are about."""
    return tuple(sorted({fact.predicate.lstrip("-") for one in sets for fact in one}))


def _with_status(item: Item, status: str) -> Item:
    return Item(
        item.atom,
        item.name,
        status,
        item.statements,
        item.rules,
        item.urgency,
        item.wording,
        item.assumes,
        item.blocked_by,
    )


def _action_order(item: Item) -> tuple[int, int, int, str]:
    directions = tuple(DIRECTIONS.values())
    excluded = int(item.status == "excluded")
    return (excluded, directions.index(item.direction), _rank(item.urgency), item.name)


def _tables(case: Case, name: str) -> set[tuple[Value, ...]]:
    return {a.values for a in case.model.atoms if a.predicate == name}


def _conflicts(case: Case) -> set[Ground]:
    """Actions for and against at once, and pairs that exclude each other, all of them."""
    exclusive = _tables(case, EXCLUSIVE)
    opposes = _tables(case, OPPOSES)
    found: set[Ground] = set()
    actions = [a for a in case.model.atoms if a.predicate in DIRECTIONS]
    for one in actions:
        for other in actions:
            against = other.predicate == ADVISE_AGAINST and one.predicate != ADVISE_AGAINST
            same = against and (one.values[1] == other.values[1] or (other.values[1], one.values[1]) in opposes)
            both = one.predicate == other.predicate == RECOMMEND and (one.values[1], other.values[1]) in exclusive
            if same or both:
                found |= {one, other}
    return found


def _excluded(case: Case) -> list[Item]:
    """Actions that a rule would recommend but an exception withdraws, or that advice against rules out for good."""
    found: dict[Ground, tuple[set[Ground], list[Clause]]] = {}
    rules_by_id = plans(case.knowledge.normal)
    for rule in case.knowledge.normal.rules:
        if rule.part != "concludes" or rule.head.predicate not in DIRECTIONS:
            continue
        for instance in case.model.instances:
            if instance.rule != rule.clause.id:
                continue
            # INVARIANT (kb/normal.py): `ID` and `ID:concludes` have the same variables, so the same values.
            atom, _ = rules_by_id[rule.id].ends(instance.values)
            guard = Ground(f"overridden:{rule.clause.id}", atom.values[:1])
            if atom not in case.model.atoms and guard in case.model.atoms:
                blockers, rules = found.setdefault(atom, (set(), []))
                blockers.add(guard)
                rules.append(rule.clause)
    for pitfall, action in sorted(_tables(case, OPPOSES), key=lambda v: tuple(map(str, v))):
        against = Ground(ADVISE_AGAINST, (case.edb.subject, pitfall))
        atom = Ground(RECOMMEND, (case.edb.subject, action))
        if against in case.model.atoms and atom not in case.model.atoms and atom not in case.changes.gained:
            blockers, rules = found.setdefault(atom, (set(), []))
            blockers.add(against)
            rules += clauses(case, ways(case, against))
    return [
        Item(
            atom,
            str(atom.values[1]),
            "excluded",
            statement_ids(rules),
            tuple(dict.fromkeys(c.id for c in rules)),
            "routine",
            _first(tuple(rules), "wording", ""),
            assumes=fields(one for guard in blockers for one in case.changes.lost.get(guard, ())),
            blocked_by=tuple(sorted(blockers, key=ground_key)),
        )
        for atom, (blockers, rules) in sorted(found.items(), key=lambda pair: ground_key(pair[0]))
    ]


def _prognosis(case: Case) -> tuple[Item, ...]:
    """Each factor once: the value that follows, or undetermined while unknown facts could give one."""
    found = list(_items(case, PROGNOSIS))
    known = {item.name for item in found}
    waiting: dict[str, set[Instance]] = {}
    for atom in case.changes.gained:
        if atom.predicate == PROGNOSIS and str(atom.values[1]) not in known:
            waiting.setdefault(str(atom.values[1]), set()).update(case.changes.ways.get(atom, ()))
    for factor, instances in waiting.items():
        rules = clauses(case, instances)
        atom = Ground(PROGNOSIS, (case.edb.subject, factor, UNDETERMINED))
        ids = tuple(c.id for c in rules)
        found.append(Item(atom, factor, UNDETERMINED, statement_ids(rules), ids, value=UNDETERMINED))
    return tuple(sorted(found, key=lambda item: item.name))


def _missing(case: Case) -> tuple[Missing, ...]:
    """The unknown fields that could still change the answer, or that a precondition requires, the weightiest first."""
    blocks: dict[str, set[str]] = {}
    decides: dict[str, set[str]] = {}
    others: dict[str, dict[Value, Ground]] = {}
    for changed in (case.changes.gained, case.changes.lost):
        for atom, sets in changed.items():
            if atom.predicate == FLAG:
                continue  # a flag is about the record itself: nothing waits for it
            statements = statement_ids(clauses(case, ways(case, atom)))
            for name in fields(sets):
                blocks.setdefault(name, set()).update(statements)
                actions = decides.setdefault(name, set())
                if atom.predicate in (RECOMMEND, CONSIDER):
                    actions.add(str(atom.values[1]))
                else:
                    others.setdefault(name, {}).setdefault(atom.values[1], atom)
    for atom in case.model.atoms:
        if atom.predicate == REQUIRES and case.questions.is_open(str(atom.values[1])):
            name = str(atom.values[1])
            blocks.setdefault(name, set()).update(statement_ids(clauses(case, ways(case, atom))))
            decides.setdefault(name, set())
    conflicts = case.edb.conflicts
    found = [
        Missing(
            name,
            tuple(sorted(blocks[name])),
            tuple(sorted(decides[name])),
            tuple(sorted(others.get(name, {}).values(), key=ground_key)),
            name in conflicts,
        )
        for name in blocks
    ]
    return tuple(sorted(found, key=lambda m: (-len(m.would_decide), -len(m.blocks), m.fact)))
