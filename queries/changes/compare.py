"""Two patients, or one at two visits: what differs in their records, what in the answers, and which fact made which."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ..answers.assess import Case
from ..explanations.report import Report, report
from ..rendering.answer_text import footer
from ..rendering.layout import Layout
from ..wording.sentences import Sentences, sentences
from ..wording.words import Words
from .causes import Cause, Causes
from .difference import Differences, differences
from .difference_text import DifferenceText
from .record_changes import FieldChange, change_lines, news, record_changes
from .what_if import difference_data

MOST_SETS = 3
"""Sets of facts that are shown for one difference."""


def compare(before: Case, after: Case, form: str, layout: Layout, said: Words, proofs: bool = False) -> str:
    """The comparison as text or JSON."""
    first, second = report(before, said), report(after, said)
    changes = record_changes(before.edb, after.edb, before.knowledge.predicates)
    found = differences(first.answer, second.answer, (before, after))
    causes = Causes(before, after, changes)
    made = [causes.of(one) for one in found.items]
    if form == "json":
        data = difference_data(first, second, changes, found)
        data["other"] = after.edb.subject
        data["causes"] = [{"fields": [sorted(one) for one in cause.sets], "complete": cause.complete} for cause in made]
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return "\n".join(_lines(first, second, changes, found, made, layout, said, proofs)) + "\n"


def _lines(
    before: Report,
    after: Report,
    changes: Sequence[FieldChange],
    found: Differences,
    made: Sequence[Cause],
    layout: Layout,
    said: Words,
    proofs: bool,
) -> Iterator[str]:
    program = before.case.knowledge.program
    say = sentences(program, said)
    slots = {"first": _whose(before, said), "second": _whose(after, said)}
    for line in layout.wrap(said.say("compare.title", **slots)):
        yield layout.style(line, "bold")
    yield from ("", layout.heading(said.say("compare.records")))
    if not changes:
        yield from layout.wrap(said.say("compare.same_record"), "  ")
    yield from change_lines(before.case.edb, after.case.edb, changes, say, layout, "compare.first")
    yield from ("", layout.heading(said.say("compare.answers")))
    by_field = {change.field: change for change in changes}
    text = DifferenceText(before, after, by_field, layout, said)
    yield from text.glance(found, [_cause(cause, by_field, say, said) for cause in made])
    if proofs and found.items:
        yield from ("", layout.heading(said.say("difference.proofs")), *text.proofs(found))
    yield from text.sources(found)
    yield from ("", *footer(program, layout, said))


def _whose(one: Report, said: Words) -> str:
    subject = said.say("compare.patient", subject=one.case.edb.subject)
    sources = {origin.source for origins in one.case.edb.facts.values() for origin in origins if origin.source}
    return f"{subject} ({said.join(sorted(sources))})" if sources else subject


def _cause(cause: Cause, changes: dict[str, FieldChange], say: Sentences, said: Words) -> str:
    """What made a difference: the facts of the second record that are enough, in the first, to make it."""
    ways = [
        said.join(text for name in changes if name in one for text in news(say, changes[name]))
        for one in cause.sets[:MOST_SETS]
    ]
    if not ways:
        return said.say("compare.unknown_cause")
    text = said.say("compare.cause", facts=ways[0])
    for way in ways[1:]:
        text = said.say("compare.or", text=text, facts=way)
    if len(cause.sets) > MOST_SETS:
        text = said.say("compare.more", text=text, ways=said.count("choices.more", len(cause.sets) - MOST_SETS))
    return text if cause.complete else said.say("compare.bounded", text=text)
