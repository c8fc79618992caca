"""Every property against every patient: its status, the class of the patients that break it, and the smallest one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from ...kb.ir import Ground, Literal, ground_key
from ...kb.printer import print_condition
from ...kb.properties import Verifiable
from ...kb.property import Waiver
from ..evaluation import pydatalog_engine
from ..evaluation.model import Model
from .classes import Concepts, concepts, patient_class
from .clingo_solver import Assumption, Fact, Solver
from .emit import CELL, LEARNED, learning
from .obligations import FOUND, Obligation, oblige
from .replay import DisagreementError, proofs, replay
from .space import SUBJECT
from .verdict import Status, Verdict, Witness
from .world import ONE, OTHER, World

Progress = Callable[[int, int, str], None]
"""Told how many of how many steps are done, and what comes next."""


def silent(done: int, total: int, doing: str) -> None:
    """No progress is shown."""


class Check:
    """A knowledge base with its properties, ready to be checked."""

    def __init__(self, given: Verifiable, today: date | None = None) -> None:
        self.given = given
        self.obliged = oblige(given, today)
        self.world = World(self.obliged.program)
        self.obligations = self.obliged.obligations
        self.every = (*self.obligations, *self.obliged.built_in)
        self.constraints = [o for o in self.obligations if o.property.kind == "impossible"]

    def verdicts(self, names: frozenset[str] = frozenset()) -> Iterator[Verdict]:
        """The verdict on each property (or on those named), in the order of the documents."""
        for number, one in enumerate(self.obligations):
            if not names or one.property.name in names:
                yield self._verdict(number, one)

    def built_in(self) -> Iterator[Verdict]:
        """The verdicts on what is asked of every guideline."""
        for number, one in enumerate(self.obliged.built_in, len(self.obligations)):
            yield self._verdict(number, one)

    def used_waivers(self, name: str = "") -> Iterator[Waiver]:
        """The waivers that accept some violation, of one property or of all."""
        for n, (rule, waiver) in enumerate(self.obliged.waivers.items()):
            if name in ("", waiver.head.predicate) and ("waives", (n,)) in self.possible and rule:
                yield waiver

    # the programs

    def goal(self, number: int) -> Fact:
        """The atom that says that a property is broken."""
        return f"goal{number}", ()

    @cached_property
    def real(self) -> tuple[Assumption, ...]:
        """No integrity constraint is broken."""
        return tuple(((f"broken{n}", ()), False) for n in range(len(self.constraints)))

    def constraint_lines(self) -> Iterator[str]:
        """What breaks each integrity constraint."""
        for n, one in enumerate(self.constraints):
            yield f"broken{n} :- {self._any(one.found, one.property.head.args)}."

    def _any(self, signed: str, args: Sequence[object], patient: int | None = None) -> str:
        terms = ["_"] * len(args)
        if patient is not None and terms:
            terms[0] = str(patient)
        return self.world.emitter.name(signed) + (f"({','.join(terms)})" if terms else "")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The goals of the properties of one patient, and the constraints."""
        found = [f"goal{n} :- {self._any(o.open, o.property.head.args)}." for n, o in enumerate(self.every)]
        for n, one in enumerate(self.every):
            width = len(self.world.normal_head(one.premise))
            found.append(f"speaks({n}) :- {self._any(one.premise, range(width))}.")
            for i, item in enumerate(one.property.body):
                if isinstance(item, Literal) and item.mode == "plain":
                    found.append(f"met({n},{i}) :- {self._any(item.atom.signed, item.atom.args)}.")
            found.append(f"open({n}) :- goal{n}.")
            found.append(f"seen({n}) :- {self._any(one.found, one.property.head.args)}.")
        rules = {rule.id: rule for rule in self.world.normal.rules}
        for n, name in enumerate(self.obliged.waivers):
            found += self.world.emitter.rule(rules[name], (), f"waives({n})")
        return (*found, *self.constraint_lines())

    @cached_property
    def union(self) -> Solver:
        """Asked what some patient satisfies."""
        return self.world.solver(self.lines, [("open", 1), ("seen", 1), ("speaks", 1), ("met", 2), ("waives", 1)])

    @cached_property
    def told(self) -> Concepts:
        """What classes are told in."""
        return concepts(self.world)

    @cached_property
    def one(self) -> Solver:
        """Asked for single patients."""
        shown = {(name, len(numbers)) for name, numbers in self.told.told} | {(CELL, 3)}
        return self.world.solver(self.lines, sorted(shown), small=True)

    @cached_property
    def two(self) -> Solver:
        """Two patients, of whom the second has one more known fact."""
        goals = list(self.constraint_lines())
        for n, one in enumerate(self.obligations):
            args = one.property.head.args
            if one.property.kind == "stable":
                rest = [f"V{i}" for i in range(1, len(args))]
                before = f"{self.world.emitter.name(one.open)}({','.join([str(ONE), *rest])})"
                after = f"{self.world.emitter.name(one.found)}({','.join([str(OTHER), *rest])})"
                goals.append(f"goal{n} :- {before}, not {after}.")
        shown = {(name, len(numbers)) for name, numbers in self.told.told} | {(CELL, 3), (LEARNED, 2)}
        return self.world.solver((*learning(self.world.space, ONE, OTHER), *goals), sorted(shown), small=True)

    @cached_property
    def possible(self) -> frozenset[Fact]:
        """What some real patient satisfies."""
        return self.union.brave(self.real)

    @cached_property
    def anyone(self) -> frozenset[Fact]:
        """What some patient satisfies, real or not."""
        return self.union.brave()

    # one property

    def _verdict(self, number: int, one: Obligation) -> Verdict:
        stated = one.property
        if not stated.head.args:
            return Verdict(stated, "not analysable", why="it has no argument for the patient")
        possible = self.anyone if stated.kind == "impossible" else self.possible
        if ("speaks", (number,)) not in possible and stated.kind != "possible":
            never_met = self._never_met(number, one)
            if stated.kind in ("always", "stable", "impossible") or never_met:
                return Verdict(stated, "vacuous", why=never_met or "no patient satisfies its conditions")
        if stated.kind == "impossible":
            return Verdict(stated, "proved", why="an integrity constraint: it is taken to hold of every real record")
        if stated.kind == "possible":
            shown = ("seen", (number,)) in self.possible
            why = "" if shown else self._never_met(number, one) or "no patient satisfies all its conditions"
            witness = self._example(number, one) if shown else None
            return Verdict(stated, "proved" if shown else "violated", witness=witness, why=why)
        solver = self.two if stated.kind == "stable" else self.one
        goal = (self.goal(number), True)
        if solver.find([*self.real, goal]) is None:
            status: Status = (
                "accepted" if stated.kind != "stable" and ("seen", (number,)) in self.possible else "proved"
            )
            waivers = tuple(self.used_waivers(stated.name)) if status == "accepted" else ()
            return Verdict(stated, status, self._relies_on(solver, goal), waivers=waivers)
        told = concepts(self.world, self._avoided(one))
        given = [*self.real]
        others: list[Assumption] = []
        if stated.kind == "stable":  # the class of those from whom the fact of the smallest patient withdraws it
            answer = solver.smallest([*self.real, goal]) or frozenset()
            given += [(fact, True) for fact in answer if fact[0] == LEARNED]
            others = [(fact, False) for fact, _ in given[len(self.real) :]]
        told_class = patient_class(solver, self.goal(number), told, given, str(number))
        if others and solver.find([*self.real, *others, goal]) is not None:
            told_class = replace(told_class, whole=False)
        witness, violations = self._witness(solver, number, one)
        return Verdict(stated, "violated", (), told_class, witness, violations)

    def _never_met(self, number: int, one: Obligation) -> str:
        for i, item in enumerate(one.property.body):
            if isinstance(item, Literal) and item.mode == "plain" and ("met", (number, i)) not in self.possible:
                return f"no patient satisfies `{print_condition(item)}`"
        return ""

    def _relies_on(self, solver: Solver, goal: Assumption) -> tuple[str, ...]:
        """Integrity constraints without which the proof fails: one at a time is given up."""
        kept = list(self.real)
        for one in self.real:
            fewer = [a for a in kept if a != one]
            if solver.find([*fewer, goal]) is None:
                kept = fewer
        return tuple(c.property.name for c, a in zip(self.constraints, self.real, strict=True) if a in kept)

    def _avoided(self, one: Obligation) -> frozenset[str]:
        """What the property itself speaks of, when that is a helper of properties: a class in it says nothing."""
        helpers = {p.name for p in self.given.helpers.predicates}
        items = (*one.property.body, *one.property.then)
        names = {i.atom.predicate for i in items if isinstance(i, Literal)} & helpers
        return frozenset({*names, *(f"-{n}" for n in names)})

    def _example(self, number: int, one: Obligation) -> Witness:
        """A smallest patient who shows that something is possible."""
        answer = self.one.smallest([*self.real, (("seen", (number,)), True)])
        if answer is None:
            raise DisagreementError("what is possible has no smallest patient")
        facts = self.world.patient(answer).facts
        found = sorted(
            (a for a in pydatalog_engine.derive(self.world.normal, facts).atoms if a.predicate == one.found),
            key=ground_key,
        )
        if not found:
            raise DisagreementError(
                f"the solver finds `{one.property.name}` possible and the evaluator does not: {facts}"
            )
        return self._shown(one, facts, found[0], replay(self.world.normal, facts, found[0]))

    def _shown(
        self, one: Obligation, facts: tuple[Ground, ...], violation: Ground, model: Model, learned: Ground | None = None
    ) -> Witness:
        stated = one.property
        shown = Ground(FOUND + stated.name, violation.values)
        found = proofs(self.world.normal, model, facts, stated.body, shown, stated.head.args)
        return Witness(facts, violation, found, learned)

    def _witness(self, solver: Solver, number: int, one: Obligation) -> tuple[Witness, tuple[Ground, ...]]:
        answer = solver.smallest([*self.real, (self.goal(number), True)])
        if answer is None:
            raise DisagreementError("a violation has no smallest patient")
        patient = self.world.patient(answer)
        normal, stated = self.world.normal, one.property
        learned: Ground | None = None
        if stated.kind == "stable":
            cell, option = next(n for name, n in answer if name == LEARNED)
            learned = self.world.space.cells[cell].options[option]
            after = pydatalog_engine.derive(normal, (*patient.facts, learned))
            before = pydatalog_engine.derive(normal, patient.facts)
            lost = sorted(
                (a for a in before.atoms if a.predicate == one.found and a not in after.atoms), key=ground_key
            )
            if not lost:
                raise DisagreementError(
                    f"the solver withdraws `{stated.name}` and the evaluator does not: {patient.facts}"
                )
            violation, model = lost[0], before
        else:
            expected = self.violations(patient.facts, one)
            if not expected:
                raise DisagreementError(
                    f"the solver breaks `{stated.name}` and the evaluator does not: {patient.facts}"
                )
            violation = expected[0]
            model = replay(normal, patient.facts, violation)
        return self._shown(one, patient.facts, violation, model, learned), self._kinds(one)

    def violations(self, facts: Sequence[Ground], one: Obligation) -> list[Ground]:
        """The violations that the evaluator finds for a patient: what a guard would report."""
        model = pydatalog_engine.derive(self.world.normal, facts)
        return sorted((a for a in model.atoms if a.predicate == one.open), key=ground_key)

    def _kinds(self, one: Obligation) -> tuple[Ground, ...]:
        """The different violations, whoever the patient is."""
        args = one.property.head.args
        if len(args) < 2 or one.property.kind == "stable":
            return ()
        name = self.world.emitter.name(one.open)
        solver = self.world.solver(self.lines, [(name, len(args))])
        found = {self.world.numbering.read(f, SUBJECT) for f in solver.brave(self.real)}
        return tuple(sorted(found, key=ground_key))
