"""What pyDatalog 0.22.4 does that no answer must depend on, and that ours does not (long: one test for each pitfall).

First the engine itself is shown, where that is safe and quick, then ours.

The numbers are those of the list of pitfalls that was measured before the adapter was written. Not here, since no
adapter can have them: 12 (its error messages), 20 (aggregates), 25 (its licence).
"""

from __future__ import annotations

import importlib.metadata
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from guidekb.kb.ir import Atom, Clause, Comparison, Const, Ground, Literal, Program, Value, Var, ground_key
from guidekb.kb.normal import NormalProgram, dependencies, normalise
from guidekb.kb.strata import Edge, negative_cycle
from guidekb.queries.evaluation import reference
from guidekb.queries.evaluation.model import Instance, Model
from guidekb.queries.evaluation.pydatalog_engine import derive
from programs import ODD_VALUES, facts, program


@pytest.fixture
def raw() -> Iterator[Any]:
    """pyDatalog as its documentation uses it, with a database of its own."""
    from pyDatalog import Logic, pyDatalog

    Logic()
    yield pyDatalog
    Logic()


def holds(text: str, given: str = "") -> set[str]:
    """What the engine derives beyond the facts, as text; the reference derives the same."""
    rules, known = program(text), facts(given)
    model = derive(rules, known)
    assert model == reference.derive(rules, known)
    return {f"{a.predicate}{a.values}" for a in model.atoms - known - rules.facts}


def rule(head: Atom, *body: Atom) -> NormalProgram:
    """One rule, built from values, so that its names may be anything."""
    return normalise(Program(clauses=(Clause(head, tuple(map(Literal, body))),)))


def python(script: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", script],
        env=environment or None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_gotcha_1_recursion_does_not_return() -> None:
    """The closure of a cycle of three hangs pyDatalog; the adapter iterates from outside, and it is nine paths."""
    script = """
from pyDatalog import pyDatalog
pyDatalog.load('''
    path(X, Y) <= edge(X, Y)
    path(X, Y) <= edge(X, Z) & path(Z, Y)
    + edge(0, 1)
    + edge(1, 2)
    + edge(2, 0)
''')
print('loaded', flush=True)
pyDatalog.ask('path(X, Y)')
print('answered', flush=True)
"""
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline() == "loaded\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=2)
    finally:
        process.kill()
        process.communicate()
    text = "path(X, Y) :- edge(X, Y). path(X, Y) :- edge(X, Z), path(Z, Y)."
    assert holds(text, "edge(0, 1). edge(1, 2). edge(2, 0).") == {f"path({x}, {y})" for x in range(3) for y in range(3)}


def test_gotcha_2_negation_through_itself_is_not_noticed(raw: Any) -> None:
    """pyDatalog concludes `p` from `not p`. Our checks refuse the program, and have the cycle to show for it."""
    raw.load("p(X) <= d(X) & ~p(X)\n+ d(1)")
    assert raw.ask("p(X)") == {(1,)}
    rules = program("p(X) :- d(X), not p(X).")
    edges = dependencies(rules.rules)
    assert [c for stratum in rules.strata if (c := negative_cycle(edges, stratum))] == [(Edge("p", "p", True),)]


def test_gotcha_3_the_order_of_conditions_matters(raw: Any) -> None:
    """A negation or comparison before what binds it finds nothing or fails. The adapter orders the conditions."""
    raw.load("n(X) <= ~r(X) & q(X)\nc(X) <= (X > 2) & q(X)\n+ q(3)\n+ r(2)")
    assert raw.ask("n(X)") is None
    with pytest.raises(Exception, match="must be bound"):
        raw.ask("c(X)")
    assert holds("n(X) :- not r(X), q(X).", "q(3). r(2).") == {"n(3,)"}
    assert holds("c(X) :- X > 2, Y < X, q(X), s(Y).", "q(3). s(1). s(4).") == {"c(3,)"}
    assert holds("@id(a) p(Y) :- 1 < 2, not r, q(Y), not s(Y), Y != 4.", "q(3). q(4). q(5). s(5).") == {"p(3,)"}


def test_gotcha_3_an_unsafe_rule_answers_true(raw: Any) -> None:
    """pyDatalog answers True where a head variable is unbound; the adapter refuses the rule when it is compiled."""
    raw.load("h(X, Y) <= q(X)\n+ q(1)")
    assert raw.ask("h(X, Y)").answers is True
    with pytest.raises(ValueError, match="rule ``: no positive condition binds `Y`"):
        derive(rule(Atom("h", (Var("X"), Var("Y"))), Atom("q", (Var("X"),))), facts("q(1)."))


def test_gotcha_4_text_runs_as_python(raw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A patient's name breaks out of pyDatalog's quotes and runs; to the adapter it is a value like any other."""
    monkeypatch.delenv("GUIDEKB_PITFALL", raising=False)
    name = "'); __import__('os').environ.update(GUIDEKB_PITFALL='ran'); ('"
    raw.load(f"+ q('{name}')")
    import os

    assert os.environ["GUIDEKB_PITFALL"] == "ran"
    monkeypatch.delenv("GUIDEKB_PITFALL")
    model = derive(rule(Atom("p", (Var("X"),)), Atom("q", (Var("X"),))), [Ground("q", (name,))])
    assert Ground("p", (name,)) in model.atoms
    assert "GUIDEKB_PITFALL" not in os.environ


def test_gotcha_5_a_comma_drops_conditions(raw: Any) -> None:
    """`q(X), r(X)` in pyDatalog's text silently loses `r(X)`; in ours a comma is "and"."""
    raw.load("p(X) <= q(X), r(X)\n+ q(1)")
    assert raw.ask("p(X)") == {(1,)}
    assert holds("p(X) :- q(X), r(X).", "q(1).") == set()


def test_gotcha_6_numbers_are_rounded(raw: Any) -> None:
    """pyDatalog keeps about 8 digits. Ours are exact: 5.5000000001 is above 5.5, and 2.65 comes back as 2.65."""
    raw.assert_fact("q", 2.65)
    assert raw.ask("q(X)") == {(2.6500000059604645,)}
    text = "above(X) :- q(X), X > 5.5. at(X) :- q(X), X = 5.5. p(X) :- q(X), X < 3."
    assert holds(text, "q(5.5000000001). q(5.5). q(2.65).") == {
        *("above(Decimal('5.5000000001'),)", "at(Decimal('5.5'),)", "p(Decimal('2.65'),)"),
    }
    large = 10**40
    values: set[Value] = {large, large + 1, -large, Decimal("1E-30"), Decimal("0.1")}
    model = derive(rule(Atom("p", (Var("X"),)), Atom("q", (Var("X"),))), [Ground("q", (v,)) for v in values])
    assert {a.values[0] for a in model.atoms if a.predicate == "p"} == values


def test_gotcha_7_odd_strings_change(raw: Any) -> None:
    """'True' becomes a boolean and '??' a random name. The adapter hands over values, which come back the same."""
    raw.assert_fact("q", "True")
    raw.assert_fact("q", "??")
    assert not {("True",), ("??",)} & set(raw.ask("q(X)").answers)
    model = derive(rule(Atom("p", (Var("X"),)), Atom("q", (Var("X"),))), [Ground("q", (v,)) for v in ODD_VALUES])
    back = [a.values[0] for a in model.atoms if a.predicate == "p"]
    assert len(back) == len(ODD_VALUES)
    assert {(type(v), v) for v in back} == {(type(v), v) for v in ODD_VALUES}


@pytest.mark.parametrize("value", ODD_VALUES, ids=repr)
def test_gotcha_7_an_odd_constant_in_a_rule_is_that_constant(value: Value) -> None:
    """As a constant of a head, a condition, a negation and a comparison."""
    constant, x = Const(value), Var("X")
    others = [v for v in ODD_VALUES if v != value][:4]
    clauses = (
        Clause(Atom("is", (x, constant)), (Literal(Atom("q", (x,))), Literal(Atom("q", (constant,))))),
        Clause(Atom("other", (x,)), (Literal(Atom("q", (x,))), Comparison(x, "!=", constant))),
        Clause(Atom("none", ()), (Literal(Atom("q", (constant,)), "not"),)),
    )
    rules = normalise(Program(clauses=clauses))
    for present in (True, False):
        given = [Ground("q", (v,)) for v in [*others, *([value] if present else [])]]
        model = derive(rules, given)
        assert model == reference.derive(rules, given)
        assert (Ground("none", ()) in model.atoms) is not present
        assert (Ground("is", (value, value)) in model.atoms) is present
        assert {a.values[0] for a in model.atoms if a.predicate == "other"} == set(others)


def test_gotcha_8_one_and_true_are_one_constant(raw: Any) -> None:
    """Python's 1, True and 1.0 are equal, so they are one value to both evaluators; '1' is another. The language has
    neither booleans nor floats, and `canonical` makes 1.0 the integer 1 before it becomes a fact."""
    for value in (1, True, 1.0, "1"):
        raw.assert_fact("q", value)
    assert raw.ask("q(X)") == {(1,), ("1",)}
    assert holds("one(X) :- q(X, 1). text(X) :- q(X, '1').", "q(a, 1). q(b, '1'). q(c, 1.0).") == {
        *("one('a',)", "one('c',)", "text('b',)"),
    }


def test_gotcha_9_comparing_different_kinds_fails(raw: Any) -> None:
    """`'x' > 3` raises out of a pyDatalog query; in ours it is false, as is every order between different kinds."""
    raw.load("p(X) <= q(X) & (X > 3)\n+ q('x')\n+ q(4)")
    with pytest.raises(TypeError):
        raw.ask("p(X)")
    given = 'q(x). q(4). q("text"). q(2024-03-05). q(0.5).'
    assert holds("p(X) :- q(X), X > 3.", given) == {"p(4,)"}
    assert holds("p(X) :- q(X), X <= 2024-03-05.", given) == {"p(datetime.date(2024, 3, 5),)"}
    assert holds("p(X) :- q(X), X >= a.", given) == set()


def test_gotcha_10_an_unknown_predicate_is_empty_or_an_error(raw: Any) -> None:
    """Positive it is silently empty, negated an AttributeError. To the adapter a predicate without facts is known and
    empty, whether another rule mentions it or a fact of it was there before; names are checked before any engine."""
    raw.load("p(X) <= q(X) & r(X)\nn(X) <= q(X) & ~s(X)\n+ q(1)")
    assert raw.ask("p(X)") is None
    with pytest.raises(AttributeError, match="without definition"):
        raw.ask("n(X)")
    rules = program("p(X) :- q(X), r(X). n(X) :- q(X), not s(X).")
    for _ in range(2):
        assert derive(rules, facts("q(1).")).atoms == facts("q(1). n(1).")
        assert derive(rules, facts("q(1). s(1).")).atoms == facts("q(1). s(1).")
    assert derive(rules, ()).atoms == set()


def test_gotcha_10_facts_that_no_rule_mentions_are_in_the_model() -> None:
    """They never reach the engine, and are true all the same."""
    given = facts("height(ann, 170). -smoker(ann). flag.")
    assert derive(program("p(X) :- q(X)."), given) == Model(given, frozenset())


def test_gotcha_11_two_underscores_are_one_variable(raw: Any) -> None:
    """`e(_, _)` asks pyDatalog for equal columns; in our language each `_` is a different variable."""
    raw.load("p(_) <= e(_, _)\n+ e(1, 2)\n+ e(3, 3)")
    assert raw.ask("p(X)") == {(3,)}
    assert holds("some :- e(_, _).", "e(1, 2).") == {"some()"}
    assert len(derive(program("some :- e(_, _)."), facts("e(1, 2). e(3, 3).")).instances) == 2


def test_gotcha_13_answers_come_in_no_order() -> None:
    """A model is sets, so nothing can depend on the order; `ground_key` sorts values of all kinds for printing."""
    rules = program("p(X) :- q(X).")
    given = [Ground("q", (v,)) for v in ODD_VALUES]
    one, other = (sorted(derive(rules, order).atoms, key=ground_key) for order in (given, given[::-1]))
    assert one == other


def test_gotcha_14_a_new_thread_has_no_database(raw: Any) -> None:
    """pyDatalog fails in a new thread; the adapter brings a database along, to the second thread as to the first."""
    failures: list[BaseException] = []

    def assert_raw() -> None:
        try:
            raw.assert_fact("q", 1)
        except AttributeError as error:
            failures.append(error)

    models: list[Model] = []
    rules = program("p(X) :- q(X).")
    for work in (
        assert_raw,
        lambda: models.append(derive(rules, facts("q(1)."))),
        lambda: models.append(derive(rules, ())),
    ):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert len(failures) == 1
    assert [m.atoms for m in models] == [facts("p(1). q(1)."), frozenset()]


def test_gotcha_14_the_callers_own_pydatalog_is_left_alone(raw: Any) -> None:
    """An application may use pyDatalog too: our facts are not in its database, nor its facts in ours."""
    raw.load("p(X) <= q(X)\n+ q(1)")
    assert holds("p(X) :- q(X). r(X) :- p(X).", "q(2).") == {"p(2,)", "r(2,)"}
    assert raw.ask("p(X)") == {(1,)}
    raw.assert_fact("q", 3)
    assert holds("p(X) :- q(X). r(X) :- p(X).") == set()
    assert raw.ask("p(X)") == {(1,), (3,)}


def test_gotcha_15_nothing_is_stale(raw: Any) -> None:
    """A query object of pyDatalog keeps its first answer. Each `derive` asks anew: patients one after the other, and
    the first again, also with facts of tables and of what rules conclude, give what each gives alone."""
    raw.create_terms("X, q")
    raw.assert_fact("q", 1)
    query = raw.ask("q(X)")
    raw.assert_fact("q", 2)
    assert query == {(1,)}
    text = "t(1). @id(a) p(X) :- q(X), t(X). @id(b) r(X) :- p(X), not s(X). @id(c) u(X) :- t(X)."
    patients = [facts(f) for f in ("q(1).", "q(1). s(1).", "", "t(2). q(2).", "q(2).", "p(5).", "u(9). q(1).", "r(1).")]
    rules = program(text)
    alone = [reference.derive(rules, patient) for patient in patients]
    for _ in range(3):
        assert [derive(rules, patient) for patient in patients] == alone
        assert [derive(rules, patient) for patient in reversed(patients)] == alone[::-1]


def test_gotcha_15_an_error_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a query fails in the middle (here: a comparison that raises), the next one starts from a clean database."""
    from guidekb.queries.evaluation import pydatalog_engine

    rules = program("@id(a) p(X) :- q(X), X < 5. @id(b) r(X) :- p(X).")
    assert derive(rules, facts("q(1).")).atoms == facts("q(1). p(1). r(1).")

    def broken(*_: object) -> bool:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(pydatalog_engine, "compare", broken)
        with pytest.raises(RuntimeError, match="power cut"):
            derive(rules, facts("q(2)."))
    assert derive(rules, facts("q(3).")).atoms == facts("q(3). p(3). r(3).")


def test_gotcha_16_a_ground_goal_stops_at_its_first_proof() -> None:
    """pyDatalog answers a ground goal with one proof; `fired(I, V)` is never ground, so all instances come back."""
    rules = program("@id(a) p :- q(X). @id(b) p :- r(X, Y). @id(c) s :- p, p.")
    instances = derive(rules, facts("q(1). q(2). r(1, 1). r(1, 2).")).instances
    assert instances == {
        *(Instance("a", (1,)), Instance("a", (2,)), Instance("b", (1, 1)), Instance("b", (1, 2)), Instance("c", ())),
    }


def test_gotcha_17_equal_rules_are_one_rule() -> None:
    """To pyDatalog a rule is its structure. Two statements that say the same are two rules with two instances; a fact
    given twice is one."""
    rules = program(
        "@id(s14) p(X) :- q(X). @id(s15) p(X) :- q(X). @id(s16) r(X) :- p(X), p(X). @id(s17) p(X) :- p(X), p(X)."
    )
    model = derive(rules, [*facts("q(1)."), *facts("q(1).")])
    assert model.instances == {Instance(name, (1,)) for name in ("s14", "s15", "s16", "s17")}
    assert derive(rules, ()) == Model(frozenset(), frozenset())


def test_gotcha_18_depth_is_not_limited_by_the_stack() -> None:
    """A thousand predicates on top of each other, every second one negated."""
    size = 1000
    rules = program("".join(f"p{n + 1}(X) :- q(X), {'not ' if n % 2 else ''}p{n}(X).\n" for n in range(size)))
    model = derive(rules, facts("q(a). p0(a)."))
    assert model == reference.derive(rules, facts("q(a). p0(a)."))
    assert Ground(f"p{size}", ("a",)) in model.atoms or Ground(f"p{size - 1}", ("a",)) in model.atoms


def test_gotcha_19_dates_compare_as_dates() -> None:
    text = "late(P) :- seen(P, D), D > 2024-02-29. day(P) :- seen(P, D), D = 2024-02-29."
    assert holds(text, "seen(a, 2024-03-01). seen(b, 2024-02-29). seen(c, 0999-12-31).") == {"late('a',)", "day('b',)"}


@pytest.mark.parametrize(
    "name",
    [
        "~p",
        "<",
        "<=",
        "==",
        "set",
        "min",
        "class",
        "p.q",
        "p[x]",
        "p]<",
        "_pyD_query1",
        "_pyD_in",
        "applies:s14",
        "",
        "é",
    ],
)
def test_gotcha_21_names_that_mean_something_to_the_engine(name: str) -> None:
    """A leading `~` negates, `<` compares, a dot looks for a class. The adapter's predicates have names of its own."""
    clauses = (
        Clause(Atom(name, (Var("X"),)), (Literal(Atom("q", (Var("X"),))),)),
        Clause(Atom("back", (Var("X"),)), (Literal(Atom(name, (Var("X"),))),)),
        Clause(Atom("not", (Var("X"),)), (Literal(Atom("q", (Var("X"),))), Literal(Atom(name, (Const("b"),)), "not"))),
    )
    rules = normalise(Program(clauses=clauses))
    for given in (facts("q(a)."), facts("q(b)."), frozenset([Ground(name, ("b",)), Ground("q", ("a",))])):
        assert derive(rules, given) == reference.derive(rules, given)
    assert {a.predicate for a in derive(rules, facts("q(a).")).atoms} == {"q", name, "back", "not"}


@pytest.mark.parametrize("name", ["X", "_", "_1", "P", "fired", "a b", "'", "f", "Ünïcode"])
def test_gotcha_21_names_of_variables_are_only_names(name: str) -> None:
    rules = rule(Atom("p", (Var(name), Const(name))), Atom("q", (Var(name), Var("Other"))))
    assert derive(rules, facts("q(1, 2).")).atoms == {Ground("q", (1, 2)), Ground("p", (1, name))}


@pytest.mark.parametrize("arity", [0, 1, 2, 20, 200])
def test_gotcha_21_any_number_of_columns(arity: int) -> None:
    columns = tuple(Var(f"V{n}") for n in range(arity))
    rules = rule(Atom("p", columns[::-1]), Atom("q", columns), Atom("q", columns))
    values = tuple(range(arity))
    model = derive(rules, [Ground("q", values)])
    assert model.atoms == {Ground("q", values), Ground("p", values[::-1])}
    assert model.instances == {Instance("", values)}


def test_gotcha_22_a_negated_condition_with_a_free_variable() -> None:
    """`not r(X, Y)` with Y nowhere else reads "for no Y", wherever it stands. (The checks refuse it.)"""
    for text in ("p(X) :- q(X), not r(X, Y).", "p(X) :- not r(X, Y), q(X).", "p(X) :- not r(X, _), q(X)."):
        assert holds(text, "q(1). q(2). r(1, 5).") == {"p(2,)"}


def test_gotcha_23_which_pydatalog_this_is() -> None:
    """Its internals are used, so its version is pinned; pyDatalog itself says 0.17.4."""
    assert importlib.metadata.version("pyDatalog") == "0.22.4"


def test_gotcha_23_pydatalog_is_imported_only_for_a_query() -> None:
    """It costs 40 ms and, on Python 3.12, a warning at the first import; `guidekb check` pays neither."""
    script = "import sys, guidekb.queries.evaluation.pydatalog_engine; sys.exit('pyDatalog' in sys.modules)"
    assert python(script, "-W", "error").returncode == 0


def test_gotcha_24_a_database_cannot_be_pickled_but_a_model_can(raw: Any) -> None:
    from pyDatalog import Logic

    raw.assert_fact("q", 1)
    with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        pickle.dumps(Logic(True))
    model = derive(program("p(X) :- q(X)."), facts("q(1)."))
    assert pickle.loads(pickle.dumps(model)) == model  # noqa: S301


def test_the_pure_python_engine_gives_the_same_model(tmp_path: Path) -> None:
    """Platforms without a wheel run pyDatalog's Python source; the Linux wheel has an older one, compiled."""
    import pyDatalog

    source = Path(pyDatalog.__file__).parent
    shutil.copytree(source, tmp_path / "pyDatalog", ignore=shutil.ignore_patterns("*.so", "*.pyd", "*.c", "*.cpp"))
    script = f"""
import sys
sys.path[:0] = [{str(tmp_path)!r}, {str(Path(__file__).parent)!r}]
from random import Random
from pyDatalog import pyEngine
assert pyEngine.__file__.endswith('.py'), pyEngine.__file__
from programs import random_case
from guidekb.kb.normal import normalise
from guidekb.queries.evaluation import pydatalog_engine, reference
for seed in range(60):
    case = random_case(Random(seed))
    rules = normalise(case.program)
    assert pydatalog_engine.derive(rules, case.facts) == reference.derive(rules, case.facts), case
"""
    result = python(script, "-W", "ignore")
    assert result.returncode == 0, result.stderr


def test_a_date_is_not_a_text() -> None:
    """Nothing is coerced: a date, the text of it and a symbol are three values."""
    rules = rule(Atom("p", (Var("X"),)), Atom("q", (Var("X"), Var("X"))))
    day = date(2024, 3, 5)
    assert derive(rules, [Ground("q", (day, str(day))), Ground("q", (day, day))]).instances == {Instance("", (day,))}
