"""Joins in which a condition may be given up: the bindings under which a body nearly holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...kb.ir import Atom, BodyItem, Literal, Value
from ..evaluation.match import fill, unify
from .situation import Situation

WIDEST = 200
"""How many partial bindings of one rule are followed."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A binding, with the positions of the conditions that it gave up. free: variables of a condition that nothing
    matches, so that only tables give them values."""

    binding: dict[str, Value]
    given_up: tuple[int, ...] = ()
    free: frozenset[str] = frozenset()


def partials(at: Situation, body: Sequence[BodyItem]) -> list[Partial]:
    """Partial bindings of the positive conditions, those that gave up few first. Tables are looked up last."""
    positive = [(n, i.atom) for n, i in enumerate(body) if isinstance(i, Literal) and i.mode == "plain"]
    positive.sort(key=lambda entry: entry[1].signed in at.fixed)
    found = [Partial({})]
    for position, atom in positive:
        extended = [new for partial in found for new in _extended(at, partial, position, atom)]
        extended.sort(key=lambda partial: len(partial.given_up))
        found = extended[:WIDEST]
    return found


def _extended(at: Situation, partial: Partial, position: int, atom: Atom) -> Iterator[Partial]:
    """The binding with each match of the condition, and without one when others could bind its variables otherwise."""
    pattern = fill(atom, partial.binding)
    names = frozenset(pattern.variables)
    matches = at.index.matching(pattern)
    for match in matches:
        free = partial.free if atom.signed in at.fixed else partial.free - names
        yield Partial(partial.binding | (unify(pattern, match) or {}), partial.given_up, free)
    if names or not matches:
        free = partial.free if matches else partial.free | names
        yield Partial(partial.binding, (*partial.given_up, position), free)
