"""How a normal program is cut for an engine that must not see recursion: what is fixed, what is asked, and when."""

from __future__ import annotations

from dataclasses import dataclass

from ...kb.normal import NormalProgram, NormalRule, dependencies


@dataclass(frozen=True, slots=True)
class Stage:
    """Rules that are asked together; `recursive` when they are asked in rounds until nothing is new.

    INVARIANT (stage): a condition's predicate is concluded in an earlier stage, in the same one, or by no rule. In a
    stage that is not recursive no predicate depends on itself; in a recursive one, what is negated is of earlier ones.
    """

    rules: tuple[NormalRule, ...]
    recursive: bool


def stages(program: NormalProgram) -> tuple[Stage, ...]:
    """As few stages as possible: one for each depth of recursive strata that rest on others, and one between them."""
    needs: dict[str, set[str]] = {}
    for edge in dependencies(program.rules):
        needs.setdefault(edge.head, set()).add(edge.body)
    depth: dict[str, int] = {}  # even for what is not recursive, odd for what is
    for stratum in program.strata:
        below = max((depth.get(n, 0) for head in stratum for n in needs.get(head, ()) if n not in stratum), default=0)
        recursive = stratum in program.recursive
        own = below + (1 if recursive != (below % 2 == 1) else 2 if recursive else 0)
        depth.update(dict.fromkeys(stratum, own))
    order = {name: position for position, stratum in enumerate(program.strata) for name in stratum}
    grouped: dict[int, list[NormalRule]] = {}
    for rule in sorted(program.rules, key=lambda rule: order[rule.head.signed]):
        grouped.setdefault(depth[rule.head.signed], []).append(rule)
    return tuple(Stage(tuple(rules), own % 2 == 1) for own, rules in sorted(grouped.items()))


def fixed(program: NormalProgram) -> frozenset[str]:
    """The predicates (signed) that rest on the program's own facts alone, so that no patient changes them."""
    concluded = {rule.head.signed for rule in program.rules}
    found = {fact.predicate for fact in program.facts} - concluded
    needs: dict[str, set[str]] = {name: set() for name in concluded}
    for edge in dependencies(program.rules):
        needs[edge.head].add(edge.body)
    for stratum in program.strata:
        if all(n in found or n in stratum for head in stratum for n in needs.get(head, {""})):
            found.update(stratum)
    return frozenset(found)


def split(program: NormalProgram) -> tuple[NormalProgram, NormalProgram]:
    """The program that concludes the fixed predicates, and the rest of it; the facts stay with the first."""
    names = fixed(program)
    inside = tuple(r for r in program.rules if r.head.signed in names)
    outside = tuple(r for r in program.rules if r.head.signed not in names)
    below = tuple(s for s in program.strata if s[0] in names)
    above = tuple(s for s in program.strata if s[0] not in names)
    return (
        NormalProgram(inside, program.facts, below, program.recursive & frozenset(below)),
        NormalProgram(outside, frozenset(), above, program.recursive & frozenset(above)),
    )
