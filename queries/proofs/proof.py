"""Why an atom of the model holds: its minimal proof, found in the rule instances without the evaluator.

The proof has the smallest height at every step; among those the fewest recorded facts; then the rules that are first by
declared priority, id and values. So no step rests on its own conclusion, none can be left out, and steps of proofs of
different atoms may stand in one graph.
"""

from __future__ import annotations

from collections.abc import Callable

from ...kb.ir import Ground
from .derivations import Derivations, Way, derivations
from .fewest import fewest
from .step import Proof, Step, collapse

__all__ = ["Derivations", "Proof", "Step", "collapse", "derivations", "prove", "steps_of"]


def prove(found: Derivations, atom: Ground) -> Proof | None:
    """The minimal proof of the atom; None when it is not in the model."""
    if atom not in found.lowest and not found.is_fact(atom):
        return None
    steps = steps_of(found, atom, lambda ways: ways[0] if len(ways) == 1 else None)
    return Proof(atom, steps or steps_of(found, atom, fewest(found, atom)))


def steps_of(found: Derivations, root: Ground, choose: Callable[[list[Way]], Way | None]) -> dict[Ground, Step]:
    """The steps of the root's proof in reading order, each derived one by the way chosen; {} when none is chosen."""
    steps: dict[Ground, Step] = {}
    stack = [root]
    while stack:
        atom = stack.pop()
        if atom in steps:
            continue
        ways = found.lowest.get(atom)
        if ways is None:
            steps[atom] = found.leaves.get(atom) or _leaf(found, atom)
            continue
        way = choose(ways)
        if way is None:
            return {}
        steps[atom] = found.steps.get(way.instance) or _derived(found, way)
        stack += way.needs[::-1]
    return steps


def _leaf(found: Derivations, atom: Ground) -> Step:
    step = found.leaves[atom] = Step(atom, "table" if atom in found.tables else "recorded")
    return step


def _derived(found: Derivations, way: Way) -> Step:
    step = found.steps[way.instance] = way.plan.step(way.instance.values, way.conclusion, way.needs)
    return step
