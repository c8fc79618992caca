"""Why not: which rules came near, how each of their conditions stands, and what is recorded in its place."""

from __future__ import annotations

from guidekb.kb.edb import EDB, Ground, Origin
from guidekb.kb.ir import Atom, Comparison, Const, Program, Var
from guidekb.kb.lexer import Source
from guidekb.kb.normal import normalise
from guidekb.kb.parser import parse
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.why_not.attempt import Attempt, Condition
from guidekb.queries.why_not.whynot import WhyNot, situation, why_not

TEXT = """
input   stage(P: patient, S: symbol) open single.
input   syndrome(P: patient, S: symbol) open.
input   infection(P: patient) open.
input   aggressive(P: patient) open.
input   age(P: patient, N: integer) open single.
input   listed(P: patient) closed.
table   group(S: symbol, G: symbol) closed.
derived neuro(P: patient, S: symbol) open.
derived rec(P: patient, A: symbol) open.
derived path(X: symbol, Y: symbol) closed.
table   edge(X: symbol, Y: symbol) closed.

@id(immuno) rec(P, immunotherapy) :- neuro(P, S), -infection(P).
@id(neuro) neuro(P, S) :- syndrome(P, S), group(S, neurological).
@id(endo) rec(P, endocrine) :- stage(P, metastatic), assuming -aggressive(P).
@id(crisis) @overrides(endo) rec(P, chemo) :- stage(P, S), age(P, N), N < 50.
@id(old) rec(P, chemo) :- age(P, N), N > 60, aggressive(P).
@id(waiting) rec(P, nothing) :- age(P, N), not listed(P).
@id(one) path(X, Y) :- edge(X, Y).
@id(more) path(X, Z) :- path(X, Y), path(Y, Z).

group(ataxia, neurological). group(cramps, neurological). group(hypercalcemia, endocrine).
edge(a, b). edge(b, c). edge(c, a). edge(x, y).
"""


PARSED = parse(Source("a.dl", TEXT))
PROGRAM = Program(PARSED.types, PARSED.predicates, (), PARSED.clauses)
NORMAL = normalise(PROGRAM)


def asked(goal: str, *facts: str, listed: str = "", not_applicable: str = "", conflicts: str = "") -> WhyNot:
    """Goal and facts written `p a b`; numbers are numbers, `-p` is recorded false."""
    recorded = {_atom(f): (Origin("ann.json", f),) for f in facts}
    edb = EDB(
        "ann",
        recorded,
        frozenset(listed.split()),
        frozenset(not_applicable.split()),
        dict.fromkeys(conflicts.split(), ()),
    )
    found = why_not(situation(PROGRAM, NORMAL, derive(NORMAL, recorded), edb), _atom(goal))
    assert found
    return found


def _atom(text: str) -> Ground:
    name, *values = text.split()
    return Ground(name, tuple(int(v) if v.isdigit() else v for v in values))


def written(atom: Atom) -> str:
    return " ".join([atom.signed, *(str(t.value) if isinstance(t, Const) else t.name for t in atom.args)])


def line(condition: Condition) -> str:
    """`status condition | atoms`, with `*` when it has a goal of its own."""
    filled = condition.filled
    if isinstance(filled, Comparison):
        sides = (t.value if isinstance(t, Const) else t.name for t in (filled.left, filled.right))
        text = f" {filled.op} ".join(map(str, sides))
    else:
        text = written(filled.atom) if filled.mode == "plain" else f"{filled.mode} {written(filled.atom)}"
    atoms = ", ".join(" ".join(map(str, (a.predicate, *a.values))) for a in condition.atoms)
    mark = "*" if condition.goal else " circular" if condition.circular else ""
    return f"{condition.status} {text}{mark}" + (f" | {atoms}" if atoms else "")


def lines(attempt: Attempt) -> list[str]:
    return list(map(line, attempt.conditions))


def attempts(found: WhyNot, goal: str = "") -> dict[str, list[str]]:
    """The conditions of each attempt at the goal (the root's without one), by rule; a rule's second gets a number."""
    result: dict[str, list[str]] = {}
    key = next(g for g in found.goals if not goal or written(g) == goal)
    for attempt in found.goals[key].attempts:
        names = [attempt.rule, *(f"{attempt.rule} {n}" for n in range(2, 9))]
        result[next(n for n in names if n not in result)] = lines(attempt)
    return result


def test_what_holds_needs_no_reason() -> None:
    facts = {_atom("stage ann metastatic"): ()}
    at = situation(PROGRAM, NORMAL, derive(NORMAL, facts), EDB("ann", facts))
    assert why_not(at, _atom("rec ann endocrine")) is None
    assert why_not(at, Atom("rec", (Const("ann"), Var("Action")))) is None


def test_each_condition_holds_or_fails_or_is_unknown_with_what_is_recorded() -> None:
    found = asked("rec ann chemo", "age ann 55", "stage ann localized")
    assert attempts(found) == {
        "crisis": ["holds stage ann localized | stage ann localized", "holds age ann 55 | age ann 55", "fails 55 < 50"],
        "old": ["holds age ann 55 | age ann 55", "fails 55 > 60", "unknown aggressive ann"],
    }
    assert found.root.status == "fails"
    (first, _) = next(iter(found.goals.values())).attempts
    assert first.bindings == (("P", "ann"), ("S", "localized"), ("N", 55))
    assert [line(c) for c in first.unmet] == ["fails 55 < 50"]


def test_a_single_value_names_the_other_value() -> None:
    found = asked("rec ann endocrine", "stage ann localized")
    assert attempts(found)["endo"][0] == "fails stage ann metastatic | stage ann localized"
    assert line(asked("stage ann metastatic", "stage ann localized").root) == (
        "fails stage ann metastatic | stage ann localized"
    )


def test_the_opposite_is_named() -> None:
    assert (
        attempts(asked("rec ann immunotherapy", "infection ann"))["immuno"][1] == "fails -infection ann | infection ann"
    )
    assert attempts(asked("rec ann chemo", "age ann 70", "-aggressive ann"))["old"][2] == (
        "fails aggressive ann | -aggressive ann"
    )


def test_what_is_there_although_it_should_not_be() -> None:
    found = asked("rec ann endocrine", "stage ann metastatic", "aggressive ann")
    assert attempts(found)["endo"] == [
        "holds stage ann metastatic | stage ann metastatic",
        "fails assuming -aggressive ann | aggressive ann",
    ]
    found = asked("rec ann nothing", "age ann 50", "listed ann")
    assert attempts(found) == {"waiting": ["holds age ann 50 | age ann 50", "fails not listed ann | listed ann"]}


def test_a_default_that_is_recorded_says_so() -> None:
    found = asked("rec ann endocrine", "-aggressive ann")
    assert attempts(found)["endo"] == [
        "unknown stage ann metastatic",
        "holds assuming -aggressive ann | -aggressive ann",
    ]


def test_unknown_closed_conflicting_and_not_applicable() -> None:
    assert asked("rec ann endocrine").root.status == "unknown"
    assert asked("rec ann endocrine", conflicts="stage").root.status == "conflicting"
    found = asked("rec ann endocrine", not_applicable="stage")
    assert found.root.status == "fails"
    assert attempts(found)["endo"][0] == "not_applicable stage ann metastatic"
    assert line(asked("listed ann").root) == "fails listed ann"
    assert line(asked("syndrome ann ataxia").root) == "unknown syndrome ann ataxia"
    assert line(asked("syndrome ann ataxia", listed="syndrome").root) == "fails syndrome ann ataxia"


def test_derived_conditions_are_followed() -> None:
    found = asked("rec ann immunotherapy", "syndrome ann hypercalcemia", "-infection ann", listed="syndrome")
    assert attempts(found)["immuno"] == ["fails neuro ann S*", "holds -infection ann | -infection ann"]
    assert attempts(found, "neuro ann S") == {
        "neuro": [
            "holds syndrome ann hypercalcemia | syndrome ann hypercalcemia",
            "fails group hypercalcemia neurological | group hypercalcemia endocrine",
        ],
        "neuro 2": [
            "fails syndrome ann ataxia | syndrome ann hypercalcemia",
            "holds group ataxia neurological | group ataxia neurological",
        ],
        "neuro 3": [
            "fails syndrome ann cramps | syndrome ann hypercalcemia",
            "holds group cramps neurological | group cramps neurological",
        ],
    }


def test_a_derived_condition_is_unknown_when_unknown_facts_could_make_it_hold() -> None:
    """Nothing is recorded: any syndrome of the group would do, and is not made up."""
    found = asked("rec ann immunotherapy")
    assert found.root.status == "unknown"
    assert attempts(found)["immuno"] == ["unknown neuro ann S*", "unknown -infection ann"]
    assert attempts(found, "neuro ann S") == {
        "neuro": [
            "unknown syndrome ann S",
            "holds group S neurological | group ataxia neurological, group cramps neurological",
        ]
    }


def test_one_lack_is_enough() -> None:
    """Where a binding lacks one condition, others that lack that one and more are not shown."""
    found = asked("rec ann immunotherapy", "syndrome ann ataxia", "infection ann")
    assert attempts(found) == {
        "immuno": ["holds neuro ann ataxia | neuro ann ataxia", "fails -infection ann | infection ann"]
    }


def test_a_rule_that_is_overridden_would_apply_but() -> None:
    found = asked("rec ann endocrine", "stage ann metastatic", "age ann 40")
    (attempt,) = next(iter(found.goals.values())).attempts
    assert attempt.unmet == ()
    assert attempt.overridden == (Ground("overridden:endo", ("ann",)),)
    assert attempt.by == ("crisis",)
    assert found.root.status == "fails"


def test_why_no_exception_applies() -> None:
    found = asked("overridden:endo ann", "stage ann metastatic", "age ann 50")
    stage = "stage ann metastatic"
    assert attempts(found) == {"crisis": [f"holds {stage} | {stage}", "holds age ann 50 | age ann 50", "fails 50 < 50"]}


def test_a_test_waits_for_what_would_give_its_value() -> None:
    assert attempts(asked("rec ann chemo", "stage ann localized"))["crisis"] == [
        "holds stage ann localized | stage ann localized",
        "unknown age ann N",
        "waits N < 50",
    ]


def test_no_loops_and_no_condition_that_is_the_goal_itself() -> None:
    found = asked("path a y")
    assert found.root.status == "fails"
    assert attempts(found) == {
        "one": ["fails edge a y | edge a b"],
        "more": ["holds path a b | path a b", "fails path b y*"],
        "more 2": ["holds path a c | path a c", "fails path c y*"],
        "more 3": ["fails path a x*", "holds path x y | path x y"],
    }
    assert any(c.circular for t in found.goals.values() for a in t.attempts for c in a.conditions)


def test_the_nearest_rule_is_first() -> None:
    assert list(attempts(asked("rec ann chemo", "age ann 70"))) == ["old", "crisis"]
    assert list(attempts(asked("rec ann chemo", "age ann 40"))) == ["crisis", "old"]


def test_what_nobody_concludes_has_no_attempts() -> None:
    found = asked("unheard ann")
    assert found.root.status == "fails"
    assert not found.goals


def test_bounds_are_told() -> None:
    facts: dict[Ground, tuple[Origin, ...]] = {}
    at = situation(PROGRAM, NORMAL, derive(NORMAL, facts), EDB("ann", facts))
    found = why_not(at, _atom("path a y"), near=1, most_goals=1)
    assert found
    assert not found.complete
    assert len(found.goals) == 1
    assert found.goals[found.root.goal or Atom("", ())].left_out == 2


def test_a_goal_may_have_variables() -> None:
    at = situation(PROGRAM, NORMAL, derive(NORMAL, ()), EDB("ann", {}))
    found = why_not(at, Atom("rec", (Const("ann"), Var("Action"))))
    assert found
    assert found.root.goal == Atom("rec", (Const("ann"), Var("A")))
    rules = {a.rule for a in found.goals[found.root.goal].attempts}
    assert rules == {"immuno", "endo", "crisis", "old", "waiting"}
