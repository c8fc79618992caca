"""Everything that can be said of one subject, before words: the model, its proofs, what could change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from ...kb.ir import EDB, Ground, Predicate, Program, Statement, Value
from ...kb.normal import NormalProgram, NormalRule, frozen, normalise
from ..evaluation import pydatalog_engine
from ..evaluation.model import Model
from ..names import CONFLICTING, CONTRADICTED, DECIDED, FLAG
from ..proofs.derivations import Derivations, derivations
from ..unknowns import abduce
from ..unknowns.questions import Questions, domains
from ..unknowns.worlds import Changes, changes

Derive = Callable[[NormalProgram, Iterable[Ground]], Model]


class Knowledge:
    """A checked program with what is computed from it once: its normal form, rules by id, statements, value domains."""

    def __init__(self, program: Program) -> None:
        self.program = program

    @cached_property
    def normal(self) -> NormalProgram:
        """The program as evaluators read it."""
        return normalise(self.program)

    @cached_property
    def frozen(self) -> NormalProgram:
        """The program for hypothetical versions of a record; one object, so that engines prepare it once."""
        return frozen(self.normal)

    @cached_property
    def rules(self) -> dict[str, NormalRule]:
        """Normal rules by id."""
        return {rule.id: rule for rule in self.normal.rules}

    @cached_property
    def predicates(self) -> dict[str, Predicate]:
        """Declarations by name."""
        return {p.name: p for p in self.program.predicates}

    @cached_property
    def statements(self) -> dict[str, Statement]:
        """Statements and readings by id."""
        return {s.id: s for s in self.program.statements}

    @cached_property
    def domains(self) -> dict[str, tuple[Value, ...]]:
        """For each type, a value of every class that the rules can tell apart."""
        return domains(self.program)


@dataclass(frozen=True, slots=True)
class Case:
    """One subject under one program. Made by `assess`."""

    knowledge: Knowledge
    edb: EDB
    model: Model
    proofs: Derivations
    search: abduce.Search
    changes: Changes

    @property
    def questions(self) -> Questions:
        """What is unknown of the subject."""
        return self.search.questions


def assess(knowledge: Knowledge, edb: EDB, derive: Derive = pydatalog_engine.derive) -> Case:
    """Evaluate one subject, and find what unknown facts could still change.

    What the rules find contradicted in the record is set apart first, as the readers set apart two values of one field.
    """
    model = derive(knowledge.normal, edb.facts)
    while apart := contradicted(model, edb):
        edb = set_apart(edb, apart)
        model = derive(knowledge.normal, edb.facts)
    questions = Questions(edb, knowledge.predicates, knowledge.domains)
    search = abduce.search(knowledge.frozen, model, questions)
    proofs = derivations(knowledge.normal, model, edb.facts)
    return Case(knowledge, edb, model, proofs, search, changes(search))


def under(case: Case, knowledge: Knowledge) -> Case:
    """The case under rules that say the same with other annotations, such as a priority: nothing is searched anew.

    INVARIANT (under): the two programs agree on every completion of the record.
    """
    search = abduce.search(knowledge.frozen, case.model, Questions(case.edb, knowledge.predicates, knowledge.domains))
    proofs = derivations(knowledge.normal, case.model, case.edb.facts)
    return Case(knowledge, case.edb, case.model, proofs, search, case.changes)


def reopened(case: Case) -> Case:
    """The case with its changes taken literally: also what is said only because something is not recorded can end.

    An answer is certain when no unknown fact could show that it was wrong; but what to ask is everything that would
    change it, so that advice to look for a result is asked about too.
    """
    knowledge = Knowledge(case.knowledge.program)
    vars(knowledge).update(vars(case.knowledge), frozen=case.knowledge.normal)
    search = abduce.search(knowledge.frozen, case.model, case.questions)
    return replace(case, knowledge=knowledge, search=search, changes=changes(search))


def with_flags(case: Case) -> Case:
    """The case with what would raise a flag searched too, for who asks about one."""
    return replace(case, changes=changes(case.search, (*DECIDED, FLAG)))


def contradicted(model: Model, edb: EDB) -> frozenset[str]:
    """The fields with recorded facts that the rules find to contradict the rest of the record."""
    found = {str(a.values[1]) for a in model.atoms if a.predicate == CONTRADICTED}
    return frozenset(name for name in found if any(f.predicate.lstrip("-") == name for f in edb.facts))


def set_apart(edb: EDB, fields: frozenset[str]) -> EDB:
    """The record without the facts of these fields, which count as conflicting; where they stood is kept."""
    facts = {f: where for f, where in edb.facts.items() if f.predicate.lstrip("-") not in fields}
    conflicts = dict(edb.conflicts)
    for name in sorted(fields):
        where = tuple(o for f, origins in edb.facts.items() if f.predicate.lstrip("-") == name for o in origins)
        facts[Ground(CONFLICTING, (edb.subject, name))] = where
        conflicts[name] = where
    return replace(edb, facts=facts, listed=edb.listed - fields, conflicts=conflicts)
