"""Each construct of docs/language.md as the value that it becomes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from guidekb.kb.ir import (
    Annotation,
    Atom,
    BodyItem,
    Clause,
    Column,
    Comparison,
    Const,
    Label,
    Literal,
    Predicate,
    ValueType,
    Var,
)
from guidekb.kb.lexer import Source
from guidekb.kb.literate import read
from guidekb.kb.parser import Parsed, goal_line, parse, parse_goals

PAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
P, X = Var("P"), Var("X")


def parsed(text: str) -> Parsed:
    """A text without faults."""
    found = parse(Source("f.dl", text))
    assert found.problems == ()
    return found


def clause(text: str) -> Clause:
    """A text of one clause."""
    (found,) = parsed(text).clauses
    return found


def condition(text: str) -> BodyItem:
    """A text of one condition."""
    (found,) = clause(f"h(P) :- {text}.").body
    return found


def test_a_fact_and_a_rule() -> None:
    assert clause("late(metastatic).") == Clause(Atom("late", (Const("metastatic"),)))
    assert clause("warned.") == Clause(Atom("warned", ()))
    assert clause("-late(localized).") == Clause(Atom("late", (Const("localized"),), negated=True))
    assert clause("h(P) :- p(P), -q(P).") == Clause(
        Atom("h", (P,)), (Literal(Atom("p", (P,))), Literal(Atom("q", (P,), negated=True)))
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p(X)", Literal(Atom("p", (X,)))),
        ("-p(X)", Literal(Atom("p", (X,), negated=True))),
        ("not p(X)", Literal(Atom("p", (X,)), "not")),
        ("assuming -p(X)", Literal(Atom("p", (X,), negated=True), "assuming")),
        ("assuming p(X)", Literal(Atom("p", (X,)), "assuming")),
        ("unrecorded p(X)", Literal(Atom("p", (X,)), "unrecorded")),
        ("X <= 31", Comparison(X, "<=", Const(31))),
        ("31 >= X", Comparison(Const(31), ">=", X)),
        ("X =< 31", Comparison(X, "<=", Const(31))),
        (r"X \= metastatic", Comparison(X, "!=", Const("metastatic"))),
        ("metastatic = X", Comparison(Const("metastatic"), "=", X)),
        ("X < -2.5", Comparison(X, "<", Const(Decimal("-2.5")))),
        ("p(metastatic, 'anti-Yo', \"a text\", 14, 2.65, 2024-03-05)", Literal(Atom("p", tuple(map(Const, (
            "metastatic", "anti-Yo", "a text", 14, Decimal("2.65"), date(2024, 3, 5))))))),
    ],
)  # fmt: skip
def test_conditions(text: str, expected: BodyItem) -> None:
    assert condition(text) == expected


def test_each_anonymous_variable_is_another_one_and_each_clause_counts_anew() -> None:
    first, second = parsed("h(P) :- p(P, _), q(_).  h(P) :- q(_), p(P).").clauses
    assert [i.atom.args for i in first.body if isinstance(i, Literal)] == [(P, Var("_1")), (Var("_2"),)]
    assert [i.atom.args for i in second.body if isinstance(i, Literal)] == [(Var("_1"),), (P,)]


def test_annotations() -> None:
    found = clause('@id(a) @overrides(b, c) @reading(A13) @wording("start with") @priority(1) @flag h(P) :- p(P).')
    assert found.annotations == (
        Annotation("id", ("a",)),
        Annotation("overrides", ("b", "c")),
        Annotation("reading", ("A13",)),
        Annotation("wording", ("start with",)),
        Annotation("priority", (1,)),
        Annotation("flag"),
    )
    assert (found.id, found.values("overrides"), found.values("basis")) == ("a", ("b", "c"), ())


def test_types() -> None:
    assert parsed("""
        type stage = localized "confined" | lymph_node | 'Stage IV' "stage four".
        type age   = integer 0..130 "years".
        type level = number -0.5..20.25.
        type day   = date.
        type shown = text "a text" | image.
        type only  = 'text'.
    """).types == (
        ValueType("stage", "symbols", (
            Label("localized", "confined"), Label("lymph_node", "lymph node"), Label("Stage IV", "stage four"))),
        ValueType("age", "integer", (), 0, 130, "years"),
        ValueType("level", "number", (), Decimal("-0.5"), Decimal("20.25")),
        ValueType("day", "date"),
        ValueType("shown", "symbols", (Label("text", "a text"), Label("image", "image"))),
        ValueType("only", "symbols", (Label("text", "text"),)),
    )  # fmt: skip


def test_predicates() -> None:
    assert parsed("""
        input stage(Patient: patient, Stage: stage) open single
            yes "the stage is {Stage}" no "it is not {Stage}" unknown "not recorded" ask "What is it?".
        table   group(Syndrome: syndrome, Group: group) closed.
        derived warned open yes "a warning".
    """).predicates == (
        Predicate(
            "stage",
            (Column("Patient", "patient"), Column("Stage", "stage")),
            "input",
            open=True,
            single=True,
            yes="the stage is {Stage}",
            no="it is not {Stage}",
            unknown="not recorded",
            ask="What is it?",
        ),
        Predicate("group", (Column("Syndrome", "syndrome"), Column("Group", "group")), "table"),
        Predicate("warned", (), "derived", open=True, yes="a warning"),
    )


def test_words_of_declarations_are_free_for_predicates_and_values() -> None:
    found = clause("open(P) :- single(P, yes), ask(P, unknown), integer(P, text).")
    assert found.head.predicate == "open"


def test_goals() -> None:
    expected = (Literal(Atom("p", (X,))), Comparison(X, "<", Const(3)))
    for text in ("p(X), X < 3", "?- p(X), X < 3.", "  p(X),\n X < 3 .", "p(X), X < 3 % why"):
        assert parse_goals(text).goals == (expected,)
    assert parsed("p(a). ?- p(X), X < 3. p(b).").goals == (expected,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a condition, such as `p(X)`, `-p(X)`, `not p(X)` or `X <= 31`, found the end"),
        ("p(X) q(X)", "expected `,` or the end after this condition, found `q`"),
        ("p(X). q(X).", "expected `,` or the end after this condition, found `q`"),
        ("p(X) :- q(X)", "expected `,` or the end after this condition, found `:-`"),
        ("p(X", "expected `,` or `)` after the arguments of `p`, found the end"),
    ],
)
def test_a_goal_is_one_conjunction_and_its_faults_point_into_what_was_typed(text: str, message: str) -> None:
    found = parse_goals(text)
    (problem,) = found.problems
    assert (found.goals, problem.code, problem.message) == ((), "E104", message)
    assert problem.line == goal_line(text)
    assert problem.span.column <= len(text) + 1


def test_spans() -> None:
    (found,) = parse(Source("f.md", "@id(a)\nh(P) :-\n  not p(P).", 7, 2, ("A",)), "S01").clauses
    item = found.body[0]
    assert (found.statement, found.span.place, found.span.column, found.span.end) == ("S01", "f.md:8", 3, 7)
    assert isinstance(item, Literal)
    assert [str(s) for s in (item.span, item.atom.span, item.atom.args[0].span)] == [
        "f.md:9:5", "f.md:9:9", "f.md:9:11",
    ]  # fmt: skip
    assert found.annotations[0].span.heading == ("A",)


def test_line_ends_of_every_system_are_read_alike() -> None:
    expected = parsed("p(a). % one\np(b).\n")
    for end in ("\r\n", "\r"):
        found = parsed(f"p(a). % one{end}p(b).{end}")
        assert found == expected
        assert found.clauses[1].span.line == 2


def test_every_example_of_the_language_page_parses() -> None:
    blocks = re.findall(r"(?ms)^(`{3,})(\w*)\n(.*?)^\1$", PAGE)
    assert {mark for _, mark, _ in blocks} == {"markdown", "datalog"}
    for _, mark, text in blocks:
        if mark == "markdown":
            program, _, problems = read("page.md", text)
            assert (len(program.statements), len(program.clauses), problems) == (1, 1, ())
        else:
            assert parsed(text).types


def test_every_condition_of_the_language_page_parses() -> None:
    rows = re.findall(r"(?m)^\| ([^|]*`[^|]*) \|", PAGE)
    words = [word for row in rows for word in re.findall("`([^`]+)`", row)]
    conditions = [w for w in words if re.match(r"(not |assuming |unrecorded )?-?p\(|stage\(|-resectable|N ", w)]
    annotations = [w for w in words if w.startswith("@")]
    assert len(conditions) >= 6
    assert len(annotations) == 8
    for text in conditions:
        condition(text.split(" - ")[0])
    for text in annotations:
        clause(f"{text.replace(', ...', '')} h.")
