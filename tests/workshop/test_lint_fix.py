"""`guidekb lint`: fixes that are safe, files that are never half-written, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.lints import fixing
from guidekb.kb.lints.context import Fix
from guidekb.kb.lints.fixing import fixed, mended
from linting import linted
from running import Run

FIXES = (
    ("@id(first_rule_here)\nr(P) :-\n    b(P),\n    a(P),\n    a(P).", "@id(first_rule_here)\nr(P) :-\n    b(P),\n    a(P)."),  # noqa: E501
    ("@id(first_rule_here) r(P) :- a(P), a(P), b(P).", "@id(first_rule_here)\nr(P) :- a(P), b(P)."),
    ("@id(first_rule_here)\nr(P) :- n(P, N), N > 3, N > 5.", "@id(first_rule_here)\nr(P) :- n(P, N), N > 5."),
    ("@id(first_rule_here)\nr(P) :- -a(P), assuming -a(P).", "@id(first_rule_here)\nr(P) :- -a(P)."),
    ("@id(first_rule_here)\nr(P) :- a(P), a(P), a(P).", "@id(first_rule_here)\nr(P) :- a(P)."),
    ('table q(P: marker) closed yes "it is  {P}. ".\nr(P) :- a(P).', 'table q(P: marker) closed yes "it is {P}".\nr(P) :- a(P).'),  # noqa: E501
    ("% lint: allow W604 because x\n@id(first_rule_here)\nr(P) :- a(P).", "@id(first_rule_here)\nr(P) :- a(P)."),
)  # fmt: skip
LEFT = (
    "@id(first_rule_here)\nr(P) :-\n    a(P),\n    a(P).  % a comment",
    "@id(first_rule_here) r(P) :- a(P), a(P). @id(second_rule_here) r(P) :- b(P).",
    "@id(first_rule_here)\nr(P) :- d(P), a(P).",
    'table q(P: marker) closed yes "It is {P}".',
    "r(P) :- a(P).  % lint: allow W604 because x",
)


@pytest.mark.parametrize(("text", "expected"), FIXES)
def test_a_safe_fix(text: str, expected: str) -> None:
    assert mended(linted(text))["x.dl"] == expected


@pytest.mark.parametrize("text", LEFT)
def test_what_is_left_to_the_author(text: str) -> None:
    assert mended(linted(text))["x.dl"] == text


def test_in_a_document_the_block_keeps_its_place() -> None:
    text = "- **S01** (alert): t\n\n  ```datalog\n  @id(first_rule_here)\n  r(P) :-\n      a(P),\n      a(P).\n  ```\n"
    expected = text.replace("a(P),\n      a(P)", "a(P)")
    assert mended(linted(text, document=True))["x.md"] == expected


def test_only_the_codes_that_are_asked_for() -> None:
    text = "@id(first_rule_here)\nr(P) :- a(P), a(P)."
    assert mended(linted(text), ("W601",))["x.dl"] == text


def test_fixes_of_the_same_lines_wait_for_each_other() -> None:
    fixes = [Fix("a", 2, 3, ("x",)), Fix("a", 3, 3, ("y",)), Fix("a", 1, 1, ())]
    assert fixed({"a": "1\n2\n3\n4"}, fixes) == {"a": "x\n4"}


def test_a_fix_that_breaks_the_program_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixing, "fixed", lambda *_: {"x.dl": "r(P) :- "})
    with pytest.raises(Invalid) as caught:
        mended(linted("@id(first_rule_here) r(P) :- a(P), a(P)."))
    assert caught.value.diagnostics[0].code == "E125"


# ---- the command ----


def test_the_small_knowledge_base_has_none(run: Run, small: Path) -> None:
    ran = run("lint", "--kb", small)
    assert (ran.code, ran.out, ran.err) == (0, "ok: nothing to mend in 2 rules\n", "")


def broken(small: Path) -> Path:
    """The guideline with a finding that can be mended and one that cannot."""
    file = small / "guidelines" / "small.md"
    text = file.read_text(encoding="utf-8").replace("resectable(P).", "resectable(P),\n      resectable(P).")
    file.write_text(text.replace("tamoxifen_when_metastatic", "rule_2"), encoding="utf-8")
    return file


def test_findings_and_fixes(run: Run, small: Path) -> None:
    file = broken(small)
    ran = run("lint", "--kb", small)
    assert ran.code == 1
    assert ran.out.endswith("2 findings, 1 for --fix\n")
    assert "warning[W601]: the id `rule_2` does not say what the rule is for\n  --> guidelines/small.md:21:" in ran.out
    ran = run("lint", "--kb", small, "--fix")
    assert (ran.code, ran.err) == (1, f"mended {file.as_posix()}\n")
    assert ran.out.endswith("1 finding\n")
    assert file.read_text(encoding="utf-8").count("resectable(P)") == 1
    assert run("fmt", "--check", "--kb", small).code == 0
    assert run("lint", "--kb", small, "--ignore", "W601").code == 0
    assert run("lint", "--kb", small, "--select", "W604").code == 0


def test_json(run: Run, small: Path) -> None:
    broken(small)
    data = json.loads(run("lint", "--kb", small, "--format", "json").out)
    assert not data["ok"]
    assert [f["code"] for f in data["findings"]] == ["W604", "W601"]
    assert data["findings"][0]["fix"] == {
        "first": 11,
        "last": 15,
        "lines": ["  @id(surgery_when_localized)", "  recommend(P, surgery) :-", "      stage(P, localized),",
                  "      resectable(P)."],
    }  # fmt: skip


def test_rules_that_no_case_fires(run: Run, small: Path) -> None:
    cases = small / "cases"
    cases.mkdir()
    (cases / "a.yaml").write_text(
        "name: a\ngiven: {stage: metastatic}\nexpect: {for: [tamoxifen]}\n---\nname: b\n", encoding="utf-8"
    )
    (cases / "b.yaml").write_text("name: [", encoding="utf-8")
    ran = run("lint", "--kb", small)
    assert ran.code == 1
    assert "warning[W607]: no test shows what the rule `surgery_when_localized` does" in ran.out
    assert run("lint", "--kb", small, "--no-tests").code == 0


def test_reviewed(run: Run, small: Path) -> None:
    assert run("lint", "--kb", small, "--reviewed", "S01").code == 1
    ran = run("lint", "--kb", small)
    assert "warning[W704]: the rules of `S02` have not been reviewed" in ran.out
    assert f"run `guidekb lint --kb {small.as_posix()} --reviewed S02`" in ran.out
    assert run("lint", "--kb", small, "--reviewed", "all").code == 0
    file = small / "guidelines" / "small.md"
    file.write_text(file.read_text(encoding="utf-8").replace("is treated", "may be treated"), encoding="utf-8")
    ran = run("lint", "--kb", small)
    assert "warning[W703]: the text of `S02` has changed since its rules were reviewed" in ran.out
    assert run("lint", "--kb", small, "--reviewed", "S02").code == 0
    assert run("check", "--kb", small).code == 0


def test_unknown_names(run: Run, small: Path) -> None:
    ran = run("lint", "--kb", small, "--reviewed", "S1")
    assert (ran.code, "did you mean `S01`?" in ran.err) == (6, True)
    assert not (small / "reviewed.json").exists()
    assert run("lint", "--kb", small, "--select", "W999").code == 6


def test_a_broken_guideline_is_not_linted(run: Run, small: Path) -> None:
    file = broken(small)
    file.write_text(file.read_text(encoding="utf-8").replace("stage(P, metastatic)", "stgae(P, metastatic)"), "utf-8")
    text = file.read_text(encoding="utf-8")
    ran = run("lint", "--kb", small, "--fix")
    assert (ran.code, ran.out) == (3, "")
    assert "E201" in ran.err
    assert file.read_text(encoding="utf-8") == text
    (small / "reviewed.json").write_text("x", encoding="utf-8")
    assert run("lint", "--kb", small).code == 3


def test_the_list(run: Run) -> None:
    ran = run("lint", "--list")
    assert ran.code == 0
    assert ran.out.startswith("W601  an id that says nothing\n")
    assert len(ran.out.splitlines()) == 18


def test_explain_code(run: Run) -> None:
    assert run("explain-code", "W604").out.startswith("## W604 a condition that follows from the others\n")
