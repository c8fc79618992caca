"""Proofs of random programs, with recursion, exceptions, defaults and negation: what must be true of any proof."""

from __future__ import annotations

import itertools
from random import Random

from guidekb.kb.edb import Ground
from guidekb.kb.normal import dependencies
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.proofs.checker import check
from guidekb.queries.proofs.proof import Derivations, Proof, derivations, prove
from guidekb.queries.proofs.proofs_all import all_proofs
from hypothesis import given, settings
from hypothesis import strategies as st
from random_worlds import World, worlds

MOST = 30  # atoms of one world that are tried


@given(worlds)
@settings(max_examples=150, deadline=None)
def test_every_atom_has_a_proof_that_the_checker_accepts_and_nothing_else_has_one(w: World) -> None:
    for atom in w.model.atoms:
        assert check(w.proof(atom), w.normal, w.model.atoms, w.facts) == ()
    for atom in w.false(MOST):
        assert prove(w.found, atom) is None
        assert all_proofs(w.found, atom).proofs == ()


@given(worlds)
@settings(max_examples=100, deadline=None)
def test_a_proof_goes_with_any_recorded_fact_that_it_uses(w: World) -> None:
    for atom in sorted(w.model.atoms, key=str)[:MOST]:
        proof = w.proof(atom)
        for fact in proof.recorded:
            left = w.facts - {fact}
            model = derive(w.normal, left)
            assert check(proof, w.normal, model.atoms, left)
            if atom in model.atoms:
                assert prove(derivations(w.normal, model, left), atom) != proof


@given(worlds, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_a_fact_that_nothing_in_the_proof_depends_on_changes_nothing(w: World, rng: Random) -> None:
    needs: dict[str, set[str]] = {}
    for edge in dependencies(w.normal.rules):
        needs.setdefault(edge.head, set()).add(edge.body)
    for name in sorted({a.predicate for a in w.model.atoms}):
        cone = [name]
        for each in cone:
            cone += sorted(needs.get(each, set()) - set(cone))
        outside = sorted({a.predicate for a in w.model.atoms} - set(cone))
        more = {Ground("unheard_of", (1,))}
        if outside:
            predicate = rng.choice(outside)
            size = len(next(a.values for a in w.model.atoms if a.predicate == predicate))
            more.add(Ground(predicate, tuple(rng.choice((0, "a", "new")) for _ in range(size))))
        facts = w.facts | more
        found = derivations(w.normal, derive(w.normal, facts), facts)
        for atom in (a for a in w.model.atoms if a.predicate == name):
            after = prove(found, atom)
            assert after
            assert list(after.steps.items()) == list(w.proof(atom).steps.items())


def fewest_by_definition(found: Derivations, atom: Ground, heights: dict[Ground, int]) -> int:
    """The size of the smallest set of recorded facts of a proof in which every step has its smallest height."""
    sets: dict[Ground, set[frozenset[Ground]]] = {}
    for each in sorted(heights, key=heights.__getitem__):
        if found.is_fact(each):
            sets[each] = {frozenset() if each in found.tables else frozenset((each,))}
            continue
        lowest = [w for w in found.ways[each] if 1 + max((heights[a] for a in w.needs), default=0) == heights[each]]
        sets[each] = {
            frozenset[Ground]().union(*parts)
            for way in lowest
            for parts in itertools.islice(itertools.product(*(sets[a] for a in way.needs)), 2000)
        }
    return min(len(s) for s in sets[atom])


@given(worlds)
@settings(max_examples=100, deadline=None)
def test_heights_are_smallest_and_then_the_facts_fewest(w: World) -> None:
    heights = {a: 0 for a in w.model.atoms if w.found.is_fact(a)}
    for height in itertools.count(1):
        new = {
            atom: height
            for atom, ways in w.found.ways.items()
            if atom not in heights and any(all(a in heights for a in way.needs) for way in ways)
        }
        if not new:
            break
        heights |= new
    assert heights.keys() == w.model.atoms
    assert {a: h for a, h in heights.items() if h} == w.found.heights
    for atom in w.model.atoms:
        assert len(w.proof(atom).recorded) == fewest_by_definition(w.found, atom, heights)


def parts(proof: Proof) -> frozenset[object]:
    return frozenset(s.rule if s.kind == "derived" else a for a, s in proof.steps.items())


@given(worlds)
@settings(max_examples=100, deadline=None)
def test_all_proofs_are_checked_different_minimal_and_the_shown_one_is_first(w: World) -> None:
    for atom in sorted(w.model.atoms, key=str)[:MOST]:
        found = all_proofs(w.found, atom)
        made = [parts(p) for p in found.proofs]
        assert found.proofs
        assert all(check(p, w.normal, w.model.atoms, w.facts) == () for p in found.proofs)
        assert not any(a <= b for a, b in itertools.permutations(made, 2))
        shown = w.proof(atom)
        if found.complete:
            assert any(m <= parts(shown) for m in made)
            assert found.proofs[0] == shown or parts(shown) not in made
