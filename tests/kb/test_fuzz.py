"""No text makes the reader fail: what cannot be read is reported where it stands, in signs that a terminal can show."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from any_program import PROGRAMS
from guidekb.kb.checks import check
from guidekb.kb.diagnostics import Diagnostic, Invalid, render
from guidekb.kb.ir import Program
from guidekb.kb.lexer import Source, unix
from guidekb.kb.load import HOME, assemble, load
from guidekb.kb.parser import parse, parse_goals
from guidekb.kb.printer import print_program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BOUNDED = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DOCUMENTS = [
    p.read_text(encoding="utf-8") for p in (HOME / "vocabulary.md", *sorted((HOME / "guidelines").glob("*.md")))
]
TOKENS = [
    "never", "always", "possible", "accept", "=>",
    "type", "input", "table", "derived", "not", "assuming", "unrecorded", "open", "closed", "single", "yes", "no",
    "ask", "p", "stage", "X", "_", "_x", "A13", "@id(a)", "@reading", "@overrides(a)", "@", "(", ")", ",", ".",
    ":-", "?-", "|", ":", "=", "!=", "<", "<=", "..", "-", "--", "'a b'", "'", '"{X}"', '"', "3", "-2.5",
    "2024-03-05", "2024-3-5", "1e5", "%", "% c\n", "\n", "\n\n", "  ", "\t", "\r\n", "\r", "é", "“", "\\", "\\u{0}",
    "\x00", "\x1b[2J", "\u202e", "\ufeff", "```datalog\n", "```\n", "~~~\n", "````\n", "---\n", "# H\n",
    "- **S01** (alert): text\n", "- **S01**", "No rule: x\n", "<!--", "-->", "integer", "0..3", "symbol", "{", "}",
    "[", ";", "&", "\u2028",
]  # fmt: skip
SOUP = st.lists(st.sampled_from(TOKENS), max_size=60).map(" ".join) | st.lists(st.sampled_from(TOKENS)).map("".join)


@st.composite
def spoilt(draw: st.DrawFn, texts: Iterable[str]) -> str:
    """A piece of a real text with a few changes: something cut out, put in, doubled or moved."""
    text = draw(st.sampled_from(list(texts)))
    begin = draw(st.integers(0, max(0, len(text) - 1)))
    text = text[begin : begin + 6000]
    for _ in range(draw(st.integers(1, 6))):
        a, b = sorted(draw(st.integers(0, len(text))) for _ in range(2))
        b = min(b, a + draw(st.sampled_from([1, 3, 40])))
        put = draw(st.one_of(st.just(""), st.sampled_from(TOKENS), st.text(max_size=3), st.just(text[a:b] * 2)))
        text = text[:a] + put + text[b:]
    return text


def in_order(problems: Iterable[Diagnostic], text: str) -> None:
    """Every problem has a place in the text and can be shown."""
    lines = unix(text).split("\n")
    for d in problems:
        assert 1 <= d.span.line <= len(lines), d
        assert 1 <= d.span.column <= len(lines[d.span.line - 1]) + 2, d
        assert d.span.column < d.span.end, d
        shown = render(d)
        assert all(line.isprintable() for line in shown.split("\n")), shown
        assert all(len(line) < 1000 for line in shown.split("\n")), shown


def survives(text: str) -> None:
    """A text is read as a goal, as plain Datalog and as a document, and checked."""
    in_order(parse_goals(text).problems, text)
    found = parse(Source("f.dl", text))
    in_order(found.problems, text)
    checked: list[tuple[Program, list[Diagnostic]]] = [assemble({"f.dl": text}), assemble({"f.md": text})]
    for program, problems in checked:
        in_order((*problems, *check(program)), text)


@given(st.text(max_size=200))
@BOUNDED
def test_any_text(text: str) -> None:
    survives(text)


@given(SOUP)
@BOUNDED
def test_any_tokens(text: str) -> None:
    survives(text)


@given(spoilt(DOCUMENTS))
@FEW
def test_spoilt_documents(text: str) -> None:
    survives(text)


@given(PROGRAMS.map(print_program).flatmap(lambda text: spoilt([text])))
@BOUNDED
def test_spoilt_programs(text: str) -> None:
    survives(text)


@given(st.binary(max_size=300))
@FEW
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.dl"
    path.write_bytes(data)
    with suppress(Invalid):
        load(Path(), [path], alone=True)


@given(st.text(max_size=40))
@FEW
def test_a_document_with_anything_in_the_place_of_a_line(line: str) -> None:
    text = "---\nname: a\n---\n\n# H\n\n- **S01** (alert): Look.\n\n  ```datalog\n  @id(a) p(X) :- q(X).\n  ```\n"
    lines = text.split("\n")
    for at in range(len(lines)):
        survives("\n".join([*lines[:at], line, *lines[at + 1 :]]))


HOSTILE = [
    "(" * 20_000,
    "p(" * 20_000,
    "p(X) :- " + "not " * 20_000,
    "p(X) :- " + "q(X), " * 5_000,
    "@" * 20_000,
    "@a(" * 5_000,
    "'" * 20_000,
    '"' * 20_001,
    "\x00" * 20_000,
    "a" * 50_000,
    "p(" + "9" * 50_000 + ").",
    "type a = " + "b | " * 5_000 + "b.",
    "p(X) :- q(X)\n" * 2_000,
    "`" * 50_000,
    "```\n" * 5_001,
    "```datalog\n" * 3_000,
    "```a\n" * 5_000,
    "~~~datalog\np(X)\n" * 1_000,
    "<!--\n" * 5_000,
    "#" * 50_000,
    "# " + " " * 50_000 + "#" * 50_000 + " x",
    "- **" + "*" * 50_000,
    "- **S01** (" + ";" * 5_000 + "): x",
    "- **S01** (alert" + " " * 50_000 + "): x",
    "-" + " " * 50_000 + "S01 (alert",
    "---\n" + "a: b\n" * 3_000,
    "---\n" * 3_000,
    "- **S01** (alert): x\n" * 1_000,
    "\u202e" * 20_000,
    "% " + "\u202e x" * 5_000,
    "\r" * 20_000,
    " " * 100_000,
    "\n" * 50_000,
    "\\" * 20_000,
    "p('" + "\\'" * 20_000,
    "p(X) :- p(X), assuming -p(X).\n" * 300,
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_texts(number: int) -> None:
    survives(HOSTILE[number])


def test_a_terminal_is_not_driven_by_an_error() -> None:
    text = "p('\x1b]0;owned\x07').\n\x1b[2Jq(\u202ea).\n@\x9b31m r.\n"
    for d in parse(Source("\x1b[31mf.dl", text)).problems:
        assert not set(render(d)) & set("\x1b\x07\x9b\u202e")
