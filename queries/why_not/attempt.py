"""Why something does not hold, as values: each rule that could conclude it, and how each of its conditions stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from ...kb.ir import Atom, BodyItem, Ground, Value

Status = OneOf["holds", "fails", "unknown", "conflicting", "not_applicable", "waits"]
"""holds, fails: it is so in the model. unknown: it does not hold, but what may still be recorded could make it hold (of
a derived condition this is told from what is shown below it). conflicting: what is recorded contradicts itself.
not_applicable: the question does not arise. waits: it tests a value that a condition which does not hold would give."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How one condition of a rule stands. `item` is what the author wrote; in `filled` variables have their values, as
    far as they are known; a variable that is left reads "any".

    atoms: what makes it hold; or what there is in its place: the other value of a single-valued predicate, the
    opposite, the rest of a complete list or table; for `not` and `assuming`, what is there although it should not be.
    goal: the key in `WhyNot.goals` when a derived condition does not hold. circular: it is asked again below itself,
    and so has no goal.
    """

    status: Status
    item: BodyItem
    filled: BodyItem
    atoms: tuple[Ground, ...] = ()
    goal: Atom | None = None
    circular: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """A rule with the bindings that come nearest to firing it. `rule` is the id of the author's clause.

    overridden: what excludes the rule here, `overridden:ID(S)`; `by`: the rules that did so. When every condition holds
    the rule would apply, but for this.
    """

    rule: str
    priority: int
    bindings: tuple[tuple[str, Value], ...]
    conditions: tuple[Condition, ...]
    overridden: tuple[Ground, ...] = ()
    by: tuple[str, ...] = ()

    @property
    def unmet(self) -> tuple[Condition, ...]:
        """The conditions that stand in the way; those that only wait for another one are not among them."""
        return tuple(c for c in self.conditions if c.status not in ("holds", "waits"))


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried for one goal, the nearest first. left_out: how many more bindings there are, none of them nearer
    than those shown for the same lack."""

    attempts: tuple[Attempt, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why the root does not hold. `goals` has what was tried for it and for the derived conditions below.

    INVARIANT (no loops): no goal is reached again from itself. complete: False when the bounds cut something off.
    """

    root: Condition
    goals: dict[Atom, Tried]
    complete: bool = True
