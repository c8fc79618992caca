"""Why an answer to a goal holds, and why a goal has none, for any predicate of the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...kb.ir import Atom, BodyItem, Const, Ground, Literal, Value
from ...kb.printer import print_condition
from ..answers.assess import Case, with_flags
from ..evaluation.match import Index, absence, fill, solutions, substitute
from ..explanations.explanation import proved
from ..explanations.report import report
from ..names import DECIDED, FLAG
from ..rendering.layout import Layout
from ..rendering.proof_text import ProofWriter
from ..rendering.why_not_text import WhyNotText
from ..why_not.whynot import why_not
from ..wording.words import Words


def why_lines(
    case: Case, body: Sequence[BodyItem], binding: Mapping[str, Value], layout: Layout, said: Words
) -> Iterator[str]:
    """The proofs of the conditions of a goal under a binding; a condition that something is not so is told as it is."""
    whole = next(solutions(body, Index(case.model.atoms), binding))
    atoms = {n: ground for n, item in enumerate(body) if (ground := _ground(item, whole)) is not None}
    graph = proved(case, atoms.values(), said)
    writer = ProofWriter(case.knowledge.program, graph, layout, said)
    for n, item in enumerate(body):
        if n in atoms:
            yield from writer.tree(graph.roots[atoms[n]])
        elif isinstance(item, Literal):
            literal = absence(item)
            yield from layout.wrap(writer.say.denied(fill(literal.atom, whole)), f"{layout.glyph('yes')} ")
        else:
            yield from layout.wrap(print_condition(substitute(item, whole)), f"{layout.glyph('yes')} ")
    yield from writer.sources()


def _ground(item: BodyItem, binding: Mapping[str, Value]) -> Ground | None:
    if not isinstance(item, Literal) or item.mode != "plain":
        return None
    atom = fill(item.atom, binding)
    return Ground(atom.signed, tuple(t.value for t in atom.args if isinstance(t, Const)))


def why_not_lines(case: Case, goal: Atom, layout: Layout, said: Words) -> Iterator[str]:
    """The rules that came nearest to a goal; of what is only recorded, what is recorded instead."""
    told = report(case, said)
    if goal.predicate == FLAG:
        told = replace(told, case=with_flags(case))
    writer = WhyNotText(told, layout, said)
    found = why_not(writer.at, goal)
    if found is None:
        yield from layout.wrap(f"it holds: {writer.say.wanted(goal)}")
        return
    if goal.predicate in (*DECIDED, FLAG) and all(isinstance(t, Const) for t in goal.args[:2]):
        yield from writer.goal(goal)
    else:
        told = writer.conditions.told(found.root)
        yield from layout.wrap(told.text, f"{layout.glyph(told.glyph)} ")
        for detail in told.details:
            yield from layout.wrap(detail, "    ")
        tried = found.goals.get(found.root.goal) if found.root.goal else None
        if tried:
            yield from writer.nearest(found, tried)
    yield from writer.proofs.sources()
