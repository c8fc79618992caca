"""One verification from beginning to end, with progress; what is finished when it is interrupted is returned."""

from __future__ import annotations

from datetime import date

from ...kb.properties import Verifiable
from .check import Check, Progress, silent
from .lints import LINTS, Lint
from .mutants import unfalsifiable
from .verdict import Finding, Verdict, Verification

CAN_FAIL = "whether each property can fail"


def verify(
    given: Verifiable, today: date | None = None, progress: Progress = silent, names: frozenset[str] = frozenset()
) -> Verification:
    """The verdicts on all properties (or on those named), and the findings that need none."""
    check = Check(given, today)
    wanted = [o.property for o in check.obligations if not names or o.property.name in names]
    verdicts: list[Verdict] = []
    findings: list[Finding] = []
    left = [CAN_FAIL, *(_title(lint) for lint in LINTS if not names)]
    total = len(wanted) + len(left)
    try:
        for number, verdict in enumerate(check.verdicts(names)):
            verdicts.append(verdict)
            progress(number + 1, total, wanted[number + 1].name if number + 1 < len(wanted) else left[0])
        weak = unfalsifiable(check)
        verdicts = [_weak(v) if v.status == "proved" and v.property.name in weak else v for v in verdicts]
        left.remove(CAN_FAIL)
        for lint in LINTS if not names else ():
            progress(total - len(left), total, left[0])
            findings += lint(check)
            left.remove(_title(lint))
    except KeyboardInterrupt:
        done = {v.property.name for v in verdicts}
        verdicts += [Verdict(p, "not finished") for p in wanted if p.name not in done]
    limits = check.world.space.limits
    rules = sum(1 for c in given.program.clauses if c.body)
    return Verification(tuple(verdicts), tuple(findings), limits, check.world.space.size, rules, tuple(left), not names)


def _weak(verdict: Verdict) -> Verdict:
    why = "no change of a rule makes it fail, so that it says nothing of the rules"
    return Verdict(verdict.property, "unfalsifiable", verdict.relies_on, why=why)


def _title(lint: Lint) -> str:
    """What a check is about, in a few words, from its name."""
    return lint.__name__.replace("_", " ")
