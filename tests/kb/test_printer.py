"""What is printed parses to what was given, for any program; and what the layout looks like."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from any_program import PROGRAMS, TEXTS, VALUES, clauses, documents
from guidekb.kb.documents import print_document
from guidekb.kb.ir import Clause, Const, Literal, Program, Value
from guidekb.kb.lexer import Source
from guidekb.kb.literate import read
from guidekb.kb.load import HOME, load
from guidekb.kb.parser import Parsed, parse, parse_goals
from guidekb.kb.printer import (
    print_annotation,
    print_atom,
    print_clause,
    print_condition,
    print_goal,
    print_program,
    print_text,
    print_value,
)
from hypothesis import HealthCheck, given, settings

BOUNDED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parsed(text: str) -> Parsed:
    """A text without faults."""
    found = parse(Source("f.dl", text))
    assert found.problems == (), found.problems[0].message
    return found


@given(PROGRAMS)
@BOUNDED
def test_a_program_is_printed_as_it_was_parsed(program: Program) -> None:
    text = print_program(program)
    found = parsed(text)
    assert Program(found.types, found.predicates, (), found.clauses) == program
    assert print_program(Program(found.types, found.predicates, (), found.clauses)) == text
    assert all(line.isprintable() for line in text.split("\n"))


@given(clauses())
@BOUNDED
def test_the_parts_of_a_clause_are_printed_as_they_were_parsed(clause: Clause) -> None:
    assert parsed(print_clause(clause)).clauses == (clause,)
    assert parsed(f"{print_atom(clause.head)}.").clauses[0].head == clause.head
    if clause.body:
        (goal,) = parse_goals(print_goal(clause.body)).goals
        assert list(map(print_condition, goal)) == list(map(print_condition, clause.body))


@given(VALUES)
@BOUNDED
def test_a_value_is_printed_as_it_was_parsed(value: Value) -> None:
    (item,) = parsed(f"h :- p({print_value(value)}).").clauses[0].body
    assert isinstance(item, Literal)
    assert item.atom.args == (Const(value),)


@given(TEXTS)
@BOUNDED
def test_a_text_is_printed_as_it_was_parsed(text: str) -> None:
    (predicate,) = parsed(f"input p open yes {print_text(text)}.").predicates
    assert predicate.yes == text


@given(documents())
@BOUNDED
def test_a_document_is_printed_as_it_was_read(program: Program) -> None:
    found, _, problems = read("g.md", print_document(program))
    assert problems == ()
    assert found == program
    assert [c.statement for c in found.clauses] == [c.statement for c in program.clauses]


@pytest.mark.parametrize(
    "path", [HOME / "vocabulary.md", *sorted((HOME / "guidelines").glob("*.md"))], ids=lambda p: p.name
)
def test_the_documents_of_the_package_are_printed_as_they_were_read(path: Path) -> None:
    program, header, _ = read("g.md", path.read_text(encoding="utf-8"))
    text = print_document(program, header)
    found, same_header, problems = read("g.md", text)
    assert problems == ()
    assert (found, same_header) == (program, header)
    assert [s.span.heading for s in found.statements] == [s.span.heading for s in program.statements]
    assert print_document(found, header) == text


def test_the_knowledge_base_of_the_package_is_printed_as_it_was_parsed() -> None:
    program = load()
    found = parsed(print_program(program))
    assert (found.types, found.predicates, found.clauses) == (program.types, program.predicates, program.clauses)


LAYOUT = """\
type stage = localized | metastatic "with metastases".
type age = integer 0..130 "years".

input stage(Patient: patient, Stage: stage) open single
    yes     "the stage is {Stage}"
    unknown "the stage is not recorded".

table late(Stage: stage) closed.

late(metastatic).
late('Stage IV').

@id(endocrine) @reading(A13) @wording("start")
recommend(P, endocrine) :-
    stage(P, metastatic),
    not late(_),
    assuming -receptor(P, 'anti-Yo', _),
    Age >= 2.5,
    seen(P, 2024-03-05).
"""


def test_the_layout() -> None:
    found = parsed(LAYOUT)
    assert print_program(Program(found.types, found.predicates, (), found.clauses)) == LAYOUT


def test_a_long_set_has_a_value_a_line() -> None:
    (found,) = parsed(f"type site = {' | '.join(f'site_number_{n}' for n in range(12))}.").types
    text = print_program(Program((found,)))
    assert text.startswith("type site =\n    site_number_0\n  | site_number_1\n")
    assert parsed(text).types == (found,)


def test_long_annotations_have_a_line_each() -> None:
    (clause,) = parsed(f'@id(a) @wording("{"long " * 30}") p(X) :- q(X).').clauses
    assert print_clause(clause).startswith('@id(a)\n@wording("long ')
    assert parsed(print_clause(clause)).clauses == (clause,)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("metastatic", "metastatic"),
        ("anti-Yo", "'anti-Yo'"),
        ("not", "'not'"),
        ("Stage", "'Stage'"),
        ("it's", r"'it\'s'"),
        ("a\nb\t\\", r"'a\nb\t\\'"),
        ("\x1b[2J", r"'\u{1b}[2J'"),
        ("", "''"),
        (Decimal("1E-7"), "0.0000001"),
        (-3, "-3"),
    ],
)
def test_values(value: Value, text: str) -> None:
    assert print_value(value) == text


def test_annotations() -> None:
    (clause,) = parsed("""@reading(A13, 'a b') @wording(start) @basis("x") @priority(1) @id('not') @flag p.""").clauses
    assert [print_annotation(a) for a in clause.annotations] == [
        "@reading(A13, 'a b')", '@wording("start")', '@basis("x")', "@priority(1)", "@id('not')", "@flag",
    ]  # fmt: skip


def test_a_document() -> None:
    text = """\
---
name: example
version: 1
---

```datalog
type stage = localized | metastatic.
```

# Treatment

## Metastatic disease

- **S14** (recommend-for; refs 1, 3; line 11): In metastatic disease, a sentence that is long enough to be broken into
  two lines.

  A second paragraph.

  No rule: it is only said.

  ```datalog
  @id(a)
  p(X) :-
      q(X).
  ```
"""
    program, header, problems = read("g.md", text)
    assert problems == ()
    assert print_document(program, header) == text
