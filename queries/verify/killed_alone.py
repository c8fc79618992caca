"""How many patients a suite for mutants must have, whoever they are: mutants of which no patient kills two.

A mutant that changes an answer changes what its rule concludes. That two mutants change what their rules conclude for
one patient is asked of the solver; where it is impossible, no patient kills both. What is contradicted in a record is
set apart before the rules are asked again; so the two may also show in two records, of which the second is the first
without fields that can be contradicted. More is allowed to the second here than happens: the bound is never too large.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...kb.ir import Const
from ...kb.normal import NormalRule
from ..names import CONTRADICTED
from .clingo_solver import Solver
from .emit import CELL
from .mutants import Mutant
from .space import CONFLICTING
from .world import ONE, OTHER, World

CHANGES = "changes"
WAS, NOW, ELSE = "was:", "now:", "else:"
"""Generated names have a colon, so that none can clash with an author's."""
RAREST = 60
"""How many mutants are looked at: those that the fewest of the known patients kill."""
STARTS = 20
"""From how many mutants a bound is sought."""


def killed_alone(
    world: World, listed: Sequence[Mutant], killable: Sequence[int], known: Sequence[frozenset[int]], enough: int
) -> int:
    """The number of mutants found of which no patient kills two. known: what patients are known to kill.

    Mutants of recursive rules are left out: what they change may show first in another place.
    """
    recursive = frozenset[str]().union(*world.normal.recursive)
    killers = {n: frozenset(k for k, kills in enumerate(known) if n in kills) for n in killable}
    alike = {killers[n]: n for n in reversed(killable) if listed[n].rule.head.signed not in recursive}
    order = sorted(alike.values(), key=lambda n: (len(killers[n]), n))[:RAREST]
    together = {n: set[int]().union(*(known[k] for k in killers[n])) for n in order}
    solver = Solver("\n".join((*_records(world), *_changes(world, listed, order))), [(CHANGES, 1)])
    apart: dict[tuple[int, int], bool] = {}

    def never(one: int, other: int) -> bool:
        pair = min(one, other), max(one, other)
        if pair not in apart:
            apart[pair] = solver.find([((CHANGES, (n,)), True) for n in pair]) is None
        return apart[pair]

    best = 0
    for start in order[:STARTS]:
        group = [start]
        for n in order:
            if n != start and together[n].isdisjoint(group) and all(never(n, other) for other in group):
                group.append(n)
        best = max(best, len(group))
        if best == enough:
            break
    return best


def _records(world: World) -> Iterator[str]:
    """A record, and the same or one with what may be contradicted set apart."""
    yield from world.lines((ONE, OTHER))
    fields = _contradictable(world)
    yield f"some_apart :- {world.emitter.name(CONTRADICTED)}({ONE},_)." if fields else ""
    for c, cell in enumerate(world.space.cells):
        for o, fact in enumerate(cell.options):
            one, other = (f"{CELL}({p},{c},{o})" for p in (ONE, OTHER))
            free = ", not some_apart" if cell.field in fields else ""
            yield f":- {one}, not {other}{free}."
            yield f":- {other}, not {one}{free if fact.predicate == CONFLICTING else ''}."


def _contradictable(world: World) -> set[str]:
    """The fields that some rule may find contradicted."""
    found: set[str] = set()
    for rule in world.normal.rules:
        if rule.head.signed == CONTRADICTED:
            named = rule.head.args[1]
            found |= {str(named.value)} if isinstance(named, Const) else {cell.field for cell in world.space.cells}
    return found


def _changes(world: World, listed: Sequence[Mutant], order: Sequence[int]) -> Iterator[str]:
    """`changes(N)`: what the rule of mutant N concludes is another, and no other rule concludes it."""
    emitter, seen = world.emitter, set[str]()
    for n in order:
        rule, changed = listed[n].rule, listed[n].changed
        head, own = rule.head.signed, rule.id
        if own not in seen:
            seen.add(own)
            yield from emitter.rule(_concluding(rule, f"{WAS}{own}"))
            for other in world.normal.rules:
                if other.head.signed == head and other.id != own:
                    yield from emitter.rule(_concluding(other, f"{ELSE}{own}"))
        if changed is not None:
            yield from emitter.rule(_concluding(changed, f"{NOW}{n}"))
        width = len(rule.head.args)
        row = f"({','.join(f'V{k}' for k in range(width))})" if width else ""
        was, now, else_ = (emitter.name(name) + row for name in (f"{WAS}{own}", f"{NOW}{n}", f"{ELSE}{own}"))
        yield f"{CHANGES}({n}) :- {was}, not {now}, not {else_}."
        yield f"{CHANGES}({n}) :- {now}, not {was}, not {else_}."


def _concluding(rule: NormalRule, name: str) -> NormalRule:
    return replace(rule, id=name, head=replace(rule.head, predicate=name, negated=False))
