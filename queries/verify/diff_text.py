"""The difference of two versions as text, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ...kb.ir import Clause, Ground
from ...kb.printer import print_atom
from ..rendering.answer_markdown import plain
from ..rendering.layout import Layout
from .amounts import digits, rough, share
from .classes import in_order
from .counting import Count
from .diff import Change, Difference
from .edits import Edit
from .later import Later
from .telling import Telling, written

FORMS = ("text", "md", "json")
SHOWN_EDITS = 4  # edits of one change that are named; more only in JSON


def diff_text(found: Difference, form: str, layout: Layout) -> str:
    """The difference in one of FORMS."""
    tell = Telling(found.program, found.normal, layout)
    if form == "json":
        return json.dumps(_data(found, tell), ensure_ascii=False, indent=1) + "\n"
    return "\n".join(_markdown(found, tell) if form == "md" else _text(found, tell, layout)) + "\n"


def _summary(found: Difference) -> str:
    edited = _number(len(found.edits), "rule or table row differs", "rules and table rows differ")
    if found.partial:
        return f"PARTIAL: interrupted. {edited}; what is not listed has not been compared."
    if found.changes:
        return f"{_number(len(found.changes), 'answer changes', 'answers change')}; {edited}."
    size = rough(found.patients)
    if found.later:
        differ = _number(len(found.later), "answer differs", "answers differ")
        alike = f"Both versions give the same answers to all {size} abstract patients"
        return f"{alike}, but {differ} when more becomes known; {edited}."
    return f"Equivalent, proved: both versions give the same answers to all {size} abstract patients; {edited}."


def _number(count: int, one: str, several: str) -> str:
    return f"{count or 'no'} {one if count in (0, 1) else several}"


def _text(found: Difference, tell: Telling, layout: Layout) -> Iterator[str]:
    yield from layout.wrap(_summary(found))
    for change in found.changes:
        yield ""
        yield from layout.wrap(_said(change, tell), f"{layout.glyph('yes' if change.gained else 'no')} ")
        yield from layout.wrap(f"for {_amount(change.count, found)}:", "    ")
        for sentence in _boxes(change, tell):
            yield from layout.wrap(sentence, f"    {layout.glyph('item')} ")
        for edit in change.edits[:SHOWN_EDITS]:
            yield from layout.wrap(f"by the {edit.what} {_named(edit.clause)}", "    ")
        if len(change.edits) > SHOWN_EDITS:
            yield from layout.wrap(f"and by {len(change.edits) - SHOWN_EDITS} more edits", "    ")
        concluded = [c for c in change.rules if all(c.id != e.clause.id for e in change.edits)]
        for clause in concluded:
            yield from layout.wrap(f"concluded by: {_named(clause)}", "    ")
        yield from layout.wrap(f"example: {_example(change, tell)}", "    ")
    for one in found.later:
        yield ""
        yield from layout.wrap(_later(one, tell), f"{layout.glyph('yes' if one.gained else 'no')} ")
        yield from layout.wrap(f"for instance, when this is recorded: {_facts(one.record, tell)}", "    ")
        yield from layout.wrap(f"and then becomes known: {_facts(one.known, tell)}", "    ")
    for line in _remarks(found):
        yield from ("", *layout.wrap(line))


def _markdown(found: Difference, tell: Telling) -> Iterator[str]:
    yield f"**{_summary(found)}**"
    for change in found.changes:
        yield from ("", f"### {plain(_said(change, tell))}", "", f"For {_amount(change.count, found)}:", "")
        yield from (f"- {plain(sentence)}" for sentence in _boxes(change, tell))
        for edit in change.edits[:SHOWN_EDITS]:
            yield from ("", f"By the {edit.what} {_named(edit.clause, '`')}.")
        if len(change.edits) > SHOWN_EDITS:
            yield from ("", f"And by {len(change.edits) - SHOWN_EDITS} more edits.")
        yield from ("", f"Example: {plain(_example(change, tell))}.")
    for one in found.later:
        yield from ("", f"### {plain(_later(one, tell))}", "")
        yield f"For instance, when this is recorded: {plain(_facts(one.record, tell))};"
        yield f"and then becomes known: {plain(_facts(one.known, tell))}."
    for line in _remarks(found):
        yield from ("", plain(line))


def _said(change: Change, tell: Telling) -> str:
    return f"{'now' if change.gained else 'no longer'}: {tell.fact(change.answer)}"


def _amount(count: Count, found: Difference) -> str:
    least = "" if count.exact else "at least "
    return (
        f"{least}{rough(count.patients)} of {rough(found.patients)} abstract patients "
        f"({least}{share(count.patients, found.patients)})"
    )


def _boxes(change: Change, tell: Telling) -> Iterator[str]:
    for box, count in zip(change.patients.boxes, change.counts, strict=True):
        sentence = "; ".join(map(tell.condition, in_order(box))) or "every patient"
        yield sentence + (f" ({rough(count.patients)})" if count and len(change.patients.boxes) > 1 else "")
    if not change.patients.whole:
        yield "and others"


def _named(clause: Clause, quote: str = "") -> str:
    """A rule or a table row, with where it stands and what it encodes."""
    statement = f" ({clause.statement})" if clause.statement else ""
    name = f"rule {quote}{clause.id}{quote}" if clause.body else f"row {quote}{_row(clause)}{quote}"
    return f"{name}, {clause.span.place}{statement}"


def _row(clause: Clause) -> str:
    return print_atom(clause.head)


def _example(change: Change, tell: Telling) -> str:
    return _facts(change.example, tell) or "a patient of whom nothing is recorded"


def _facts(facts: Iterable[Ground], tell: Telling) -> str:
    return "; ".join(map(tell.fact, facts))


def _later(one: Later, tell: Telling) -> str:
    return f"{'only the new version' if one.gained else 'only the old version'} then says: {tell.fact(one.answer)}"


def _remarks(found: Difference) -> Iterator[str]:
    for note in found.notes:
        yield f"Note: {note}."
    for limit in found.limits:
        yield f"Limit: {limit}."


def _data(found: Difference, tell: Telling) -> dict[str, object]:
    return {
        "alike": found.alike,
        "partial": found.partial,
        "patients": digits(found.patients),
        "edits": [_edit(e) for e in found.edits],
        "changes": [_change(c, tell) for c in found.changes],
        "later": [
            {
                "answer": written(one.answer),
                "change": "gained" if one.gained else "lost",
                "record": [written(f) for f in one.record],
                "known": [written(f) for f in one.known],
            }
            for one in found.later
        ],
        "notes": list(found.notes),
        "limits": list(found.limits),
    }


def _edit(edit: Edit) -> dict[str, object]:
    clause = edit.clause
    name = clause.id if clause.body else _row(clause)
    return {"what": edit.what, "name": name, "statement": clause.statement, "place": clause.span.place}


def _change(change: Change, tell: Telling) -> dict[str, object]:
    boxes = zip(change.patients.boxes, change.counts, strict=True)
    return {
        "answer": written(change.answer),
        "change": "gained" if change.gained else "lost",
        "sentence": tell.fact(change.answer),
        "patients": digits(change.count.patients),
        "exact": change.count.exact,
        "fields": list(change.count.fields),
        "classes": [
            {
                "conditions": tell.written(box),
                "sentences": [tell.condition(c) for c in in_order(box)],
                "patients": digits(count.patients) if count else None,
            }
            for box, count in boxes
        ],
        "all_classes": change.patients.whole,
        "edits": [_edit(e) for e in change.edits],
        "rules": [c.id for c in change.rules],
        "example": [written(f) for f in change.example],
    }
