"""Mutants: each has a patient whose answer tells it on the evaluator too, or is proved to change no answer."""

from __future__ import annotations

from guidekb.kb.normal import NormalProgram
from guidekb.kb.properties import verifiable
from guidekb.queries.evaluation import reference
from guidekb.queries.verify.check import Check
from guidekb.queries.verify.classes import ANSWERS
from guidekb.queries.verify.mutants import Mutant, mutants, unfalsifiable
from guidekb.queries.verify.mutate import fates
from guidekb.queries.verify.world import World

RULES = ("chemotherapy_for_triple_negative", "trastuzumab_for_her2_positive", "neurological_symptoms_may_go_on",
         "known_active_cancer", "ivig_by_day_31")  # fmt: skip


def mutated(program: NormalProgram, mutant: Mutant) -> NormalProgram:
    """The program with the mutant in the place of its rule."""
    rules = (mutant.changed if r.id == mutant.rule.id else r for r in program.rules)
    return NormalProgram(tuple(r for r in rules if r), program.facts, program.strata, program.recursive)


def test_a_patient_tells_a_mutant_on_the_evaluator_too(texts: dict[str, str]) -> None:
    program = verifiable(texts).program
    world = World(program)
    found = list(fates(world, tuple(m for m in mutants(world, program) if m.rule.clause.id in RULES)))
    assert len(found) > 20
    for fate in found:
        if fate.patient is not None:
            facts = fate.patient.facts
            before = {a for a in reference.derive(world.normal, facts).atoms if a.predicate in ANSWERS}
            changed = reference.derive(mutated(world.normal, fate.mutant), facts).atoms
            assert before != {a for a in changed if a.predicate in ANSWERS}, fate.mutant.name
    equivalent = {f.mutant.name for f in found if f.patient is None}
    assert "neurological_symptoms_may_go_on: left out" in equivalent


def test_every_property_can_fail(texts: dict[str, str]) -> None:
    more = 'never a(P) "x" :- sex(P, male), sex(P, female).'
    assert unfalsifiable(Check(verifiable({**texts, "properties/more.dl": more}))) == {"a"}
