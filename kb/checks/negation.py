"""E403-E408: what `not`, `-p` and `assuming` may stand before, and that no predicate rests on its own negation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..diagnostics import Diagnostic, Note
from ..ir import Clause, Literal, Program
from ..normal import NormalProgram, dependencies, normalise
from ..strata import Edge, components, negative_cycle
from .context import literals, predicates_by_name


def negation(program: Program) -> Iterator[Diagnostic]:
    """E404 `not` on an open predicate, E405 `assuming` on a closed one, E407 `-p` on a closed one."""
    known = predicates_by_name(program)
    for clause in program.clauses:
        if clause.head.negated and (declared := known.get(clause.head.predicate)) and not declared.open:
            message = f"`-{declared.name}`: `{declared.name}` is closed, so what does not hold is false already"
            yield Diagnostic("E407", message, clause.head.span, notes=(Note(declared.span, "declared closed here"),))
        for item in literals(clause):
            declared = known.get(item.atom.predicate)
            if declared is None:
                continue
            written = f"{item.atom.predicate}({', '.join('..' for _ in item.atom.args[:1])})"
            note = (Note(declared.span, f"`{declared.name}` is declared {'open' if declared.open else 'closed'} here"),)
            if item.mode == "not" and declared.open:
                message = f"`not` before the open predicate `{declared.name}`: what does an unknown one mean?"
                help_ = (
                    f"`-{written}` asks for recorded false; `assuming -{written}` takes unknown as false, and says so"
                )
                yield Diagnostic("E404", message, item.span, help=help_, notes=note)
            elif item.mode == "assuming" and not declared.open:
                message = f"`assuming` before the closed predicate `{declared.name}`, which is never unknown"
                yield Diagnostic("E405", message, item.span, help=f"write `not {written}`", notes=note)
            elif item.atom.negated and not declared.open:
                message = f"`-{declared.name}`: a closed predicate has no recorded false"
                yield Diagnostic("E407", message, item.span, help=f"write `not {written}`", notes=note)


def closed_world(program: Program) -> Iterator[Diagnostic]:
    """E406: a derived predicate that is declared closed rests on an open one, so its absence would not mean false."""
    known = predicates_by_name(program)
    for clause in program.clauses:
        head = known.get(clause.head.predicate)
        if head is None or head.open or not clause.body:
            continue
        for item in literals(clause):
            declared = known.get(item.atom.predicate)
            if declared is not None and declared.open:
                message = f"`{head.name}` is declared closed but rests on the open predicate `{declared.name}`"
                help_ = f"declare `{head.name}` open: when `{declared.name}` is unknown it is unknown too"
                yield Diagnostic("E406", message, item.span, help=help_, notes=(Note(head.span, "declared here"),))


def stratification(program: Program) -> Iterator[Diagnostic]:
    """E403: a predicate that rests on its own negation; the cycle is shown."""
    named = tuple(replace(c, annotations=c.annotations) for c in program.clauses if c.id or not _excepts(c))
    normal: NormalProgram = normalise(replace(program, clauses=named))
    edges = dependencies(normal.rules)
    for component in components(edges, (r.head.signed for r in normal.rules)):
        cycle = negative_cycle(edges, component)
        if cycle:
            places = [_place(normal, edge) for edge in cycle]
            steps = [f"{_name(e.head)} rests on {'not ' if e.negative else ''}{_name(e.body)}" for e in cycle]
            notes = tuple(Note(literal.span, step) for step, literal in zip(steps, places, strict=True))
            message = f"`{_name(cycle[0].head)}` rests on its own negation"
            yield Diagnostic("E403", message, places[0].span, help="break the cycle below", notes=notes)


def _excepts(clause: Clause) -> bool:
    return bool(clause.values("overrides"))


def _place(normal: NormalProgram, edge: Edge) -> Literal:
    """The condition that makes the edge; for an exception, the rule that makes it."""
    for rule in normal.rules:
        for item in rule.body:
            if isinstance(item, Literal) and Edge(rule.head.signed, item.atom.signed, item.mode == "not") == edge:
                return item if item.span.line else replace(item, span=rule.clause.span)
    raise AssertionError(f"no condition makes the edge {edge}")


def _name(signed: str) -> str:
    """Generated predicates in the author's words."""
    part, colon, rule = signed.partition(":")
    if not colon:
        return signed
    return f"the conditions of rule {rule}" if part == "applies" else f"an exception to rule {rule}"
