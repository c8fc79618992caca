"""The difference of two versions as text, and as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from ..rendering.layout import Layout
from .classes import in_order
from .diff import Change, Difference
from .telling import Telling


def diff_text(found: Difference, form: str, layout: Layout) -> str:
    """The difference in words."""
    tell = Telling(found.program, found.normal, layout)
    lines = _markdown(found, tell) if form == "md" else _text(found, tell, layout)
    return "\n".join(lines) + "\n"


def _size(found: Difference) -> str:
    return f"{found.patients:.1e}" if found.patients > 10**6 else str(found.patients)


def _equivalent(found: Difference) -> str:
    return f"Equivalent, proved: both versions give the same answers to all {_size(found)} abstract patients."


def _text(found: Difference, tell: Telling, layout: Layout) -> Iterator[str]:
    if not found.changes:
        yield from layout.wrap(_equivalent(found))
    for change in found.changes:
        yield from layout.wrap(_said(change, tell), f"{layout.glyph('yes' if change.gained else 'no')} ")
        for box in change.patients.boxes:
            sentences = "; ".join(map(tell.condition, in_order(box))) or "every patient"
            yield from layout.wrap(f"for: {sentences}", "    ")
        if not change.patients.whole:
            yield "    and others"
        for clause in change.rules:
            yield from layout.wrap(f"rule {clause.id}, {clause.span.place} ({clause.statement})", "    ")
        yield from layout.wrap("example: " + "; ".join(map(tell.fact, change.example)), "    ")
    for limit in found.limits:
        yield from layout.wrap(f"Limit: {limit}.")


def _said(change: Change, tell: Telling) -> str:
    return f"{'now' if change.gained else 'no longer'}: {tell.fact(change.answer)}"


def _markdown(found: Difference, tell: Telling) -> Iterator[str]:
    if not found.changes:
        yield _equivalent(found)
    else:
        yield f"**{len(found.changes)} answers change**, for the patients that are named."
    for change in found.changes:
        yield from ("", f"### {_said(change, tell)}", "")
        for box in change.patients.boxes:
            yield f"- for: {'; '.join(map(tell.condition, in_order(box))) or 'every patient'}"
        if not change.patients.whole:
            yield "- and others"
        yield f"- by: {', '.join(f'`{c.id}` ({c.statement})' for c in change.rules)}"
        yield f"- for instance: {'; '.join(map(tell.fact, change.example))}"
    yield from ("", *(f"Limit: {limit}." for limit in found.limits))
