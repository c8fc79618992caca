"""After a fault reading goes on: each fault is reported once, hides no other, and causes no other."""

from __future__ import annotations

import pytest
from guidekb.kb.checks import check
from guidekb.kb.lexer import Source
from guidekb.kb.load import assemble
from guidekb.kb.parser import parse

DECLARED = """
type stage = localized | metastatic.
input   stage(Patient: patient, Stage: stage) open single.
table   late(Stage: stage) closed.
derived advise(Patient: patient) open.
"""


def faults(text: str) -> list[tuple[int, str]]:
    """The line (from 1) and the code of everything that is wrong with a text below the declarations."""
    program, problems = assemble({"a.dl": DECLARED, "b.dl": text})
    found = (*problems, *check(program))
    return sorted((d.span.line, d.code) for d in found if d.span.file == "b.dl" or d.code != "E206")


def heads(text: str) -> list[str]:
    """The predicates of the clauses that are read."""
    return [c.head.predicate for c in parse(Source("f.dl", text)).clauses]


def test_a_rule_without_its_period_does_not_take_the_next_one_with_it() -> None:
    assert faults("""advise(P) :- stage(P, metastatic)
advise(P) :- stage(P, localisd).
""") == [(1, "E104"), (2, "E301")]  # fmt: skip


def test_a_fact_without_its_period_does_not_take_the_next_one_with_it() -> None:
    assert faults("late(metastatic)\nlate(localisd).\nadvise(P) :- stage(P, _).") == [(1, "E104"), (2, "E301")]


def test_a_declaration_without_its_period_does_not_take_the_next_items_with_it() -> None:
    assert heads("table t(A: stage) closed\nt(localized).\n@id(a)\np(X) :- t(X).") == ["t", "p"]


def test_a_rule_whose_period_is_missing_leaves_the_annotations_to_the_next() -> None:
    assert faults("""@id(a)
advise(P) :- stage(P, metastatic)

@id(b) @urgency(now)
advise(P) :- stage(P, localized).
""") == [(2, "E104"), (4, "E506")]  # fmt: skip


def test_a_fault_in_annotations_takes_its_rule_and_no_more() -> None:
    assert faults("""@id(a
@urgency(soon)
advise(P) :- stage(P, metastatic).
advise(P) :- stage(P, localisd).
""") == [(1, "E104"), (4, "E301")]  # fmt: skip


def test_conditions_that_are_not_indented_are_no_rules() -> None:
    assert faults("""advise(P) :-
stage(P, localized) stage(P, metastatic),
stage(P, metastatic).
advise(P) :- stage(P, localisd).
""") == [(2, "E104"), (4, "E301")]  # fmt: skip


@pytest.mark.parametrize(
    "rule",
    [
        "advise(P) :- stage(P, 2023-02-29).",
        "advise(P) :- stage(P, métastatique).",
        "advise(P) :- stage(P, 'metastatic).",
        "advise(P) :- stage(P, “metastatic”).",
        "advise(P) :- stage(P, 'patient's own').",
        "advise(P) :- stage(P, metastatic) & stage(P, localized).",
        "advise(P) :- stage(P, 'meta\u202estatic').",
        "advise(P) :- stage(P, anti-Yo).",
        "@id(a) @reading(_) advise(P) :- stage(P, metastatic).",
        "advise(P) :- stage(P, _stage).",
        "advise(P) :- stage(P, metastatic)).",
        "advise(P) :- .",
        "advise(P) stage(P, metastatic).",
        "advise(P :- stage(P, metastatic).",
        "advise(P) :- stage(P, worst(of(metastatic))).",
        "advise(P) :- (stage(P, metastatic)).",
        "?- stage(P, ).",
        "advise(P) :- stage(P, metastatic), , stage(P, localized).",
        "type kind = a | .",
        "table late(stage) closed.",
        "input open(Patient: patient) close.",
        "derived not(Patient: patient) open.",
    ],
)
def test_one_fault_is_one_error_and_the_rule_below_is_checked(rule: str) -> None:
    found = faults(f"{rule}\nadvise(P) :- stage(P, localisd).\n")
    assert [line for line, _ in found] == [1, 2]
    assert found[1] == (2, "E301")


def test_several_faults_in_one_text_are_all_reported() -> None:
    assert faults("""advise(P) :- stgae(P, metastatic).
advise(P) :- stage(P, metastatic, localized).
advise(P) stage(P, metastatic).
advise(P) :- stage(P, S), stage(P, 2024-02-30).
advise(P) :- stage(P, S).
advise(Q) :- stage(P, localized), late(_).
""") == [(1, "E201"), (2, "E202"), (3, "E104"), (4, "E103"), (5, "E402"), (6, "E401")]  # fmt: skip


def test_what_a_damaged_clause_concludes_is_not_missed() -> None:
    """No E206 for a predicate whose only rule cannot be read, and no E508 for an exception to that rule."""
    program, problems = assemble({"a.dl": DECLARED + "@id(a) advise(P) :- stage(P, 2x).\n"})
    assert [d.code for d in (*problems, *check(program))] == ["E103"]
    assert faults("@id(a) advise(P) :- stage(P, 2x).\n@id(b) @overrides(a) advise(P) :- stage(P, localized).") == [
        (1, "E103")
    ]


def test_what_a_damaged_declaration_declares_is_not_missed() -> None:
    text = "type grade = low | 3.\ninput grade(P: patient, G: grade) opn.\nadvise(P) :- grade(P, low), stage(P, _)."
    assert faults(text) == [(1, "E104"), (2, "E104")]


def test_a_misspelling_in_a_damaged_clause_does_not_excuse_the_same_one_elsewhere() -> None:
    assert faults("advise(P) :- stgae(P, 2x).\nadvise(P) :- stgae(P, localized).") == [(1, "E103"), (2, "E201")]


def test_no_text_is_read_without_end() -> None:
    for text in ("@", "-", "(", ".", ":-", "?-", "type", "input", "@id(", "p(", "p(X) :-", "type a =", "'", "%"):
        assert parse(Source("f.dl", text)).clauses == ()
