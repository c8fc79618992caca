"""Exported programs conclude what ours do: all examples, random programs, every engine here (long: every engine)."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from engines import (
    as_clingo,
    as_souffle,
    as_sqlite,
    by_clingo,
    by_prolog,
    by_souffle_subset,
    by_sqlite,
    expected,
    souffle_heads,
)
from guidekb.facts.read import read_files
from guidekb.kb.diagnostics import Invalid, Unavailable
from guidekb.kb.ir import BodyItem, Comparison, Ground, Literal, Program, Var
from guidekb.kb.load import assemble, load
from guidekb.kb.values import written
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.export.export import LANGUAGES, exported
from guidekb.queries.export.names import names
from guidekb.queries.export.plan import Plan, plan
from guidekb.queries.export.sql import sql
from programs import random_case
from running import ROOT, Run
from souffle_subset import MistypedError
from souffle_subset import run as run_souffle

pytestmark = pytest.mark.usefixtures("in_the_repository")

EXAMPLES = sorted((ROOT / "facts" / "examples").glob("*.*"))


@pytest.fixture(scope="module")
def guideline() -> Program:
    return load()


@pytest.fixture(scope="module")
def plans(guideline: Program) -> dict[str, Plan]:
    """The plan of every example patient."""
    knowledge = Knowledge(guideline)
    found: dict[str, Plan] = {}
    for _, reading in read_files([str(path) for path in EXAMPLES], guideline, None):
        assert not isinstance(reading, Invalid)
        for edb in reading.edbs:
            settled = assess(knowledge, edb).edb
            found[edb.subject] = plan(guideline, settled.facts, settled.subject)
    assert len(found) >= 20
    return found


# ---- the guideline, all examples ----


def test_sqlite_answers_every_example_as_we_do(plans: dict[str, Plan]) -> None:
    for name, one in plans.items():
        wanted = expected(one)
        assert {a.predicate for a in wanted} & {"recommend", "requires", "flag"}, name
        assert by_sqlite(one) == as_sqlite(wanted), name


def test_clingo_answers_every_example_as_we_do(plans: dict[str, Plan]) -> None:
    for name, one in plans.items():
        assert by_clingo(one) == as_clingo(one, expected(one)), name


def test_the_souffle_program_read_by_rules_of_its_own_answers_every_example_as_we_do(plans: dict[str, Plan]) -> None:
    """Soufflé itself was not to be had: souffle_subset.py reads the program as we know the language."""
    for name, one in list(plans.items())[::3]:
        assert by_souffle_subset(one) == as_souffle(one, expected(one)), name


def test_prolog_answers_all_examples_at_once_as_we_do(plans: dict[str, Plan], tmp_path: Path) -> None:
    """One run for all patients: rules are about one patient each."""
    first = next(iter(plans.values()))
    together = replace(first, given=tuple(f for one in plans.values() for f in one.given))
    assert by_prolog(together, tmp_path) == expected(together)


def test_sql_answers_many_patients_at_once(plans: dict[str, Plan]) -> None:
    first = next(iter(plans.values()))
    together = replace(first, given=tuple(f for one in plans.values() for f in one.given))
    assert by_sqlite(together) == as_sqlite(expected(together))


# ---- random programs: negation, exceptions, every shape of recursion, values that could be taken for code ----


def random_plan(seed: int) -> Plan:
    """A random program in which `!=` stands for `<`: of two kinds of value, the checks let only those be compared."""
    case = random_case(Random(seed))  # noqa: S311
    clauses = (replace(c, body=tuple(map(_unordered, c.body))) for c in case.program.clauses)
    return plan(Program(clauses=tuple(clauses)), case.facts, "p")


def _unordered(item: BodyItem) -> BodyItem:
    return replace(item, op="!=") if isinstance(item, Comparison) and item.op != "=" else item


def without(one: Plan, *kinds: type) -> bool:
    """Whether a program has no value that the tested language cannot hold, and none of these kinds."""
    large = any(isinstance(v, int | Decimal) and len(written(v)) > 6 for v in one.values)
    return not (large or "\0" in one.values or any(isinstance(v, kinds) for v in one.values))


def loose(one: Plan) -> bool:
    """Whether a variable stands twice in a condition where nothing binds it, which the checks refuse."""
    for rule in one.normal.rules:
        for atom in (i.atom for i in rule.body if isinstance(i, Literal)):
            free = [t.name for t in atom.args if isinstance(t, Var) and t.name not in rule.variables]
            if len(free) > len(set(free)):
                return True
    return False


def test_clingo_and_random_programs() -> None:
    plans = [(n, one) for n in range(250) if without(one := random_plan(n)) and not loose(one)]
    assert len(plans) > 80
    for seed, one in plans:
        assert by_clingo(one) == as_clingo(one, expected(one)), seed


def test_the_souffle_program_and_random_programs() -> None:
    """But for those with two types in a column, which the checks of a knowledge base refuse, as Soufflé does."""
    plans = [(n, one) for n in range(250) if without(one := random_plan(n)) and not loose(one)]
    ran = 0
    for seed, one in plans:
        with suppress(MistypedError, Unavailable):
            rows = by_souffle_subset(one)
            ran += 1
            assert rows == as_souffle(one, expected(one)), seed
    assert ran > 20


@pytest.mark.parametrize(
    "wrong",
    ['p("a").', ".decl p(a: number)\np(1, 2).", '.decl p(a: number)\np("x").', ".decl p(a: number)\np(3000000000).",
     ".decl p(a: number)\np(x) :- !p(x).", ".decl p(a: number)\n.decl q(a: number)\nq(1).\np(x) :- q(x), !p(x)."],
)  # fmt: skip
def test_the_reading_of_souffle_refuses_what_souffle_would(wrong: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        run_souffle(wrong)


def test_sqlite_and_random_programs() -> None:
    """Without dates, since a date and its text are one value in SQL; a rule that rests on itself twice is refused."""
    plans = [(n, one) for n in range(300) if without(one := random_plan(n), date)]
    ran = 0
    for seed, one in plans:
        with suppress(Unavailable):
            rows = by_sqlite(one)
            ran += 1
            assert rows == as_sqlite(expected(one)), seed
    assert len(plans) > ran > 50


def test_prolog_and_random_programs(tmp_path: Path) -> None:
    for seed in range(25):
        one = random_plan(seed)
        assert by_prolog(one, tmp_path) == expected(one), seed


# ---- exact words ----


def text_plan(text: str) -> Plan:
    """The plan of a program in the language."""
    found, problems = assemble({"test.dl": text})
    assert not problems
    return plan(found)


def test_decimals_and_dates_are_compared_exactly(tmp_path: Path) -> None:
    one = text_plan("""
        type amount = number 0..100 "mmol/L".
        type day = date.
        table calcium(Which: patient, Amount: amount) closed.
        table seen(Which: patient, Day: day) closed.
        derived high(Which: patient) closed.
        derived late(Which: patient) closed.
        calcium(a, 2.65). calcium(b, 2.649). calcium(c, 3). calcium(d, 2).
        seen(a, 2024-03-05). seen(b, 2024-10-01). seen(c, 2023-12-31).
        high(P) :- calcium(P, V), V >= 2.65.
        late(P) :- seen(P, D), D > 2024-03-05.
    """)
    wanted = {Ground("high", ("a",)), Ground("high", ("c",)), Ground("late", ("b",))}
    assert expected(one) == wanted
    assert by_sqlite(one) == as_sqlite(wanted)
    assert by_clingo(one) == as_clingo(one, wanted)
    assert by_prolog(one, tmp_path) == wanted


TWICE = """
    table edge(From: node, To: node) closed.
    type node = a | b | c.
    derived path(From: node, To: node) closed.
    edge(a, b). edge(b, c).
    path(X, Y) :- edge(X, Y).
    path(X, Z) :- path(X, Y), path(Y, Z).
"""


def test_sql_refuses_a_rule_that_rests_on_itself_twice(tmp_path: Path) -> None:
    one = text_plan(TWICE)
    with pytest.raises(Unavailable, match="the rule `path@7` rests on what it concludes through two conditions"):
        sql(one)
    assert by_prolog(one, tmp_path) == expected(one)
    assert by_clingo(one) == as_clingo(one, expected(one))


@pytest.mark.parametrize(
    ("language", "value", "told"),
    [
        ("clingo", "30000000000", "`30000000000` cannot be written exactly for clingo"),
        ("souffle", "30000000000", "`30000000000` cannot be written exactly for Soufflé"),
        ("sql", "30000000000000000000", "`30000000000000000000` cannot be written exactly for SQL"),
        ("sql", "1.234567890123456789", "`1.234567890123456789` cannot be written exactly for SQL"),
    ],
)
def test_what_a_language_cannot_hold_is_refused_and_never_rounded(language: str, value: str, told: str) -> None:
    one = text_plan(f"type n = number. table p(N: n) closed. derived q(N: n) closed. p({value}). q(N) :- p(N).")
    with pytest.raises(Unavailable, match=re.escape(told)):
        LANGUAGES[language](one)
    assert value.split(".")[0][:5] in LANGUAGES["prolog"](one)


def test_names_stay_when_they_can_and_never_meet() -> None:
    found = names(["p", "-p", "false_p", "applies:r1", "hasX", "hasx", "not"], {"not"})
    assert found == {
        "p": "p",
        "-p": "false_p_2",
        "false_p": "false_p",
        "applies:r1": "applies_r1",
        "hasX": "hasX",
        "hasx": "hasx_2",
        "not": "not_2",
    }


def test_a_souffle_program_declares_all_that_it_uses_with_a_type_for_each_column(guideline: Program) -> None:
    """Soufflé itself cannot be installed where these tests run."""
    text = exported(guideline, None, "souffle")
    heads = souffle_heads(text)
    rules = re.sub(r"//.*|\"[^\"]*\"", "", text)
    assert set(re.findall(r"\b([a-z]\w*)\(", rules)) <= heads
    assert set(re.findall(r"(?m)^\.(?:input|output) (\w+)$", text)) <= heads
    assert "stage(c1_patient: symbol, c2_stage: symbol)" in text
    assert re.search(r"\.decl age_years\(c1_patient: symbol, c2_\w+: number\)", text)
    assert "// S14 endocrine_metastatic_hr_positive (guidelines/paraneoplastic_breast.md:" in text


# ---- the command ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_export_writes_the_program_without_and_with_a_patient(language: str, run: Run) -> None:
    bare = run("export", "--to", language)
    assert (bare.code, bare.err) == (0, "")
    assert "without the facts of any patient" in bare.out
    given = run("export", "--to", language, "facts/examples/published-01.yaml")
    assert "with the facts of patient published-01" in given.out
    assert len(given.out.splitlines()) > 200
    assert given.out == run("export", "--to", language, "facts/examples/published-01.yaml").out


def test_export_says_what_is_wrong_and_ends_with_its_code(run: Run, tmp_path: Path) -> None:
    assert run("export", "--to", "cobol").code == 2
    assert run("export").code == 2
    assert run("export", "--to", "sql", "no-such.yaml").code == 4
    assert run("export", "--to", "sql", "--kb", str(tmp_path)).code == 3
    rules = tmp_path / "twice.dl"
    rules.write_text(TWICE)
    ran = run("export", "--to", "sql", "--rules", str(rules), "-o", str(tmp_path / "out.sql"))
    assert ran.code == 2
    assert "error[Q622]" in ran.err
    assert not (tmp_path / "out.sql").exists()
    assert run("export", "--to", "clingo", "--rules", str(rules), "-o", str(tmp_path / "out.lp")).out == ""
    assert "path(X, Z) :-" in (tmp_path / "out.lp").read_text()


def test_a_hostile_patient_stays_a_value_in_every_language(guideline: Program, tmp_path: Path) -> None:
    odd = "x'); DROP TABLE recommend; --\n\"), :- halt. % \\"
    given = (Ground("stage", (odd, "metastatic")), Ground("breast_cancer_status", (odd, "known_active")))
    one = plan(guideline, given, odd)
    wanted = expected(one)
    assert wanted
    assert by_sqlite(one) == as_sqlite(wanted)
    assert by_prolog(one, tmp_path) == wanted
    assert by_clingo(one) == as_clingo(one, wanted)
