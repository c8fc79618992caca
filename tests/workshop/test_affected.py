"""What a change of the rules cannot affect has the same answer: seen by changing rules at random and answering anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from guidekb.facts.case_files import case_files
from guidekb.facts.cases import read_cases
from guidekb.kb.ir import EDB, Clause, Comparison, Const, Literal, Program
from guidekb.kb.load import load
from guidekb.queries.answers.answer import Answer, answer
from guidekb.queries.answers.assess import Knowledge, assess, contradicted, under
from guidekb.queries.evaluation.pydatalog_engine import derive
from guidekb.queries.workshop.affected import affected
from running import ROOT

FOLDER = ROOT / "tests" / "guideline" / "cases"
MOST = 12
"""Records that are answered anew for each change, of those that it is said not to affect."""


@pytest.fixture(scope="module")
def before() -> Knowledge:
    return Knowledge(load())


@pytest.fixture(scope="module")
def records(before: Knowledge) -> list[EDB]:
    """The record of every test case, but for those that contradict themselves: these are looked at twice (watch.py)."""
    found: list[EDB] = []
    for path in case_files((FOLDER,)):
        found += (case.edb for case in read_cases(path, before.program) if case.edb)
    return [edb for edb in found[::3] if not contradicted(derive(before.normal, edb.facts), edb)]


def told(knowledge: Knowledge, edb: EDB) -> Answer:
    """The answer for a record."""
    return answer(assess(knowledge, edb))


def weaker(clause: Clause, random: Random) -> Clause:
    """The rule without one of its conditions, or with the opposite, or with another number."""
    at = random.randrange(len(clause.body))
    item = clause.body[at]
    if isinstance(item, Comparison):
        if isinstance(item.right, Const) and isinstance(item.right.value, int):
            item = replace(item, right=replace(item.right, value=item.right.value + random.choice((-3, 1, 5))))
        return replace(clause, body=(*clause.body[:at], item, *clause.body[at + 1 :]))
    if item.mode != "plain" and random.random() < 0.3:
        other: tuple[Literal, ...] = (replace(item, mode="plain"),)
        return replace(clause, body=(*clause.body[:at], *other, *clause.body[at + 1 :]))
    return replace(clause, body=(*clause.body[:at], *clause.body[at + 1 :]))


def changed(program: Program, random: Random) -> Iterator[Program]:
    """Programs with one rule or fact changed or gone; those that cannot be evaluated are left out."""
    while True:
        at = random.randrange(len(program.clauses))
        clause = program.clauses[at]
        kept = () if len(clause.body) < 2 or random.random() < 0.2 else (weaker(clause, random),)
        other = replace(program, clauses=(*program.clauses[:at], *kept, *program.clauses[at + 1 :]))
        try:
            assess(Knowledge(other), EDB("nobody", {}))
        except (ValueError, KeyError):
            continue
        yield other


@pytest.mark.parametrize("seed", range(6))
def test_what_cannot_be_affected_has_the_same_answer(seed: int, before: Knowledge, records: list[EDB]) -> None:
    random = Random(seed)  # noqa: S311
    after = Knowledge(next(changed(before.program, random)))
    looked_at = random.sample(records, 60)
    found = affected(before, after, looked_at)
    alike = [edb for n, edb in enumerate(looked_at) if not (found.perhaps | found.told) >> n & 1]
    for edb in alike[:MOST]:
        assert told(before, edb) == told(after, edb)


def test_a_rule_with_one_condition_less_affects_those_in_whom_it_can_fire(
    before: Knowledge, records: list[EDB]
) -> None:
    rule = next(c for c in before.program.clauses if c.head.predicate == "localized_tumor_in_place")
    body = rule.body[:-1]
    assert body
    records = records[::2]
    clauses = tuple(replace(c, body=body) if c is rule else c for c in before.program.clauses)
    after = Knowledge(replace(before.program, clauses=clauses))
    found = affected(before, after, records)
    otherwise = {n for n, edb in enumerate(records) if told(before, edb) != told(after, edb)}
    assert otherwise
    assert otherwise <= {n for n in range(len(records)) if found.perhaps >> n & 1}
    assert found.perhaps.bit_count() < len(records)
    assert found.statements == {rule.statement}


def test_another_priority_is_told_anew_and_nothing_is_searched(before: Knowledge, records: list[EDB]) -> None:
    rule = next(c for c in before.program.clauses if c.id == "surgery_for_localized_disease")
    urgent = tuple(replace(a, args=("routine",)) if a.name == "urgency" else a for a in rule.annotations)
    assert urgent != rule.annotations
    clauses = tuple(replace(c, annotations=urgent) if c is rule else c for c in before.program.clauses)
    after = Knowledge(replace(before.program, clauses=clauses))
    found = affected(before, after, records)
    assert found.perhaps == 0
    assert not found.differs
    told_anew = [edb for n, edb in enumerate(records) if found.told >> n & 1]
    assert 0 < len(told_anew) < len(records)
    for edb in told_anew[:MOST]:
        assert answer(under(assess(before, edb), after)) == told(after, edb)


def test_the_same_rules_affect_nobody(before: Knowledge, records: list[EDB]) -> None:
    found = affected(before, Knowledge(load()), records)
    assert (found.said, found.perhaps, found.told, found.differs) == (0, 0, 0, False)
