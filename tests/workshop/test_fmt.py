"""The canonical layout of Datalog, by example; then for any layout: the same program, the same comments, and stable."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from guidekb.kb.format import WIDTH, formatted
from guidekb.kb.lexer import Source, tokens
from guidekb.kb.parser import parse
from guidekb.kb.pieces import Comment, pieces
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = (
    ("blanks between tokens", "p( X,a ):-q(X,_),- r( X ) ,X=<3 .", "p(X, a) :- q(X, _), -r(X), X <= 3."),
    ("a rule on one line stays there", "p(X) :- q(X), r(X).", "p(X) :- q(X), r(X)."),
    ("a rule on two lines has a condition a line", "p(X) :-\n  q(X), r(X).", "p(X) :-\n    q(X),\n    r(X)."),
    (
        "a rule that is too long does too",
        f"p(X) :- {'q' * 60}(X), {'r' * 60}(X).",
        f"p(X) :-\n    {'q' * 60}(X),\n    {'r' * 60}(X).",
    ),
    (
        "annotations stay in their lines",
        '@id(a)@reading( A01,A02 )\n @wording("x")\np(X):-q(X).',
        '@id(a) @reading(A01, A02)\n@wording("x")\np(X) :- q(X).',
    ),
    ("facts stand together", "p(a).  p(b).\np(c).\n\n\np(d).", "p(a).\np(b).\np(c).\n\np(d)."),
    ("rules stand apart", "@id(a)\np :- q.\n@id(b)\np :- r.", "@id(a)\np :- q.\n\n@id(b)\np :- r."),
    ("a comment keeps its item", "p :- q.\n% why\n@id(b)\np :- r.", "p :- q.\n\n% why\n@id(b)\np :- r."),
    ("a comment may stand alone", "% title  \n\np(a). % yes", "% title\n\np(a).  % yes"),
    (
        "comments between conditions",
        "p(X) :- % head\n q(X),% first\n  % second\n r(X). % end",
        "p(X) :-  % head\n    q(X),  % first\n    % second\n    r(X).  % end",
    ),
    ("a comment inside a condition stands above it", "p(X) :-\nq(X,% x\nY).", "p(X) :-\n    % x\n    q(X, Y)."),
    ("types on one line", 'type a=b|c "C".\ntype n=integer 0 .. 3\n"x".', 'type a = b | c "C".\ntype n = integer 0..3 "x".'),  # noqa: E501
    ("types in columns", 'type a = b "B"\n| long "L".', 'type a =\n    b    "B"\n  | long "L".'),
    ("an open list", "type a = b\n|c|... ", "type a =\n    b\n  | c\n  | ..."),
    (
        "texts that are too long for a column",
        f'type a = b "B"\n| {"c" * 30} "{"x" * 90}".',
        f'type a =\n    b "B"\n  | {"c" * 30} "{"x" * 90}".',
    ),
    (
        "sentences in a column",
        'input p(P:patient,V:a) open single yes "{V}"\nunknown "u".\ntable t(V:a) closed.',
        'input p(P: patient, V: a) open single\n    yes     "{V}"\n    unknown "u".\n\ntable t(V: a) closed.',
    ),
    ("a query", "?-p(X),not q(X).", "?- p(X), not q(X)."),
    ("no program", "\n% only\n\n", "% only"),
    ("signs in quotes are text", "p('a % b', \"c. d\").% e", "p('a % b', \"c. d\").  % e"),
)  # fmt: skip


@pytest.mark.parametrize(("given_text", "expected"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_the_layout(given_text: str, expected: str) -> None:
    assert formatted(given_text) == expected
    assert formatted(expected) == expected


def test_a_block_that_will_be_indented_has_less_room() -> None:
    text = f"p(X) :- {'q' * 51}(X), {'r' * 52}(X)."
    assert len(text) == WIDTH
    assert "\n" not in formatted(text)
    assert "\n" in formatted(text, 2)


PARTS = (
    "type a = b \"the b\" | c | 'text'.",
    'type n = number -1.5..3 "mm".',
    'input p(P: patient, V: a) open single yes "{V}" no "not {V}" unknown "u" ask "a?".',
    "input z open.",
    "derived d(P: patient) closed.",
    "p(x, b).",
    "-p(x, 2024-03-05).",
    "z.",
    '@id(one) @overrides(two, three) @wording("% no comment")\nd(P) :- p(P, _), not z, assuming -z, P != b.',
    "@priority(1)\nd(P) :- z.",
    "d(P) :- p(P, V), V <= 31, unrecorded p(P, _), -z.",
    "?- d(X), X = 'it''s'.",
)


def scattered(chance: random.Random) -> str:
    """Some of the parts, with any blanks, line ends and comments between their tokens."""
    text = ""
    for part in chance.choices(PARTS, k=chance.randint(0, 6)):
        found, _ = tokens(Source("", part))
        for token in found[:-1]:
            text += token.text + chance.choice(("", " ", " ", "\n", " % a\n", "\n  %b . c \n", "\t", "\n\n\n"))
            text += "" if token.text == "@" else " "
        text += chance.choice(("", "\n", "\n\n", "% end\n", "\n% between\n", "\n%x\n\n%y\n"))
    return text


def remarks(text: str) -> Counter[str]:
    """The comments of a text."""
    found = pieces(Source("", text))
    return Counter(c.text for p in found for c in ((p,) if isinstance(p, Comment) else p.comments))


@given(st.integers(0, 2**64))
@settings(max_examples=300, deadline=None)
def test_any_layout_keeps_its_meaning_and_its_comments(seed: int) -> None:
    text = scattered(random.Random(seed))  # noqa: S311
    before = parse(Source("", text))
    assert not before.problems, text
    after = formatted(text)
    again = parse(Source("", after))
    assert not again.problems
    parts = ("types", "predicates", "clauses", "goals")
    assert [getattr(before, p) for p in parts] == [getattr(again, p) for p in parts]
    assert remarks(text) == remarks(after)
    assert remarks(text).total() == text.count("% a\n") + sum(
        text.count(c) for c in ("%b . c \n", "% end\n", "% between\n", "%x\n", "%y\n")
    )
    assert formatted(after) == after
    assert all(line == line.rstrip() for line in after.split("\n"))
