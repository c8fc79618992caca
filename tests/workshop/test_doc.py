"""`doc`: one page with every statement beside its rules in sentences, the vocabulary, the graph and the changes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from guidekb.facts.cases import read_cases
from guidekb.kb.case import Gap
from guidekb.kb.ir import NOWHERE, Program
from guidekb.kb.load import assemble, load
from guidekb.queries.wording.rule_sentences import overriders, rule_sentences
from guidekb.queries.wording.sentences import sentences
from guidekb.queries.wording.words import words
from guidekb.queries.workshop.doc_page import Doc, doc_page
from guidekb.queries.workshop.doc_source import doc_of, knowledge_only
from guidekb.queries.workshop.doc_tests import Exercised, exercise_of
from running import ROOT, Run

pytestmark = pytest.mark.usefixtures("in_the_repository")

HOSTILE = """---
name: hostile
version: 1
---

# <script>alert(1)</script>

- **S01** (alert; refs 1): Text with <b>tags</b> & `code <i>` and </article><script>alert(2)</script>.

  ```datalog
  type t = a "</script><script>alert(3)</script>".
  table q(X: t) closed yes "<img src=x onerror=alert(4)> {X}".
  derived p(X: t) closed yes "{X} <u>".
  q(a).
  @id(r1) p(X) :- q(X).
  ```
"""


class Seen(HTMLParser):
    """Ids, links and elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.elements: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.add(str(given["href"]))


@pytest.fixture(scope="module")
def guideline() -> Program:
    return load()


@pytest.fixture(scope="module")
def found(guideline: Program) -> Exercised:
    """What the test cases of two files show."""
    paths = [ROOT / "tests" / "guideline" / "cases" / name for name in ("neurological.yaml", "tnm.yaml")]
    made = exercise_of(guideline, [case for path in paths for case in read_cases(path, guideline)], ())
    assert made
    return made


@pytest.fixture(scope="module")
def page(guideline: Program, found: Exercised) -> str:
    return doc_page(doc_of(ROOT / "kb", guideline, found), words())


def test_each_rule_tells_for_which_cases_it_concludes_something(page: str, found: Exercised) -> None:
    rule = "stage_group_ib_told"
    assert {case.place.rpartition("/")[2] for case in found.cases[rule]} == {"tnm.yaml:12", "tnm.yaml:13"}
    below = page.split(f'id="rule-{rule}"')[1].split('id="rule-')[0]
    assert "<summary>Concludes for 2 test patients</summary>" in below
    assert "Without distant metastases the group follows from T and N <code>tnm.yaml:12, 13</code>" in below
    assert (
        "Concludes for no test patient."
        in page.split('id="rule-chemotherapy_for_triple_negative"')[1].split('id="rule-')[0]
    )
    assert "about it</summary>" in page.split('id="statement-T06"')[1].split("<article")[0]


def test_the_totals_are_those_of_the_coverage(page: str, found: Exercised, guideline: Program) -> None:
    covered, of = found.coverage.counts("rules")
    assert of == sum(1 for c in guideline.clauses if c.body)
    row = f"<td>{covered}</td><td>{of}</td><td>{100 * covered / of:.1f} %</td>"
    assert row in page.split('id="part-tests"')[1]


def test_a_gap_stands_at_its_rule_with_its_reason(guideline: Program, tmp_path: Path) -> None:
    case = tmp_path / "one.yaml"
    case.write_text("name: one\ngiven: {syndromes: [dermatomyositis]}\nexpect: {for: [mammogram]}\n", encoding="utf-8")
    rule, condition = "early_ivig_in_anti_yo_disease", "anti_yo_degeneration(P)"
    gap = Gap(rule, condition, "fails", "there is nobody like that", NOWHERE)
    made = exercise_of(guideline, read_cases(case, guideline), [gap])
    assert made
    page = doc_page(Doc(guideline, tested=made), words())
    below = page.split(f'id="rule-{rule}"')[1].split('id="rule-')[0]
    assert f"<code>{condition}</code> is in no test the only one that fails: there is nobody like that" in below


def test_without_a_case_nothing_is_said_of_tests(guideline: Program) -> None:
    assert exercise_of(guideline, (), ()) is None
    assert "What the tests show" not in doc_page(Doc(guideline), words())


def test_every_statement_rule_predicate_and_type_is_there_once(page: str, guideline: Program) -> None:
    seen = Seen(page)
    assert len(seen.ids) == len(set(seen.ids))
    starts = {one.split("-")[0] for one in seen.ids}
    assert {"statement", "rule", "predicate", "type"} <= starts
    counts = {kind: sum(i.startswith(f"{kind}-") for i in seen.ids) for kind in starts}
    assert counts["statement"] == len(guideline.statements)
    assert counts["rule"] == sum(bool(c.body) for c in guideline.clauses)
    assert counts["predicate"] == len(guideline.predicates)
    assert counts["type"] == len(guideline.types)


def test_every_link_leads_to_something_on_the_page_and_none_leads_away(page: str) -> None:
    seen = Seen(page)
    assert {link for link in seen.links if not link.startswith("#")} == set()
    assert {link[1:] for link in seen.links} - {*seen.ids} == set()
    assert not re.search(r'(?:src|href)="https?:', page)


def test_a_rule_reads_as_sentences(guideline: Program) -> None:
    rules = {c.id: c for c in guideline.clauses if c.body}
    told = rule_sentences(rules["aromatase_inhibitor_postmenopausal"], sentences(guideline))
    assert told.head == "a third-generation aromatase inhibitor is recommended"
    assert "the menopausal status is postmenopausal" in told.conditions
    assert told.assumed == {"the sex is not male"}


def test_shared_variables_keep_their_names_and_others_read_some() -> None:
    text = """
        type n = integer 0..9 "days".
        type s = a | b.
        input seen(P: patient, S: s) open yes "sign {S} was seen".
        input since(P: patient, S: s, N: n) open single yes "sign {S} is {N} days old"
            unknown "the age of {S} is unknown".
        derived old(P: patient, S: s) open yes "sign {S} is old" no "sign {S} is not old".
        derived any(P: patient) open yes "there is an old sign" no "there is none".
        @id(r1) old(P, S) :- since(P, S, N), N >= 5.
        @id(r2) any(P) :- old(P, _), unrecorded since(P, a, _).
        @id(r3) @overrides(r1) any(P) :- seen(P, S), assuming -old(P, S).
    """
    program, problems = assemble({"t.dl": text})
    assert not problems
    say = sentences(program)
    one, two, three = (rule_sentences(c, say) for c in program.clauses)
    assert (one.head, one.conditions) == ("sign S is old", ("sign S is N days old", "N ≥ 5"))
    assert two.conditions[1] == "the age of a is unknown"
    assert "S" in three.conditions[0]
    assert three.assumed == {"sign S is not old"}
    assert overriders(program) == {"r1": ("r3",)}


def test_hostile_words_stay_words() -> None:
    program, problems = assemble({"guidelines/x.md": HOSTILE})
    assert not problems
    text = doc_page(Doc(program, {}, "# C\n\n- <script>alert(5)</script>\n"), words())
    seen = Seen(text)
    assert seen.elements.count("script") == 1
    assert not {"img", "u", "i", "b"} & set(seen.elements)
    bold = doc_page(Doc(program, {}, "# C\n\n- **a `b`** `c**d` and `e**f`\n"), words())
    assert "<strong>a <code>b</code></strong> <code>c**d</code> and <code>e**f</code>" in bold


def test_the_change_log_shows_what_is_said_of_knowledge() -> None:
    text = "# Changelog\n\n## 1\n\n### Knowledge\n\n- S01: new.\n\n### Software\n\n- faster.\n\n## 0\n\n- first.\n"
    assert "faster" not in knowledge_only(text)
    assert "S01" in knowledge_only(text)
    assert "first" in knowledge_only(text)
    assert knowledge_only("# C\n\n### Software\n\n- faster.\n").endswith("- faster.")


def test_without_graphviz_the_page_says_so(guideline: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "Not drawn: svg pictures are drawn by Graphviz, which is not installed." in doc_page(Doc(guideline), words())


def test_the_command(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "guide.html"
    ran = run("doc", "-o", str(out))
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    text = out.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "Paraneoplastic syndromes in breast cancer</h1>" in text
    assert "What the tests show" in text
    assert "What the tests show" not in run("doc", "--no-tests").out
    assert run("doc", "--kb", str(tmp_path)).code == 3
