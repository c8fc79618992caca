"""What each check must find and must leave alone, beyond the examples in `bad/`."""

from __future__ import annotations

import pytest
from guidekb.kb.checks import check
from guidekb.kb.load import assemble

DECLARED = """
type stage = localized | metastatic.
type age   = integer 0..130 "years".
type level = number 0..20.
type day   = date.
type birth = date.
type drug  = tamoxifen | trastuzumab.

input   stage(Patient: patient, Stage: stage) open single.
input   drug(Patient: patient, Drug: drug) open.
input   resected(Patient: patient) open.
input   imaged(Patient: patient) closed.
input   scanned(Patient: patient, Stage: stage) closed.
input   age(Patient: patient, Age: age) open single.
input   level(Patient: patient, Level: level) open single.
input   seen(Patient: patient, Day: day) open single.
input   born(Patient: patient, Day: birth) open single.
table   severe(Drug: drug, Stage: stage) closed.
table   asked(Field: field) closed.
derived advise(Patient: patient) open.
derived give(Patient: patient, Drug: drug) open.
derived known(Patient: patient) closed.

-advise(P) :- imaged(P), resected(P).
give(P, D) :- drug(P, D).
known(P) :- imaged(P).
"""


def faults(text: str, name: str = "text.dl") -> list[str]:
    """The codes of what is wrong with a text, read with the declarations."""
    program, problems = assemble({"declared.dl": DECLARED, name: text})
    return [d.code for d in (*problems, *check(program)) if d.span.file == name]


def in_guideline(rule: str) -> list[str]:
    """The codes of what is wrong with a rule of a guideline."""
    block = f"```datalog\n@id(rule) {rule}\n```\n"
    return faults(f"- **S01** (recommend-for): Treat.\n\n{block}", "text.md")


@pytest.mark.parametrize(
    "rule",
    [
        "advise(P) :- imaged(P), not scanned(P, _).",
        "advise(P) :- resected(P), assuming -stage(P, _).",
        "advise(P) :- resected(P), assuming -stage(P, metastatic).",
        "advise(P) :- resected(P), assuming resected(P), assuming drug(P, tamoxifen).",
        "advise(P) :- resected(P), unrecorded stage(P, _).",
        "advise(P) :- -stage(P, _).",
        "known(P) :- imaged(P), unrecorded resected(P).",
        "known(P) :- known(P), imaged(P).",
        "advise(P) :- age(P, A), level(P, L), A < L.",
        "advise(P) :- seen(P, D), born(P, B), D > B.",
        "advise(P) :- age(P, A), A > 24.5.",
        "advise(P) :- age(P, A), A < 500.",
        "advise(P) :- level(P, L), L >= 2.",
        "advise(P) :- stage(P, S), S != localized.",
        "advise(P) :- stage(P, S), metastatic = S.",
        "advise(P) :- drug(P, D), stage(P, S), not severe(D, S).",
        "advise(P) :- drug(P, D), not severe(D, _).",
        "advise(P) :- seen(P, 2024-03-05).",
        "advise(P) :- stage(P, 'metastatic'), stage(P, \"metastatic\").",
        "asked(stage).",
        "severe(tamoxifen, metastatic).",
        "give(P, D) :- give(P, D), severe(D, _).",
        "advise(P) :- resected(P), Drug = tamoxifen, give(P, Drug).",
        "-give(P, D) :- drug(P, D), -resected(P).",
        "advise(P) :- stage(P, S), drug(Q, D), severe(D, S), age(Q, A), age(P, A).",
        "stage(bob, metastatic).",
    ],
)
def test_what_is_right(rule: str) -> None:
    assert faults(rule) == []


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        # names
        ("advise :- resected(_).", ["E202"]),
        ("-stage(P, metastatic) :- resected(P).", ["E205"]),
        ("-severe(tamoxifen, localized).", ["E407"]),
        ("-imaged(P) :- resected(P).", ["E205", "E407"]),
        # values
        ("advise(P) :- stage(P, 'Metastatic').", ["E301"]),
        ("advise(P) :- stage(P, 4).", ["E301"]),
        ("asked(satge).", ["E301"]),
        ("asked(advise).", ["E301"]),
        ("advise(P) :- stage(P, S), S = metastatc.", ["E301"]),
        ("advise(P) :- age(P, metastatic).", ["E302"]),
        ("advise(P) :- age(P, 2024-01-01).", ["E302"]),
        ("advise(P) :- age(P, A), A > 2024-01-01.", ["E302"]),
        ("advise(P) :- age(P, -1).", ["E303"]),
        ("advise(P) :- level(P, 20.01).", ["E303"]),
        ("advise(P) :- stage(P, S), drug(P, D), S = D.", ["E304"]),
        ("advise(P) :- stage(P, S), stage(P, T), S < T.", ["E304"]),
        ("advise(P) :- resected(P), P < 3.", ["E304"]),
        ("advise(P) :- seen(P, D), age(P, A), D > A.", ["E304"]),
        ("advise(P) :- stage(P, S), drug(P, S).", ["E305"]),
        ("advise(P) :- stage(P, P).", ["E305"]),
        # variables
        ("advise(P) :- not imaged(P).", ["E401"]),
        ("advise(P) :- unrecorded resected(P).", ["E401"]),
        ("advise(P) :- P = bob.", ["E401"]),
        ("advise(P) :- resected(P), X = 3.", ["E401"]),
        ("advise(P) :- resected(P), not scanned(P, S), not severe(_, S).", ["E401"]),
        ("advise(P) :- resected(P), assuming stage(P, _).", ["E401"]),
        ("advise(P) :- resected(P), _ < 3.", ["E401"]),
        ("give(P, P1) :- resected(P).", ["E401"]),
        ("severe(X, localized).", ["E401"]),
        ("advise(P) :- stage(P, Stage), drug(P, Drug).", ["E402", "E402"]),
        ("advise(P) :- stage(P, Stage), severe(_, Stagee).", ["E402", "E402"]),
        # negation
        ("advise(P) :- resected(P), not give(P, tamoxifen).", ["E404"]),
        ("advise(P) :- resected(P), not -stage(P, localized).", ["E404"]),
        ("advise(P) :- resected(P), assuming known(P).", ["E405"]),
        ("advise(P) :- resected(P), unrecorded imaged(P).", ["E405"]),
        ("known(P) :- resected(P).", ["E406"]),
        ("known(P) :- imaged(P), -resected(P).", ["E406"]),
        ("known(P) :- imaged(P), assuming -resected(P).", ["E406"]),
        ("known(P) :- imaged(P), not advise(P).", ["E404", "E406"]),
        ("advise(P) :- -imaged(P).", ["E407"]),
        ("-known(P) :- imaged(P).", ["E407"]),
        ("advise(P) :- resected(P), assuming -advise(P).", ["E403"]),
        ("advise(P) :- resected(P), unrecorded advise(P).", ["E403"]),
        ("known(P) :- imaged(P), not known(P).", ["E403"]),
        # metadata
        ("@id(a) advise(P) :- resected(P). @id(a) advise(P) :- stage(P, _).", ["E502"]),
        ("@id(a) severe(tamoxifen, localized). @id(a) severe(trastuzumab, localized).", ["E502"]),
        ("@id('a:concludes') advise(P) :- resected(P).", ["E506"]),
        ("@id('a b\\n') advise(P) :- resected(P).", ["E506"]),
        ("@id(A01) advise(P) :- resected(P).", ["E506"]),
        ("@id(2) advise(P) :- resected(P).", ["E506"]),
        ("@urgency advise(P) :- resected(P).", ["E506"]),
        ("@priority(1.5) advise(P) :- resected(P).", ["E506"]),
        ("@priority(2024-01-01) advise(P) :- resected(P).", ["E506"]),
        ("@reading(A01) severe(tamoxifen, localized).", ["E507"]),
        ("@overrides(a) severe(tamoxifen, localized). @id(a) advise(P) :- resected(P).", ["E508"]),
        ("@id(a) @overrides(a) advise(P) :- resected(P).", ["E508"]),
        ("@id(a) @overrides('') advise(P) :- resected(P).", ["E508"]),
        ("advise(P) :- resected(P), stage(P, _). advise(X) :- stage(X, _), resected(X).", ["E515"]),
        ("severe(tamoxifen, localized). severe(tamoxifen, localized).", ["E212"]),
    ],
)
def test_what_is_wrong(rule: str, codes: list[str]) -> None:
    assert sorted(faults(rule)) == codes


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("advise(P) :- resected(P), -stage(P, metastatic), not scanned(P, _).", []),
        ("advise(P) :- drug(P, D), severe(D, _).", []),
        ("advise(P) :- resected(P), age(Q, A), level(Q, A).", ["E305", "E408"]),
        ("advise(P) :- resected(P), resected(_).", ["E408"]),
        ("advise(P) :- resected(P), not imaged(_).", ["E408"]),
        ("advise(bob) :- resected(bob).", ["E408", "E408"]),
        ("advise(P) :- resected(Q), imaged(P), imaged(Q).", ["E408"]),
        ("give(P, D) :- severe(D, _), drug(P, _), resected(Q), imaged(Q).", ["E408"]),
        ("stage(bob, metastatic).", ["E209", "E408"]),
    ],
)
def test_a_rule_of_a_guideline_is_about_one_patient(rule: str, codes: list[str]) -> None:
    assert sorted(c for c in in_guideline(rule) if c != "E503") == codes


def test_chains_of_exceptions_are_allowed() -> None:
    assert faults("""
        @id(a) advise(P) :- resected(P).
        @id(b) @overrides(a) give(P, tamoxifen) :- stage(P, metastatic).
        @id(c) @overrides(b, a) -advise(P) :- stage(P, localized).
    """) == []  # fmt: skip


def test_exceptions_to_each_other_are_one_cycle() -> None:
    text = """
        @id(a) @overrides(b) advise(P) :- resected(P).
        @id(b) @overrides(a) -advise(P) :- resected(P).
    """
    program, _ = assemble({"declared.dl": DECLARED, "text.dl": text})
    (problem,) = [d for d in check(program) if d.code == "E403"]
    assert problem.message == "the exceptions of these rules rest on their own negation"
    assert [n.text for n in problem.notes] == [
        "rule `b` overrides rule `a`, unless it is overridden itself",
        "rule `a` overrides rule `b`, unless it is overridden itself",
    ]


def test_the_same_rule_under_two_statements_is_allowed() -> None:
    block = "```datalog\n@id({}) advise(P) :- resected(P).\n```\n\n"
    one, two = (f"- **S0{n}** (recommend-for): Treat.\n\n{block.format(f'rule_{n}')}" for n in (1, 2))
    assert faults(one + two, "text.md") == []
    assert faults(one + block.format("again"), "text.md") == ["E515"]


def test_a_statement_has_rules_a_reason_or_a_rule_that_names_it() -> None:
    text = """
- **S01** (recommend-for): Treat.

  ```datalog
  @id(rule) @rationale(S02) @reading(A01)
  advise(P) :- resected(P).
  ```

- **S02** (expectation): It helps.
- **S03** (expectation): It is said.

  No rule: it is only said.

- **S04** (expectation): A table.

  ```datalog
  severe(tamoxifen, localized).
  ```

- **S05** (expectation): It is forgotten.
- **S06** (expectation): It has an empty reason.

  No rule:

- **A01** (reading): We read it so.
"""
    assert faults(text, "text.md") == ["E503", "E503"]


def test_templates_of_lists_and_maps() -> None:
    declared = """
        input organ(Patient: patient, Organ: drug) open
            yes "{Organ} is involved" no "{Organ} is not involved"
            unknown "organs are not recorded" ask "Which organs of {Patient}?".
        input grade(Patient: patient, Organ: drug, Grade: stage) open single
            yes "{Organ}: {Grade}" no "{Organ}: not {Grade}" unknown "{Organ}: not recorded" ask "Which for {Organ}?".
    """
    assert faults(declared) == []
    assert faults(declared.replace("Which organs of {Patient}?", "Is it {Organ}?")) == ["E511"]
    assert faults(declared.replace("Which for {Organ}?", "Is it {Grade}?")) == ["E511"]
    assert faults(declared.replace('"{Organ}: not {Grade}"', '"{Organ}: another"')) == ["E512"]
    assert faults(declared.replace("{Organ}: {Grade}", "{Organ}: {Grade} {}")) == ["E511"]
    assert faults(declared.replace("{Organ}: {Grade}", "{Organ}: {Grade} }{")) == ["E511"]


def test_what_is_declared_twice_is_one_fault_each() -> None:
    assert faults("type stage = a.") == ["E204"]
    assert faults("input stage(P: patient) open.") == ["E204"]
    assert faults("type a = b | c | b | b.") == ["E204", "E204"]
    assert faults("type patient = symbol.") == ["E207"]
