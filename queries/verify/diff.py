"""Two versions of a guideline: for which patients an answer differs, by class, or a proof that none does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...kb.ir import Clause, Ground, Predicate, Program
from ...kb.normal import RECORDED, NormalProgram, dependencies, frozen, normalise
from ..evaluation import pydatalog_engine
from ..evaluation.model import Instance
from ..names import DECIDED, EXCLUSIVE, OPPOSES
from ..proofs.plan import plans
from .check import Progress, silent
from .classes import ANSWERS, PatientClass, concepts, patient_class
from .clingo_solver import Fact, Solver
from .counting import Count, Counting, at_least
from .edits import Edit, decisive, edits
from .emit import CELL, Emitter
from .joined import joined
from .later import Later, later
from .numbering import Numbering
from .replay import DisagreementError
from .space import SUBJECT, space, values_of
from .world import Patient, World, constants

OLD = 2
"""The version of the old program."""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that the new version gives and the old one does not (`gained`), or the other way round.

    count: the patients of the class; counts: those of each box, which may overlap. edits: what did it, for the example.
    rules: those that conclude it for the example, in the version that gives it. INVARIANT (replayed): the pyDatalog
    evaluator says the same of the example.
    """

    answer: Ground
    gained: bool
    patients: PatientClass
    count: Count
    counts: tuple[Count | None, ...]
    example: tuple[Ground, ...]
    edits: tuple[Edit, ...]
    rules: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes; none: the versions are proved to answer alike, up to the limits. edits: rules and table rows that
    differ. notes: what differs and is no answer. program: the new one, with what only the old one declares. later: what
    differs once more is known, where there are no changes."""

    changes: tuple[Change, ...]
    edits: tuple[Edit, ...]
    notes: tuple[str, ...]
    limits: tuple[str, ...]
    patients: int
    program: Program
    normal: NormalProgram
    later: tuple[Later, ...] = ()
    partial: bool = False

    @property
    def alike(self) -> bool:
        """Whether nothing differs."""
        return not (self.changes or self.later or self.notes or self.partial)


def difference(old: Program, new: Program, progress: Progress = silent) -> Difference:
    """The difference of two checked programs over all patients that either vocabulary can describe.

    Raises Invalid where they cannot be compared. What is finished when it is interrupted is returned, as partial.
    """
    versions = _Versions(old, new)
    changes: list[Change] = []
    known: tuple[Later, ...] = ()
    partial = False
    try:
        changed = versions.changed()
        for n, one in enumerate(changed):
            progress(n, len(changed), f"{one.answer.predicate} {', '.join(map(str, one.answer.values[1:]))}")
            changes.append(versions.change(n, one))
        if not changed:
            known = versions.later()
    except KeyboardInterrupt:
        partial = True
    found = versions.world.space
    return Difference(
        tuple(changes),
        versions.edits,
        (*_tables(versions.edits),),
        found.limits,
        found.size,
        versions.both,
        versions.after,
        known,
        partial,
    )


def _tables(listed: Sequence[Edit]) -> Sequence[str]:
    """What differs in the tables that say which answers are in conflict."""
    said = {EXCLUSIVE: "what excludes what", OPPOSES: "what a warning opposes"}
    names = sorted({name for edit in listed for name in edit.heads} & said.keys())
    return [f"{said[name]} (`{name}`) differs, so that other answers may be told as conflicting" for name in names]


@dataclass(frozen=True, slots=True)
class _Changed:
    goal: Fact
    answer: Ground
    gained: bool


class _Versions:
    """Both versions in one solver; of the old one, only what rests on something that differs is copied."""

    def __init__(self, old: Program, new: Program) -> None:
        self.both, cutting = joined(old, new)
        self.new = new
        self.before, self.after = normalise(old), normalise(new)
        self.edits = edits(old, new)
        found = space(cutting, normalise(cutting).rules)
        numbering = Numbering(values_of(found.cells) | constants(self.after) | constants(self.before))
        self.world = World(self.both, found, numbering, cutting)
        self.cone = _cone(self.before, self.after)
        self.emitter = Emitter(self.both, numbering, OLD, self.cone)
        self.answers = [p for p in self.both.predicates if p.name in ANSWERS & self.cone and p.role == "derived"]
        self.solver: Solver | None = None
        self.counting = Counting(found, (self.after, self.before))

    def changed(self) -> list[_Changed]:
        """The answers that differ for somebody."""
        if not self.answers:
            return []
        names = {name: (p, gained) for name, p, gained in self._names()}
        union = self.world.solver(self._lines(), [(name, p.arity - 1) for name, (p, _) in names.items()])
        found: list[_Changed] = []
        for fact in sorted(union.brave()):
            one, gained = names[fact[0]]
            values = (self.world.numbering.values[v] for v in fact[1])
            found.append(_Changed(fact, Ground(one.name, (SUBJECT, *values)), gained))
        return found

    def later(self) -> tuple[Later, ...]:
        """What differs when more is known, where no answer to a record does."""
        cone = _cone(frozen(self.before), frozen(self.after))
        answers = [p for p in self.both.predicates if p.name in DECIDED and p.name in cone and p.role == "derived"]
        return later(self.world, self.before, OLD, cone, answers)

    def _names(self) -> list[tuple[str, Predicate, bool]]:
        return [(f"{word}{n}", p, word == "gained") for n, p in enumerate(self.answers) for word in ("gained", "lost")]

    def _lines(self) -> list[str]:
        lines = [self.emitter.fact(f) for f in sorted(self.before.facts, key=repr) if f.predicate in self.cone]
        for rule in self.before.rules:
            if rule.head.signed in self.cone:
                lines += self.emitter.rule(rule)
        for n, one in enumerate(self.answers):
            rest = ",".join(f"V{i}" for i in range(1, one.arity))
            row, head = (f"(P,{rest})", f"({rest})") if rest else ("(P)", "")
            new, old = self.world.emitter.name(one.name) + row, self.emitter.name(one.name) + row
            lines += [f"gained{n}{head} :- {new}, not {old}.", f"lost{n}{head} :- {old}, not {new}."]
        return lines

    def change(self, number: int, one: _Changed) -> Change:
        """All about one changed answer."""
        told = concepts(self.world)
        if self.solver is None:
            shown = {(name, len(numbers)) for name, numbers in told.told} | {(CELL, 3)}
            self.solver = self.world.solver(self._lines(), sorted(shown), small=True)
        solver, goal = self.solver, (f"goal{number}", ())
        solver.add(f"goal{number}", f"goal{number} :- {_written(one.goal)}.")
        told_class = patient_class(solver, goal, told, (), f"d{number}")
        smallest = self.world.patient(solver.smallest([(goal, True)]) or frozenset())
        count, counts = self._counts(solver, one, told_class, smallest, goal)
        rules = self._concluding(smallest.facts, one)
        mine = [e for e in self.edits if e.heads & _below(self.before, self.after, one.answer.predicate)]
        did = decisive(self.new, mine, smallest.facts, one.answer, one.gained)
        return Change(one.answer, one.gained, told_class, count, counts, smallest.facts, did, rules)

    def _counts(
        self, solver: Solver, one: _Changed, told: PatientClass, smallest: Patient, goal: Fact
    ) -> tuple[Count, tuple[Count | None, ...]]:
        have, lack = (0, 1) if one.gained else (1, 0)
        found = self.counting.difference(one.answer, have, lack, told.boxes)
        if found is None:
            return at_least(self.world.space, solver, goal, smallest.chosen), (None,) * len(told.boxes)
        if not found[0].patients:
            raise DisagreementError(f"the solver finds a patient for {one.answer} and the diagrams none")
        return found[0], found[1:]

    def _concluding(self, facts: Sequence[Ground], one: _Changed) -> tuple[Clause, ...]:
        """The rules that conclude it in the version that does; the evaluator has to find the same difference."""
        with_it, without = (self.after, self.before) if one.gained else (self.before, self.after)
        model = pydatalog_engine.derive(with_it, facts)
        if one.answer not in model.atoms or one.answer in pydatalog_engine.derive(without, facts).atoms:
            raise DisagreementError(f"the solver and the evaluator differ on {one.answer} for {list(facts)}")
        return tuple(dict.fromkeys(_rules(with_it, model.instances, one.answer)))


def _cone(before: NormalProgram, after: NormalProgram) -> frozenset[str]:
    """What rests on a rule or a table row that is not in both; all else is the same in both by construction."""
    olds = Counter((r.head, r.body) for r in before.rules)
    news = Counter((r.head, r.body) for r in after.rules)
    cone = {head.signed for head, _ in (olds - news) + (news - olds)}
    cone |= {f.predicate for f in before.facts ^ after.facts}
    users: dict[str, set[str]] = {}
    for edge in dependencies((*before.rules, *after.rules)):
        users.setdefault(edge.body, set()).add(edge.head)
        if edge.body.startswith(RECORDED):  # which holds of what the predicate itself does
            users.setdefault(edge.body.removeprefix(RECORDED), set()).add(edge.body)
    todo = [*cone]
    while todo:
        fresh = users.get(todo.pop(), set()) - cone
        cone |= fresh
        todo += fresh
    return frozenset(cone)


def _below(before: NormalProgram, after: NormalProgram, name: str) -> set[str]:
    """What a conclusion rests on in either version, itself among it."""
    needs: dict[str, set[str]] = {}
    for edge in dependencies((*before.rules, *after.rules)):
        needs.setdefault(edge.head, set()).add(edge.body)
    found = {name}
    todo = [name]
    while todo:
        fresh = needs.get(todo.pop(), set()) - found
        found |= fresh
        todo += fresh
    return found


def _written(fact: Fact) -> str:
    name, numbers = fact
    return f"{name}({','.join(map(str, numbers))})" if numbers else name


def _rules(program: NormalProgram, instances: frozenset[Instance], atom: Ground) -> list[Clause]:
    ready = plans(program)
    found = sorted(instances, key=repr)
    return [ready[i.rule].rule.clause for i in found if ready[i.rule].ends(i.values)[0] == atom]
