"""`query`: goals over a patient's model, saved queries, and Datalog files that are added or run on their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run

PATIENT = "facts/examples/receptor-conversion.yaml"
FAMILY = """% A program of its own.
type person = ann | bob | cy | di.
table parent(Parent: person, Child: person) closed.
derived ancestor(Elder: person, Younger: person) closed.
parent(ann, bob). parent(bob, cy). parent(cy, di). parent(di, bob).
ancestor(X, Y) :- parent(X, Y).
ancestor(X, Y) :- parent(X, Z), ancestor(Z, Y).
"""


def test_goals_bind_variables_and_rows_come_once_in_order(run: Run) -> None:
    ran = run("query", PATIENT, "?- receptor(P, Marker, Status), Marker != pr.")
    assert ran.out.splitlines() == [
        "P = 'receptor-conversion', Marker = er, Status = negative",
        "P = 'receptor-conversion', Marker = her2, Status = positive",
    ]


@pytest.mark.parametrize(("goal", "told"), [("stage(_, metastatic)", "yes\n"), ("stage(_, localized)", "no\n")])
def test_a_goal_without_variables_is_answered_yes_or_no(run: Run, goal: str, told: str) -> None:
    assert run("query", PATIENT, goal).out == told


def test_what_is_false_is_asked_with_a_minus_and_what_is_not_said_with_assuming(run: Run) -> None:
    assert run("query", PATIENT, "-clinically_aggressive_disease(P)").out == "P = 'receptor-conversion'\n"
    assert run("query", PATIENT, "stage(P, S), assuming -recommend(P, bisphosphonate)").code == 0


def test_an_option_that_does_not_exist_is_no_goal(run: Run) -> None:
    ran = run("query", PATIENT, "--rulez", "p(X)")
    assert (ran.code, ran.out) == (2, "")


def test_a_file_that_declares_all_it_uses_runs_alone_and_recursion_ends(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "family.dl"
    path.write_text(FAMILY)
    ran = run("query", "--rules", str(path), "ancestor(ann, Who)")
    assert (ran.code, ran.out.split()) == (0, ["Who", "=", "bob", "Who", "=", "cy", "Who", "=", "di"])


def test_a_file_of_rules_is_added_to_the_guideline(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "more.dl"
    path.write_text(
        "derived converted(P: patient) open.\nconverted(P) :- flag(P, receptor_conversion), stage(P, metastatic).\n"
    )
    assert run("query", PATIENT, "--rules", str(path), "converted(P)").out == "P = 'receptor-conversion'\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("p(X) :- q(X).", "E201"),
        ("derived p(X: thing) closed.", "E203"),
        ("type t = a | b.\ntable p(X: t) closed.\np(c).", "E301"),
        ("type t = a.\ntable q(X: t) closed.\nq(a).\nderived p(X: t) closed.\np(X) :- q(X), not p(X).", "E403"),
        ("type t = a.\nderived p(X: t) closed.\ntable q(X: t) closed.\np(X) :- not q(X).", "E401"),
        ("table p(X: t closed.", "E104"),
        ("\x00\x01", "E1"),
    ],
)
def test_a_faulty_file_of_rules_is_refused_with_the_place(run: Run, tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "bad.dl"
    path.write_text(text)
    ran = run("query", "--rules", str(path), "p(X)")
    assert (ran.code, ran.out) == (3, "")
    assert f"error[{code}" in ran.err
    assert "bad.dl:" in ran.err


def test_saved_queries_are_listed_and_every_one_answers(run: Run) -> None:
    names = [line.split()[0] for line in run("query", "--list").out.splitlines()]
    assert len(names) >= 5
    for name in names:
        ran = run("query", PATIENT, name, "--format", "json")
        assert ran.code == 0, ran.err
        assert json.loads(ran.out)["goal"] == name


def test_statements_are_all_there_with_rules_or_a_reason(run: Run) -> None:
    rows = json.loads(run("statements", "--format", "json").out)
    assert [row["statement"] for row in rows] == [
        *(f"S{n:02}" for n in range(1, 70)),
        *(f"T{n:02}" for n in range(1, 8)),
    ]
    assert all(row["rules"] or row["no_rule"] or row["shown_with"] for row in rows)
    assert "76 statements" in run("statements").out


def test_the_installed_knowledge_base_has_no_fault(run: Run) -> None:
    assert run("check").out.startswith("ok: paraneoplastic_breast+tnm_breast ")
    assert json.loads(run("check", "--format", "json").out) == {"ok": True, "findings": []}
