"""The rule instances of one model by what they conclude, and the height of every atom: where proofs are looked up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from ...kb.ir import Ground, sort_key
from ...kb.normal import NormalProgram
from ..evaluation.model import Instance, Model
from .plan import RulePlan, plans
from .step import Step

ReadingOrder = tuple[int, str, tuple[tuple[int, str | int | Decimal], ...]]


class Way(NamedTuple):
    """One way to an atom: a rule instance, its conclusion and its positive premises (in the order of the body)."""

    instance: Instance
    conclusion: Ground
    needs: tuple[Ground, ...]
    plan: RulePlan

    @property
    def order(self) -> ReadingOrder:
        """The key of reading order: declared priority, then the rule's id, then the values."""
        return self.plan.priority, self.instance.rule, tuple(map(sort_key, self.instance.values))


@dataclass(frozen=True, slots=True)
class Derivations:
    """Made by `derivations`, once for a model. The last four fields remember what the search for proofs computed.

    ways: all ways to the atom, in no order. lowest: those of its own height (a fact has none), in reading order.
    heights: of each derived atom that is no fact; a fact has height 0.
    INVARIANT (well-founded): what a way in `lowest` needs has a smaller height than what it concludes.
    """

    recorded: Collection[Ground]
    tables: Collection[Ground]
    ways: dict[Ground, list[Way]]
    lowest: dict[Ground, list[Way]]
    heights: dict[Ground, int]
    steps: dict[Instance, Step] = field(default_factory=lambda: {}, repr=False, compare=False)
    leaves: dict[Ground, Step] = field(default_factory=lambda: {}, repr=False, compare=False)
    bits: dict[Ground, int] = field(default_factory=lambda: {}, repr=False, compare=False)
    fact_sets: dict[Ground, tuple[int, ...]] = field(default_factory=lambda: {}, repr=False, compare=False)

    def is_fact(self, atom: Ground) -> bool:
        """Whether the atom is recorded or in a table, and needs no rule."""
        return atom in self.tables or atom in self.recorded


def derivations(program: NormalProgram, model: Model, recorded: Collection[Ground]) -> Derivations:
    """The derivations of a model of the program; `recorded` are the patient's facts (`EDB.facts`, or a set of them)."""
    rules = plans(program)
    ways: dict[Ground, list[Way]] = {}
    for instance in model.instances:
        plan = rules[instance.rule]
        conclusion, needs = plan.ends(instance.values)
        way = Way(instance, conclusion, needs, plan)
        if conclusion in ways:
            ways[conclusion].append(way)
        else:
            ways[conclusion] = [way]
    lowest, heights = ranked(ways, recorded, program.facts)
    return Derivations(recorded, program.facts, ways, lowest, heights)


def ranked(
    ways: dict[Ground, list[Way]], recorded: Collection[Ground], tables: Collection[Ground]
) -> tuple[dict[Ground, list[Way]], dict[Ground, int]]:
    """The lowest ways and the heights, in one breadth-first pass from the facts.

    It is linear in the size of the instances (Dowling and Gallier 1984).
    """
    derived = {atom for atom in ways if atom not in tables and atom not in recorded}
    waiting: dict[Ground, list[tuple[list[Ground], Way]]] = {}
    ready: list[Way] = []
    for atom in derived:
        for way in ways[atom]:
            missing = [a for a in way.needs if a in derived or not (a in recorded or a in tables)]
            if not missing:
                ready.append(way)
            for each in missing:
                waiting.setdefault(each, []).append((missing, way))
    lowest: dict[Ground, list[Way]] = {}
    heights: dict[Ground, int] = {}
    height = 0
    while ready:
        height += 1
        fresh: dict[Ground, list[Way]] = {}
        for way in ready:
            if way.conclusion not in heights:
                fresh.setdefault(way.conclusion, []).append(way)
        ready = []
        for atom, found in fresh.items():
            heights[atom] = height
            lowest[atom] = sorted(found, key=lambda way: way.order) if len(found) > 1 else found
            for missing, way in waiting.get(atom, ()):
                missing.pop()  # which one does not matter: what counts is how many are left
                if not missing:
                    ready.append(way)
    return lowest, heights
