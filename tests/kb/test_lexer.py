"""What the words, numbers, dates and texts of the language are, and what is said of those that are none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from guidekb.kb.lexer import LONGEST_NUMBER, Source, Token, comments, tokens


def read(text: str) -> list[Token]:
    """The tokens of a text without faults, without the last one, `end`."""
    found, problems = tokens(Source("f.dl", text))
    assert not problems
    return found[:-1]


def value(text: str) -> object:
    """What a text of one token stands for."""
    (token,) = read(text)
    return token.value


def fault(text: str) -> tuple[str, str, str]:
    """The code, message and help of the only fault."""
    _, (problem,) = tokens(Source("f.dl", text))
    return problem.code, problem.message, problem.help


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14", 14),
        ("-3", -3),
        ("007", 7),
        ("2.65", Decimal("2.65")),
        ("2.650", Decimal("2.65")),
        ("2.0", 2),
        ("-0", 0),
        ("0.0000001", Decimal("0.0000001")),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("0.123456789012345678901234567", Decimal("0.123456789012345678901234567")),
        ("1.2345678901234567890123456789", Decimal("1.2345678901234567890123456789")),
    ],
)
def test_numbers_are_exact_and_have_one_form(text: str, expected: object) -> None:
    assert value(text) == expected
    assert type(value(text)) is type(expected)


def test_dates_are_iso() -> None:
    assert value("2024-03-05") == date(2024, 3, 5)
    assert value("0005-01-01") == date(5, 1, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2023-02-29", "there is no date `2023-02-29`"),
        ("2024-13-01", "there is no date `2024-13-01`"),
        ("0000-01-01", "there is no date `0000-01-01`"),
        ("2024-3-5", "`2024-3-5` is no date"),
        ("2024-03-05T10", "`2024-03-05T10` is no date"),
        ("5/3/2024", "`5/3/2024` is no date"),
        ("05.03.2024", "`05.03.2024` is no date"),
        ("2nd", "`2nd` is no number"),
        ("1e5", "`1e5` is no number"),
        ("9" * (LONGEST_NUMBER + 1), "the number is too long: 31 characters"),
        ("٣", "`٣` has letters other than a-z and A-Z, which only a quoted value can have"),
    ],
)
def test_what_is_no_number_and_no_date_is_not_guessed(text: str, message: str) -> None:
    assert fault(text)[1] == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'anti-Yo'", "anti-Yo"),
        ("''", ""),
        ("'it''s'", "it's"),
        (r"'it\'s'", "it's"),
        (r"'\\'", "\\"),
        ('"a \\"word\\"\\n\\tand more"', 'a "word"\n\tand more'),
        (r"'\u{e9}\u{1F600}'", "é😀"),
        ("'% no comment'", "% no comment"),
        ("'naïve 试'", "naïve 试"),
    ],
)
def test_quotes_and_escapes(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("'open", "E102", "the text that starts with `'` is not closed on its line"),
        ('"open\n"', "E102", 'the text that starts with `"` is not closed on its line'),
        ("'patient's own'", "E102", "the text ends before a letter"),
        (r"'\q'", "E103", r"unknown escape `\q`"),
        (r"'\u{d800}'", "E103", r"there is no character `\u{d800}`"),
        (r"'\u{110000}'", "E103", r"there is no character `\u{110000}`"),
        ("“word”", "E101", "`“` is a typographic quote"),
    ],
)
def test_texts_that_cannot_be_read(text: str, code: str, message: str) -> None:
    found, problems = tokens(Source("f.dl", text))
    assert (problems[0].code, problems[0].message) == (code, message)
    assert found[0].kind == "error"


def test_words_and_signs() -> None:
    kinds = [(t.kind, t.text) for t in read("p(X, _) :- -q(X), X =< 3, X \\= 4. % why")]
    assert kinds == [
        ("name", "p"), ("punct", "("), ("variable", "X"), ("punct", ","), ("variable", "_"), ("punct", ")"),
        ("punct", ":-"), ("punct", "-"), ("name", "q"), ("punct", "("), ("variable", "X"), ("punct", ")"),
        ("punct", ","), ("variable", "X"), ("punct", "<="), ("value", "3"),
        ("punct", ","), ("variable", "X"), ("punct", "!="), ("value", "4"), ("punct", "."),
    ]  # fmt: skip


def test_a_range_is_three_tokens_and_a_minus_belongs_to_its_number() -> None:
    assert [t.text for t in read("0..130 -2..-1 1.5..2.5 X<-3")] == [
        "0", "..", "130", "-2", "..", "-1", "1.5", "..", "2.5", "X", "<", "-3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("anti-Yo", "as a value it is quoted: `'anti-Yo'`"),
        ("not-p", "put a space between: `not -p`"),
        ("_stage", "a variable begins with a capital letter: `Stage`; a value that does not matter is `_`"),
        ("protéine", "as a value it is quoted: `'protéine'`"),
    ],
)
def test_a_word_with_strange_signs_is_one_fault(text: str, help_: str) -> None:
    code, _, found = fault(text)
    assert (code, found) == ("E105", help_)


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("==", "equality is written `=`"),
        ("≤", "write `<=`"),
        ("≥", "write `>=`"),
        ("<-", "a rule is written `head :- condition, condition.`"),
        ("\\+", "write `not`, or `-p(X)` for what is recorded to be false"),
        (";", "an alternative is a rule of its own with the same head"),
        ("&&", "conditions are joined by `,`"),
        ("–", "a dash is written `-`"),
        ("[", "there are no lists: a list is several facts"),
        ("\xa0", "delete it, or write a plain space"),
        ("§", ""),
    ],
)
def test_signs_of_other_languages_say_what_to_write(text: str, help_: str) -> None:
    code, _, found = fault(text)
    assert (code, found) == ("E101", help_)


def test_a_run_of_one_strange_sign_is_one_fault() -> None:
    assert fault("####")[:2] == ("E101", "`#` has no meaning here")


@pytest.mark.parametrize("text", ["a\x1b[31m", "'a\x00'", "% a\u202e", "p(\u2066X)", "\ufeff", '"\u2028"'])
def test_hidden_characters_are_refused_wherever_they_stand(text: str) -> None:
    _, problems = tokens(Source("f.dl", text))
    assert problems[0].code == "E107"


def test_spans_point_into_the_file() -> None:
    source = Source("f.md", "p(X)\n  :- q.", line=10, indent=4, heading=("Treatment",))
    found, _ = tokens(source)
    sign = next(t for t in found if t.text == ":-")
    assert (sign.span.line, sign.span.column, sign.span.end, sign.span.heading) == (11, 7, 9, ("Treatment",))
    assert found[-1].kind == "end"


def test_the_comments_that_open_a_text_describe_it() -> None:
    assert comments("%% What is unknown\n% and why.\np(a).\n% later") == ("What is unknown", "and why.")
