"""What two answers say differently: each conclusion that came, went or changed its status, and each open question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...kb.ir import Ground
from ..answers.answer import Answer, Item, Missing
from ..answers.assess import Case
from ..names import ADVISE_AGAINST, ALERT, CONSIDER, EXPECT, FLAG, PROGNOSIS, RECOMMEND

Key = tuple[str, str]
"""What a conclusion is about, whoever it is of: its predicate, and the name of the action, alert or other thing."""

ORDER = (RECOMMEND, CONSIDER, ADVISE_AGAINST, ALERT, EXPECT, PROGNOSIS, FLAG)


@dataclass(frozen=True, slots=True)
class Difference:
    """One conclusion as it stands in the first answer and in the second; None where it is not there.

    A prognostic factor may have several values at once, each of which is an item.
    """

    key: Key
    before: tuple[Item, ...]
    after: tuple[Item, ...]

    @property
    def came(self) -> bool:
        """It is in the second answer only."""
        return not self.before

    @property
    def went(self) -> bool:
        """It is in the first answer only."""
        return not self.after


@dataclass(frozen=True, slots=True)
class Differences:
    """All that two answers say differently. `opened`, `closed`: what waits for a fact in only one of them.

    `possible`, `impossible`: conclusions in neither answer that can still follow in the second only, in the first only.
    """

    items: tuple[Difference, ...]
    opened: tuple[Missing, ...]
    closed: tuple[Missing, ...]
    possible: tuple[Ground, ...] = ()
    impossible: tuple[Ground, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items or self.opened or self.closed or self.possible or self.impossible)


def differences(before: Answer, after: Answer, cases: tuple[Case, Case] | None = None) -> Differences:
    """What the second answer says differently from the first, in the order of reading.

    `cases`: those of the answers; without them, what can only still follow is not compared.
    """
    first, second = by_key(before), by_key(after)
    keys = sorted(first.keys() | second.keys(), key=lambda key: (ORDER.index(key[0]), key[1]))
    found = (Difference(key, first.get(key, ()), second.get(key, ())) for key in keys)
    possible = [_still_open(case, keys) for case in cases or ()] or [{}, {}]
    return Differences(
        tuple(d for d in found if list(map(standing, d.before)) != list(map(standing, d.after))),
        _only(after, before),
        _only(before, after),
        _turned(possible[1], possible[0]),
        _turned(possible[0], possible[1]),
    )


def by_key(answer: Answer) -> dict[Key, tuple[Item, ...]]:
    """The items of an answer by what they are about."""
    parts = (answer.recommendations, answer.alerts, answer.expectations, answer.prognosis, answer.flags)
    found: dict[Key, tuple[Item, ...]] = {}
    for item in (item for part in parts for item in part):
        key = (item.atom.predicate, item.name)
        found[key] = (*found.get(key, ()), item)
    return found


def standing(item: Item) -> tuple[str, str, tuple[str, ...]]:
    """All of an item that makes it another answer: its status, its value, and what it assumes."""
    return item.status, item.value, item.assumes


def _still_open(case: Case, concluded: Iterable[Key]) -> dict[Key, Ground]:
    """What unknown facts could still give, except what is concluded already."""
    known = frozenset(concluded)
    gained = (a for a in case.changes.gained if a.predicate in ORDER)
    return {key: a for a in gained if (key := (a.predicate, str(a.values[1]))) not in known}


def _turned(here: dict[Key, Ground], there: dict[Key, Ground]) -> tuple[Ground, ...]:
    keys = sorted(here.keys() - there.keys(), key=lambda key: (ORDER.index(key[0]), key[1]))
    return tuple(here[key] for key in keys)


def _only(one: Answer, other: Answer) -> tuple[Missing, ...]:
    names = {m.fact for m in other.undetermined}
    return tuple(m for m in one.undetermined if m.fact not in names)
