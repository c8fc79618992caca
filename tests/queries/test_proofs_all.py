"""All minimal proofs of an atom: none missing, none with something to spare, and the bound told."""

from __future__ import annotations

from guidekb.kb.edb import Ground
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.proofs.proof import Derivations, Proof, derivations, prove
from guidekb.queries.proofs.proofs_all import all_proofs
from programs import facts, program


def found(text: str, given: str) -> Derivations:
    normal, recorded = program(text), facts(given)
    return derivations(normal, derive(normal, recorded), recorded)


def made_of(proof: Proof) -> str:
    """The rules and the recorded facts."""
    rules = dict.fromkeys(s.rule for s in proof.steps.values() if s.rule)
    return " ".join([*rules, "|", *("".join(map(str, (a.predicate, *a.values))) for a in proof.recorded)])


def all_of(text: str, given: str, *goal: str | int, limit: int = 20) -> list[str]:
    proofs = all_proofs(found(text, given), Ground(str(goal[0]), goal[1:]), limit)
    assert proofs.complete
    return list(map(made_of, proofs.proofs))


def test_by_other_rules_and_from_other_facts() -> None:
    text = "@id(one) goal(X) :- a(X). @id(two) goal(X) :- a(X), b(X). @id(three) goal(X) :- c(X, Y)."
    assert all_of(text, "a(1). b(1). c(1, 1). c(1, 2).", "goal", 1) == [
        "one | a1",
        "three | c11",
        "three | c12",
        "two | a1 b1",
    ]


def test_the_first_is_the_one_that_is_shown() -> None:
    text = "@id(one) goal(X) :- a(X). @id(two) @priority(1) goal(X) :- b(X)."
    d = found(text, "a(1). b(1).")
    proofs = all_proofs(d, Ground("goal", (1,))).proofs
    assert proofs[0] == prove(d, Ground("goal", (1,)))
    assert list(map(made_of, proofs)) == ["two | b1", "one | a1"]


def test_the_same_facts_and_rules_in_another_order_are_no_other_proof() -> None:
    text = "@id(one) path(X, Y) :- edge(X, Y). @id(more) path(X, Z) :- path(X, Y), path(Y, Z)."
    chain = "edge(1, 2). edge(2, 3). edge(3, 4). edge(4, 5)."
    assert all_of(text, chain, "path", 1, 5) == ["more one | edge12 edge23 edge34 edge45"]


def test_a_detour_is_no_other_proof() -> None:
    text = "@id(one) path(X, Y) :- edge(X, Y). @id(more) path(X, Z) :- path(X, Y), path(Y, Z)."
    ring = "edge(1, 2). edge(2, 3). edge(3, 1). edge(1, 3)."
    assert all_of(text, ring, "path", 1, 3) == ["one | edge13", "more one | edge12 edge23"]


def test_one_atom_has_one_step_in_a_proof() -> None:
    """Both premises rest on `pns`: no proof shows it once with one syndrome and once with the other."""
    text = "@id(goal) goal(P) :- l(P), r(P). @id(l) l(P) :- pns(P). @id(r) r(P) :- pns(P). @id(pns) pns(P) :- s(P, X)."
    assert all_of(text, "s(p, a). s(p, b).", "goal", "p") == ["goal l pns r | spa", "goal l pns r | spb"]


def test_facts_and_what_is_not_so() -> None:
    assert all_of("@id(r) a(X) :- b(X).", "a(1). b(1).", "a", 1) == ["| a1"]
    assert all_of("@id(r) a(X) :- b(X).", "b(1).", "a", 2) == []


def test_the_bound_is_told() -> None:
    many = " ".join(f"a({n})." for n in range(50))
    proofs = all_proofs(found("@id(r) goal :- a(X).", many), Ground("goal", ()), 3)
    assert not proofs.complete
    assert list(map(made_of, proofs.proofs)) == ["r | a0", "r | a1", "r | a2"]
    exactly = all_proofs(found("@id(r) goal :- a(X).", "a(1). a(2). a(3)."), Ground("goal", ()), 3)
    assert exactly.complete
    assert len(exactly.proofs) == 3


def test_proofs_under_a_bound_have_nothing_to_spare() -> None:
    text = "@id(goal) goal :- l(X), r(Y). @id(l) l(X) :- a(X). @id(r) r(X) :- a(X)."
    many = " ".join(f"a({n})." for n in range(60))
    proofs = all_proofs(found(text, many), Ground("goal", ()))
    assert not proofs.complete
    assert proofs.proofs
    assert all(len(p.recorded) == 1 for p in proofs.proofs)
