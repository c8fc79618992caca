"""A guideline as many small ones: what decides one action, alert or factor is a few rules about a few fields.

What could still change a conclusion is searched in its own part of the program, so that patients who differ elsewhere
share the search. Conclusions whose status rests on each other are kept together: those of one name, those that exclude
or oppose each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...kb.ir import Const, Ground, Literal
from ...kb.normal import NormalProgram, NormalRule, frozen
from ..answers.assess import Knowledge
from ..names import CONTRADICTED, CONTRADICTION, DECIDED, EXCLUSIVE, FLAG, OPPOSES, REQUIRES

ASKED = (*DECIDED, FLAG, REQUIRES)
"""The predicates that an answer is read from."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some conclusions with all that decides them. `names`: None for all names of `predicates`.

    `knowledge` has the rules that conclude them, and those that could find a hypothesis about them contradicted.
    `shown`: the rules whose instances an answer shows: those that conclude, and the parts of exceptions to them.
    `fields`: what its rules ask.
    """

    predicates: frozenset[str]
    names: frozenset[str] | None
    knowledge: Knowledge
    shown: frozenset[str]
    fields: frozenset[str]

    def has(self, atom: Ground) -> bool:
        """Whether a conclusion is one of the group's."""
        if atom.predicate not in self.predicates:
            return False
        return self.names is None or (len(atom.values) > 1 and str(atom.values[1]) in self.names)


def groups(knowledge: Knowledge) -> tuple[Group, ...]:
    """The groups of a program; each conclusion that an answer shows is in one of them."""
    program = knowledge.normal
    heads = _by_head(program.rules)
    together = _Sets()
    everything: set[str] = set()
    for predicate in ASKED:
        for rule in heads.get(predicate, ()):
            if len(rule.head.args) > 1:
                term = rule.head.args[1]
                if isinstance(term, Const):
                    together.join(str(term.value), predicate)
                else:
                    everything.add(predicate)
    for fact in program.facts:
        if fact.predicate in (EXCLUSIVE, OPPOSES) and len(fact.values) > 1:
            together.link(*map(str, fact.values[:2]))
    for rule in program.rules:
        if rule.head.predicate in (EXCLUSIVE, OPPOSES):  # what excludes what is known to rules alone: keep all together
            everything.update(DECIDED)
    found: list[Group] = []
    if everything:
        found.append(_group(knowledge, frozenset(everything), None, heads))
    for names in together.sets():
        predicates = frozenset(p for n in names for p in together.of.get(n, ())) - everything
        if predicates:
            found.append(_group(knowledge, predicates, frozenset(names), heads))
    return tuple(found)


class _Sets:
    """Names that belong together, with the predicates that conclude each."""

    def __init__(self) -> None:
        self.of: dict[str, set[str]] = {}
        self.parent: dict[str, str] = {}

    def join(self, name: str, predicate: str) -> None:
        self.of.setdefault(name, set()).add(predicate)

    def link(self, one: str, other: str) -> None:
        self.parent[self.root(one)] = self.root(other)

    def root(self, name: str) -> str:
        while (above := self.parent.get(name, name)) != name:
            name = above
        return name

    def sets(self) -> list[list[str]]:
        found: dict[str, list[str]] = {}
        for name in sorted({*self.of, *self.parent}):
            found.setdefault(self.root(name), []).append(name)
        return sorted(found.values())  # in an order that does not depend on that of the table


def _by_head(rules: Iterable[NormalRule]) -> dict[str, list[NormalRule]]:
    heads: dict[str, list[NormalRule]] = {}
    for rule in rules:
        heads.setdefault(rule.head.signed, []).append(rule)
    return heads


def _group(
    knowledge: Knowledge, predicates: frozenset[str], names: frozenset[str] | None, heads: dict[str, list[NormalRule]]
) -> Group:
    start = [
        rule
        for predicate in predicates
        for rule in heads.get(predicate, ())
        if names is None or (isinstance(t := rule.head.args[1], Const) and str(t.value) in names)
    ]
    own, fields = cone(start, heads)
    open_fields = {f for f in fields if (p := knowledge.predicates.get(f)) and p.role == "input" and p.open}
    for rule in (*heads.get(CONTRADICTED, ()), *heads.get(FLAG, ())):
        if rule.head.predicate == FLAG and CONTRADICTION not in [
            t.value for t in rule.head.args if isinstance(t, Const)
        ]:
            continue
        more, touched = cone([rule], heads)
        if touched & open_fields:
            own |= more
    clauses = {rule.clause.id for rule in start}
    shown = frozenset(
        i for i in own if (r := knowledge.rules[i]) in start or r.clause.id in clauses or r.part == "overrides"
    )
    part = _part(knowledge, own)
    fields = fields_of(part.normal)
    if REQUIRES in predicates:  # whether a field that is required is open is asked of the record
        fields |= {p.name for p in knowledge.program.predicates if p.role == "input"}
    return Group(predicates, names, part, shown, fields)


def cone(start: Iterable[NormalRule], heads: dict[str, list[NormalRule]]) -> tuple[set[str], set[str]]:
    """The ids of these rules and of all that they rest on, and the predicates in their conditions, without signs."""
    seen: set[str] = set()
    fields: set[str] = set()
    work = list(start)
    while work:
        rule = work.pop()
        if rule.id in seen:
            continue
        seen.add(rule.id)
        for item in rule.body:
            if isinstance(item, Literal):
                fields.add(item.atom.predicate)
                work += heads.get(item.atom.signed, ())
    return seen, fields


def fields_of(program: NormalProgram) -> frozenset[str]:
    """The predicates that conditions ask, without signs."""
    return frozenset(i.atom.predicate for r in program.rules for i in r.body if isinstance(i, Literal))


def _part(knowledge: Knowledge, ids: set[str]) -> Knowledge:
    """The knowledge with some of its rules only."""
    whole = knowledge.normal
    rules = tuple(r for r in whole.rules if r.id in ids)
    heads = {r.head.signed for r in rules}
    strata = tuple(s for s in whole.strata if heads & {*s})
    asked = {i.atom.signed for r in rules for i in r.body if isinstance(i, Literal)} | {EXCLUSIVE, OPPOSES, *heads}
    facts = frozenset(f for f in whole.facts if f.predicate in asked)
    part = NormalProgram(rules, facts, strata, whole.recursive & frozenset(strata))
    made = Knowledge(replace(knowledge.program))
    vars(made).update(vars(knowledge), normal=part, frozen=frozen(part))
    made.__dict__.pop("rules", None)
    return made
