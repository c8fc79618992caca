"""The proof checker: it accepts what `prove` finds, and refuses a proof with any one thing changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from guidekb.kb.ir import COMPARISONS, Atom, Const, Ground, Value, Var
from guidekb.queries.evaluation.conditions import compare
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.proofs.checker import check
from guidekb.queries.proofs.proof import derivations, prove
from guidekb.queries.proofs.step import Absent, Compared, Positive, Premise, Proof, Step
from programs import program

TEXT = """
@id(general) rec(P, endocrine) :- stage(P, S), advanced(S), assuming -frail(P), neuro(P), not barred(P, W).
@id(crisis) @overrides(general) rec(P, chemo) :- aggressive(P), age(P, N), N < 50, N != 7.
@id(neuro) neuro(P) :- syndrome(P, S), within(S, neurological).
@id(within) within(S, G) :- group(S, G).
@id(within2) within(S, G) :- group(S, M), within(M, G).
@id(young) young(P) :- age(P, N), N <= 60, since(P, D), D > 2020-01-01.
advanced(metastatic).
group(cerebellar, ataxia). group(ataxia, central). group(central, neurological). group(neurological, ataxia).
"""
FACTS = frozenset(
    {
        Ground("stage", ("ann", "metastatic")),
        Ground("syndrome", ("ann", "cerebellar")),
        Ground("age", ("ann", 60)),
        Ground("age", ("bea", 40)),
        Ground("since", ("ann", date(2021, 5, 1))),
        Ground("aggressive", ("bea",)),
        Ground("barred", ("cy", "allergy")),
    }
)
NORMAL = program(TEXT)
MODEL = derive(NORMAL, FACTS)
FOUND = derivations(NORMAL, MODEL, FACTS)


def complaints(proof: Proof) -> tuple[str, ...]:
    return check(proof, NORMAL, MODEL.atoms, FACTS)


def proof_of(atom: Ground) -> Proof:
    proof = prove(FOUND, atom)
    assert proof
    return proof


def test_the_model_is_the_one_that_is_meant() -> None:
    assert Ground("rec", ("ann", "endocrine")) in MODEL.atoms


@pytest.mark.parametrize("atom", sorted(MODEL.atoms, key=str), ids=str)
def test_every_proof_found_is_accepted(atom: Ground) -> None:
    assert complaints(proof_of(atom)) == ()


def _other(value: Value) -> Value:
    return value + 1 if isinstance(value, int) else "other" if isinstance(value, str) else date(1999, 1, 1)


def _premises(premises: tuple[Premise, ...]) -> Iterator[tuple[str, tuple[Premise, ...]]]:
    """The premises with one thing changed."""
    for i, premise in enumerate(premises):
        before, after = premises[:i], premises[i + 1 :]
        yield f"premise {i} dropped", before + after
        yield f"premise {i} doubled", (*before, premise, premise, *after)
        for j in range(i + 1, len(premises)):
            swapped = list(premises)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield f"premises {i} and {j} swapped", tuple(swapped)
        for changed in _premise(premise):
            yield f"premise {i} is {changed}", (*before, changed, *after)


def _premise(premise: Premise) -> Iterator[Premise]:
    if isinstance(premise, Positive):
        yield from (Positive(atom) for atom in MODEL.atoms if atom != premise.atom)
        yield Absent(Atom(premise.atom.predicate, tuple(map(Const, premise.atom.values))))
    elif isinstance(premise, Compared):
        yield from (replace(premise, op=op) for op in COMPARISONS if op != premise.op)
        yield replace(premise, left=_other(premise.left))
        yield replace(premise, right=_other(premise.right))
    else:
        atom = premise.atom
        yield from (replace(premise, how=how) for how in ("not", "assuming", "exception") if how != premise.how)
        yield replace(premise, atom=replace(atom, negated=not atom.negated))
        yield replace(premise, atom=replace(atom, args=(Const("nobody"), *atom.args[1:])))
        yield replace(premise, atom=replace(atom, args=tuple(Var(f"V{i}") for i, _ in enumerate(atom.args))))
        yield replace(premise, rules=(*premise.rules, "neuro"))


def _step(step: Step) -> Iterator[tuple[str, Step]]:
    """The step with one thing changed."""
    yield from (
        (f"kind {kind}", replace(step, kind=kind)) for kind in ("recorded", "table", "derived") if kind != step.kind
    )
    for rule in ("", "no such rule", *(r.id for r in NORMAL.rules)):
        if rule != step.rule:
            yield f"rule {rule!r}", replace(step, rule=rule)
    for i, (name, value) in enumerate(step.bindings):
        before, after = step.bindings[:i], step.bindings[i + 1 :]
        yield f"{name} bound to another value", replace(step, bindings=(*before, (name, _other(value)), *after))
        yield f"{name} not bound", replace(step, bindings=before + after)
        yield f"{name} renamed", replace(step, bindings=(*before, ("Other", value), *after))
    yield "one binding more", replace(step, bindings=(*step.bindings, ("Other", 1)))
    yield from ((change, replace(step, premises=premises)) for change, premises in _premises(step.premises))
    values = step.conclusion.values
    for conclusion in (
        Ground("nothing", values),
        Ground(step.conclusion.predicate, (*values[:-1], _other(values[-1]))),
    ):
        yield f"concludes {conclusion}", replace(step, conclusion=conclusion)


def _proof(proof: Proof) -> Iterator[tuple[str, Proof]]:
    """The proof with one thing changed."""
    steps = proof.steps
    for atom, step in steps.items():
        yield f"without {atom}", Proof(proof.root, {a: s for a, s in steps.items() if a != atom})
        yield from ((f"{atom}: {change}", Proof(proof.root, steps | {atom: new})) for change, new in _step(step))
    unused = next(a for a in sorted(MODEL.atoms, key=str) if a not in steps)
    yield "a step that is not used", Proof(proof.root, steps | {unused: proof_of(unused).steps[unused]})
    yield "another root", Proof(Ground("rec", ("nobody", "chemo")), steps)


@pytest.mark.parametrize("name", ["rec", "young", "neuro", "within", "overridden:general"])
def test_a_proof_with_one_thing_changed_is_refused(name: str) -> None:
    for atom in sorted((a for a in MODEL.atoms if a.predicate == name), key=str):
        changes = list(_proof(proof_of(atom)))
        assert len(changes) > 50
        assert [change for change, proof in changes if not complaints(proof)] == []


def test_a_proof_that_rests_on_itself_is_refused() -> None:
    """Every step of it follows from its premises; only together they are no proof."""
    instances = [i for i in MODEL.instances if i.rule == "within2"]
    steps = {}
    for instance in instances:
        way = next(w for ways in FOUND.ways.values() for w in ways if w.instance == instance)
        steps[way.conclusion] = way.plan.step(instance.values, way.conclusion, way.needs)
    root = Ground("within", ("ataxia", "neurological"))
    cycle = {Ground("within", (s, "neurological")) for s in ("ataxia", "central", "neurological")}
    tables = {a for c in cycle for a in steps[c].needs if a.predicate == "group"}
    proof = Proof(root, {c: steps[c] for c in cycle} | {a: Step(a, "table") for a in tables})
    assert complaints(proof) == ("within(ataxia, neurological) rests on itself",)


def test_an_atom_that_is_said_to_be_absent_is_looked_for() -> None:
    proof = proof_of(Ground("rec", ("ann", "endocrine")))
    for atom in (Ground("frail", ("ann",)), Ground("barred", ("ann", "x")), Ground("overridden:general", ("ann",))):
        found = check(proof, NORMAL, {*MODEL.atoms, atom}, FACTS)
        assert [c.split(": ")[1] for c in found] == [
            f"{atom.predicate}({', '.join(map(str, atom.values))}) is in the model"
        ]


def test_a_recorded_leaf_must_be_recorded() -> None:
    proof = proof_of(Ground("rec", ("ann", "endocrine")))
    for fact in proof.recorded:
        assert len(check(proof, NORMAL, MODEL.atoms, FACTS - {fact})) == 1


VALUES: tuple[Value, ...] = (1, 2, Decimal("1.5"), "a", "b", "1", date(2024, 1, 1), date(2025, 1, 1), 738886)


def test_comparisons_mean_what_they_mean_to_the_evaluators() -> None:
    """The checker has its own comparison: a rule that compares is proved exactly when the evaluators' one is true."""
    for op in COMPARISONS:
        normal = program(f"@id(r) yes(X, Y) :- v(X), w(Y), X {op} Y.")
        for left in VALUES:
            for right in VALUES:
                root, v, w = Ground("yes", (left, right)), Ground("v", (left,)), Ground("w", (right,))
                premises = (Positive(v), Positive(w), Compared(left, op, right))
                step = Step(root, "derived", "r", (("X", left), ("Y", right)), premises)
                proof = Proof(root, {root: step, v: Step(v, "recorded"), w: Step(w, "recorded")})
                assert (not check(proof, normal, {root, v, w}, {v, w})) == compare(left, op, right)
