"""Many worlds at once: in each, exactly the model that the reference evaluator finds there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

import pytest
from guidekb.kb.ir import Atom, Clause, Ground, Var
from guidekb.kb.normal import NormalProgram, NormalRule, normalise
from guidekb.queries.evaluation import bits
from guidekb.queries.evaluation.bits import Worlds, derive_worlds, pack, prepare
from guidekb.queries.evaluation.model import Instance
from guidekb.queries.evaluation.reference import derive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import facts, program, random_case

World = frozenset[Ground]


def atom(text: str) -> Ground:
    (found,) = facts(text + ".")
    return found


def fixed(seed: int | str) -> Random:
    """The same sequence of choices in every run."""
    return Random(seed)  # noqa: S311


def derived(normal: NormalProgram, worlds: Sequence[Iterable[Ground]]) -> Worlds:
    """The worlds' models, after each was compared with the reference evaluator's."""
    given_facts, count = pack(worlds)
    found = derive_worlds(normal, given_facts, count)
    assert found.count == len(worlds)
    everywhere = (1 << count) - 1
    assert all(0 < where <= everywhere for where in (*found.atoms.values(), *found.instances.values()))
    models: dict[World, object] = {}
    for i, world in enumerate(map(frozenset, worlds)):
        if world not in models:
            models[world] = derive(normal, world)
        assert found.model(i) == models[world], f"world {i}: {sorted(map(repr, world))}"
    return found


# ---- what it answers ----

THERAPY = """
@id(basic) recommend(P, endocrine) :- stage(P, metastatic), hormone_receptor(P, positive), not aggressive(P).
@id(chemo) recommend(P, chemotherapy) :- stage(P, metastatic), aggressive(P).
@id(open) ask_stage(P) :- patient(P), not stage(P, _).
"""


def test_an_atom_and_an_instance_say_in_which_worlds_they_are_true() -> None:
    base = facts("patient(ann). hormone_receptor(ann, positive).")
    metastatic, aggressive = facts("stage(ann, metastatic)."), facts("aggressive(ann).")
    found = derived(program(THERAPY), [base, base | metastatic, base | metastatic | aggressive])
    assert {
        name: bin(where) for name, where in found.atoms.items() if name.predicate in ("recommend", "ask_stage")
    } == {
        atom("ask_stage(ann)"): "0b1",
        atom("recommend(ann, endocrine)"): "0b10",
        atom("recommend(ann, chemotherapy)"): "0b100",
    }
    assert found.instances == {
        Instance("open", ("ann",)): 0b1,
        Instance("basic", ("ann",)): 0b10,
        Instance("chemo", ("ann",)): 0b100,
    }
    assert found.atoms[atom("patient(ann)")] == 0b111


CASES = {
    "two rules, two ways": "h(X) :- a(X). h(X) :- b(X, _). h(X) :- b(_, X).",
    "for no value": "h(X) :- a(X), not b(X, _). k :- z, not b(_, _). l(X) :- a(X), not b(_, X). m :- not a(_).",
    "for no value twice the same": "h(X) :- a(X), not t(X, Y, Y). k :- z, not b(X, X). l(X) :- a(X), not t(Y, X, Y).",
    "one variable twice": "h(X) :- b(X, X). h(X) :- t(X, Y, Y), a(Y). k(X, X) :- a(X). l(X) :- t(X, X, X).",
    "constants": "h(1, X) :- b(1, X). h(X, 2) :- t(2, X, 2). k(2) :- a(1), not a(2). l(X) :- a(X), b(X, 3).",
    "no columns": "h :- z. k(X) :- a(X), z. l :- a(_), not z. m :- h, not l. n :- not m.",
    "recorded false": "h(X) :- -a(X). -h(X) :- a(X), not -a(X). k(X) :- -h(X), not h(X). both(X) :- a(X), -a(X).",
    "comparisons": "h(X, Y) :- b(X, Y), X < Y. k(X) :- a(X), X != 2, X >= 2. l :- 1 < 2. m :- z, 2 < 1.",
    "negation over negation": "h(X) :- a(X), not k(X). k(X) :- a(X), not l(X). l(X) :- b(X, Y), not b(Y, X), a(Y).",
    "same conclusion, same values": "h(X) :- b(X, Y), b(Y, X). h(X) :- a(X), b(_, _). h(1) :- z.",
    "left": "r(X, Y) :- b(X, Y). r(X, Z) :- r(X, Y), b(Y, Z).",
    "right": "r(X, Y) :- b(X, Y). r(X, Z) :- b(X, Y), r(Y, Z).",
    "double": "r(X, Y) :- b(X, Y). r(X, Z) :- r(X, Y), r(Y, Z).",
    "mutual": "e(X) :- a(X). e(Y) :- o(X), b(X, Y). o(Y) :- e(X), b(X, Y). h(X) :- o(X), not e(X).",
    "a test of nothing bound": "r(X, Y) :- b(X, Y). r(X, Z) :- not z, a(Y), r(X, Y), b(Y, Z), not t(_, 1, _).",
    "on itself": "a(X) :- a(X). b(Y, X) :- b(X, Y). z :- z. r(X) :- r(X). r(1) :- r(2). r(2) :- a(3).",
    "recursion under negation": "r(X, Y) :- b(X, Y). r(X, Z) :- r(X, Y), r(Y, Z). h(X, Y) :- a(X), a(Y), not r(X, Y).",
    "a constant in the loop": "r(1) :- z. r(Y) :- r(X), b(X, Y). h :- r(3). r(2) :- r(3), h. z :- h.",
    "one name, two widths": "a(X, Y) :- a(X), a(Y). a(X) :- a(X, Y, Y). h(X) :- a(X, X), not a(X, _, X).",
    "exceptions": """
        @id(one) h(X, 1) :- a(X).
        @id(two) @overrides(one) k(X) :- b(X, Y), a(Y).
        @id(three) @overrides(one, two) l(X) :- z, t(X, _, _).
        m(X) :- h(X, 1), not k(X).
    """,
    "tables": """
        part_of(1, 2). part_of(2, 3). a(3). b(3, 1).
        isa(X, Y) :- part_of(X, Y). isa(X, Z) :- part_of(X, Y), isa(Y, Z). top(X) :- isa(_, X), not isa(X, _).
        h(X) :- a(Y), isa(Y, X), not top(Y). k(X) :- top(X), not a(X).
    """,
    "nothing but tables": "p(1). q(X) :- p(X). r(X) :- q(X), not s(X).",
    "nothing": "",
}


def universe(rng: Random) -> list[Ground]:
    numbers = (1, 2, 3)
    rows = [(x, y) for x in numbers for y in numbers]
    triples = [Ground("t", tuple(rng.choice(numbers) for _ in range(3))) for _ in range(5)]
    single = [Ground(name, (x,)) for name in ("a", "-a") for x in numbers]
    wide = [Ground("a", (x, y, y)) for x, y in rows[:4]]
    return [Ground("z", ()), *single, *(Ground("b", row) for row in rows), *triples, *wide]


def subsets(rng: Random, of: Sequence[Ground], count: int) -> list[World]:
    """Random subsets, small ones and large ones."""
    return [frozenset(f for f in of if rng.random() < share) for share in (rng.random() for _ in range(count))]


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_each_world_has_its_perfect_model(text: str) -> None:
    rng = fixed(text)
    derived(program(text), [frozenset(), *subsets(rng, universe(rng), 60)])


@pytest.mark.parametrize("shape", ["left", "right", "double"])
def test_worlds_reach_their_fixpoints_in_different_rounds(shape: str) -> None:
    """A chain, each of whose links is missing in one world; in the last world it is a circle."""
    chain = [Ground("b", (n, n + 1)) for n in range(8)]
    worlds = [{*chain} - {link} for link in chain]
    found = derived(program(CASES[shape]), [*worlds, chain, [*chain, Ground("b", (8, 0))]])
    assert found.atoms[Ground("r", (0, 8))] == 0b11 << 8
    assert found.atoms[Ground("r", (8, 8))] == 0b1 << 9


# ---- how many worlds ----


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 1030])
def test_any_number_of_worlds(count: int) -> None:
    """World i records the digits of i, so that all differ."""
    text = "odd :- d(0). high(X) :- d(X), not d(Y), next(X, Y). r(X) :- d(X). r(Y) :- r(X), next(X, Y), d(Y)."
    tables = "".join(f"next({n}, {n + 1})." for n in range(11))
    worlds = [[Ground("d", (n,)) for n in range(11) if i >> n & 1] for i in range(count)]
    found = derived(program(text + tables), worlds)
    assert found.atoms.get(Ground("odd", ()), 0) == sum(1 << i for i in range(1, count, 2))


def test_no_world_has_no_atoms_not_even_those_of_tables() -> None:
    assert derive_worlds(program(CASES["tables"]), {Ground("a", (1,)): -1}, 0) == Worlds({}, {}, 0)


def test_bits_beyond_the_last_world_do_not_count() -> None:
    normal = program("h(X) :- a(X). k(X) :- a(X), not b(X).")
    ones = {Ground("a", (1,)): -1, Ground("b", (1,)): 0b11010, Ground("a", (2,)): 0, Ground("c", (2,)): 0b1000}
    found = derive_worlds(normal, ones, 3)
    assert found.atoms == {
        Ground("a", (1,)): 0b111,
        Ground("b", (1,)): 0b010,
        Ground("h", (1,)): 0b111,
        Ground("k", (1,)): 0b101,
    }


def test_a_number_of_worlds_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="-1 worlds"):
        derive_worlds(program(""), {}, -1)
    with pytest.raises(IndexError, match="no world 2 among 2"):
        derive_worlds(program(""), {}, 2).model(2)


def test_pack_says_in_which_worlds_a_fact_holds() -> None:
    a, b = Ground("a", ()), Ground("b", ())
    assert pack([[a], [], [b, a], [a, a]]) == ({a: 0b1101, b: 0b100}, 4)
    assert pack([]) == ({}, 0)


# ---- facts of tables, given again ----


def test_a_fact_of_a_table_that_is_given_again_holds_in_all_worlds_all_the_same() -> None:
    normal = program(CASES["tables"])
    extra = facts("a(1). a(3). part_of(1, 2).")
    found = derived(normal, [facts("a(1)."), extra])
    assert found.atoms[Ground("part_of", (1, 2))] == found.atoms[Ground("a", (3,))] == 0b11


def test_what_a_world_adds_to_a_table_changes_what_follows_from_it_there() -> None:
    normal = program(CASES["tables"])
    worlds = [facts("a(1)."), facts("a(1). part_of(3, 4)."), facts("isa(2, 9)."), facts("top(1).")]
    found = derived(normal, worlds)
    assert found.atoms[Ground("top", (4,))] == 0b10
    assert derived(normal, worlds[:1]).atoms.get(Ground("top", (4,)), 0) == 0


# ---- one program, many calls ----


def test_a_program_is_prepared_once_and_some_programs_are_kept() -> None:
    normal = program(THERAPY)
    assert prepare(normal) is prepare(normal)
    assert prepare(program(THERAPY)) is not prepare(normal)  # equal programs: to compare them would take longer
    for _ in range(bits.PROGRAMS_KEPT):
        prepare(program("h :- z."))
    prepared = prepare(normal)
    assert derive_worlds(normal, {}, 1) == prepared.derive({}, 1)


def test_a_call_leaves_nothing_for_the_next_and_the_facts_as_they_were() -> None:
    rng = fixed(5)
    for text in CASES.values():
        normal = program(text)
        given_facts, count = pack(subsets(rng, universe(rng), 9))
        copy = dict(given_facts)
        first = derive_worlds(normal, given_facts, count)
        derive_worlds(normal, {Ground("z", ()): 1}, 2)
        first_atoms = dict(first.atoms)
        second = derive_worlds(normal, given_facts, count)
        second.atoms.clear()
        second.instances.clear()
        assert given_facts == copy
        assert derive_worlds(normal, given_facts, count) == first
        assert first.atoms == first_atoms


def test_a_rule_that_no_condition_binds_is_refused() -> None:
    head = Atom("h", (Var("X"),))
    rule = NormalRule("loose", head, (), (), Clause(head))
    with pytest.raises(ValueError, match="rule `loose`: no positive condition binds `X`"):
        prepare(NormalProgram((rule,), frozenset(), (("h",),), frozenset()))


# ---- random programs, random worlds ----

seeds = st.integers(0, 2**32)
bounded = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def random_worlds(seed: int) -> tuple[NormalProgram, list[World]]:
    rng = fixed(seed)
    case = random_case(rng)
    known = [*case.facts, *(Ground(f.predicate, tuple(rng.sample(f.values, len(f.values)))) for f in case.facts)]
    return normalise(case.program), subsets(rng, known, rng.choice((1, 2, 12, 70)))


@bounded
@given(seeds)
def test_random_programs_have_the_reference_models_in_every_world(seed: int) -> None:
    derived(*random_worlds(seed))


@bounded
@given(seeds)
def test_order_never_matters(seed: int) -> None:
    normal, worlds = random_worlds(seed)
    rng = fixed(seed)
    given_facts, count = pack(worlds)
    shuffled = replace(normal, rules=tuple(rng.sample(normal.rules, len(normal.rules))))
    other_way = dict(rng.sample([*given_facts.items()], len(given_facts)))
    assert derive_worlds(shuffled, other_way, count) == derive_worlds(normal, given_facts, count)


@bounded
@given(seeds)
def test_a_world_does_not_depend_on_the_others(seed: int) -> None:
    normal, worlds = random_worlds(seed)
    order = fixed(seed).sample(range(len(worlds)), len(worlds))
    found = derive_worlds(normal, *pack(worlds))
    moved = derive_worlds(normal, *pack([worlds[i] for i in order]))
    assert all(moved.model(place) == found.model(i) for place, i in enumerate(order[:10]))
