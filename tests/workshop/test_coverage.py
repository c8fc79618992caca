"""Coverage: rules that conclude, conditions that decide, gaps that are meant; the numbers are exact."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.ir import EDB, Ground, Origin
from guidekb.kb.load import plain
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.workshop.coverage_data import coverage
from guidekb.queries.workshop.coverage_seen import Seen
from guidekb.queries.workshop.coverage_text import below, outcome_text, thresholds
from running import Run

HEAD = """
type color = red | green | blue.
type marker = er | pr.
input a(P: patient) open.
input b(P: patient) open.
input n(P: patient, N: number) open.
input c(P: patient, C: color) open.
type number = integer 0..9.
table t(M: marker, C: color) closed.
derived r(P: patient) open.
derived s(P: patient, M: marker) open.
t(er, red).
t(pr, green).
"""
A, B = Ground("a", ("p",)), Ground("b", ("p",))
NOT_B = Ground("-b", ("p",))


def covered(rules: str, *patients: tuple[Ground, ...]) -> tuple[dict[str, int], list[str]]:
    """For each rule, for how many patients it concludes something; and what was not seen."""
    program, problems = plain("test.dl", HEAD + rules)
    assert not problems
    knowledge = Knowledge(program)
    seen = Seen(program, knowledge.normal)
    for facts in patients:
        edb = EDB("p", {fact: (Origin("", ""),) for fact in facts})
        seen.add(assess(knowledge, edb), edb)
    found = coverage(seen)
    return (
        {r.rule.id: r.concluded for r in found.rules},
        [outcome_text(o).replace("never ", "") for r in found.rules for o in r.outcomes if not o.covered],
    )


RULE = "@id(x) r(P) :- a(P), b(P)."


def test_nothing_is_seen_without_patients() -> None:
    counts, gaps = covered(RULE)
    assert counts == {"x": 0}
    assert gaps == ["`a(P)` holds", "`a(P)` fails alone", "`b(P)` holds", "`b(P)` fails alone"]


def test_a_condition_fails_alone_only_when_the_others_hold() -> None:
    assert covered(RULE, (A, B)) == ({"x": 1}, ["`a(P)` fails alone", "`b(P)` fails alone"])
    assert covered(RULE, (A, B), ()) == ({"x": 1}, ["`a(P)` fails alone", "`b(P)` fails alone"])
    assert covered(RULE, (A, B), (A,)) == ({"x": 1}, ["`a(P)` fails alone"])
    assert covered(RULE, (A, B), (A,), (B,)) == ({"x": 1}, [])
    assert covered(RULE, (A, NOT_B), (B,))[0] == {"x": 0}


def test_another_binding_that_concludes_the_same_hides_a_failure() -> None:
    rule = "@id(x) r(P) :- c(P, C), C != red."
    red, green = Ground("c", ("p", "red")), Ground("c", ("p", "green"))
    assert covered(rule, (red, green)) == ({"x": 1}, ["`c(P, C)` fails alone", "`C != red` fails alone"])
    assert covered(rule, (green,), (red,), ()) == ({"x": 1}, [])


def test_another_conclusion_of_the_same_rule_hides_nothing() -> None:
    rule = "@id(x) s(P, M) :- t(M, C), c(P, C)."
    red = Ground("c", ("p", "red"))
    assert covered(rule, (red,)) == ({"x": 1}, ["`t(M, C)` fails alone"])
    assert covered(rule, (red,), (Ground("c", ("p", "blue")),)) == ({"x": 1}, [])
    rule = "@id(x) s(P, M) :- c(P, C), t(M, C), a(P)."
    green = Ground("c", ("p", "green"))
    assert "`a(P)` fails alone" in covered(rule, (red, green, A))[1]


def test_a_condition_on_tables_alone_cannot_fail() -> None:
    rule = "@id(x) s(P, M) :- a(P), t(M, _)."
    assert covered(rule, (A,), ()) == ({"x": 1}, [])


def test_a_test_of_a_value_that_only_the_failing_condition_gives_is_left_out() -> None:
    rule = "@id(x) r(P) :- n(P, N), N <= 3, a(P)."
    few, many = Ground("n", ("p", 3)), Ground("n", ("p", 4))
    assert covered(rule, (few, A), (many, A), (A,), (few,)) == ({"x": 1}, [])


def test_defaults_and_the_record() -> None:
    rule = "@id(x) r(P) :- a(P), assuming -b(P). @id(y) s(P, er) :- a(P), unrecorded b(P)."
    assert covered(rule, (A,), (A, B), ()) == ({"x": 1, "y": 1}, [])


def test_an_exception_is_a_condition_too() -> None:
    rules = "@id(x) r(P) :- a(P). @id(y) @overrides(x) s(P, er) :- b(P)."
    assert covered(rules, (A,), ()) == (
        {"x": 1, "y": 0},
        ["`no exception applies` fails alone", "`b(P)` holds"],
    )
    assert covered(rules, (A,), (), (A, B)) == ({"x": 1, "y": 1}, [])
    assert covered(rules, (A, B))[0] == {"x": 0, "y": 1}


def test_what_sets_a_contradiction_apart_is_seen() -> None:
    rules = """
    derived contradicted(P: patient, F: field) open.
    @id(apart) contradicted(P, b) :- a(P), b(P).
    """
    counts, gaps = covered(rules, (A, B), (A,), (B,))
    assert (counts, gaps) == ({"apart": 1}, [])


def test_thresholds() -> None:
    assert thresholds(["90", "conditions=80.5%"]) == {"statements": 90, "rules": 90, "conditions": 80.5}
    for wrong in ("x", "101", "-1", "lines=3", "", "conditions="):
        with pytest.raises(Invalid):
            thresholds([wrong])


# ---- the command ----

CASES = """\
name: A tumor that can be resected
columns: [stage, resectable, for]
rows:
  - [localized, yes, surgery]
  - [metastatic, ~, tamoxifen]
"""


@pytest.fixture
def cases(small: Path) -> Path:
    """The folder of cases of the small knowledge base."""
    folder = small / "cases"
    folder.mkdir()
    (folder / "all.yaml").write_text(CASES, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("cases")
def test_the_text(run: Run, small: Path) -> None:
    ran = run("coverage", "--kb", small)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "statements      2 of 2     100.0 %\n"
        "rules           2 of 2     100.0 %\n"
        "conditions      4 of 6      66.7 %\n"
        "by 2 patients\n\n"
        "NOT COVERED\n"
        "  surgery_when_localized (S01, guidelines/small.md:12)\n"
        "    ✗ `stage(P, localized)` never fails alone\n"
        "    ✗ `resectable(P)` never fails alone\n"
    )


@pytest.mark.usefixtures("cases")
def test_the_threshold(run: Run, small: Path) -> None:
    assert run("coverage", "--kb", small, "--threshold", "66").code == 0
    assert run("coverage", "--kb", small, "--threshold", "100", "--threshold", "conditions=50").code == 0
    ran = run("coverage", "--kb", small, "--threshold", "100")
    assert ran.code == 1
    assert ran.err == "error[Q647]: conditions: 66.7 % is below the threshold of 100 %\n"
    assert run("coverage", "--kb", small, "--threshold", "much").code == 2


def test_meant_gaps(run: Run, small: Path, cases: Path) -> None:
    gaps = cases / "gaps.yaml"
    gap = "- {rule: surgery_when_localized, condition: 'CONDITION', never: fails, because: it is enough}\n"
    both = [gap.replace("CONDITION", text) for text in ("stage(P, localized)", "resectable(P)")]
    gaps.write_text("".join(both), encoding="utf-8")
    ran = run("coverage", "--kb", small, "--threshold", "100")
    assert (ran.code, ran.err) == (0, "")
    assert "6 of 6     100.0 % (2 of them meant gaps)" in ran.out
    assert "NOT COVERED" not in ran.out
    assert "surgery_when_localized: `resectable(P)` never fails alone, because it is\n    enough" in ran.out
    wrong = gap.replace("CONDITION", "resectable(Q)") + gap.replace("surgery_", "surgry_")
    gaps.write_text("".join(both) + wrong + both[0].replace("never: fails", "never: holds"), encoding="utf-8")
    ran = run("coverage", "--kb", small)
    assert ran.code == 1
    assert len(re.findall("Q644", ran.err)) == 3
    for part in (
        "has no condition `resectable(Q)`",
        "did you mean `surgery_when_localized`?",
        "a test shows that it holds",
    ):
        assert part in ran.err
    gaps.write_text("- {rule: x}\n- {rule: x, condition: y, never: no, because: z}\n", encoding="utf-8")
    ran = run("coverage", "--kb", small)
    assert (ran.code, "D962" in ran.err, "D963" in ran.err) == (4, True, True)


def test_it_is_printed_when_cases_fail(run: Run, small: Path, cases: Path) -> None:
    (cases / "bad.yaml").write_text("name: bad\nexpect: {for: [surgery]}\n---\nname: x\n", encoding="utf-8")
    ran = run("coverage", "--kb", small)
    assert ran.code == 1
    assert "rules           2 of 2" in ran.out
    assert "Q646" in ran.err


def test_no_case(run: Run, small: Path) -> None:
    ran = run("coverage", "--kb", small)
    assert ran.code == 1
    assert "rules           0 of 2       0.0 %" in ran.out
    assert "it concludes nothing for any patient" in ran.out
    assert "Q643" in ran.err


@pytest.mark.usefixtures("cases")
def test_json(run: Run, small: Path) -> None:
    data = json.loads(run("coverage", "--kb", small, "--format", "json").out)
    assert data["conditions"] == {"covered": 4, "of": 6, "percent": 66.67}
    assert data["by_rule"][1]["conditions"][1] == {
        "condition": "stage(P, metastatic)",
        "outcome": "fails",
        "seen": True,
        "because": "",
    }


@pytest.mark.usefixtures("cases")
def test_the_page_needs_no_other_and_obeys_no_text(run: Run, small: Path) -> None:
    document = small / "guidelines" / "small.md"
    text = document.read_text(encoding="utf-8").replace("Metastatic disease", "<script>alert(1)</script> Metastatic")
    document.write_text(text, encoding="utf-8")
    assert run("coverage", "--kb", small, "--format", "html", "-o", "page.html").code == 0
    page = Path("page.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!#|data:,)', page)
    assert "default-src &#x27;none&#x27;" in page
    assert 'class="statement partly"' in page
    assert 'class="statement covered"' in page
    assert "✗ never fails alone" in page


@pytest.mark.usefixtures("cases")
def test_a_broken_guideline(run: Run, small: Path) -> None:
    (small / "vocabulary.md").write_text("```datalog\ntype x =\n```\n", encoding="utf-8")
    ran = run("coverage", "--kb", small, "-o", "out.txt")
    assert ran.code == 3
    assert not Path("out.txt").exists()


def test_below() -> None:
    program, _ = plain("test.dl", HEAD + RULE)
    found = coverage(Seen(program, Knowledge(program).normal))
    assert below(found, {"rules": 1}) == ("rules: 0.0 % is below the threshold of 1 %",)
    assert below(found, {"statements": 100}) == ()
