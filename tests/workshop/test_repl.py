"""`repl`: goals, why, why not, changes, listings, reload and completion; piped, and at a real terminal."""

from __future__ import annotations

import io
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
from guidekb.kb.load import load
from guidekb.queries.workshop.repl import COMMANDS, goes_on
from guidekb.queries.workshop.repl_complete import completions
from running import ROOT, Ran, Run

pytestmark = pytest.mark.usefixtures("in_the_repository")

PATIENT = "facts/examples/metastatic-hr-positive.yaml"


@pytest.fixture
def say(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`say("goal", ":why 1")`: the lines piped into `guidekb repl`, about an example patient."""

    def one(*lines: str, words: tuple[str, ...] = (PATIENT,)) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return run("repl", *words)

    return one


def test_answers_are_numbered_and_why_explains_the_one_that_is_named(say: Run) -> None:
    ran = say("recommend(P, Action)", ":why 2")
    assert (ran.code, ran.err) == (0, "")
    assert "  1  P = 'metastatic-hr-positive', Action = " in ran.out
    second = ran.out.splitlines()[1].split("Action = ")[1]
    proof = ran.out.split("\n✓ ")[1]
    assert proof.splitlines()[1].startswith("  rule ")
    assert "WHAT THE GUIDELINE SAYS" in ran.out
    assert second


def test_a_goal_goes_on_over_lines_and_the_end_of_input_ends_it(say: Run) -> None:
    assert say("stage(P, S),", "  S = metastatic").out == "  1  P = 'metastatic-hr-positive', S = metastatic\n"
    assert say("stage(P,", "metastatic)", "stage(P, localized)").out.splitlines()[-1] == "no"
    assert goes_on("p(X),")
    assert goes_on("p(")
    assert not goes_on("p('(')")
    assert not goes_on("p(X.")  # a period ends it, right or wrong


def test_a_command_or_a_period_ends_a_goal_that_was_begun_by_mistake(say: Run) -> None:
    ran = say("stage(P,", ":help why", "?- stage(P, S.", "?- stage(P, S).", "halt.", "stage(P, S)")
    assert ran.out.startswith("the goal that was not finished is dropped\n")
    assert COMMANDS[":why"] in ran.out
    assert ran.err.count("error[E104]") == 1
    assert ran.out.endswith("  1  P = 'metastatic-hr-positive', S = metastatic\n")  # once: halt ends it


def test_why_and_why_not_take_the_bare_name_of_what_an_answer_tells(say: Run) -> None:
    assert "✓ endocrine therapy is recommended" in say(":why endocrine_therapy").out
    assert "mammography: not recommended" in say(":why-not mammogram").out
    assert say(":why mammogram").out == "no; `:why-not mammogram` tells why\n"


def test_why_takes_any_goal_negations_and_comparisons_too(say: Run) -> None:
    ran = say(":why stage(P, metastatic), assuming -recommend(P, bisphosphonate)")
    assert ran.code == 0
    assert "✓ the breast cancer is metastatic" in ran.out
    assert "line 9" in ran.out
    assert "bisphosphonate" in ran.out.lower()


def test_why_not_of_a_conclusion_of_a_derived_predicate_and_of_a_field(say: Run) -> None:
    assert "trastuzumab" in say(":why-not recommend(P, trastuzumab_plus_chemotherapy)").out
    assert (
        "rule "
        in say(":why-not hormone_receptor_negative_nowhere(P)", ":why-not both_hormone_receptors_negative(P)").out
    )
    assert "metastatic" in say(":why-not stage(P, localized)").out
    assert say(":why-not stage(P, metastatic)").out.startswith("it holds: ")


def test_set_and_unset_change_the_answers_and_say_what_has_changed(say: Run) -> None:
    goal = "menopausal_status(_, M)"
    ran = say(f"{goal}", ":set menopausal_status=premenopausal", f"{goal}", ":unset menopausal_status", f"{goal}")
    assert ran.out.splitlines() == [
        "  1  M = postmenopausal",
        "- menopausal_status('metastatic-hr-positive', postmenopausal)",
        "+ menopausal_status('metastatic-hr-positive', premenopausal)",
        "  1  M = premenopausal",
        "- menopausal_status('metastatic-hr-positive', premenopausal)",
        "no",
    ]


def test_what_contradicts_the_record_is_set_apart_and_told(say: Run) -> None:
    ran = say(":set stage=localized", "stage(P, _)")
    assert "set apart, since the record contradicts itself: " in ran.out
    assert ran.out.splitlines()[-1] == "no"


def test_without_a_patient_a_record_is_begun_and_another_can_be_opened(say: Run) -> None:
    ran = say(":facts", ":set stage=metastatic", "stage(P, S)", f":patient {PATIENT}", ":facts stage", words=())
    assert ran.out.splitlines()[:3] == [
        "nothing is recorded",
        "+ stage(patient, metastatic)",
        "  1  P = patient, S = metastatic",
    ]
    assert "stage('metastatic-hr-positive', metastatic)." in ran.out


def test_listing_shows_the_declaration_the_rules_and_where_they_stand(say: Run) -> None:
    ran = say(":listing recommend/2")
    assert "derived recommend(" in ran.out
    assert "@id(endocrine_metastatic_hr_positive)" in ran.out
    assert "% S14 guidelines/paraneoplastic_breast.md:" in ran.out
    assert "input   stage/2" in say(":listing").out
    assert "it is `stage/2`" in say(":listing stage/3").err


def test_an_error_is_told_and_the_conversation_goes_on_and_ends_with_1(say: Run) -> None:
    ran = say("stge(P, X)", ":wy 1", ":why 4", ":set stage=nowhere", "stage(P, metastatic", ")", ":why 7", ":help why")
    assert ran.code == 1
    for told in (
        "did you mean `stage/2`?",
        "did you mean `:why`?",
        "no goal has been asked yet",
        "nowhere",
        "has 1 answer",
    ):
        assert told in ran.err
    assert "  1  P = 'metastatic-hr-positive'" in ran.out
    assert COMMANDS[":why"] in ran.out


def test_what_is_wrong_with_a_change_is_said_in_words_of_the_conversation(say: Run) -> None:
    ran = say(":set stage", ":set stage.x=localized", ":unset stge")
    assert ran.code == 1
    assert "write `stage=VALUE`, or `:unset stage`" in ran.err
    assert "--" not in ran.err.replace("-->", "")


def test_reload_reads_the_rules_again_and_keeps_the_old_when_they_are_wrong(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "own.dl"
    rules.write_text("type n = a | b. table p(N: n) closed. p(a).")

    class Lines(io.StringIO):
        """Changes the file between the lines."""

        def readline(self, size: int | None = -1, /) -> str:
            line = super().readline(-1 if size is None else size)
            if line == ":reload\n":
                rules.write_text(
                    rules.read_text().replace(" p(a).", " p(a). p(b).") if "p(b)" not in rules.read_text() else "p("
                )
            return line

    monkeypatch.setattr(sys, "stdin", Lines("p(N)\n:reload\np(N)\n:reload\np(N)\n"))
    ran = run("repl", "--rules", str(rules))
    assert ran.out.splitlines() == [
        "  1  N = a",
        "rules : 0 rules",
        "  1  N = a",
        "  2  N = b",
        "  1  N = a",
        "  2  N = b",
    ]
    assert ran.code == 1
    assert "own.dl:1:" in ran.err


def test_completion_comes_from_the_vocabulary() -> None:
    program = load()
    assert completions(program, ":w") == (":why", ":why-not")
    assert "stage" in completions(program, "recommend(P, X), st")
    assert completions(program, "stage(P, meta") == ("metastatic",)
    assert completions(program, ":set stage=m") == ("metastatic",)
    assert "her2" in completions(program, ":set he")
    assert completions(program, "no_such(P, ") == ()


def test_a_broken_knowledge_base_ends_with_its_code(run: Run, tmp_path: Path) -> None:
    assert run("repl", "--kb", str(tmp_path)).code == 3
    assert run("repl", "no-such.yaml").code == 4


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there is no pseudo-terminal here")
def test_at_a_real_terminal_with_prompt_toolkit_tab_completes(tmp_path: Path) -> None:
    """What is typed is completed and answered, and the line is kept in the history that is asked for."""
    pytest.importorskip("prompt_toolkit")
    master, slave = os.openpty()
    history = tmp_path / "history"
    command = [str(Path(sys.executable).parent / "guidekb"), "repl", PATIENT, "--history", str(history)]
    environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    process = subprocess.Popen(command, cwd=ROOT, stdin=slave, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    try:
        for wanted, keys in ((b"?-", b"stage(P, meta\t"), (b"static", b")\r"), (b"P = 'meta", b":quit\r")):
            shown = b""
            while wanted not in shown:
                assert select.select([master], [], [], 30)[0], shown
                shown += os.read(master, 4096)
            os.write(master, keys)
        assert process.wait(30) == 0
    finally:
        process.kill()
        os.close(master)
    assert "stage(P, metastatic)" in history.read_text()
