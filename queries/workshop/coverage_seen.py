"""What a set of patients shows of a program: which rules conclude something, and which conditions decide that.

A condition is seen to hold when its rule fires: it and all the others hold. It is seen to fail when it alone keeps the
rule from a conclusion: all the others hold under one binding, and under no other does the rule conclude the same. So
each is seen to decide, in the sense of MC/DC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...kb.ir import EDB, PATIENT, Atom, BodyItem, Clause, Comparison, Literal, Program, Term, Value, Var, atoms_of
from ...kb.normal import NormalProgram, bound
from ..answers.assess import Case, contradicted, set_apart
from ..evaluation.match import Index, fill, holds, solutions, substitute
from ..evaluation.model import Model
from ..evaluation.pydatalog_engine import derive
from ..evaluation.stages import fixed

EXCEPTION = -1
"""The position of the condition that no exception applies, which the body does not show."""


@dataclass(slots=True)
class Condition:
    """One condition of a rule and what was seen of it. `constant`: it rests on tables alone, so that it cannot fail."""

    rule: Clause
    position: int
    constant: bool = False
    held: bool = False
    failed: bool = False


@dataclass(slots=True)
class RuleSeen:
    """One rule, its conditions, and the patients, by their numbers, for whom it concludes something."""

    rule: Clause
    conditions: tuple[Condition, ...]
    patients: set[int] = field(default_factory=lambda: set())

    @property
    def concluded(self) -> int:
        """For how many patients it concludes something."""
        return len(self.patients)


class Seen:
    """What the patients that were added have shown."""

    def __init__(self, program: Program, normal: NormalProgram) -> None:
        self.program = program
        self.patients = 0
        overridden = {r.clause.id for r in normal.rules if r.part == "concludes" and _is_target(program, r.clause)}
        self._excepted = {r.clause.id for r in normal.rules if r.part == "concludes"}
        self._variables = {r.id: r.variables for r in normal.rules}
        tables = fixed(normal)
        self.rules = {
            clause.id: RuleSeen(clause, tuple(_conditions(clause, clause.id in overridden, tables)))
            for clause in program.clauses
            if clause.body
        }

    def add(self, case: Case, recorded: EDB) -> None:
        """Look at one patient: at what was recorded, and at what was left of it where the record contradicts itself."""
        self.patients += 1
        if recorded.facts.keys() != case.edb.facts.keys():
            for model in models(case.knowledge.normal, recorded):
                self._look(model, recorded.subject)
        self._look(case.model, case.edb.subject)

    def add_record(self, normal: NormalProgram, recorded: EDB) -> None:
        """Look at one patient without asking what unknown facts could change, which shows the same in less time."""
        self.patients += 1
        for model in models(normal, recorded):
            self._look(model, recorded.subject)

    def _look(self, model: Model, subject: str) -> None:
        index = Index(model.atoms)
        fired: dict[str, list[tuple[Value, ...]]] = {}
        for instance in model.instances:
            fired.setdefault(instance.rule, []).append(instance.values)
        for name, seen in self.rules.items():
            applies = name in fired
            concludes = f"{name}:concludes" in fired if name in self._excepted else applies
            if concludes:
                seen.patients.add(self.patients)
            for one in seen.conditions:
                if one.position == EXCEPTION:
                    one.held |= concludes
                    one.failed |= applies and not concludes
                    continue
                one.held |= applies
                if not (one.failed or one.constant):
                    heads = [dict(zip(self._variables[name], values, strict=True)) for values in fired.get(name, ())]
                    one.failed = _alone(self.program, one, index, subject, heads)


def models(normal: NormalProgram, edb: EDB) -> Iterator[Model]:
    """The model of a record, then those of what is left when what contradicts itself is set apart."""
    while True:
        model = derive(normal, edb.facts)
        yield model
        apart = contradicted(model, edb)
        if not apart:
            return
        edb = set_apart(edb, apart)


def fired(normal: NormalProgram, patients: Iterable[EDB]) -> frozenset[str]:
    """The rules that conclude something for one of the patients at least."""
    excepted = {r.clause.id for r in normal.rules if r.part == "concludes"}
    ids = {i.rule for edb in patients for model in models(normal, edb) for i in model.instances}
    return frozenset((ids - excepted) | {name for name in excepted if f"{name}:concludes" in ids})


def _is_target(program: Program, clause: Clause) -> bool:
    return any(clause.id in map(str, other.values("overrides")) for other in program.clauses)


def _conditions(clause: Clause, overridden: bool, tables: frozenset[str]) -> Iterator[Condition]:
    for position, item in enumerate(clause.body):
        others = tuple(i for n, i in enumerate(clause.body) if n != position)
        yield Condition(clause, position, _is_constant(item, others, tables))
    if overridden:
        yield Condition(clause, EXCEPTION)


def _is_constant(item: BodyItem, others: tuple[BodyItem, ...], tables: frozenset[str]) -> bool:
    """Whether a condition only looks up something in a table: no other condition could make it fail."""
    if not _is_plain(item) or isinstance(item, Comparison) or item.atom.signed not in tables:
        return False
    return set(bound(others)).isdisjoint(item.atom.variables) and all(isinstance(t, Var) for t in item.atom.args)


def _alone(
    program: Program, one: Condition, index: Index, subject: str, fired: Sequence[Mapping[str, Value]]
) -> bool:  # fmt: skip
    """Whether this condition alone keeps the rule from a conclusion; `fired`: the bindings under which it fires."""
    failing = one.rule.body[one.position]
    patient: Mapping[str, Value] = dict.fromkeys(_patient(program, one.rule), subject)
    rest = [item for n, item in enumerate(one.rule.body) if n != one.position]
    known = {*bound(tuple(rest)), *patient}
    # What tests a value that only the failing condition could give cannot be judged, and so does not count.
    others = [item for item in rest if _is_plain(item) or known.issuperset(_needed(item))]
    if not (_is_plain(failing) or known.issuperset(_needed(failing))):
        return False
    concluded = {fill(one.rule.head, binding).args for binding in fired}
    return any(
        not holds(substitute(failing, binding), index) and not _concluded(one.rule.head, binding, concluded)
        for binding in solutions(others, index, patient)
    )


def _concluded(head: Atom, binding: Mapping[str, Value], concluded: Collection[tuple[Term, ...]]) -> bool:
    """Whether the rule concludes what it would conclude under this binding; what is left open may be anything."""
    wanted = fill(head, binding).args
    return any(all(isinstance(w, Var) or w == c for w, c in zip(wanted, one, strict=True)) for one in concluded)


def _patient(program: Program, clause: Clause) -> Iterator[str]:
    """The variable that stands for the patient."""
    known = program.predicates_by_name
    for atom in atoms_of(clause):
        declared = known.get(atom.predicate)
        for column, term in zip(declared.columns if declared else (), atom.args, strict=False):
            if column.type == PATIENT and isinstance(term, Var):
                yield term.name


def _is_plain(item: BodyItem) -> bool:
    return isinstance(item, Literal) and item.mode == "plain"


def _needed(item: BodyItem) -> list[str]:
    """The variables that a test needs values for."""
    terms = (item.left, item.right) if isinstance(item, Comparison) else item.atom.args
    return [term.name for term in terms if isinstance(term, Var) and not term.anonymous]
