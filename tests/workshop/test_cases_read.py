"""Files of test cases: heads, cases, rows, tables, records from files; every fault is told where it is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from guidekb.facts.case_files import case_files
from guidekb.facts.cases import read_cases
from guidekb.kb.case import TestCase
from guidekb.kb.diagnostics import Invalid, render
from guidekb.kb.ir import Ground, Program
from guidekb.kb.load import load

ROOT = Path(__file__).parents[2]


@pytest.fixture
def program(small: Path) -> Program:
    """The small knowledge base."""
    return load(small)


@pytest.fixture
def read(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The cases of a text."""
    monkeypatch.chdir(tmp_path)

    def one(text: str) -> tuple[TestCase, ...]:
        Path("cases.yaml").write_text(text, encoding="utf-8")
        return read_cases(Path("cases.yaml"), program)

    return one


def facts(case: TestCase) -> set[tuple[object, ...]]:
    """The facts of a patient, without the patient."""
    assert case.edb is not None, [render(d) for d in case.problems]
    return {(f.predicate, *f.values[1:]) for f in case.edb.facts}


def test_a_head_a_case_and_rows(read) -> None:
    first, second, third = read(
        "section: Localized\ngiven: {stage: localized, resectable: yes}\n---\n"
        "name: one\nabout: [S01]\nexpect: {for: [{item: surgery, status: certain, because: [r]}]}\n---\n"
        "name: two\nrows:\n"
        "  - {given: {resectable: unknown}, expect: {not: {for: [surgery]}, exactly: [for]}}\n"
        "  - {given: {stage: metastatic}, expect: {for: [tamoxifen]}}\n"
    )
    assert [c.place for c in (first, second, third)] == ["cases.yaml:4", "cases.yaml:10", "cases.yaml:11"]
    assert (first.section, first.name, [n.name for n in first.about]) == ("Localized", "one", ["S01"])
    assert facts(first) == {("stage", "localized"), ("resectable",)}
    assert facts(second) == {("stage", "localized")}
    assert facts(third) == {("stage", "metastatic"), ("resectable",)}
    assert first.given == ("stage: localized", "resectable: yes")
    (wanted,) = first.expectation.wanted["for"]
    assert (wanted.item, dict(wanted.details)) == ("surgery", {"status": "certain", "because": ("r",)})
    assert [n.name for n in second.expectation.unwanted["for"]] == ["surgery"]
    assert second.expectation.exactly == {"for"}
    assert first.edb is not None
    assert first.edb.subject == "cases.yaml:4"


def test_a_table(read) -> None:
    one, two = read(
        "name: t\ncolumns: [stage, resectable, for, not for]\nrows:\n"
        "  - [localized, yes, surgery, ~]\n  - [metastatic, unknown, [tamoxifen], [surgery]]\n"
    )
    assert facts(one) == {("stage", "localized"), ("resectable",)}
    assert facts(two) == {("stage", "metastatic")}
    assert [e.item for e in one.expectation.wanted["for"]] == ["surgery"]
    assert one.expectation.unwanted == {}
    assert [n.name for n in two.expectation.unwanted["for"]] == ["surgery"]


def test_the_record_of_a_file(read, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("id: p1\nstage: localized\nresectable: not_applicable\n", encoding="utf-8")
    (case,) = read("name: c\npatient: p.yaml\ngiven: {id: x, stage: metastatic}\nexpect: {for: [tamoxifen]}\n")
    assert facts(case) == {("stage", "metastatic"), ("not_applicable", "resectable")}
    assert case.edb is not None
    assert case.edb.subject == "p1"
    assert case.edb.not_applicable == {"resectable"}
    (case,) = read("name: c\npatient: p.yaml\ngiven: {stage: unknown, resectable: no}\nexpect: {for: [tamoxifen]}\n")
    assert facts(case) == {("-resectable",)}
    assert case.given == ("patient: p.yaml", "stage: unknown", "resectable: no")


def test_the_day(read) -> None:
    (case,) = read("section: s\nas_of: 2024-03-05\n---\nname: c\nexpect: {for: [tamoxifen]}\n")
    assert case.edb is not None
    assert case.edb.as_of == date(2024, 3, 5)


def test_a_case_has_an_id_of_its_own_unless_it_gives_one(read) -> None:
    (case,) = read("name: c\ngiven: {id: ann, stage: localized}\nexpect: {for: [surgery]}\n")
    assert case.edb is not None
    assert Ground("stage", ("ann", "localized")) in case.edb.facts


FAULTS = (
    ("name: a\nexpect: {for: [a]}\nrows: [{expect: {for: [a]}}]", ["D962"]),
    ("name: a\n", ["D962"]),
    ("expect: {for: [a]}", ["D962"]),
    ("name: [a]\nexpect: {for: [a]}", ["D963"]),
    ("name: a\nabout: S01\nexpect: {for: [a]}", ["D963"]),
    ("name: a\ngiven: [stage]\nexpect: {for: [a]}", ["D963"]),
    ("name: a\nrows: []", ["D963"]),
    ("name: a\nrows: [{given: {stage: localized}}]", ["D962"]),
    ("name: a\nrows: [[localized]]", ["D963"]),
    ("name: a\ncolumns: [stage, fro]\nrows: [[localized, a]]", ["D961"]),
    ("name: a\ncolumns: [stage, for]\nrows: [[localized]]", ["D963"]),
    ("name: a\ncolumns: [stage, for]\nrows: [[localized, ~]]", ["D962"]),
    ("name: a\nexpect: {fro: [a]}", ["D961"]),
    ("name: a\nexpect: {not: {fro: [a]}}", ["D961"]),
    ("name: a\nexpect: {exactly: [holds]}", ["D961"]),
    ("name: a\nexpect: {for: [{because: [a]}]}", ["D963"]),
    ("name: a\nexpect: {for: [{item: a, because: b}]}", ["D963"]),
    ("name: a\nexpect: {for: [{item: a, vlaue: b}]}", ["D961"]),
    ("name: a\nexpect: {prognosis: [[a]]}", ["D963"]),
    ("name: a\nexpect: {for: []}", ["D964"]),
    ("name: a\nexpect: {}", ["D964"]),
    ("name: a\nexpect:", ["D964"]),
    ("name: a\ngiven: {stgae: localized, resectable: maybe}\nexpect: {for: [a]}", ["D923", "D926"]),
    ("name: a\npatient: none.yaml\nexpect: {for: [a]}", ["D901"]),
    ("name: a\nas_of: soon\nexpect: {for: [a]}", ["D925"]),
)


@pytest.mark.parametrize(("text", "codes"), FAULTS)
def test_a_fault_is_a_problem_of_its_case(read, text: str, codes: list[str]) -> None:
    case, good = read(f"{text}\n---\nname: good\ngiven: {{stage: localized}}\nexpect: {{for: [surgery]}}\n")
    assert [d.code for d in case.problems] == codes
    assert case.edb is None
    assert all(d.span.line and d.line for d in case.problems if d.code != "D901")
    assert not good.problems


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "D904"), ("a: [", "D907"), ("- 1", "D912"), ("section: s\n", "D962"), ("section: s\nname: n\n", "D961")],
)
def test_a_file_that_is_none(read, text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(text)
    assert caught.value.diagnostics[0].code == code


PAGES = (ROOT / "facts" / "errors.md").read_text(encoding="utf-8").split("\n## ")


@pytest.mark.parametrize("section", [s for s in PAGES if "```cases" in s], ids=lambda s: s[:4])
def test_the_examples_of_the_page(read, section: str) -> None:
    (example,), (message,) = (re.findall(rf"(?s)```{kind}\n(.*?)\n```", section) for kind in ("cases", "text"))
    (case,) = read(example + "\n")
    assert "\n\n".join(map(render, case.problems)) == message


def test_the_files_of_our_own_guideline_are_read() -> None:
    program = load()
    for path in case_files([ROOT / "tests" / "guideline" / "cases"]):
        for case in read_cases(path, program):
            assert not case.problems, render(case.problems[0])
