"""`doc`: one page with every statement beside its rules in sentences, the vocabulary, the graph and the changes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from guidekb.kb.ir import Program
from guidekb.kb.load import assemble, load
from guidekb.queries.wording.rule_sentences import overriders, rule_sentences
from guidekb.queries.wording.sentences import sentences
from guidekb.queries.wording.words import words
from guidekb.queries.workshop.doc_page import Doc, doc_page
from guidekb.queries.workshop.doc_source import doc_of, knowledge_only
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
def page(guideline: Program) -> str:
    return doc_page(doc_of(ROOT / "kb", guideline), words())


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
    assert text == run("doc").out
    assert run("doc", "--kb", str(tmp_path)).code == 3
