"""What the command `suite` writes: patients as test cases for review, each with what only it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal as OneOf

from ...kb.ir import EDB, Program
from ..answers.assess import Knowledge, assess
from ..workshop.coverage_seen import EXCEPTION, Seen
from .case_text import Written, file_of, whole_case
from .check import Progress, silent
from .mcdc import condition_suite, reason
from .replay import DisagreementError
from .suite import Seeker, Suite, rule_suite
from .told_apart import answered, ended
from .world import World

Kind = OneOf["rules", "conditions"]
KINDS: dict[Kind, Callable[[Program, Progress], Suite]] = {"rules": rule_suite, "conditions": condition_suite}
SECTIONS = {"rules": "Every rule concludes something", "conditions": "Every condition decides"}
NAMED = 3
"""Goals that the name of a case tells; the others are in its comment."""


def suite_file(
    program: Program, kind: Kind, written: Written, progress: Progress = silent
) -> tuple[str, tuple[str, ...], Suite]:
    """A file of test cases; what there is to say about the suite, a line each; and the suite.

    Each patient is replayed on pyDatalog: what it is there for must show in the coverage that it gives.
    """
    found = KINDS[kind](program, progress)
    world, knowledge = World(program), Knowledge(program)
    seeker = Seeker(world, found.goals)
    cases: list[str] = []
    for number, (patient, _) in enumerate(found.patients):
        only = sorted(found.only(number))
        edb = ended(knowledge, world.space, patient.facts, lambda several, only=only: seeker.still(only, several))
        _replay(knowledge, found, only, edb)
        texts = [found.goals[n].text for n in only]
        more = f", and {len(texts) - NAMED} more" if len(texts) > NAMED else ""
        name = f"{number + 1}: {'; '.join(texts[:NAMED])}{more}"
        about = dict.fromkeys(
            s for n in only for c in program.clauses if c.id == found.goals[n].rule for s in [c.statement] if s
        )
        comments = "".join(f"# only here: {text}\n" for text in texts)
        parts = answered(knowledge, edb).parts
        cases.append(comments + whole_case(name, about, written(edb), parts, program))
    return file_of(SECTIONS[kind], cases), tuple(_told(program, found)), found


def _told(program: Program, found: Suite) -> list[str]:
    shown = len(found.goals) - len(found.never)
    lines = [f"{len(found.patients)} patients show {shown} goals."]
    if found.partial:
        return [*lines, "PARTIAL: interrupted; not all goals are shown."]
    if found.least == len(found.patients):
        lines.append("Proved: no suite has fewer.")
    else:
        lines.append(f"Proved: no suite has fewer than {found.least}.")
    lines += [f"Nobody shows {found.goals[n].text}; {reason(program, found.goals[n])}." for n in found.never]
    return lines


def _replay(knowledge: Knowledge, found: Suite, only: list[int], edb: EDB) -> None:
    """Whether the evaluator shows what the solver found. Raises DisagreementError."""
    seen = Seen(knowledge.program, knowledge.normal)
    seen.add(assess(knowledge, edb), edb)
    for n in only:
        goal = found.goals[n]
        rule = seen.rules[goal.rule]
        if goal.condition is None:
            shown = bool(rule.patients)
        else:
            position = goal.condition.position
            shown = next(c.failed for c in rule.conditions if c.position == position)
        if not shown:
            what = "exception" if goal.condition and goal.condition.position == EXCEPTION else goal.text
            raise DisagreementError(f"the solver shows {what} and the evaluator does not: {[*edb.facts]}")
