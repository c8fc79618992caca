"""What unknown facts could change, compared with brute force: every completion of a small record is evaluated."""

from __future__ import annotations

from itertools import combinations

from guidekb.kb.checks import check
from guidekb.kb.ir import EDB, Ground, Program
from guidekb.kb.load import plain
from guidekb.kb.normal import frozen, normalise, recorded_atoms
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.unknowns.questions import Questions, compatible
from hypothesis import example, given, settings
from hypothesis import strategies as st

VOCABULARY = """
type action = one | two.
type value = x | y.
type thing = m | n.
input a(P: patient) open.
input b(P: patient) open.
input v(P: patient, Value: value) open single.
input l(P: patient, Thing: thing) open.
derived c(P: patient) open.
derived d(P: patient) open.
derived recommend(P: patient, Action: action) open.
"""
INPUTS = ("a(P)", "-a(P)", "b(P)", "-b(P)", "v(P, x)", "v(P, y)", "l(P, m)", "l(P, _)")
DEFAULTS = (
    *("assuming -a(P)", "assuming b(P)", "assuming -v(P, x)", "assuming -l(P, _)", "assuming -l(P, n)"),
    *("unrecorded a(P)", "unrecorded v(P, _)", "unrecorded -b(P)"),
)
SUBJECT = "p"


def bodies(derived: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One condition that binds P, and up to two more, negated ones among them."""
    assumed = tuple(f"{mode}{name}" for name in derived for mode in ("assuming -", "unrecorded "))
    first = st.sampled_from((*INPUTS, *derived))
    rest = st.lists(st.sampled_from((*INPUTS, *DEFAULTS, *derived, *assumed)), max_size=2)
    return st.tuples(first, rest).map(lambda pair: ", ".join([pair[0], *pair[1]]))


@st.composite
def programs(draw: st.DrawFn) -> str:
    """`c` rests on inputs, `d` on inputs and `c`, `recommend` on all; an exception now and then."""
    rules: list[str] = []
    for head, below in (("c(P)", ()), ("d(P)", ("c(P)",))):
        rules += [f"{head} :- {body}." for body in draw(st.lists(bodies(below), min_size=1, max_size=2))]
    for number, action in enumerate(draw(st.lists(st.sampled_from(("one", "two")), min_size=1, max_size=3))):
        exception = "@overrides(r0) " if number and draw(st.booleans()) else ""
        body = draw(bodies(("c(P)", "d(P)")))
        rules.append(f"@id(r{number}) {exception}recommend(P, {action}) :- {body}.")
    return VOCABULARY + "\n".join(rules)


FACTS = tuple(Ground(name, (SUBJECT, *rest)) for name, rest in (
    ("a", ()), ("-a", ()), ("b", ()), ("-b", ()), ("v", ("x",)), ("v", ("y",)), ("l", ("m",)), ("l", ("n",)),
))  # fmt: skip
SINGLE = frozenset({"v"})


@st.composite
def records(draw: st.DrawFn) -> EDB:
    """A consistent record, in which the list may be complete and a question closed."""
    facts = frozenset(draw(st.sets(st.sampled_from(FACTS), max_size=4)))
    if not compatible(facts, SINGLE):
        facts = frozenset(f for f in facts if not f.predicate.startswith("-") and f.values != (SUBJECT, "y"))
    listed = draw(st.sampled_from((frozenset[str](), frozenset({"l"}))))
    closed = draw(st.sampled_from((frozenset[str](), frozenset({"a"}), frozenset({"v"}))))
    recorded = {f.predicate.lstrip("-") for f in facts}
    return EDB(SUBJECT, dict.fromkeys(sorted(facts), ()), listed, closed - recorded)


def program_of(text: str) -> Program:
    """The checked program of a text."""
    program, problems = plain("random.dl", text)
    assert not problems
    wrong = [d for d in check(program) if d.code not in ("E206", "E515")]
    assert not wrong, wrong
    return program


def completions(questions: Questions) -> list[frozenset[Ground]]:
    """Every consistent set of facts that could still be recorded, small ones first."""
    unknown = [f for f in FACTS if any(f == g for g in questions.possible(f.predicate, f.values))]
    sets = (frozenset(c) for size in range(len(unknown) + 1) for c in combinations(unknown, size))
    return [s for s in sets if compatible(s, SINGLE)]


def by_brute_force(
    program: Program, edb: EDB, questions: Questions
) -> dict[tuple[Ground, bool], set[frozenset[Ground]]]:
    """For each recommendation and whether it is gained (else lost), the minimal completions that change it.

    What is `unrecorded` is asked of the record as it is, in every completion.
    """
    normal = frozen(normalise(program))
    base = derive(normalise(program), edb.facts).atoms
    record = recorded_atoms(normal, base)
    found: dict[tuple[Ground, bool], set[frozenset[Ground]]] = {}
    for one in completions(questions):
        atoms = derive(normal, {*edb.facts, *record, *one}).atoms
        for atom in atoms ^ base:
            if atom.predicate == "recommend":
                sets = found.setdefault((atom, atom in atoms), set())
                if not any(smaller < one for smaller in sets):
                    sets.add(one)
    return found


DEFAULT_SET_OFF = "c(P) :- a(P), assuming b(P).\nd(P) :- a(P).\n@id(r0) recommend(P, one) :- a(P), assuming -c(P)."
"""Found by the test below: `a` alone sets `c` off, so that the answer also needs `-b`."""


@settings(max_examples=250, deadline=None)
@example(VOCABULARY + DEFAULT_SET_OFF, EDB(SUBJECT, {}))
@given(programs(), records())
def test_the_minimal_sets_that_change_an_answer_are_those_of_brute_force(text: str, edb: EDB) -> None:
    program = program_of(text)
    case = assess(Knowledge(program), edb)
    expected = by_brute_force(program, edb, case.questions)
    found = {(atom, True): set(sets) for atom, sets in case.changes.gained.items()}
    found |= {(atom, False): set(sets) for atom, sets in case.changes.lost.items()}
    assert not case.changes.cut
    assert found == expected
