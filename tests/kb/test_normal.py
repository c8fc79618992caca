"""How exceptions and defaults are compiled: what evaluators read."""

from __future__ import annotations

from guidekb.kb.ir import Ground
from guidekb.kb.lexer import Source
from guidekb.kb.load import plain
from guidekb.kb.normal import NormalProgram, bound, normalise
from guidekb.kb.parser import parse
from guidekb.kb.printer import print_atom, print_goal


def normal(text: str) -> NormalProgram:
    """The normal program of a plain text."""
    program, problems = plain("f.dl", text)
    assert not problems
    return normalise(program)


def shown(program: NormalProgram) -> dict[str, str]:
    """Each rule as text, by its id."""
    return {r.id: f"{print_atom(r.head)} :- {print_goal(r.body)}" for r in program.rules}


def test_a_rule_without_exceptions_is_itself() -> None:
    found = normal("@id(r) h(P, S) :- p(P, S), not q(P, _), S != a.  t(a).  -t(b).")
    assert shown(found) == {"r": "h(P, S) :- p(P, S), not q(P, _), S != a"}
    assert found.facts == {Ground("t", ("a",)), Ground("-t", ("b",))}
    assert (found.rules[0].part, found.rules[0].variables) == ("whole", ("P", "S"))


def test_a_default_is_a_negated_condition() -> None:
    found = normal("@id(r) h(P) :- p(P), assuming -q(P), assuming r(P), unrecorded s(P).")
    assert shown(found) == {"r": "h(P) :- p(P), not q(P), not -r(P), not s(P)"}


def test_an_exception_is_three_kinds_of_rules() -> None:
    found = normal("""
        @id(usual) give(P, D) :- stage(P, S), drug(S, D).
        @id(unless) @overrides(usual) give(P, other) :- allergic(P, A), severe(A).
    """)
    assert shown(found) == {
        "usual": "applies:usual(P, S, D) :- stage(P, S), drug(S, D)",
        "usual:concludes": "give(P, D) :- applies:usual(P, S, D), not overridden:usual(P)",
        "unless": "applies:unless(P, A) :- allergic(P, A), severe(A)",
        "unless:concludes": "give(P, other) :- applies:unless(P, A)",
        "unless:overrides:usual": "overridden:usual(P) :- applies:unless(P, A)",
    }
    assert [r.part for r in found.rules] == ["applies", "concludes", "applies", "concludes", "overrides"]


def test_an_exception_that_is_overridden_itself_does_not_count() -> None:
    found = shown(normal("""
        @id(a) h(P, one) :- p(P).
        @id(b) @overrides(a) h(P, two) :- q(P).
        @id(c) @overrides(b) h(P, three) :- r(P).
    """))  # fmt: skip
    assert found["b:overrides:a"] == "overridden:a(P) :- applies:b(P), not overridden:b(P)"
    assert found["c:overrides:b"] == "overridden:b(P) :- applies:c(P)"


def test_strata_are_components_with_dependencies_first() -> None:
    found = normal("""
        path(X, Y) :- edge(X, Y).
        path(X, Y) :- edge(X, Z), path(Z, Y).
        apart(X, Y) :- node(X), node(Y), not path(X, Y).
        even(X) :- zero(X).
        even(X) :- next(Y, X), odd(Y).
        odd(X) :- next(Y, X), even(Y).
    """)
    place = {name: i for i, stratum in enumerate(found.strata) for name in stratum}
    assert place["edge"] < place["path"] < place["apart"]
    assert found.recursive == {("path",), ("even", "odd")}


def test_a_predicate_and_its_negation_are_two_names() -> None:
    found = normal("-h(P) :- p(P), assuming -h(P).")
    assert shown(found) == {"-h@1": "-h(P) :- p(P), not h(P)"}
    assert ("-h",) in found.strata


def test_only_positive_conditions_bind() -> None:
    (clause,) = parse(Source("f.dl", "h(P) :- p(P, Q), -r(R, P), not s(S), assuming t(T), U < 3.")).clauses
    assert bound(clause.body) == ("P", "Q", "R")
