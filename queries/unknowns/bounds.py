"""What holds whatever the unknown facts turn out to be, what could hold, and what could matter for it.

A program of two copies of each predicate: `hi:p` is possible, `lo:p` is certain; `not` in one asks the other. So both
are bounds of every completion, found in one run for many partial answers at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...kb.ir import Atom, Comparison, Ground, Literal
from ...kb.normal import NormalProgram, NormalRule, dependencies
from ...kb.strata import components
from ..evaluation.bits import Worlds, derive_worlds
from ..evaluation.match import Index, fill
from ..evaluation.model import Instance
from ..once import once
from ..proofs.plan import RulePlan, plans

HIGH, LOW = "hi:", "lo:"


@dataclass(frozen=True)
class Bounds:
    """For each atom the worlds (as bits) in which it is possible, and those in which it is certain.

    INVARIANT (bounds): in every completion of a world, what is certain holds and what is not possible does not.
    """

    possible: dict[Ground, int]
    certain: dict[Ground, int]
    instances: dict[Instance, int]
    program: NormalProgram

    def open(self, atom: Ground) -> int:
        """The worlds in which the atom may turn out either way."""
        return self.possible.get(atom, 0) & ~self.certain.get(atom, 0)

    def needed(self, targets: Iterable[Ground]) -> dict[Ground, int]:
        """The atoms that could matter for some target, each with the worlds in which it could.

        INVARIANT (cone): whatever the completion, to change an input fact that is not here changes no target.
        """
        return self.needed_where(dict.fromkeys(targets, -1))

    def needed_where(self, targets: Mapping[Ground, int]) -> dict[Ground, int]:
        """As `needed`, of each target only in the worlds given for it."""
        return self._spread({atom: here for atom, bits in targets.items() if (here := bits & self.open(atom))}, True)

    def reach(self, targets: Sequence[Ground]) -> dict[Ground, int]:
        """The atoms that could matter in some world, each with the targets for which it could: bit n is target n."""
        return self._spread({t: 1 << n for n, t in enumerate(targets) if self.open(t)}, False)

    def _spread(self, need: dict[Ground, int], by_world: bool) -> dict[Ground, int]:
        """From conclusions to all that they rest on; when bits are worlds, only where it is open."""
        work = list(need)
        seen: dict[Ground, int] = {}
        while work:
            head = work.pop()
            fresh = need[head] & ~seen.get(head, 0)
            seen[head] = need[head]
            for where, _, premises in self.by_head.get(head, ()) if fresh else ():
                here = fresh & where if by_world else fresh
                for premise, _ in premises:
                    more = here & (self.open(premise) if by_world else -1) & ~need.get(premise, 0)
                    if more:
                        need[premise] = need.get(premise, 0) | more
                        work.append(premise)
        return need

    @cached_property
    def by_head(self) -> dict[Ground, list[tuple[int, str, tuple[tuple[Ground, bool], ...]]]]:
        """For each atom that could be concluded: the worlds, the rule, and the premises that are open somewhere."""
        index = Index(self.possible)
        rules = plans(self.program)
        found: dict[Ground, list[tuple[int, str, tuple[tuple[Ground, bool], ...]]]] = {}
        for instance, bits in self.instances.items():
            plan = rules[instance.rule]
            premises = tuple((a, wanted) for a, wanted in premises_of(plan, instance, index) if self.open(a))
            found.setdefault(plan.ends(instance.values)[0], []).append((bits, instance.rule, premises))
        return found

    def alike(self, facts: Sequence[Ground], need: Collection[Ground]) -> list[Ground]:
        """One fact for all that play the same part in the conclusions of the atoms needed: the first of each class.

        Two facts of one predicate are alike when each conclusion that can use one can use the other in its place, and
        none uses two facts of the predicate. Then what holds with one of them holds with the other, and with both.
        """
        parts: dict[Ground, set[object]] = {fact: set() for fact in facts}
        for head in need:
            for _, rule, premises in self.by_head.get(head, ()):
                for fact, wanted in premises:
                    if fact in parts:
                        others = frozenset(p for p in premises if p[0] != fact)
                        alone = all(p.predicate.lstrip("-") != fact.predicate.lstrip("-") for p, _ in others)
                        parts[fact].add((rule, head, wanted, others) if alone else fact)
        first: dict[tuple[str, frozenset[object]], Ground] = {}
        for fact in facts:
            first.setdefault((fact.predicate, frozenset(parts[fact])), fact)
        return list(first.values())


def premises_of(plan: RulePlan, instance: Instance, index: Index) -> Iterable[tuple[Ground, bool]]:
    """The atoms that the instance asks to be there (True), and those that it asks not to be."""
    yield from ((atom, True) for atom in plan.ends(instance.values)[1])
    negated = [i.atom for i in plan.rule.body if isinstance(i, Literal) and i.mode == "not"]
    if negated:
        binding = dict(zip(plan.rule.variables, instance.values, strict=True))
        for atom in negated:
            yield from ((match, False) for match in index.matching(fill(atom, binding)))


def bounds(
    program: NormalProgram, recorded: Iterable[Ground], worlds: Sequence[tuple[Iterable[Ground], Iterable[Ground]]]
) -> Bounds:
    """The bounds in each world, given what is certain in it beside the record, and what is possible beside that."""
    count = len(worlds)
    facts: dict[Ground, int] = {}
    for i, (certain, possible) in enumerate(worlds):
        for fact in certain:
            for name in (HIGH, LOW):
                _put(facts, name, fact, 1 << i)
        for fact in possible:
            _put(facts, HIGH, fact, 1 << i)
    for fact in recorded:
        for name in (HIGH, LOW):
            _put(facts, name, fact, (1 << count) - 1)
    return bounds_of(program, derive_worlds(doubled(program), facts, count))


def bounds_of(program: NormalProgram, found: Worlds) -> Bounds:
    """The bounds that the worlds of the doubled program say."""
    high: dict[Ground, int] = {}
    low: dict[Ground, int] = {}
    for atom, bits in found.atoms.items():
        (high if atom.predicate.startswith(HIGH) else low)[Ground(atom.predicate[len(HIGH) :], atom.values)] = bits
    instances = {
        Instance(instance.rule.removeprefix(HIGH), instance.values): bits
        for instance, bits in found.instances.items()
        if instance.rule.startswith(HIGH)
    }
    return Bounds(high, low, instances, program)


def _put(facts: dict[Ground, int], name: str, fact: Ground, bits: int) -> None:
    atom = Ground(name + fact.predicate, fact.values)
    facts[atom] = facts.get(atom, 0) | bits


@once
def doubled(program: NormalProgram) -> NormalProgram:
    """The program of possible and certain atoms."""
    rules = tuple(_copy(rule, own, other) for rule in program.rules for own, other in ((HIGH, LOW), (LOW, HIGH)))
    facts = frozenset(Ground(name + f.predicate, f.values) for f in program.facts for name in (HIGH, LOW))
    edges = dependencies(rules)
    strata = components(edges, (rule.head.signed for rule in rules))
    loops = {(edge.head, edge.body) for edge in edges}
    recursive = frozenset(s for s in strata if len(s) > 1 or (s[:1] * 2) in loops)
    return NormalProgram(rules, facts, strata, recursive)


def _copy(rule: NormalRule, own: str, other: str) -> NormalRule:
    body = tuple(
        item
        if isinstance(item, Comparison)
        else replace(item, atom=_named(item.atom, own if item.mode == "plain" else other))
        for item in rule.body
    )
    return replace(rule, id=own + rule.id, head=_named(rule.head, own), body=body)


def _named(atom: Atom, name: str) -> Atom:
    return Atom(name + atom.signed, atom.args, span=atom.span)
