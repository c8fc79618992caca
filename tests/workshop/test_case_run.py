"""`guidekb test` and the pytest plugin: what passes, what fails and says why, and that nothing stops the others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from guidekb.facts.case_files import case_files, folders_of, kb_of
from guidekb.kb.diagnostics import Invalid
from guidekb.queries.workshop import case_run
from guidekb.queries.workshop.selection import selection
from running import Run

GOOD = """\
section: Localized
given: {stage: localized}
---
name: A tumor that can be resected
about: [S01]
given: {resectable: yes}
expect:
  for: [{item: surgery, status: certain, because: [surgery_when_localized]}]
  holds: ["stage(P, localized)"]
  exactly: [for]
  not: {for: [tamoxifen], holds: ["-resectable(P)"]}
---
name: The record decides
columns: [stage, resectable, for, not for]
rows:
  - [localized, unknown, ~, surgery]
  - [metastatic, ~, tamoxifen, surgery]
"""
BAD = """\
name: This one fails
about: [S01]
given: {stage: localized, resectable: no}
expect: {for: [{item: surgery}], undetermined: [{item: resectable}]}
---
name: This one names what there is not
about: [S07]
expect: {for: [surgry, {item: surgery, because: [no_rule], status: sure}], holds: ["stgae(P, X)"]}
---
name: This one passes
given: {stage: metastatic}
expect: {for: [tamoxifen]}
"""


@pytest.fixture
def cases(small: Path) -> Path:
    """The folder of cases beside the small knowledge base."""
    folder = small / "cases"
    folder.mkdir()
    (folder / "good.yaml").write_text(GOOD, encoding="utf-8")
    return folder


def test_cases_that_pass(run: Run, small: Path, cases: Path) -> None:
    ran = run("test", "--kb", small)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "small/cases/good.yaml: 3 passed\n3 cases: 3 passed\n"
    assert run("test", "--kb", small, cases).out == ran.out.replace("small/", f"{small.as_posix()}/")


def test_a_case_that_fails_says_what_and_why_and_stops_no_other(run: Run, small: Path, cases: Path) -> None:
    (cases / "bad.yaml").write_text(BAD, encoding="utf-8")
    (cases / "broken.yaml").write_text("name: [", encoding="utf-8")
    ran = run("test", "--kb", small)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0] == "small/cases/bad.yaml: 1 passed, 1 failed, 1 in error"
    assert lines[-1] == "7 cases: 4 passed, 1 failed, 2 in error"
    for part in (
        "FAILED small/cases/bad.yaml:1: This one fails (S01)\n"
        "  ✗ for: `surgery` is missing\n  ✗ undetermined: `resectable` is missing\n\n"
        "given\n  stage: localized\n  resectable: no\n",
        "why not surgery\n",
        "the only condition that is not met",
        "there is no statement `S07`",
        "there is no item of `for` `surgry`",
        "did you mean `surgery`?",
        "there is no rule `no_rule`",
        "there is no status `sure`",
        "the goal `stgae(P, X)` cannot be asked",
        "error[D907]: not YAML",
    ):
        assert part in ran.out, ran.out


@pytest.mark.usefixtures("cases")
def test_a_crash_in_one_case_stops_no_other(run: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = case_run.assess

    def crashing(knowledge: object, edb: object) -> object:
        if edb.subject.endswith(":16"):  # type: ignore[attr-defined]
            raise RecursionError("too deep")
        return whole(knowledge, edb)  # type: ignore[arg-type]

    monkeypatch.setattr(case_run, "assess", crashing)
    ran = run("test", "--kb", small)
    assert ran.code == 1
    assert "ERROR RecursionError: too deep (a bug in guidekb)" in ran.out
    assert ran.out.endswith("3 cases: 2 passed, 1 in error\n")


def test_cases_are_picked(run: Run, small: Path, cases: Path) -> None:
    (cases / "bad.yaml").write_text(BAD, encoding="utf-8")
    assert run("test", "--kb", small, "-k", "s01 and localized").out.endswith("1 case: 1 passed\n")
    assert run("test", "--kb", small, "-x").out.endswith("1 case: 1 failed\n")
    assert run("test", "--kb", small, "-k", "(a").code == 2


def test_no_case_is_a_failure(run: Run, small: Path, cases: Path) -> None:
    ran = run("test", "--kb", small, "-k", "nothing")
    assert ran.code == 1
    assert "error[Q643]: no test case was found\n  = no case has the words `nothing`" in ran.err
    (cases / "good.yaml").unlink()
    assert run("test", "--kb", small).code == 1
    assert "Q643" in run("test", "--kb", small).err


@pytest.mark.usefixtures("cases")
def test_a_broken_guideline_is_told(run: Run, small: Path) -> None:
    (small / "vocabulary.md").write_text("", encoding="utf-8")
    ran = run("test", "--kb", small)
    assert ran.code == 3
    assert "E201" in ran.err
    assert not ran.out


def test_json_and_junit(run: Run, small: Path, cases: Path) -> None:
    (cases / "bad.yaml").write_text(BAD.replace("This one fails", "This \\u0001 & <one> fails"), encoding="utf-8")
    ran = run("test", "--kb", small, "--format", "json", "--junitxml", "out.xml")
    data = json.loads(ran.out)
    assert (data["ok"], data["passed"], data["failed"], data["error"]) == (False, 4, 1, 1)
    assert data["cases"][0]["wrong"][0] == "for: `surgery` is missing"
    root = ElementTree.parse("out.xml").getroot()  # noqa: S314
    suite = root[0]
    assert suite.attrib["tests"] == "6"
    assert [c.tag for case in suite for c in case] == ["failure", "error"]
    assert suite[0].attrib["classname"] == "small/cases/bad.yaml"


def test_transcripts(run: Run, small: Path, cases: Path) -> None:
    (cases / "good.yaml").write_text(
        "name: whole\ngiven: {id: ann, stage: metastatic}\nexpect: {transcript: ann.txt}\n", encoding="utf-8"
    )
    ran = run("test", "--kb", small)
    assert ran.code == 1
    assert "transcript: cannot read `small/cases/ann.txt`; --update writes it" in ran.out
    assert run("test", "--kb", small, "--update").code == 0
    text = (cases / "ann.txt").read_text(encoding="utf-8")
    assert text.startswith("Patient ann")
    assert "sha256" not in text
    assert run("test", "--kb", small).code == 0
    (cases / "ann.txt").write_text(text.replace("tamoxifen", "placebo", 1), encoding="utf-8")
    ran = run("test", "--kb", small)
    assert ran.code == 1
    assert "+  ✓ tamoxifen" in ran.out


@pytest.mark.parametrize(
    ("expression", "picked"),
    [("", "abc d"), ("B", "b"), ("a or d", "a d"), ("not a", "bcd"), ("(a or b) not b", "a"), ("not (a or b)", "c d")],
)
def test_selection(expression: str, picked: str) -> None:
    pick = selection(expression)
    assert {c for c in "abcd" if pick(c)} == set(picked) - {" "}


@pytest.mark.parametrize("expression", ["(", ")", "a and", "or a", "not", "a )", "()", "not " * 200, "(" * 200])
def test_a_selection_that_cannot_be_read(expression: str) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        selection(expression)


def test_where_cases_are(small: Path, cases: Path, tmp_path: Path) -> None:
    assert folders_of(small) == (cases,)
    (tmp_path / "tests" / "it" / "cases").mkdir(parents=True)
    (tmp_path / "cases").mkdir()
    assert folders_of(small) == (cases, tmp_path / "cases", tmp_path / "tests" / "it" / "cases")
    (cases / "deep").mkdir()
    (cases / "deep" / "more.yml").write_text("", encoding="utf-8")
    (cases / "note.txt").write_text("", encoding="utf-8")
    assert case_files([cases, cases / "good.yaml"]) == (cases / "deep" / "more.yml", cases / "good.yaml")
    assert kb_of(cases / "good.yaml") == small
    assert kb_of(tmp_path / "tests" / "it" / "cases" / "x.yaml") == small
    assert kb_of(cases / "note.txt") is None
    assert kb_of(small / "other" / "x.yaml") is None


# ---- pytest ----


def pytested(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What plain pytest does in a folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_pytest_finds_the_same_cases(small: Path, cases: Path) -> None:
    (cases / "bad.yaml").write_text(BAD, encoding="utf-8")
    (small / "data.yaml").write_text("no: case", encoding="utf-8")
    done = pytested(small.parent, "--junitxml", "out.xml")
    assert done.returncode == 1
    assert "4 passed" in done.stdout, done.stdout + done.stderr
    assert "2 failed" in done.stdout
    assert "for: `surgery` is missing" in done.stdout
    assert "why not surgery" in done.stdout
    assert "Traceback" not in done.stdout
    root = ElementTree.parse(small.parent / "out.xml").getroot()  # noqa: S314
    names = [c.attrib["name"] for c in root.iter("testcase")]
    assert "The record decides [16]" in names
    picked = pytested(small.parent, "-k", "decides", "-x")
    assert "2 passed" in picked.stdout
    assert picked.returncode == 0


def test_pytest_tells_what_it_cannot_collect(small: Path, cases: Path) -> None:
    (cases / "broken.yaml").write_text("name: [", encoding="utf-8")
    done = pytested(small)
    assert done.returncode == 2
    assert "error[D907]: not YAML" in done.stdout
    (cases / "broken.yaml").unlink()
    (small / "vocabulary.md").write_text("", encoding="utf-8")
    done = pytested(small)
    assert "E201" in done.stdout
    assert done.returncode == 2


def test_pytest_writes_transcripts_when_asked(small: Path, cases: Path) -> None:
    (cases / "good.yaml").write_text(
        "name: whole\ngiven: {id: ann, stage: metastatic}\nexpect: {transcript: ann.txt}\n", encoding="utf-8"
    )
    assert pytested(small).returncode == 1
    assert pytested(small, "--guidekb-update").returncode == 0
    assert pytested(small).returncode == 0
