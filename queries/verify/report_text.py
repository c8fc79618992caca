"""The report of a verification as text: what is wrong first, with its class, its smallest patient and its proofs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..rendering.layout import Layout
from .amounts import rough
from .classes import in_order
from .telling import Telling
from .verdict import GOOD, Finding, Status, Verdict, Verification

GLYPHS: dict[Status, str] = {"proved": "yes", "accepted": "excluded", "not finished": "unknown"}
NOTES_SHOWN = 8


def report_text(found: Verification, tell: Telling, layout: Layout, verbose: bool = False) -> str:
    """The whole report."""
    return "\n".join(_Report(tell, layout, verbose).lines(found)) + "\n"


class _Report:
    def __init__(self, tell: Telling, layout: Layout, verbose: bool) -> None:
        self.tell, self.layout, self.verbose = tell, layout, verbose

    def lines(self, found: Verification) -> Iterator[str]:
        bad = [v for v in found.verdicts if v.status not in GOOD and v.status != "not finished"]
        yield self.layout.heading("Properties")
        for verdict in found.verdicts:
            yield from self.head(verdict)
        for verdict in bad:
            yield ""
            yield from self.violation(verdict)
        errors = [f for f in found.findings if f.weight == "error"]
        notes = [f for f in found.findings if f.weight == "note"]
        for title, listed in (("Without any property", errors), ("Notes", notes)):
            if listed:
                yield from ("", self.layout.heading(title))
                yield from self.findings(listed)
        for verdict in (f.verdict for f in errors if f.verdict):
            yield ""
            yield from self.violation(verdict)
        if not errors and found.whole and not found.partial:
            yield from ("", *self.layout.wrap("No conflict, no exclusive actions together, no dead rule."))
        yield from ("", *self.summary(found))

    def head(self, verdict: Verdict) -> Iterator[str]:
        glyph = self.layout.glyph(GLYPHS.get(verdict.status, "no"))
        one = verdict.property
        more = f" (relying on {', '.join(verdict.relies_on)})" if verdict.relies_on else ""
        text = f"{verdict.status}: {one.name}{more}"
        if verdict.status not in GOOD or self.verbose:
            text += f" — {one.kind}: {one.sentence}" + (f"; {verdict.why}" if verdict.why else "")
        yield from self.layout.wrap(text, f"  {glyph} ", "      ")
        for waiver in verdict.waivers:
            until = f" until {waiver.until}" if waiver.until else ""
            yield from self.layout.wrap(f"accepted by {waiver.by}{until}: {waiver.reason}", "      ")
        if self.verbose and verdict.status == "proved" and verdict.witness:
            facts = "; ".join(map(self.tell.fact, verdict.witness.facts))
            yield from self.layout.wrap(f"for instance: {facts}", "      ")

    def violation(self, verdict: Verdict) -> Iterator[str]:
        one = verdict.property
        yield self.layout.heading(one.name.replace(":", ": "))
        place = f" ({one.span.place})" if one.span.file else ""
        yield from self.layout.wrap(f"{one.kind}: {one.sentence}{place}", "  ")
        if verdict.why:
            yield from self.layout.wrap(f"{verdict.status}: {verdict.why}", "  ")
        if verdict.patients:
            yield from self.layout.wrap("The patients for whom it fails:", "  ")
            for box in verdict.patients.boxes:
                sentences = "; ".join(map(self.tell.condition, in_order(box))) or "every patient"
                yield from self.layout.wrap(sentences, f"    {self.layout.glyph('item')} ")
                yield from self.layout.wrap(self.tell.written(box), "      ")
            if not verdict.patients.whole:
                yield from self.layout.wrap("and others; only the first classes are shown", "    ")
        for violation in verdict.violations:
            shown = ", ".join(map(str, violation.values[1:]))
            yield from self.layout.wrap(f"it concerns: {shown}", "  ")
        if verdict.witness:
            yield from self.layout.wrap("The smallest patient (the evaluator says the same):", "  ")
            for fact in verdict.witness.facts:
                yield from self.layout.wrap(self.tell.fact(fact), f"    {self.layout.glyph('item')} ")
            if verdict.witness.learned:
                learned = self.tell.fact(verdict.witness.learned)
                yield from self.layout.wrap(f"What withdraws it when it becomes known: {learned}", "  ")
            if verdict.witness.proofs:
                yield from self.layout.wrap("Why:", "  ")
            for proof in verdict.witness.proofs:
                yield from self.tell.proof(proof, "    ", set())

    def findings(self, listed: list[Finding]) -> Iterator[str]:
        kinds = Counter(f.kind for f in listed)
        for kind, count in kinds.items():
            yield from self.layout.wrap(f"{kind}: {count}", "  ")
            mine = [f for f in listed if f.kind == kind]
            for finding in mine if self.verbose or mine[0].weight == "error" else mine[:NOTES_SHOWN]:
                place = f" ({finding.place})" if finding.place else ""
                yield from self.layout.wrap(f"{finding.text}{place}", f"    {self.layout.glyph('item')} ")
            if len(mine) > NOTES_SHOWN and not self.verbose and mine[0].weight == "note":
                yield f"    ... and {len(mine) - NOTES_SHOWN} more (--verbose shows all)"

    def summary(self, found: Verification) -> Iterator[str]:
        counted = Counter(v.status for v in found.verdicts)
        statuses = ", ".join(f"{count} {status}" for status, count in counted.items())
        count = f"{len(found.verdicts)} {'property' if len(found.verdicts) == 1 else 'properties'}"
        over = f"{rough(found.patients)} abstract patients and {found.rules} rules"
        yield from self.layout.wrap(f"{count} ({statuses}) over {over}.")
        for limit in found.limits:
            yield from self.layout.wrap(f"All patients of the vocabulary, with one limit: {limit}.")
        if found.partial:
            yield from self.layout.wrap(f"PARTIAL: interrupted. Not done: {', '.join(found.left)}.")
        yield from self.layout.wrap(
            "This is about the rules, not about their source. Decision support, not a medical device."
        )
