"""The names that a question may be about: actions, alerts, expectations, prognostic factors, flags."""

from __future__ import annotations

from ...kb.diagnostics import Diagnostic, UnknownName, quoted, suggest
from ...kb.ir import Atom, Const, Program, Var
from ..names import DECIDED, FLAG
from ..why_not.unify import unifier
from .assess import Case, Knowledge, with_flags


def nameable(program: Program) -> frozenset[str]:
    """The values of the answer predicates' second columns."""
    types = {t.name: t for t in program.types}
    kinds = {p.columns[1].type for p in program.predicates if p.name in (*DECIDED, FLAG) and p.arity > 1}
    return frozenset(label.name for kind in kinds if kind in types for label in types[kind].labels)


def concluded(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    """The answer predicates of which some rule could conclude something of this name."""
    found: list[str] = []
    for predicate in (*DECIDED, FLAG):
        declared = knowledge.predicates.get(predicate)
        if declared is not None and declared.arity > 1:
            rest = (Var(c.name) for c in declared.columns[2:])
            goal = Atom(predicate, (Var("Patient"), Const(name), *rest))
            heads = (r.head for r in knowledge.normal.rules if r.head.predicate == predicate)
            if any(unifier(head, goal) is not None for head in heads):
                found.append(predicate)
    return tuple(found)


def about(case: Case, name: str | None) -> Case:
    """The case made ready for a question about this name: for a flag, what would raise it is searched too."""
    return with_flags(case) if name is not None and FLAG in concluded(case.knowledge, name) else case


def known_name(program: Program, name: str) -> str:
    """The name, when an item can have it. Raises UnknownName."""
    known = nameable(program)
    if name not in known:
        message = f"{quoted(name)} is no action, alert, expectation, prognostic factor or flag of this guideline"
        within = sorted(k for k in known if len(name) > 2 and name.lower() in k)[:3]
        near = f"did you mean {', '.join(map(quoted, within))}?" if within else suggest(name, known)
        help_ = near or "`guidekb doc -o guideline.html` lists the names"
        raise UnknownName([Diagnostic("Q602", message, help=help_)])
    return name
