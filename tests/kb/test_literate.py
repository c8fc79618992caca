"""A guideline document: header, headings, statements, blocks, and nothing that is passed over in silence."""

from __future__ import annotations

import pytest
from guidekb.kb.diagnostics import Diagnostic
from guidekb.kb.ir import Program
from guidekb.kb.literate import read

GUIDELINE = """\
---
name: example
version: 2024.1
title: An example
source: nowhere
---

# Treatment #

Words that are no statement, with **bold** ones.

## Metastatic disease

- **S14** (recommend-for; refs 1, 3; line 11): In metastatic hormone-receptor positive disease, endocrine therapy is
  the treatment to start with,
unless disease is aggressive.

  It goes on in a second paragraph.

  ```datalog
  @id(endocrine)
  recommend(P, endocrine) :-
      stage(P, metastatic),
      receptor(P, positive).
  ```

- **open** is a word in bold, and no statement.

- **S15** (expectation; no refs): It takes months.

  No rule: nothing in the record is about
  time.

### Readings

- **A13** (reading): We read it so.

```datalog
late(metastatic).
```

Words at the left end the statement.

```datalog
late(localized).
```
"""


def program(text: str) -> Program:
    """The program of a document without faults."""
    found, _, problems = read("g.md", text)
    assert problems == ()
    return found


def problems(text: str) -> list[tuple[int, int, str, str]]:
    """Line, column, code and message of what is wrong with a document."""
    found = read("g.md", text)[2]
    assert all(d.line == text.replace("\r\n", "\n").split("\n")[d.span.line - 1] for d in found)
    return [(d.span.line, d.span.column, d.code, d.message) for d in found]


def codes(text: str) -> list[str]:
    """The codes of what is wrong with a document."""
    return [code for _, _, code, _ in problems(text)]


def test_the_header_names_the_guideline() -> None:
    found, header, _ = read("g.md", GUIDELINE)
    assert (found.name, found.version) == ("example", "2024.1")
    assert header == {"name": "example", "version": "2024.1", "title": "An example", "source": "nowhere"}


def test_statements_have_their_kind_references_line_and_text() -> None:
    s14, s15, a13 = program(GUIDELINE).statements
    assert (s14.id, s14.kind, s14.refs, s14.line) == ("S14", "recommend-for", (1, 3), 11)
    assert s14.text == (
        "In metastatic hormone-receptor positive disease, endocrine therapy is the treatment to start with, "
        "unless disease is aggressive.\n\nIt goes on in a second paragraph."
    )
    assert (s15.refs, s15.line, s15.no_rule) == ((), None, "nothing in the record is about time.")
    assert (s15.text, a13.text) == ("It takes months.", "We read it so.")


def test_clauses_belong_to_the_statement_above_them() -> None:
    assert [(c.head.predicate, c.statement) for c in program(GUIDELINE).clauses] == [
        ("recommend", "S14"), ("late", "A13"), ("late", ""),
    ]  # fmt: skip


def test_headings_are_in_every_span() -> None:
    found = program(GUIDELINE)
    assert [s.span.heading for s in found.statements] == [
        ("Treatment", "Metastatic disease"),
        ("Treatment", "Metastatic disease"),
        ("Treatment", "Metastatic disease", "Readings"),
    ]
    assert found.clauses[0].head.span.heading == ("Treatment", "Metastatic disease")
    assert found.clauses[0].body[1].span.heading == ("Treatment", "Metastatic disease")


def test_lines_and_columns_are_those_of_the_file() -> None:
    (s14, *_), lines = program(GUIDELINE).statements, GUIDELINE.split("\n")
    assert lines[s14.span.line - 1][s14.span.column - 1 : s14.span.end - 1] == "S14"
    for clause in program(GUIDELINE).clauses:
        for node in (clause, clause.head, *clause.body, *clause.annotations, *clause.head.args):
            span = node.span
            part = lines[span.line - 1][span.column - 1 : span.end - 1]
            assert part.strip() == part != ""
        assert lines[clause.head.span.line - 1][clause.head.span.column - 1 :].startswith(clause.head.predicate)


@pytest.mark.parametrize("indent", ["", "  ", "      ", "\t"])
def test_a_block_may_be_indented(indent: str) -> None:
    text = f"- **S01** (alert): Look.\n\n{indent}```datalog\n{indent}p(a) :-\n{indent}  q(a), é.\n{indent}```\n"
    assert problems(text) == [
        (5, len(indent) + 9, "E105", "`é` has letters other than a-z and A-Z, which only a quoted value can have")
    ]


def test_a_block_that_is_less_indented_than_its_fence_is_read_from_where_it_begins() -> None:
    found = program("- **S01** (alert): Look.\n\n    ```datalog\n  p(a).\n      p(b).\n    ```\n")
    assert [c.span.column for c in found.clauses] == [3, 7]


def test_only_blocks_marked_datalog_are_read() -> None:
    text = "```text\np(a) :- nonsense ((\n```\n\n~~~\nnot (\n~~~\n\n~~~datalog\np(b).\n~~~\n"
    assert [c.head.predicate for c in program(text).clauses] == ["p"]


def test_a_longer_fence_holds_an_example_of_a_document() -> None:
    found = program("````markdown\n- **S01** (alert): Look.\n```datalog\np(a).\n```\n````\n")
    assert (found.statements, found.clauses) == ((), ())


def test_a_comment_is_no_part_of_the_program() -> None:
    text = "<!-- a note -->\n<!--\n- **S01** (alert): Look.\n```datalog\np(a).\n```\n-->\n- **S02** (alert): Look.\n"
    assert [s.id for s in program(text).statements] == ["S02"]
    assert program(text).clauses == ()


def test_words_below_a_comment_or_a_block_are_no_part_of_the_statement() -> None:
    text = "- **S01** (alert): Look.\n  <!-- a note -->\nWords.\n\n- **S02** (alert): Look.\n```text\n```\nWords.\n"
    assert [s.text for s in program(text).statements] == ["Look.", "Look."]


def test_windows_line_ends_are_read_alike() -> None:
    assert program(GUIDELINE.replace("\n", "\r\n")) == program(GUIDELINE)


@pytest.mark.parametrize(
    "line",
    [
        "* **S02** (expectation): It works.",
        "+ **S02** (expectation): It works.",
        "- S02 (expectation): It works.",
        "- __S02__ (expectation): It works.",
        "- *A49* (reading): It works.",
        "- _A49_ (reading): It works.",
        "- ***A49*** (reading): It works.",
        "* _A_49_ (reading; line 2): It works.",
        "1. **S02** (expectation): It works.",
        "  - **S02** (expectation): It works.",
        "-  **S02** (expectation): It works.",
        "- **S02:** (expectation): It works.",
        "- **S02**: It works.",
        "- **S02** It works.",
        "- **S02** (expectation) It works.",
        "- **S02** (expectation: It works.",
        "- **S02** (expectation):",
        "- **** (expectation): It works.",
    ],
)
def test_what_is_nearly_a_statement_is_refused(line: str) -> None:
    assert codes(f"- **S01** (alert): Look.\n\n{line}\n\nThe end.\n") == ["E113"]


@pytest.mark.parametrize(
    "line",
    [
        "- **closed** is a word",
        "- S02 and S03 say the same",
        "**S02** in words",
        "- **Note** (see below): words",
        "-",
        "- ",
    ],
)
def test_other_lists_are_words(line: str) -> None:
    assert codes(f"# A\n\n{line}\n") == []


def test_details_are_checked_where_they_stand() -> None:
    assert problems("- **S01** (alrt; refs 1; refs 2;line x; ): Look.\n") == [
        (1, 12, "E114", "unknown kind of statement `alrt`"),
        (1, 26, "E115", "the detail `refs 2` is given twice"),
        (1, 33, "E115", "unknown detail `line x`"),
        (1, 39, "E115", "there is no detail after this `;`"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("```datalog\np(a).\n\n# Next\n\n- **S01** (alert): Look.\n", 1),
        ("```datalog\np(a).\n\n- **S01** (alert): Look.\n", 1),
        ("```datalog\np(a).\n\n```datalog\np(b).\n```\n\n- **S01** (alert): Look.\n", 1),
        ("```\nwords\n\n- **S01** (alert): Look.\n\n```datalog\np(a).\n```\n", 1),
        ("```text\nwords\n\n- **S01** (alert): Look.\n\n```datalog\np(a).\n```\n", 1),
        ("- **S01** (alert): Look.\n\n```datalog\np(a).\n```\n````text\nwords\n```\n", 6),
        ("- **S01** (alert): Look.\n\n```datalog\np(a).\n```\n~~~\n~~\n", 6),
        ("<!-- words\n\n- **S01** (alert): Look.\n\n```datalog\np(a).\n```\n", 1),
    ],
)
def test_a_block_that_is_not_closed_swallows_nothing(text: str, line: int) -> None:
    assert [(d.span.line, d.code) for d in read("g.md", text)[2]] == [(line, "E116")]
    found = read("g.md", text)[0]
    assert [s.id for s in found.statements] == ["S01"]
    assert found.clauses[0].head.predicate == "p"


@pytest.mark.parametrize("mark", ["prolog", "Datalog", "DATALOG", "dl"])
def test_a_block_with_another_mark_is_not_passed_over(mark: str) -> None:
    assert codes(f"```{mark}\np(a).\n```\n") == ["E120"]


def test_a_mark_may_be_followed_by_words() -> None:
    assert len(program('``` datalog title="x"\np(a).\n```\n').clauses) == 1


def test_a_query_and_an_unmarked_rule_are_not_passed_over() -> None:
    assert codes("```datalog\n?- p(X).\n```\n") == ["E121"]
    assert codes("```\np(X) :- q(X).\n```\n") == ["E120"]


def test_hidden_characters_in_words_are_refused() -> None:
    found = problems("# A\u202e\n\n- **S01** (alert): Lo\x1b[2Jok.\n")
    assert found == [
        (1, 4, "E107", "hidden character U+202E RIGHT-TO-LEFT OVERRIDE"),
        (3, 22, "E107", "hidden character U+001B CONTROL"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nname: a\n---\n", []),
        ("---\nname: a\n\n# A\n", ["E112"]),
        ("---\nname: a\n# A\n- **S01**: b\n", ["E112", "E113"]),
        ("---\nname: a\nauthor: b\n---\n", ["E111"]),
        ("---\nname: a\nname: b\nwords\n---\n", ["E111", "E111"]),
        ("---", ["E112"]),
        ("", []),
        ("# A\n\n---\n\nname: b\n", []),
    ],
)
def test_headers(text: str, expected: list[str]) -> None:
    found: tuple[Diagnostic, ...] = read("g.md", text)[2]
    assert [d.code for d in found] == expected


def test_sharps_that_are_no_heading_are_words() -> None:
    found = program("# A\n\n#hash\n####### seven\n\n## B ##\n\n- **S01** (alert): Look.\n")
    assert found.statements[0].span.heading == ("A", "B")
