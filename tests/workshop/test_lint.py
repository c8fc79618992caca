"""Each lint: what it finds beyond the example of its page, and what it leaves alone."""

from __future__ import annotations

from itertools import product

import pytest
from guidekb.kb.ir import Comparison, Const, Var
from guidekb.kb.lints.comparing import excludes, implies
from linting import codes_of, findings

OPS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def test_comparisons_imply_and_exclude_each_other_as_sets_of_numbers_do() -> None:
    numbers = [n / 2 for n in range(-4, 12)]
    for (op, a), (other, b) in product(product(OPS, range(4)), repeat=2):
        one = {n for n in numbers if OPS[op](n, a)}
        two = {n for n in numbers if OPS[other](n, b)}
        first = Comparison(Var("N"), op, Const(a))
        second = Comparison(Const(b), TURNED[other], Var("N"))
        assert implies(first, second) == (one <= two), (op, a, other, b)
        assert excludes(first, second) == one.isdisjoint(two), (op, a, other, b)


@pytest.mark.parametrize("name", ["rule1", "tmp", "r2", "x", "s01", "r_2", "r", "test_3", "late_old", "late_copy"])
def test_vague_ids(name: str) -> None:
    document = f"- **S01** (alert): t\n\n  ```datalog\n  @id({name})\n  r(P) :- a(P).\n  ```\n"
    assert codes_of(document, document=True) == ["W601"]


@pytest.mark.parametrize("name", ["ivig_by_day_31", "late_disease", "resection_s1", "receptor"])
def test_ids_that_say_something(name: str) -> None:
    assert codes_of(f"@id({name}) r(P) :- a(P).") == []


def test_a_rule_of_a_plain_file_needs_no_id() -> None:
    assert codes_of("r(P) :- a(P).") == []


RULE = "@id(first_rule_here) r(P) :- {}."


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("a(P), b(P)", []),
        ("a(P), a(P)", ["W604"]),
        ("m(P, er), m(P, _)", ["W604"]),
        ("m(P, _), m(P, er)", ["W604"]),
        ("m(P, er), m(P, pr)", []),
        ("m(P, M), m(P, Other), M != Other", []),
        ("m(P, M), t(M), m(P, _)", ["W604"]),
        ("d(P), a(P)", ["W604"]),
        ("d(P), m(P, er)", ["W604"]),
        ("d(P), m(P, _)", ["W604"]),
        ("d(P), m(P, pr)", []),
        ("-d(P), a(P)", []),
        ("a(P), assuming -d(P)", []),
        ("n(P, N), N <= 9", ["W604"]),
        ("n(P, N), N < 9", []),
        ("n(P, N), N >= 5, N > 5", ["W604"]),
        ("n(P, N), N >= 5, N < 8", []),
        ("a(P), not c(P), not c(P)", ["W604"]),
        ("a(P), assuming -b(P), assuming -b(P)", ["W604"]),
        ("a(P), -a(P)", ["W605"]),
        ("a(P), -b(P)", []),
        ("stage(P, localized), stage(P, metastatic)", ["W605"]),
        ("stage(P, localized), -stage(P, metastatic)", []),
        ("m(P, er), m(P, pr), v(P)", []),
        ("v(P), not v(P)", ["W605"]),
        ("n(P, N), N > 5, N < 3", ["W605"]),
        ("n(P, N), N > 9", ["W605"]),
        ("n(P, N), N = 3", []),
        ("a(P), assuming -a(P)", ["W622"]),
        ("-a(P), assuming -a(P)", ["W622"]),
        ("a(P), unrecorded a(P)", ["W622"]),
        ("m(P, er), unrecorded m(P, pr)", []),
        ("-a(P), unrecorded a(P)", []),
    ],
)
def test_conditions(body: str, codes: list[str]) -> None:
    assert codes_of(RULE.format(body)) == codes


def test_a_definition_of_two_rules_implies_nothing() -> None:
    assert codes_of(RULE.format("d(P), a(P)") + " @id(second_rule_here) d(P) :- b(P).") == []


def test_a_recursive_definition_ends() -> None:
    rules = "derived p(P: patient) open. @id(only_rule_here) p(P) :- p(P), a(P)." + RULE.format("p(P), b(P)")
    assert codes_of(rules) == []


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("r(P) :- a(P), b(P).", "r(Q) :- b(Q), a(Q).", "W602"),
        ("r(P) :- m(P, M), t(M).", "r(P) :- t(X), m(P, X).", "W602"),
        ("r(P) :- a(P).", "r(P) :- a(P), b(P).", ""),
        ("r(P) :- a(P).", "-r(P) :- a(P).", ""),
        ("r(P) :- n(P, N), N > 3.", "r(P) :- n(P, N), 3 < N.", "W602"),
        ("r(P) :- a(P), not c(P).", "r(P) :- a(P), c(P).", ""),
        ("r(P) :- a(P), assuming -b(P).", "r(P) :- a(P), unrecorded b(P).", ""),
        ("@overrides(one_rule) d(P) :- b(P).", "d(P) :- b(P).", ""),
    ],
)
def test_duplicates(one: str, other: str, code: str) -> None:
    bullets = ("- **S{n}** (alert): t\n\n  ```datalog\n  @reading(A1)\n  @id({name}) {rule}\n  ```\n\n",) * 2
    reading = "- **A1** (reading): the reading, with 3.\n"
    text = "".join(
        b.format(n=n, name=name, rule=rule)
        for n, (b, name, rule) in enumerate(zip(bullets, ("one_rule", "other_rule"), (one, other), strict=True))
    )
    if "@overrides(one_rule)" in one:
        text = text.replace("@id(one_rule) @overrides(one_rule)", "@id(one_rule) @overrides(by_default)")
    assert codes_of(text + reading, document=True) == ([code] if code else [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("r(P) :- a(P), b(P).", "r(P) :- a(P)."),
        ("r(P) :- m(P, er).", "r(P) :- m(P, _)."),
        ("r(P) :- n(P, N), N > 5.", "r(P) :- n(P, N), N >= 4."),
    ],
)
def test_a_special_case_in_one_statement(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        found = findings(f"@id(first_rule_here) {first}\n@id(second_rule_here) {second}")
        assert [f.diagnostic.code for f in found] == ["W603"]
        special = "first_rule_here" if first == one else "second_rule_here"
        assert found[0].diagnostic.message.startswith(f"the rule `{special}` adds nothing")


DERIVED = "derived e(P: patient, X: x) open. @id(one_rule_here) e(P, used) :- a(P)."


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"type x = used | idle. {DERIVED}", ["W606"]),
        (f"type x = used | idle | ... {DERIVED}", ["W606"]),
        (f"type x = used | by_table. {DERIVED} table k(X: x) closed. k(by_table).", []),
        (f"type x = used | compared. {DERIVED} @id(other_rule_here) r(P) :- e(P, X), X != compared.", []),
        (f"type x = used | idle. {DERIVED} input f(P: patient, X: x) open.", []),
    ],
)
def test_unused_values(text: str, codes: list[str]) -> None:
    assert codes_of(text) == codes


def test_rules_that_no_test_fires() -> None:
    rules = "@id(one_rule_here) r(P) :- a(P). @id(two_rules_here) r(P) :- b(P)."
    found = findings(rules, fired=frozenset({"one_rule_here"}))
    assert [f.diagnostic.message for f in found] == ["no test shows what the rule `two_rules_here` does"]
    assert codes_of(rules) == []


def sentence(word: str, text: str) -> list[str]:
    """The codes for one template."""
    yes = "" if word == "yes" else 'yes "it is {C} and {D}"'
    return codes_of(f'type y = y1. type z = z1. input q(P: patient, C: y, D: z) open {yes} {word} "{text}".')


@pytest.mark.parametrize(
    ("word", "text", "codes"),
    [
        ("yes", "{C} {D}", ["W611"]),
        ("yes", "status {C} of {D}", ["W611"]),
        ("yes", "the status of {C} is {D}", []),
        ("yes", "histology confirms {C} and {D}", []),
        ("yes", "no {C} is without {D}", ["W612"]),
        ("no", "neither {C} nor {D} is there", []),
        ("no", "{C} isn't {D}, not at all", ["W612"]),
        ("no", "[{C} is not {D}|no {C} is {D}]", []),
        ("no", "[{C} is {D}|{C} {D}]", ["W611"]),
        ("no", "it is {C} and {D}", ["W613"]),
        ("yes", "The status is {C} {D}", ["W613"]),
        ("yes", "HER2 is {C} {D}", []),
        ("yes", "the status is {C} {D}.", ["W613"]),
        ("yes", "the  status is {C} {D} ", ["W613"]),
        ("ask", "Which is it", ["W613"]),
        ("ask", "Which is it, not without one?", ["W612"]),
        ("ask", "Which?", []),
        ("unknown", "it is not recorded", []),
    ],
)
def test_sentences(word: str, text: str, codes: list[str]) -> None:
    assert sentence(word, text) == codes


@pytest.mark.parametrize(
    ("definition", "codes"),
    [
        ("v(P)", ["W621"]),
        ("c(P)", ["W621"]),
        ("v(P), unrecorded a(P)", ["W621"]),
        ("a(P)", []),
        ("d(P)", []),
        ("v(P), assuming -a(P)", []),
    ],
)
def test_what_can_be_unknown(definition: str, codes: list[str]) -> None:
    rules = f"derived k(P: patient) open. @id(how_it_is_known) k(P) :- {definition}."
    assert codes_of(rules + RULE.format("b(P), assuming -k(P)")) == codes


def test_an_exception_can_make_unknown() -> None:
    rules = "derived k(P: patient) open. @id(known_by_visit) k(P) :- v(P)." + RULE.format("b(P), assuming -k(P)")
    assert codes_of(rules) == ["W621"]
    assert codes_of(rules + "@id(not_then) @overrides(known_by_visit) r(P) :- a(P).") == []


DOCUMENT = """\
- **S01** (alert): Three visits, or 2.5.

  ```datalog
  @id(many_of_them) @reading(A01)
  r(P) :- n(P, N), N >= {number}.
  ```

- **A01** (reading): Or seven.

  ```datalog
  @id(by_reading) @reading({cited})
  d(P) :- a(P), b(P).
  ```

- **A02** (reading): Another.
"""


@pytest.mark.parametrize(
    ("number", "cited", "codes"),
    [("3", "A01", []), ("2.5", "A01", []), ("7", "A01, A02", []), ("8", "A01", ["W705"]), ("3", "A02", ["W701"])],
)
def test_citations(number: str, cited: str, codes: list[str]) -> None:
    assert codes_of(DOCUMENT.format(number=number, cited=cited), document=True) == codes
