"""why-not, what-if, ask, counterfactual and compare at the command line: their codes, their forms, their bad input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from running import ROOT, Run

ONE = "facts/examples/published-01.yaml"
HR = "facts/examples/metastatic-hr-positive.yaml"
EMPTY = "facts/examples/nearly-empty.yaml"
TWO = "facts/examples/datalog-facts.dl"

COMMANDS = (
    ("why-not", HR, "trastuzumab_plus_chemotherapy"),
    ("what-if", HR, "--set", "her2=positive", "--unset", "menopausal_status"),
    ("ask", EMPTY),
    ("ask", EMPTY, "endocrine_therapy"),
    ("counterfactual", HR, "trastuzumab_plus_chemotherapy", "--max", "2"),
    ("compare", ONE, HR),
)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_answers_in_text_and_json_to_stdout_or_a_file(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    text = run(*words)
    assert (text.code, text.err) == (0, "")
    assert "Knowledge base: paraneoplastic_breast" in text.out
    assert all(len(line) <= 80 for line in text.out.splitlines())
    data = run(*words, "--format", "json")
    assert data.code == 0
    assert json.loads(data.out)["patient"]
    path = tmp_path / "answer"
    assert run(*words, "-o", path).out == ""
    assert path.read_text(encoding="utf-8") == text.out
    german = run(*words, "--lang", "de", "--width", "120")
    assert german.code == 0
    assert "Wissensbasis: paraneoplastic_breast" in german.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("why-not", ONE, "mamogram"), 6, "did you mean `mammogram`?"),
        (("ask", ONE, "mamogram"), 6, "did you mean `mammogram`?"),
        (("ask", ONE, "mamogram", "-i"), 6, "did you mean `mammogram`?"),
        (("counterfactual", ONE, "mamogram"), 6, "did you mean `mammogram`?"),
        (("counterfactual", ONE, "mammogram", "--max", "0"), 2, "0"),
        (("what-if", ONE), 2, "say what is supposed"),
        (("what-if", ONE, "--set", "her2=postive"), 4, "did you mean `positive`?"),
        (("what-if", ONE, "--set", "her3=positive"), 4, "did you mean `her2`?"),
        (("what-if", ONE, "--unset", "her3"), 4, "did you mean `her2`?"),
        (("what-if", ONE, "--set", "her2"), 4, "is given no value"),
        (("what-if", ONE, "--set", "age_years=400"), 4, "0 to 130"),
        (("what-if", ONE, "--set", "er=positive", "--set", "er=negative"), 4, "changed twice"),
        (("what-if", ONE, "--set", "er=positive", "--unset", "er"), 4, "both set and unset"),
        (("what-if", "nowhere.yaml", "--unset", "er"), 4, "nowhere.yaml"),
        (("ask", TWO), 6, "2 patients; choose one with --patient"),
        (("compare", TWO, ONE), 6, "2 patients"),
        (("compare", ONE, TWO, "--other-patient", "nobody"), 6, "nobody"),
        (("compare", "-", "-"), 2, "standard input"),
        (("ask", "-", "-i"), 2, "standard input"),
        (("ask", ONE, "--lang", "xx"), 6, "xx"),
    ],
)
def test_bad_input_is_an_error_with_its_code(run: Run, words: tuple[str, ...], code: int, told: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err


def test_a_patient_of_several_is_chosen(run: Run) -> None:
    assert run("ask", TWO, "--patient", "dl-2").code == 0
    ran = run("compare", TWO, TWO, "--patient", "dl-1", "--other-patient", "dl-2")
    assert ran.code == 0
    assert ran.out.startswith("From patient dl-1")


def test_a_patient_with_nothing_recorded(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("id: p\n", encoding="utf-8")
    assert "Which syndromes are present?" in run("ask", path).out
    assert "not recommended yet" in run("why-not", path, "mammogram").out
    assert "What would change that?" in run("counterfactual", path, "mammogram").out


def test_what_is_contradictory_after_a_change_is_told(run: Run) -> None:
    ran = run("what-if", HR, "--set", "age_years=2")
    assert ran.code == 0
    assert "warning[W903]" in ran.err
    assert "two recorded facts cannot both be true: not flagged → flagged" in " ".join(ran.out.split())


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """What is typed at the terminal."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_an_interview_goes_on_until_nothing_is_open_and_is_saved(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "done.yaml"
    typed(monkeypatch, "?", "maybe", "2", "b", "no", "s")
    ran = run("ask", HR, "--save", path)
    assert ran.code == 0
    assert "2 questions are open." in ran.err
    assert "certainly recommended: endocrine therapy" in ran.err, "why it is asked"
    assert "`maybe` is not a value of `clinically_aggressive_disease`" in ran.err
    assert "Only what was skipped can still change the answer." in ran.err
    assert ran.out.startswith("WITH THESE ANSWERS\n  • the disease is not clinically aggressive")
    assert "clinically_aggressive_disease: no\n" in path.read_text(encoding="utf-8")
    again = run("ask", path)
    assert again.out.count("? ") == 1, "the skipped question is still open"
    (wanted,) = (json.loads(run("recommend", path, "--format", "json").out),)
    assert {r["status"] for r in wanted["recommendations"] if r["action"] == "endocrine_therapy"} == {"certain"}


def test_an_interview_can_be_left(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "left.yaml"
    path.write_text("before", encoding="utf-8")
    for lines in (("b", "q"), ()):  # q, or the end of the input
        typed(monkeypatch, *lines)
        ran = run("ask", EMPTY, "--interactive", "--save", path)
        assert ran.code == 0
        assert "Nothing changes." in ran.out
        assert path.read_text(encoding="utf-8").startswith('id: "nearly-empty"\n')
    monkeypatch.chdir(ROOT)


def test_lists_maps_and_numbers_are_answered_in_an_interview(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "p.yaml"
    record.write_text("id: p\nbreast_cancer_status: known_active\n", encoding="utf-8")
    path = tmp_path / "done.yaml"
    typed(monkeypatch, "1", "yes", "31", "6, hypercalcemia", "q")
    ran = run("ask", record, "anti_yo_early_ivig_stabilization_possible", "--save", path)
    assert "a number from 0 to 36500 days" in ran.err
    text = path.read_text(encoding="utf-8")
    assert "antibodies: {anti_yo: positive" in text
    assert "ivig_start_days_after_onset: 31\n" in text
    assert "syndromes: [cerebellar_degeneration, hypercalcemia]\n" in text
