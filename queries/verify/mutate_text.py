"""What the command `mutate` shows: each mutant with the patient that tells it, or that it is equivalent."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ...kb.diagnostics import Diagnostic, UnknownName, suggest
from ...kb.ir import Program
from .check import Progress, silent
from .mutants import mutants
from .mutate import fates
from .telling import record
from .world import World


def mutation(program: Program, rules: Iterable[str] = (), form: str = "text", progress: Progress = silent) -> str:
    """The fate of each mutant (of these rules), with patients as records of test cases."""
    wanted = tuple(rules)
    ids = [c.id for c in program.clauses if c.body]
    for name in wanted:
        if name not in ids:
            message = f"there is no rule `{name}`"
            raise UnknownName(
                [Diagnostic("V808", message, help=suggest(name, ids) or "`guidekb statements` lists them")]
            )
    world = World(program)
    listed = tuple(m for m in mutants(world, program) if not wanted or m.rule.clause.id in wanted)
    found = list(fates(world, listed, progress, bool(wanted)))
    if form == "json":
        data = [
            {"mutant": f.mutant.name, "patient": record(f.patient.facts, program) if f.patient else None} for f in found
        ]
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    told = [f for f in found if f.patient is not None]
    lines = [f"{len(found)} mutants: {len(told)} change an answer, {len(found) - len(told)} are proved equivalent.", ""]
    lines += [f"equivalent: {f.mutant.name}" for f in found if f.patient is None]
    for fate in told if wanted else ():
        patient = record(fate.patient.facts, program, comment=f"tells: {fate.mutant.name}") if fate.patient else ""
        lines += ["---", patient.rstrip()]
    return "\n".join(lines) + "\n"
