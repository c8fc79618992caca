"""E403: no predicate rests on its own negation, whether through `not` or through an exception."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..diagnostics import Diagnostic, Note
from ..ir import NOWHERE, Annotation, Clause, Literal, Program, Span
from ..normal import NormalRule, dependencies, normalise
from ..strata import Edge, components, negative_cycle

SHOWN = 12  # steps of a cycle


def stratification(program: Program) -> Iterator[Diagnostic]:
    """E403: a predicate that rests on its own negation; a shortest cycle is shown, a step a line."""
    normal = normalise(replace(program, clauses=tuple(_sound(c) for c in program.clauses)))
    edges = dependencies(normal.rules)
    reasons = _reasons(normal.rules)
    for component, inside in _within(edges, components(edges, (r.head.signed for r in normal.rules))):
        cycle = negative_cycle(inside, component)
        if cycle:
            steps = [_step(edge, *reasons[edge]) for edge in cycle[:SHOWN]]
            if len(cycle) > SHOWN:
                steps.append(Note(NOWHERE, f"and {len(cycle) - SHOWN:,} more steps back to the first"))
            first = next((name for name in (e.head for e in cycle) if ":" not in name), "")
            subject = f"`{first}`" if first else "the exceptions of these rules"
            message = f"{subject} rest{'s' if first else ''} on {'its' if first else 'their'} own negation"
            help_ = "no order of computing it exists: take out one step"
            yield Diagnostic("E403", message, steps[0].span, help=help_, notes=tuple(steps))


def _within(
    edges: tuple[Edge, ...], found: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[tuple[str, ...], tuple[Edge, ...]]]:
    """Each component that has edges between its members, with those edges."""
    number = {name: at for at, component in enumerate(found) for name in component}
    inside: dict[int, list[Edge]] = {}
    for e in edges:
        if number[e.head] == number[e.body]:
            inside.setdefault(number[e.head], []).append(e)
    yield from ((found[at], tuple(inside[at])) for at in sorted(inside))


def _sound(clause: Clause) -> Clause:
    """Without an exception to itself, which E508 reports, and without exceptions of facts and of rules without id."""
    if clause.id and clause.body and clause.id not in clause.values("overrides"):
        return clause
    return replace(clause, annotations=tuple(_without(a, clause.id) for a in clause.annotations))


def _without(one: Annotation, own: str) -> Annotation:
    if one.name != "overrides":
        return one
    return replace(one, args=tuple(v for v in one.args if own and v != own))


def _reasons(rules: tuple[NormalRule, ...]) -> dict[Edge, tuple[NormalRule, Literal]]:
    """The first rule and condition that make each edge."""
    found: dict[Edge, tuple[NormalRule, Literal]] = {}
    for rule in rules:
        for item in rule.body:
            if isinstance(item, Literal):
                found.setdefault(Edge(rule.head.signed, item.atom.signed, item.mode == "not"), (rule, item))
    return found


def _step(edge: Edge, rule: NormalRule, item: Literal) -> Note:
    """One step of the cycle in the author's words, and where it stands."""
    name = rule.clause.id
    own = item.span if item.span.line else rule.clause.span
    if rule.part == "overrides":
        other = edge.head.partition(":")[2]
        unless = ", unless it is overridden itself" if edge.negative else ""
        return Note(_override_span(rule.clause, other), f"rule `{name}` overrides rule `{other}`{unless}")
    if rule.part == "concludes":
        unless = " unless it is overridden" if edge.negative else ""
        return Note(rule.clause.span, f"`{edge.head}` is concluded by rule `{name}`{unless}")
    if rule.part == "applies":
        return Note(own, f"rule `{name}` asks for {_asked(edge)}")
    return Note(own, f"`{edge.head}` rests on {_asked(edge)}")


def _asked(edge: Edge) -> str:
    return f"`not {edge.body}`" if edge.negative else f"`{edge.body}`"


def _override_span(clause: Clause, other: str) -> Span:
    given = (a.span for a in clause.annotations if a.name == "overrides" and other in map(str, a.args))
    return next(given, clause.span)
