"""Findings that are allowed with a reason; texts that were reviewed."""

from __future__ import annotations

import pytest
from guidekb.kb.diagnostics import Invalid, render
from guidekb.kb.lints.reviewed import digest, read_reviewed, reviewed_text
from linting import codes_of, findings, linted

TWICE = "@id(first_rule_here)\nr(P) :-\n    a(P),\n    a(P)."


@pytest.mark.parametrize(
    "text",
    [
        f"% lint: allow W604 because it is said twice\n{TWICE}",
        f"% why\n%lint:allow W604, W605 because it is said twice\n{TWICE}",
        TWICE.replace("    a(P).", "    a(P).  % lint: allow W604 because it is said twice"),
        TWICE.replace("    a(P).", "    % lint: allow W604 because it is said twice\n    a(P)."),
    ],
)
def test_allowed(text: str) -> None:
    codes = codes_of(text)
    assert codes == (["W691"] if "W605" in text else [])


@pytest.mark.parametrize(
    "text",
    [
        f"% lint: allow W604 because it is said twice\n\n{TWICE}",
        f"% lint: allow W601 because it is said twice\n{TWICE}",
        f"{TWICE}\n% lint: allow W604 because it is said twice",
        TWICE.replace("r(P) :-", "r(P) :-  % lint: allow W604 because it is said twice"),
    ],
)
def test_an_allowance_that_is_not_for_the_finding(text: str) -> None:
    assert sorted(codes_of(text)) == ["W604", "W691"]


def test_what_is_not_looked_for_is_not_idle() -> None:
    text = "% lint: allow W607 because nobody has this\n@id(first_rule_here)\nr(P) :- a(P)."
    assert codes_of(text) == []
    assert codes_of(text, fired=frozenset({"first_rule_here"})) == ["W691"]
    assert [f.diagnostic.code for f in findings(text, codes=("W607",), fired=frozenset({"first_rule_here"}))] == []


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("lint: allow W604", "gives no reason"),
        ("lint: allow W604 because", "cannot be read"),
        ("lint: alow W604 because x", "cannot be read"),
        ("lint: allow everything because x", "cannot be read"),
        ("lint: allow W999 because x", "there is no finding `W999` to allow"),
        ("lint: allow E101 because x", "there is no finding `E101` to allow"),
    ],
)
def test_an_allowance_that_cannot_be_read(comment: str, why: str) -> None:
    with pytest.raises(Invalid) as caught:
        findings(f"% {comment}\n{TWICE}")
    (problem,) = caught.value.diagnostics
    assert problem.code == "E123"
    assert why in problem.message
    assert render(problem).splitlines()[2].endswith(f"% {comment}")


def test_other_comments_are_no_allowances() -> None:
    assert codes_of("% the lint: of the source\n% lint it\n@id(first_rule_here) r(P) :- a(P).") == []


DOCUMENT = """\
# Title

<!-- lint: allow W703 because only a comma was added -->

- **S01** (alert): The text.

  ```datalog
  @id(first_rule_here)
  r(P) :- a(P).
  ```

- **S02** (alert): Another.

  ```datalog
  @id(second_rule_here)
  r(P) :- b(P).
  ```

- **S03** (alert): A third.

  No rule: it is the reason for the others.
"""


def test_reviewed_texts() -> None:
    at = linted(DOCUMENT, document=True)
    text = reviewed_text(at.program, None, ("all",))
    now = {s.id: digest(s) for s in at.program.statements if s.id != "S03"}
    assert text == f'{{\n "S01": "{now["S01"]}",\n "S02": "{now["S02"]}"\n}}\n'
    assert codes_of(DOCUMENT, document=True, reviewed=now) == ["W691"]
    assert codes_of(DOCUMENT, document=True, reviewed={**now, "S01": "old"}) == []
    assert codes_of(DOCUMENT, document=True, reviewed={"S01": "old", "S02": "old"}) == ["W703"]
    assert codes_of(DOCUMENT, document=True, reviewed={"S01": "old"}) == ["W704"]
    assert codes_of(DOCUMENT, document=True) == []


def test_a_new_layout_is_no_new_text() -> None:
    one = linted("- **S01** (alert): The text\n  of two lines.\n\n  No rule: x.\n", document=True).program.statements[0]
    two = linted("\n- **S01** (alert):  The text of two lines.\n\n  No rule: y.\n", document=True).program.statements[0]
    other = linted("- **S01** (alert): The text of two line.\n\n  No rule: x.\n", document=True).program.statements[0]
    assert digest(one) == digest(two) != digest(other)


def test_reviewed_one_by_one() -> None:
    program = linted(DOCUMENT, document=True).program
    assert reviewed_text(program, {"S02": "old", "S09": "gone"}, ("S01",)).count("S0") == 2
    assert '"S02": "old"' in reviewed_text(program, {"S02": "old"}, ("S01",))
    assert reviewed_text(program, None, ()) == "{}\n"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"S01": 1}', "\x00"])
def test_a_file_that_is_no_list(tmp_path, text: str) -> None:  # type: ignore[no-untyped-def]
    assert read_reviewed(tmp_path) is None
    (tmp_path / "reviewed.json").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        read_reviewed(tmp_path)
    assert caught.value.diagnostics[0].code == "E124"
