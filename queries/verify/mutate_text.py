"""What the command `mutate` shows: how many mutants are killed, and by what; who survives, and a patient to kill it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ...kb.case import TestCase
from ...kb.diagnostics import Diagnostic, UnknownName, suggest
from ...kb.ir import Program
from ...kb.properties import Verifiable
from ..rendering.layout import Layout
from .case_text import Written, file_of, survivor_case
from .check import Progress, silent
from .judgement import Judged, Judgement, judge
from .telling import record

FEW = 3
"""Killing cases that are named where not all are."""


def judged(
    given: Verifiable, cases: Sequence[TestCase], rules: Iterable[str] = (), progress: Progress = silent
) -> Judgement:
    """The fate of each mutant of these rules, or of all. Raises UnknownName (V808)."""
    wanted = tuple(rules)
    ids = [c.id for c in given.program.clauses if c.body]
    for name in wanted:
        if name not in ids:
            message = f"there is no rule `{name}`"
            raise UnknownName(
                [Diagnostic("V808", message, help=suggest(name, ids) or "`guidekb statements` lists them")]
            )
    return judge(given, cases, wanted, progress)


def mutation_text(found: Judgement, program: Program, layout: Layout, everything: bool = False) -> str:
    """The judgement as text; `everything`: the killed too, each with what kills it."""
    lines = [_summary(found), ""]
    if everything and (killed := found.of("killed")):
        lines.append(layout.style("KILLED", "bold"))
        for one in killed:
            lines += layout.wrap(one.mutant.name, f"  {layout.glyph('yes')} ")
            lines += layout.wrap(f"by {_killers(one)}", "      ")
        lines.append("")
    if surviving := found.of("surviving"):
        lines.append(layout.style("SURVIVING: no test case and no property notices", "bold"))
        for one in surviving:
            lines += layout.wrap(one.mutant.name, f"  {layout.glyph('no')} ")
            lines += _survivor(one, program, layout)
        lines.append("")
    if equivalent := found.of("equivalent"):
        lines.append(layout.style("EQUIVALENT: proved to change no answer, whoever the patient is", "bold"))
        for one in equivalent:
            lines += layout.wrap(one.mutant.name, "  = ")
        lines.append("")
    if found.partial:
        lines.append(f"PARTIAL: interrupted; {len(found.of('not judged'))} mutants are not judged.")
    return "\n".join(lines).rstrip() + "\n"


def _summary(found: Judgement) -> str:
    killed, surviving = found.of("killed"), found.of("surviving")
    alone = sum(1 for one in killed if not one.cases)
    parts = [f"{len(killed)} killed"]
    if alone:
        parts[0] += f" ({alone} of them by properties alone)"
    parts += [f"{len(surviving)} surviving", f"{len(found.of('equivalent'))} proved equivalent"]
    if found.partial:
        parts.append(f"{len(found.of('not judged'))} not judged")
    return f"{len(found.judged)} mutants, {found.cases} test cases: {', '.join(parts)}."


def _killers(one: Judged) -> str:
    names = [c.place for c in one.cases]
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    parts = [f"{', '.join(names[:FEW])}{more}"] if names else []
    if one.properties:
        word = "property" if len(one.properties) == 1 else "properties"
        parts.append(f"the {word} {', '.join(one.properties)}")
    return "; ".join(parts)


def _survivor(one: Judged, program: Program, layout: Layout) -> Iterator[str]:
    if one.survivor is None:
        return
    yield "      the smallest patient who tells it (the evaluator says the same):"
    for line in record(tuple(one.survivor.edb.facts), program).splitlines()[1:]:
        yield f"        {line}"
    for word, atoms in (("only the rules say", one.survivor.lost), ("only the mutant says", one.survivor.gained)):
        told = ", ".join(" ".join(map(str, (a.predicate, *a.values[1:]))) for a in atoms)
        if told:
            yield from layout.wrap(f"{word}: {told}", "      ")


def mutation_json(found: Judgement, program: Program) -> str:
    """The judgement as JSON: each mutant with its fate, and all that kill it."""
    listed = [
        {
            "rule": one.mutant.rule.clause.id,
            "mutant": one.mutant.name,
            "fate": one.fate,
            "cases": [c.place for c in one.cases],
            "properties": list(one.properties),
            "patient": record(tuple(one.survivor.edb.facts), program) if one.survivor else None,
        }
        for one in found.judged
    ]
    counts = {fate.replace(" ", "_"): len(found.of(fate)) for fate in ("killed", "surviving", "equivalent")}
    data = {"mutants": len(listed), **counts, "partial": found.partial, "judged": listed}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def survivor_files(found: Judgement, folder: Path, written: Written) -> dict[Path, str]:
    """A file of cases for each rule with surviving mutants, for review."""
    by_rule: dict[str, list[str]] = {}
    for one in found.of("surviving"):
        if one.survivor:
            by_rule.setdefault(one.mutant.rule.clause.id, []).append(survivor_case(one, one.survivor, written))
    return {
        folder / f"mutants_{re.sub(r'[^A-Za-z0-9_-]', '_', rule)}.yaml": file_of(f"Mutants of {rule}", cases)
        for rule, cases in by_rule.items()
    }
