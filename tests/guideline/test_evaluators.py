"""Both evaluators say the same of every test patient; all that an answer says follows from the model."""

from __future__ import annotations

from guidekb.kb.case import TestCase
from guidekb.queries.answers.answer import answer
from guidekb.queries.answers.assess import Case, Knowledge, assess
from guidekb.queries.evaluation import reference

WHOLE = 20
"""Of every so many patients, and where something is set apart, the whole answer is compared; else the model."""


def test_every_test_patient(knowledge: Knowledge, assessed: list[tuple[TestCase, Case]]) -> None:
    different: list[str] = []
    for number, (case, found) in enumerate(assessed):
        assert case.edb
        if number % WHOLE == 0 or case.edb.facts != found.edb.facts:
            same = answer(assess(knowledge, case.edb, reference.derive)) == answer(found)
        else:
            same = reference.derive(knowledge.normal, found.edb.facts) == found.model
        if not same:
            different.append(case.place)
    assert different == []
