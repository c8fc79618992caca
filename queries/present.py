"""What a command shows of a case: the answer, one explanation, or the findings of the checks."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..kb.diagnostics import Diagnostic, Unavailable, UnknownName, render, suggest
from ..kb.ir import Ground, Program, ground_key
from .answer import Answer, Item, answer
from .answer_text import answer_text
from .assess import Case
from .excerpt import excerpt
from .explanation import explain
from .layout import Layout
from .names import ALERT, DECIDED, FLAG
from .proof_text import proof_text
from .renderings import GRAPHS, rendering
from .sentences import sentences
from .words import Words

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
    case: Case, name: str, layout: Layout, said: Words, form: str = "text", depth: int | None = None
) -> str | bytes:
    """The proofs of every item of the answer with this name. Raises UnknownName for a name no item can have."""
    found = answer(case)
    items = [item for item in _all(found) if item.name == name]
    program = case.knowledge.program
    known = _nameable(program)
    if name not in known:
        help_ = suggest(name, known) or "`guidekb recommend` shows the names"
        message = f"`{name}` is no action, alert, expectation, prognostic factor or flag of this guideline"
        raise UnknownName([Diagnostic("Q602", message, help=help_)])
    graph = explain(case, found, said)
    proved = [item for item in items if item.atom in graph.roots]
    if form != "text":
        notes = () if proved else tuple(_absent(case, name, Layout(width=ONE_LINE), said).splitlines())
        if notes and form in GRAPHS:
            raise Unavailable([Diagnostic("Q607", "there is no proof to draw", help=notes[0])])
        return rendering(form, program, *excerpt(found, graph, name), said, depth, notes)
    if not proved:
        return _absent(case, name, layout, said)
    return "\n".join(proof_text(program, graph, item, layout, said) for item in proved)


def _all(found: Answer) -> Iterable[Item]:
    for part in (found.recommendations, found.alerts, found.expectations, found.prognosis, found.flags):
        yield from part


def _nameable(program: Program) -> frozenset[str]:
    """The names that items of an answer may have: the values of the answer predicates' second columns."""
    types = {t.name: t for t in program.types}
    kinds = {p.columns[1].type for p in program.predicates if p.name in (*DECIDED, FLAG) and p.arity > 1}
    return frozenset(label.name for kind in kinds if kind in types for label in types[kind].labels)


def _absent(case: Case, name: str, layout: Layout, said: Words) -> str:
    """That nothing says so, and which unknown facts could make it so."""
    say = sentences(case.knowledge.program, said)
    atoms = [a for a in case.changes.gained if a.values[1:2] == (name,)]
    predicate = next((p for p in (*DECIDED, FLAG) if _holds_name(case, p, name)), ALERT)
    arity = case.knowledge.predicates[predicate].arity
    text = say.item(Ground(predicate, (case.edb.subject, name, *("",) * (arity - 2))))
    lines = layout.wrap(said.say("absent.does_not_follow", item=text, subject=case.edb.subject))
    if not atoms:
        lines += layout.wrap(said.say("absent.no_fact_could"))
    for atom in sorted(atoms, key=ground_key):
        for one in case.changes.gained[atom]:
            facts = said.join(say.holds(fact) for fact in sorted(one, key=ground_key))
            lines += layout.wrap(said.say("absent.would_follow", facts=facts), f"  {layout.glyph('unknown')} ")
    return "\n".join(lines) + "\n"


def _holds_name(case: Case, predicate: str, name: str) -> bool:
    declared = case.knowledge.predicates.get(predicate)
    if declared is None or declared.arity < 2:
        return False
    return any(
        t.name == declared.columns[1].type and name in (x.name for x in t.labels) for t in case.knowledge.program.types
    )


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
