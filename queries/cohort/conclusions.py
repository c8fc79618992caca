"""An answer as rows: one for each conclusion, one for each unknown field; the same for all patients of a class."""

from __future__ import annotations

from collections.abc import Iterator

from ...kb.ir import Ground
from ...kb.values import written
from ..answers.answer import Answer, Item

Texts = tuple[str, ...]
AnswerCells = tuple[str, str, str, str | None, str, str, str, Texts, Texts, Texts, Texts]
MissingCells = tuple[str, bool, Texts, Texts, Texts]


def answer_rows(found: Answer) -> Iterator[AnswerCells]:
    """The cells of `answers` after the patient."""
    for item in (*found.recommendations, *found.alerts, *found.expectations, *found.prognosis, *found.flags):
        yield row(item)


def row(item: Item) -> AnswerCells:
    """One conclusion."""
    return (
        item.atom.predicate,
        item.name,
        item.value,
        item.status,
        item.rules[0] if item.rules else "",
        item.statements[0] if item.statements else "",
        item.urgency,
        item.rules,
        item.statements,
        item.assumes,
        tuple(map(atom_text, item.blocked_by)),
    )


def undetermined_rows(found: Answer) -> Iterator[MissingCells]:
    """The cells of `undetermined` after the patient."""
    for missing in found.undetermined:
        yield (
            missing.fact,
            missing.conflicting,
            missing.would_decide,
            tuple(map(atom_text, missing.others)),
            missing.blocks,
        )


def atom_text(atom: Ground) -> str:
    """`alert:name`, `prognosis:factor:value`, `overridden:rule`: an atom without its patient."""
    return ":".join([atom.predicate, *(written(v) for v in atom.values[1:])])
