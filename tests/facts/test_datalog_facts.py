"""Plain Datalog files of facts."""

from __future__ import annotations

from collections.abc import Callable

from guidekb.facts.read import Reading
from guidekb.kb.ir import EDB, Ground, Origin

FACTS = """\
% two patients
stage(p1, metastatic).  -resectable(p1).
syndromes('p 2', polymyositis).
listed('p 2', syndromes).
not_applicable(p1, er). age_years(7, 61).
"""


def test_facts_of_several_patients(reading: Callable[..., Reading]) -> None:
    one, two, seven = reading(FACTS, "p.dl").edbs
    assert set(one.facts) == {
        Ground("stage", ("p1", "metastatic")),
        Ground("-resectable", ("p1",)),
        Ground("not_applicable", ("p1", "er")),
    }
    assert one.not_applicable == {"er"}
    assert two == EDB(
        "p 2",
        {
            Ground("syndromes", ("p 2", "polymyositis")): (
                Origin("p.dl", "syndromes (line 3)", "syndromes('p 2', polymyositis)"),
            )
        },
        frozenset({"syndromes"}),
    )
    assert set(seven.facts) == {Ground("age_years", ("7", 61))}


def test_a_list_of_facts_is_complete_only_when_it_says_so(reading: Callable[..., Reading]) -> None:
    assert reading("syndromes(p1, polymyositis).", "p.dl").edbs[0].listed == frozenset()


def test_facts_are_told_from_records_by_their_content(reading: Callable[..., Reading]) -> None:
    assert reading("% a comment\n\n-resectable(p1).", "p.txt").edbs[0].subject == "p1"
    assert reading("- id: p(1)\n", "p.txt").edbs[0].subject == "p(1)"


def test_errors_of_the_language_and_of_the_facts_are_told_together(told: Callable[..., str]) -> None:
    facts = "stage(p1, lokalized).\nstage(p1 localized).\nage_years(p1, 200).\nage_years(p1, old).\n"
    lines = told(facts, "p.dl").splitlines()
    assert [line.strip() for line in lines if "-->" in line] == [
        "--> p.dl:1:11",
        "--> p.dl:2:10",
        "--> p.dl:3:15",
        "--> p.dl:4:15",
    ]
    assert [line[:12] for line in lines if line.startswith("error")] == [
        "error[D926]:",
        "error[E104]:",
        "error[D927]:",
        "error[D925]:",
    ]


def test_a_long_file_is_read_in_pieces(reading: Callable[..., Reading]) -> None:
    lines = (f"stage('p {n}', % a comment.\n  localized). % the end of {n}\n" for n in range(2000))
    patients = reading("".join(lines), "p.dl").edbs
    assert len(patients) == 2000
    (origin,) = patients[-1].facts[Ground("stage", ("p 1999", "localized"))]
    assert origin.place == "stage (line 3999)"


def test_ids_are_held_to_the_same_limits(told: Callable[..., str]) -> None:
    assert told(f"stage('{'x' * 201}', localized).", "p.dl").startswith(
        "error[D921]: the patient's id has 201 characters\n"
    )
    assert told("stage('', localized).", "p.dl").startswith("error[D921]: the patient's id is empty\n")
    assert told("% nothing\n", "p.dl").startswith("error[D904]: the file holds no facts\n")
