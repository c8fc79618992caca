"""Few patients under whom every rule fires: chosen greedily, then none kept that the others make needless."""

from __future__ import annotations

from dataclasses import dataclass

from ...kb.ir import Ground, Program
from ..evaluation.reference import derive
from .check import Progress, silent
from .telling import record
from .world import World


@dataclass(frozen=True, slots=True)
class Suite:
    """Patients with the rules that each makes fire; `never`: rules that fire for nobody, as is proved."""

    patients: tuple[tuple[tuple[Ground, ...], frozenset[str]], ...]
    never: tuple[str, ...]


def rule_suite(program: Program, progress: Progress = silent) -> Suite:
    """A suite for the coverage of rules."""
    world = World(program)
    rules = [r for r in world.normal.rules if r.part != "overrides"]
    lines: list[str] = []
    for n, rule in enumerate(rules):
        lines += world.emitter.rule(rule, (), f"fires({n})")
    solver = world.solver(lines, [("c", 3), ("fires", 1)])
    left = set(range(len(rules)))
    never: list[str] = []
    chosen: list[tuple[tuple[Ground, ...], frozenset[str]]] = []
    while left:
        n = min(left)
        progress(len(rules) - len(left), len(rules), "rules that a patient makes fire")
        answer = solver.find([(("fires", (n,)), True)])
        if answer is None:
            never.append(rules[n].id)
            left.discard(n)
            continue
        facts = world.patient(answer).facts
        fired = frozenset(i.rule for i in derive(world.normal, facts).instances)
        chosen.append((facts, fired))
        left -= {k for k in left if rules[k].id in fired}
    return Suite(_fewest(chosen), tuple(never))


def _fewest(
    chosen: list[tuple[tuple[Ground, ...], frozenset[str]]],
) -> tuple[tuple[tuple[Ground, ...], frozenset[str]], ...]:
    kept = sorted(chosen, key=lambda one: len(one[1]))
    for one in list(kept):
        others = frozenset[str]().union(*(fired for facts, fired in kept if facts != one[0]))
        if one[1] <= others:
            kept.remove(one)
    return tuple(kept)


def suite_text(program: Program, progress: Progress = silent) -> str:
    """The suite as records, each with the rules that only it makes fire; what they should be told is for a reviewer."""
    found = rule_suite(program, progress)
    lines = [f"# {len(found.patients)} patients under whom every rule fires; the answers are for review"]
    lines += [f"# fires for nobody: {name}" for name in found.never]
    for n, (facts, fired) in enumerate(found.patients, 1):
        others = frozenset[str]().union(*(f for facts_, f in found.patients if facts_ != facts))
        only = ", ".join(sorted(fired - others)) or "none alone"
        lines += ["---", record(facts, program, f"suite-{n:02}", f"only here: {only}").rstrip()]
    return "\n".join(lines) + "\n"
