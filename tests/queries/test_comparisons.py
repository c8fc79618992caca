"""Comparisons as they are said, in both languages: with units, and with the margin to a limit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from guidekb.kb.ir import Clause, Comparison, Program, Value
from guidekb.kb.load import assemble
from guidekb.queries.wording.comparisons import compared
from guidekb.queries.wording.sentences import sentences
from guidekb.queries.wording.words import words

TEXT = """
type days = integer 0..1000 "{days}".
type months = number 0..1000 "{months}".
type order = integer 1..9.
type day = date.
type way = oral "{oral}" | none "{none}".
input since(Patient: patient, Days: days) open single yes "{{Days}} {days}".
input interval(Patient: patient, Months: months) open single yes "{{Months}} {months}".
input report(Patient: patient, Order: order) open yes "{{Order}}".
input seen(Patient: patient, Day: day) open single yes "{{Day}}".
input given(Patient: patient, Way: way) open single yes "{{Way}}".
derived p(Patient: patient) open yes "p".
p(P) :- since(P, N), interval(P, M), report(P, A), report(P, B), seen(P, D), given(P, W), {comparison}.
"""
WORDS = {
    "en": {"days": "days", "months": "months", "oral": "by mouth", "none": "not at all"},
    "de": {"days": "Tage", "months": "Monate", "oral": "oral", "none": "gar nicht"},
}


def said(comparison: str, left: Value | None, right: Value | None, language: str = "en") -> str:
    """The comparison of a rule with these values."""
    program, problems = assemble({"a.dl": TEXT.format(comparison=comparison, **WORDS[language])})
    assert not problems
    clause, item = rule(program)
    return compared(sentences(program, words(language)), clause, item, left, right)


def rule(program: Program) -> tuple[Clause, Comparison]:
    (clause,) = program.clauses
    item = clause.body[-1]
    assert isinstance(item, Comparison)
    return clause, item


@pytest.mark.parametrize(
    ("comparison", "left", "right", "english", "german"),
    [
        ("N <= 31", 14, 31, "14 days, at most 31: 17 days inside the limit",
         "14 Tage, höchstens 31: 17 Tage innerhalb der Grenze"),
        ("N <= 31", 30, 31, "30 days, at most 31: 1 day inside the limit",
         "30 Tage, höchstens 31: 1 Tag innerhalb der Grenze"),
        ("N <= 31", 31, 31, "31 days, at most 31: exactly on the limit", "31 Tage, höchstens 31: genau auf der Grenze"),
        ("N <= 31", 36, 31, "36 days, at most 31: 5 days over", "36 Tage, höchstens 31: 5 Tage darüber"),
        ("N < 31", 31, 31, "31 days, less than 31: exactly on the limit",
         "31 Tage, weniger als 31: genau auf der Grenze"),
        ("M > 24", 30, 24, "30 months, more than 24: 6 months over", "30 Monate, mehr als 24: 6 Monate darüber"),
        ("M > 24", Decimal("22.5"), 24, "22.5 months, more than 24: 1.5 months short",
         "22,5 Monate, mehr als 24: 1,5 Monate darunter"),
        ("N >= 28", 30, 28, "30 days, at least 28: 2 days over", "30 Tage, mindestens 28: 2 Tage darüber"),
        ("31 >= N", 31, 14, "14 days, at most 31: 17 days inside the limit",
         "14 Tage, höchstens 31: 17 Tage innerhalb der Grenze"),
        ("A > 3", 5, 3, "5, more than 3: 2 over", "5, mehr als 3: 2 darüber"),
        ("B > A", 3, 2, "3 > 2", "3 > 2"),
        ("N <= 31", None, 31, "the value, at most 31 days", "der Wert, höchstens 31 Tage"),
        ("D < 2024-03-05", date(2024, 3, 1), date(2024, 3, 5), "March 1, 2024, before March 5, 2024",
         "1. März 2024, vor 5. März 2024"),
        ("W != none", "oral", "none", "“by mouth”, not “not at all”", "„oral“, nicht „gar nicht“"),
        ("W = oral", "oral", "oral", "“by mouth” is “by mouth”", "„oral“ ist „oral“"),
    ],
)  # fmt: skip
def test_a_comparison(comparison: str, left: Value | None, right: Value | None, english: str, german: str) -> None:
    assert said(comparison, left, right) == english
    assert said(comparison, left, right, "de") == german


def test_without_a_declared_type_the_numbers_are_said() -> None:
    program, _ = assemble({"a.dl": "p(X) :- q(X, N), N > 3."})
    clause, item = rule(program)
    assert compared(sentences(program, words()), clause, item, 5, 3) == "5, more than 3: 2 over"
