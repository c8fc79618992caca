"""No answer to a test patient says two things of one matter."""

from __future__ import annotations

from collections import Counter

from guidekb.kb.case import TestCase
from guidekb.queries.answers.answer import answer
from guidekb.queries.answers.assess import Case


def test_one_value_for_each_prognostic_factor(assessed: list[tuple[TestCase, Case]]) -> None:
    twice = [
        f"{case.place}: {factor}"
        for case, found in assessed
        for factor, count in Counter(item.name for item in answer(found).prognosis).items()
        if count > 1
    ]
    assert twice == []


def test_nothing_is_concluded_true_and_false(assessed: list[tuple[TestCase, Case]]) -> None:
    both = [
        f"{case.place}: {atom.predicate}"
        for case, found in assessed
        for atom in found.model.atoms
        if atom._replace(predicate=f"-{atom.predicate}") in found.model.atoms
    ]
    assert both == []
