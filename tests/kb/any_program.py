"""Hypothesis strategies for any program that the language can say, sensible or not."""

from __future__ import annotations

from datetime import date

from guidekb.kb.annotations import FORMS
from guidekb.kb.cursor import KEYWORDS
from guidekb.kb.declarations import TEMPLATES
from guidekb.kb.ir import (
    COMPARISONS,
    NEGATIONS,
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
    Program,
    Statement,
    Term,
    Value,
    ValueType,
    Var,
)
from guidekb.kb.literate import KINDS
from guidekb.kb.values import canonical
from hypothesis import strategies as st

ODD = ["not", "type", "A13", "_", "anti-Yo", "it's", 'a "b"', "a\nb", "\\", "", " ", "ä", "\x1b[2J", "\u202e", "'", "%"]
NAMES = st.from_regex(r"[a-z][A-Za-z0-9_]{0,8}", fullmatch=True).filter(lambda n: n not in KEYWORDS)
VARIABLES = st.from_regex(r"[A-Z][A-Za-z0-9_]{0,5}", fullmatch=True)
TEXTS = st.one_of(st.text(max_size=12), st.sampled_from(ODD))
SYMBOLS = st.one_of(NAMES, st.sampled_from(["open", "yes", "text", "integer", "unknown", *ODD]), TEXTS)
DECIMALS = st.decimals(min_value=-(10**9), max_value=10**9, places=9, allow_nan=False, allow_infinity=False)
NUMBERS = st.one_of(st.integers(-(10**25), 10**25), DECIMALS.map(canonical))
VALUES: st.SearchStrategy[Value] = st.one_of(SYMBOLS, NUMBERS, st.dates()).map(canonical)


@st.composite
def clauses(draw: st.DrawFn, statement: str = "") -> Clause:
    """A rule or a fact; its anonymous variables are numbered as the parser numbers them."""
    anonymous = 0

    def term() -> Term:
        nonlocal anonymous
        which = draw(st.integers(0, 4))
        if which == 0:
            anonymous += 1
            return Var(f"_{anonymous}")
        return Var(draw(VARIABLES)) if which < 3 else Const(draw(VALUES))

    def atom() -> Atom:
        return Atom(draw(NAMES), tuple(term() for _ in range(draw(st.integers(0, 3)))), draw(st.booleans()))

    def condition() -> BodyItem:
        if draw(st.booleans()):
            return Literal(atom(), draw(st.sampled_from(["plain", *NEGATIONS])))
        return Comparison(term(), draw(st.sampled_from(COMPARISONS)), term())

    annotated = st.builds(
        Annotation, st.one_of(st.sampled_from(sorted(FORMS)), NAMES), st.lists(VALUES, max_size=3).map(tuple)
    )
    given = tuple(draw(st.lists(annotated, max_size=3)))
    head = atom()
    return Clause(head, tuple(condition() for _ in range(draw(st.integers(0, 3)))), given, statement)


LABELS = st.one_of(
    st.builds(Label, SYMBOLS, TEXTS),
    SYMBOLS.map(lambda name: Label(name, name.replace("_", " "))),
)
RANGES = st.tuples(NUMBERS, NUMBERS)


@st.composite
def types(draw: st.DrawFn) -> ValueType:
    """A type of any kind."""
    name = draw(NAMES)
    kind = draw(st.sampled_from(["symbols", "symbol", "integer", "number", "date", "text"]))
    if kind == "symbols":
        return ValueType(
            name, "symbols", tuple(draw(st.lists(LABELS, min_size=1, max_size=4))), more=draw(st.booleans())
        )
    if kind not in ("integer", "number"):
        return ValueType(name, kind)
    low, high = draw(st.one_of(st.just((None, None)), RANGES))
    assert not isinstance(low, str | date)
    assert not isinstance(high, str | date)
    return ValueType(name, kind, (), low, high, draw(TEXTS))


COLUMNS = st.lists(st.builds(Column, VARIABLES, NAMES), max_size=3).map(tuple)


@st.composite
def predicates(draw: st.DrawFn) -> Predicate:
    """A declared predicate; only an input can be fixed."""
    role = draw(st.sampled_from(["input", "table", "derived"]))
    is_open, single, fixed = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
    texts = {word: draw(TEXTS) for word in TEMPLATES}
    fixed = fixed and role == "input"
    return Predicate(draw(NAMES), draw(COLUMNS), role, open=is_open, single=single, fixed=fixed, **texts)


PROGRAMS = st.builds(
    Program,
    st.lists(types(), max_size=3).map(tuple),
    st.lists(predicates(), max_size=3).map(tuple),
    st.just(()),
    st.lists(clauses(), max_size=4).map(tuple),
)

WORDS = st.lists(st.from_regex(r"[A-Za-z0-9(),.;:'*_`#<>-]{1,9}", fullmatch=True), min_size=1, max_size=40)
PARAGRAPHS = WORDS.map(" ".join).filter(lambda t: not t.startswith(("No rule:", "#", "<!--", "`", "~", "-", "*", "_")))


@st.composite
def documents(draw: st.DrawFn) -> Program:
    """A program with statements, in the order in which a document has them."""
    statements: list[Statement] = []
    found = list(draw(st.lists(clauses(), max_size=2)))
    for number in range(draw(st.integers(0, 3))):
        name = f"S{number:02}"
        statements.append(
            Statement(
                name,
                draw(st.sampled_from(KINDS)),
                "\n\n".join(draw(st.lists(PARAGRAPHS, min_size=1, max_size=2))),
                tuple(draw(st.lists(st.integers(0, 9999), max_size=3))),
                draw(st.one_of(st.none(), st.integers(0, 999_999))),
                draw(st.one_of(st.just(""), PARAGRAPHS)),
            )
        )
        found += draw(st.lists(clauses(name), max_size=2))
    declared = draw(PROGRAMS)
    header = draw(st.tuples(st.sampled_from(["", "breast"]), st.sampled_from(["", "1.0"])))
    return Program(declared.types, declared.predicates, tuple(statements), tuple(found), *header)
