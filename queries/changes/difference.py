"""What two answers say differently: each conclusion that came, went or changed its status, and each open question."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers.answer import Answer, Item, Missing
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
    """All that two answers say differently. `opened`, `closed`: what waits for a fact in only one of them."""

    items: tuple[Difference, ...]
    opened: tuple[Missing, ...]
    closed: tuple[Missing, ...]

    def __bool__(self) -> bool:
        return bool(self.items or self.opened or self.closed)


def differences(before: Answer, after: Answer) -> Differences:
    """What the second answer says differently from the first, in the order of reading."""
    first, second = by_key(before), by_key(after)
    keys = sorted(first.keys() | second.keys(), key=lambda key: (ORDER.index(key[0]), key[1]))
    found = (Difference(key, first.get(key, ()), second.get(key, ())) for key in keys)
    return Differences(
        tuple(d for d in found if list(map(standing, d.before)) != list(map(standing, d.after))),
        _only(after, before),
        _only(before, after),
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


def _only(one: Answer, other: Answer) -> tuple[Missing, ...]:
    names = {m.fact for m in other.undetermined}
    return tuple(m for m in one.undetermined if m.fact not in names)
