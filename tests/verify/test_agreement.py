"""The solver says what the reference evaluator says: of random programs, of every patient of a small space, and of
thousands of patients of the guideline."""

from __future__ import annotations

from itertools import product
from random import Random

from guidekb.kb.ir import Ground
from guidekb.kb.normal import normalise
from guidekb.kb.properties import verifiable
from guidekb.queries.evaluation import reference
from guidekb.queries.verify.diagram_model import DiagramModel, diagrams
from guidekb.queries.verify.evaluate import atoms
from guidekb.queries.verify.obligations import oblige
from guidekb.queries.verify.world import World
from programs import random_case
from small import SMALL


def test_random_programs_with_negation_recursion_exceptions_and_odd_values() -> None:
    for seed in range(400):
        case = random_case(Random(seed))  # noqa: S311
        rules = normalise(case.program)
        assert atoms(rules, case.facts) == reference.derive(rules, case.facts).atoms, case


def test_every_patient_of_a_small_space() -> None:
    world = World(oblige(verifiable({"small.dl": SMALL})).program)
    names = sorted({(r.head.signed, len(r.head.args)) for r in world.normal.rules})
    shown = [(world.emitter.name(signed), arity) for signed, arity in names]
    seen: set[tuple[tuple[int, int], ...]] = set()
    for answer in world.solver((), [*shown, ("c", 3)]).all():
        patient = world.patient(answer)
        seen.add(patient.chosen)
        solved = {world.numbering.read(f, "patient") for f in answer if f[0] != "c"}
        model = reference.derive(world.normal, patient.facts).atoms
        assert solved == {a for a in model if a.predicate in dict(names)}, patient
    cells = [[None, *range(len(cell.options))] for cell in world.space.cells]
    every = {tuple((c, o) for c, o in enumerate(row) if o is not None) for row in product(*cells)}
    assert seen == every
    assert len(every) == world.space.size


def test_random_patients_of_the_guideline(texts: dict[str, str]) -> None:
    """Two thousand, all in one program for each hundred: the subject tells them apart."""
    world = World(oblige(verifiable(texts)).program)
    rng = Random(1)  # noqa: S311
    for _ in range(20):
        facts: list[Ground] = []
        for n in range(100):
            for cell in world.space.cells:
                if rng.random() < (0.03 if cell.listed else 0.6):
                    fact = rng.choice(cell.options)
                    facts.append(Ground(fact.predicate, (f"p{n}", *fact.values[1:])))
        assert atoms(world.normal, facts) == reference.derive(world.normal, facts).atoms


def test_diagrams_hold_every_patient_of_a_small_space() -> None:
    world = World(oblige(verifiable({"small.dl": SMALL})).program)
    made, inputs = diagrams(world.space)
    model = DiagramModel(world.normal, made, inputs)
    cells = [[None, *range(len(cell.options))] for cell in world.space.cells]
    counted: dict[Ground, int] = {}
    for row in product(*cells):
        chosen = {c: o for c, o in enumerate(row) if o is not None}
        for atom in reference.derive(world.normal, world.space.facts(chosen.items())).atoms:
            assert made.has(model.true_of(atom), chosen), (atom, chosen)
            counted[atom] = counted.get(atom, 0) + 1
    assert {atom: made.count(model.true_of(atom)) for atom in counted} == counted


def test_diagrams_and_the_evaluator_say_the_same_of_random_patients_of_the_guideline(texts: dict[str, str]) -> None:
    world = World(verifiable(texts).program)
    made, inputs = diagrams(world.space)
    model = DiagramModel(world.normal, made, inputs)
    rng = Random(2)  # noqa: S311
    wanted = ("expect", "alert", "contradicted", "receptor")
    seen: set[str] = set()
    for _ in range(100):
        chosen = {
            c: rng.randrange(len(cell.options))
            for c, cell in enumerate(world.space.cells)
            if rng.random() < (0.03 if cell.listed else 0.6)
        }
        atoms_ = reference.derive(world.normal, world.space.facts(chosen.items())).atoms
        named = {a for a in model.evaluated(wanted) if a.predicate in wanted}
        assert {a for a in named if made.has(model.true_of(a), chosen)} == {a for a in atoms_ if a.predicate in wanted}
        seen |= {a.predicate for a in atoms_} & set(wanted)
    assert seen == set(wanted)
