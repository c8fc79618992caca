"""The coverage of a program by its tests as text and as JSON, and whether it is enough."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ...kb.diagnostics import Diagnostic, Invalid, quoted, suggest
from ..rendering.layout import Layout
from .coverage_data import MEASURES, Coverage, Measure, Outcome, RuleCovered, condition_text

Threshold = Mapping[Measure, float]


def thresholds(texts: Sequence[str]) -> Threshold:
    """`90` for all measures, `conditions=80` for one; the last one counts. Raises Invalid (Q645)."""
    found: dict[Measure, float] = {}
    for text in texts:
        name, equals, number = text.rpartition("=")
        measures: list[Measure] = [m for m in MEASURES if not equals or name.strip() == m]
        try:
            least = float(number.removesuffix("%"))
        except ValueError:
            least = -1.0
        if not measures or not 0 <= least <= 100:
            help_ = suggest(name, MEASURES) or "write a percentage, such as `90`, or `conditions=90`"
            raise Invalid([Diagnostic("Q645", f"{quoted(text)} is no threshold", help=help_)])
        for measure in measures:
            found[measure] = least
    return found


def below(found: Coverage, least: Threshold) -> tuple[str, ...]:
    """What is covered less than it has to be, in a line each."""
    return tuple(
        f"{m}: {_percent(found.percent(m))} is below the threshold of {least[m]:g} %"
        for m in MEASURES
        if m in least and found.percent(m) < least[m]
    )


def coverage_text(found: Coverage, layout: Layout) -> str:
    """The numbers, then every gap with its reason, if it has one."""
    lines: list[str] = []
    for measure in MEASURES:
        covered, of = found.counts(measure)
        meant = f" ({found.meant} of them meant gaps)" if measure == "conditions" and found.meant else ""
        lines.append(f"{measure:<11} {covered:>5} of {of:<5} {_percent(found.percent(measure)):>7}{meant}")
    lines.append(f"by {found.patients} patient{'' if found.patients == 1 else 's'}")
    gaps = [rule for rule in found.rules if not rule.complete]
    if gaps:
        lines += ["", layout.heading("not covered")]
        lines += (line for rule in gaps for line in _rule(rule, layout))
    meant_ones = [(r, o) for r in found.rules for o in r.outcomes if o.because and not o.seen]
    if meant_ones:
        lines += ["", layout.heading("meant gaps")]
        for rule, one in meant_ones:
            lines += layout.wrap(f"{rule.rule.id}: {outcome_text(one)}, because {one.because}", "  ", "    ")
    return "\n".join(lines) + "\n"


def _rule(rule: RuleCovered, layout: Layout) -> Iterator[str]:
    statement = f"{rule.rule.statement}, " if rule.rule.statement else ""
    yield from layout.wrap(f"{rule.rule.id} ({statement}{rule.rule.span.place})", "  ", "    ")
    if not rule.concluded:
        yield f"    {layout.glyph('no')} it concludes nothing for any patient"
    for one in rule.outcomes:
        if not one.covered and (rule.concluded or not one.holds):
            yield from layout.wrap(outcome_text(one), f"    {layout.glyph('no')} ")


def outcome_text(one: Outcome) -> str:
    """What was not seen, in words."""
    return f"`{condition_text(one.condition)}` {'never holds' if one.holds else 'never fails alone'}"


def coverage_json(found: Coverage) -> str:
    """All of it as one object."""
    data = {
        "patients": found.patients,
        **{m: _counts(found, m) for m in MEASURES},
        "meant_gaps": found.meant,
        "by_statement": [
            {"statement": s.statement.id, "concluded": s.concluded, "rules": [r.rule.id for r in s.rules]}
            for s in found.statements
        ],
        "by_rule": [
            {
                "rule": r.rule.id,
                "statement": r.rule.statement,
                "place": r.rule.span.place,
                "patients": r.concluded,
                "conditions": [
                    {
                        "condition": condition_text(o.condition),
                        "outcome": "holds" if o.holds else "fails",
                        "seen": o.seen,
                        "because": o.because,
                    }
                    for o in r.outcomes
                ],
            }
            for r in found.rules
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _counts(found: Coverage, measure: Measure) -> dict[str, float]:
    covered, of = found.counts(measure)
    return {"covered": covered, "of": of, "percent": round(found.percent(measure), 2)}


def _percent(value: float) -> str:
    """With one decimal; never 100 unless it is all."""
    shown = min(value, 99.9) if value < 100 else value
    return f"{shown:.1f} %"
