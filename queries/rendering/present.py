"""What a command shows of a case: the answer, one explanation, or the findings of the checks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from ...kb.diagnostics import Diagnostic, Unavailable, render
from ...kb.ir import Program
from ..answers.answer import Answer, Item, answer
from ..answers.assess import Case
from ..answers.named import about, known_name
from ..explanations.explanation import another, explain
from ..proofs.proof import prove
from ..wording.sentences import sentences
from ..wording.words import Words
from .answer_text import answer_text
from .layout import Layout
from .proof_text import ProofWriter, proof_text
from .renderings import GRAPHS, rendering

ONE_LINE = 100_000  # columns


def answered(case: Case, form: str, layout: Layout, said: Words, depth: int | None = None) -> tuple[str | bytes, bool]:
    """The answer as text or in another form, and whether nothing in it is undetermined."""
    found = answer(case)
    graph = explain(case, found, said)
    program = case.knowledge.program
    if form == "text":
        return answer_text(program, found, graph, layout, said), not found.undetermined
    return rendering(form, program, found, graph, said, depth), not found.undetermined


def explained(
    case: Case,
    name: str,
    layout: Layout,
    said: Words,
    form: str = "text",
    depth: int | None = None,
    everything: bool = False,
) -> str | bytes:
    """The proofs of every item of the answer with this name, in text with every other minimal proof if so asked.

    Raises UnknownName for a name no item can have.
    """
    from ..explanations.excerpt import excerpt
    from ..explanations.report import report
    from .why_not_text import WhyNotText

    known_name(case.knowledge.program, name)
    told = report(case, said)
    program, graph = case.knowledge.program, told.graph
    proved = [item for item in _all(told.answer) if item.name == name and item.atom in graph.roots]
    if form != "text":
        notes = () if proved else tuple(WhyNotText(told, Layout(width=ONE_LINE), said).notes(name))
        if notes and form in GRAPHS:
            raise Unavailable([Diagnostic("Q607", "there is no proof to draw", help=notes[0])])
        return rendering(form, program, *excerpt(told.answer, graph, name), said, depth, notes)
    if not proved:
        return why_not_shown(case, name, layout, said)
    shown = [proof_text(program, graph, item, layout, said) for item in proved]
    if everything:
        shown += [text for item in proved for text in _other_ways(case, item, layout, said)]
    return "\n".join(shown)


def _other_ways(case: Case, item: Item, layout: Layout, said: Words) -> Iterable[str]:
    """Every other minimal proof, and whether there may be more."""
    from ..proofs.proofs_all import all_proofs

    found = all_proofs(case.proofs, item.atom)
    shown = prove(case.proofs, item.atom)
    others = [proof for proof in found.proofs if proof != shown]
    for number, proof in enumerate(others, 1):
        lines = layout.wrap(said.say("proof.another", number=number, total=len(others)))
        writer = ProofWriter(case.knowledge.program, graph := another(case, proof, said), layout, said)
        yield "\n".join([*lines, *writer.tree(graph.roots[proof.root])]) + "\n"
    key = "proof.all_shown" if found.complete else "proof.more"
    yield "\n".join(layout.wrap(said.say(key, number=len(others) + 1))) + "\n"


def why_not_shown(
    case: Case, name: str, layout: Layout, said: Words, form: str = "text", everything: bool = False
) -> str:
    """Why what has this name does not hold; if it does, that is said, with the proof. Raises UnknownName."""
    from ..explanations.report import report
    from .why_not_data import why_not_data
    from .why_not_text import WhyNotText

    known_name(case.knowledge.program, name)
    told = replace(report(case, said), case=about(case, name))
    if form == "json":
        return json.dumps(why_not_data(told, name), ensure_ascii=False, indent=1) + "\n"
    lines: list[str] = []
    for item in _all(told.answer):
        if item.name == name and item.status != "excluded" and item.atom in told.graph.roots:
            lines += layout.wrap(
                said.say("whynot.holds", text=sentences(case.knowledge.program, said).holds(item.atom))
            )
            lines += ["", proof_text(case.knowledge.program, told.graph, item, layout, said)]
    if lines:
        return "\n".join(lines)
    return "\n".join(WhyNotText(told, layout, said, everything).lines(name)) + "\n"


def _all(found: Answer) -> Iterable[Item]:
    for part in (found.recommendations, found.alerts, found.expectations, found.prognosis, found.flags):
        yield from part


def findings(program: Program | None, problems: tuple[Diagnostic, ...], form: str) -> str:
    """The result of checking: everything that is wrong, or what was checked."""
    if form == "json":
        data = {"ok": not problems, "findings": [_finding(d) for d in problems]}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    if program is None:
        count = f"{len(problems)} error{'' if len(problems) == 1 else 's'}"
        return "\n\n".join([*map(render, problems), count]) + "\n"
    rules = sum(bool(c.body) for c in program.clauses)
    statements = sum(s.kind != "reading" for s in program.statements)
    readings = len(program.statements) - statements
    return (
        f"ok: {program.name} {program.version}: {statements} statements, {readings} readings, {rules} rules, "
        f"{len(program.predicates)} predicates, {len(program.types)} types\n"
    )


def _finding(d: Diagnostic) -> dict[str, object]:
    return {
        "code": d.code,
        "severity": d.severity,
        "message": d.message,
        "file": d.span.file,
        "line": d.span.line,
        "column": d.span.column,
        "end_column": d.span.end,
        "help": d.help,
        "notes": [{"text": n.text, "file": n.span.file, "line": n.span.line} for n in d.notes],
    }
