"""What made two answers differ, compared with brute force over all mixtures of the two records."""

from __future__ import annotations

from itertools import combinations

from cases import case_of
from guidekb.kb.ir import EDB, Ground
from guidekb.queries.answers.answer import answer
from guidekb.queries.answers.assess import Case, Knowledge, assess
from guidekb.queries.changes.causes import Causes
from guidekb.queries.changes.compare import compare
from guidekb.queries.changes.counterfactual import counterfactual, facts_after
from guidekb.queries.changes.difference import differences
from guidekb.queries.changes.moves import Move
from guidekb.queries.changes.record_changes import news, record_changes
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.rendering.layout import Layout
from guidekb.queries.wording.sentences import sentences
from guidekb.queries.wording.words import words
from hypothesis import given, settings
from shown import knowledge
from test_changes import program_of, programs, records

Facts = frozenset[Ground]


def mixture(first: EDB, second: EDB, fields: frozenset[str]) -> Facts:
    """The first record with these fields of the second."""
    sides = ((first, False), (second, True))
    return frozenset(f for edb, own in sides for f in edb.facts if (f.predicate.removeprefix("-") in fields) == own)


def brute_force(first: Case, second: Case, fields: list[str], atom: Ground) -> set[frozenset[str]]:
    """The minimal sets of fields that make the conclusion as it is in the second record."""
    wanted = atom in second.model.atoms
    kept: list[frozenset[str]] = []
    for size in range(len(fields) + 1):
        for chosen in map(frozenset, combinations(fields, size)):
            there = atom in derive(first.knowledge.normal, mixture(first.edb, second.edb, chosen)).atoms
            if there == wanted and not any(other <= chosen for other in kept):
                kept.append(chosen)
    return set(kept)


@settings(max_examples=150, deadline=None)
@given(programs(), records(), records())
def test_the_causes_are_those_of_brute_force(text: str, one: EDB, other: EDB) -> None:
    known = Knowledge(program_of(text))
    first, second = assess(known, one, derive), assess(known, other, derive)
    changes = record_changes(first.edb, second.edb, known.predicates)
    causes = Causes(first, second, changes)
    for difference in differences(answer(first), answer(second)).items:
        items = (*difference.before, *difference.after)
        if any(item.blocked_by for item in items):
            continue
        found = causes.of(difference)
        (atom,) = {item.atom for item in items}
        if (atom in first.model.atoms) != (atom in second.model.atoms):
            fields = [change.field for change in changes]
            assert set(found.sets) == brute_force(first, second, fields, atom)
            assert found.complete


def test_a_record_does_not_differ_from_itself() -> None:
    case = case_of("published-01")
    text = compare(case, case, "text", Layout(), words("en"))
    assert "WHAT DIFFERS IN THE RECORDS\n  nothing\n" in text
    assert "Nothing changes." in text


def test_two_visits_of_a_patient() -> None:
    first, second = case_of("metastatic-hr-positive"), case_of("metastatic-hr-positive-aggressive")
    text = compare(first, second, "text", Layout(), words("en"))
    assert (
        """\
  ✓ chemotherapy instead of endocrine therapy: undetermined → recommended [S16:
    chemotherapy_for_aggressive_disease]
      - made by: the disease is clinically aggressive
"""
        in text
    )
    assert (
        """\
  • absence of visceral involvement: favorable → not met [S51: viscera_involved]
      - made by: there is visceral involvement
"""
        in text
    )


def test_very_different_patients_have_a_cause_for_each_difference() -> None:
    first, second = case_of("published-01"), case_of("receptor-conversion")
    changes = record_changes(first.edb, second.edb, first.knowledge.predicates)
    causes = Causes(first, second, changes)
    found = differences(answer(first), answer(second)).items
    assert len(found) > 10
    for difference in found:
        assert causes.of(difference).sets, difference.key


def test_what_is_ruled_out_and_then_found_is_said_once() -> None:
    def of(*signed: str) -> Case:
        facts = {Ground(name, ("n", "known_active" if "status" in name else "dermatomyositis")): () for name in signed}
        return assess(knowledge(), EDB("n", {**facts}), derive)

    first, second = of("breast_cancer_status", "-syndromes"), of("breast_cancer_status", "syndromes")
    (change,) = record_changes(first.edb, second.edb, knowledge().predicates)
    assert news(sentences(knowledge().program), change) == ["the recorded syndromes include dermatomyositis"]
    found = counterfactual(first, "oral_corticosteroid").sets
    assert all("-syndromes" not in {f.predicate for f in facts_after(first, one)} for one in found if _myositis(one))


def _myositis(one: tuple[Move, ...]) -> bool:
    return any(fact.values[1:] == ("dermatomyositis",) for move in one for fact in move.then)
