"""Which predicates rest on which: the dependency graph of a program, with its strata and what is recursive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from ...kb.diagnostics import Diagnostic, UnknownName, suggest
from ...kb.ir import Clause, Literal, Program, Role
from ...kb.normal import NormalProgram, normalise

Kind = OneOf["holds", "negated", "exception"]


@dataclass(frozen=True, slots=True)
class Node:
    """A predicate. `level`: its stratum, how many negations and exceptions it may rest on, one upon another.

    `recursive`: it rests on itself. `says`: its sentence.
    """

    name: str
    role: Role
    level: int
    recursive: bool
    says: str


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` rests on `source`: as a condition that holds, as one that must not, or as part of an exception."""

    source: str
    target: str
    kind: Kind
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PredicateGraph:
    """Nodes by level and name; edges in order. `focus`: the predicate that it was cut out around, or ""."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    focus: str = ""


def predicate_graph(program: Program, focus: str = "", depth: int | None = None) -> PredicateGraph:
    """The graph of a checked program; with `focus`, what that predicate rests on and what rests on it, so many steps.

    Raises UnknownName (Q623). A predicate that no rule or fact names is not shown, unless it is the focus.
    """
    declared = program.predicates_by_name
    if focus and focus not in declared:
        message, help_ = f"there is no predicate `{focus}`", suggest(focus, declared)
        if rule := next((c for c in program.clauses if c.id == focus), None):
            concluded = rule.head.predicate
            message = f"`{focus}` is no predicate but a rule that concludes `{concluded}`"
            help_ = f"give `{concluded}`"
        raise UnknownName([Diagnostic("Q623", message, help=help_)])
    edges = _edges(program)
    named = {end for e in edges for end in (e.source, e.target)} | {c.head.predicate for c in program.clauses}
    if focus:
        named = _near(edges, focus, depth)
        edges = tuple(e for e in edges if e.source in named and e.target in named)
    levels, recursive = _levels(normalise(program))
    nodes = [
        Node(p.name, p.role, max(levels.get(p.name, 0), levels.get(f"-{p.name}", 0)), p.name in recursive, p.yes)
        for p in program.predicates
        if p.name in named
    ]
    return PredicateGraph(tuple(sorted(nodes, key=lambda n: (n.level, n.name))), edges, focus)


def _edges(program: Program) -> tuple[Edge, ...]:
    """Each pair of predicates once for each kind, with the rules that make it so."""
    by_id = {c.id: c for c in program.clauses if c.body}
    found: dict[tuple[str, str, Kind], list[str]] = {}
    for clause in by_id.values():
        for name, negated in _conditions(clause):
            found.setdefault((name, clause.head.predicate, "negated" if negated else "holds"), []).append(clause.id)
        for target in clause.values("overrides"):
            overridden = by_id.get(str(target))
            for name, _ in _conditions(clause) if overridden else ():
                key: tuple[str, str, Kind] = (name, overridden.head.predicate if overridden else "", "exception")
                found.setdefault(key, []).append(clause.id)
    return tuple(Edge(*key, tuple(dict.fromkeys(found[key]))) for key in sorted(found))


def _conditions(clause: Clause) -> Iterator[tuple[str, bool]]:
    for item in clause.body:
        if isinstance(item, Literal):
            yield item.atom.predicate, item.mode != "plain"


def _near(edges: Iterable[Edge], focus: str, depth: int | None) -> set[str]:
    below: dict[str, set[str]] = {}
    above: dict[str, set[str]] = {}
    for e in edges:
        below.setdefault(e.target, set()).add(e.source)
        above.setdefault(e.source, set()).add(e.target)
    found = {focus}
    for way in (below, above):
        seen, level, step = {focus}, {focus}, 0
        while level and step != depth:
            level = {n for name in level for n in way.get(name, ())} - seen
            seen |= level
            step += 1
        found |= seen
    return found


def _levels(normal: NormalProgram) -> tuple[dict[str, int], frozenset[str]]:
    """The stratum of each signed name, and the predicates that rest on themselves."""
    rules: dict[str, list[tuple[str, bool]]] = {}
    for rule in normal.rules:
        items = (i for i in rule.body if isinstance(i, Literal))
        rules.setdefault(rule.head.signed, []).extend((i.atom.signed, i.mode == "not") for i in items)
    levels: dict[str, int] = {}
    for stratum in normal.strata:
        below = [(name, negated) for head in stratum for name, negated in rules.get(head, ()) if name not in stratum]
        level = max((levels.get(name, 0) + negated for name, negated in below), default=0)
        levels |= dict.fromkeys(stratum, level)
    return levels, frozenset(name.lstrip("-") for stratum in normal.recursive for name in stratum)
