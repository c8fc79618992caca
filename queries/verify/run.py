"""One verification from beginning to end, with progress; what is finished when it is interrupted is returned."""

from __future__ import annotations

from datetime import date

from ...kb.properties import Verifiable
from .check import Check, Progress, silent
from .lints import LINTS
from .mutants import unfalsifiable
from .verdict import Finding, Verdict, Verification


def verify(
    given: Verifiable, today: date | None = None, progress: Progress = silent, names: frozenset[str] = frozenset()
) -> Verification:
    """The verdicts on all properties (or on those named), and the findings that need none."""
    check = Check(given, today)
    verdicts: list[Verdict] = []
    findings: list[Finding] = []
    partial = False
    total = len(check.obligations) + len(LINTS) + 1
    try:
        progress(0, total, "mutants, to see that every property can fail")
        strong = unfalsifiable(check)
        for number, verdict in enumerate(check.verdicts(strong, names), 1):
            verdicts.append(verdict)
            progress(number, total, verdict.property.name)
        for number, lint in enumerate(LINTS if not names else ()):
            progress(len(check.obligations) + number, total, (lint.__doc__ or "").split(".")[0].lower())
            findings += lint(check)
    except KeyboardInterrupt:
        partial = True
        done = {v.property.name for v in verdicts}
        verdicts += [Verdict(o.property, "not finished") for o in check.obligations if o.property.name not in done]
    limits = check.world.space.limits
    rules = sum(1 for c in given.program.clauses if c.body)
    return Verification(tuple(verdicts), tuple(findings), limits, check.world.space.size, rules, partial)
