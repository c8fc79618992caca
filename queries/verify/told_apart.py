"""A patient under two programs on the evaluator that answers for patients: what only one of the two says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...kb.ir import EDB, Ground, ground_key
from ..answers.answer import answer
from ..answers.assess import Case, Knowledge, assess, contradicted, set_apart
from ..evaluation.pydatalog_engine import derive
from ..names import CONFLICTING, CONTRADICTED, NOT_APPLICABLE
from ..workshop.case_check import Told, told
from .classes import ANSWERS
from .smallest import Judge
from .space import SUBJECT, Space
from .usage import MARKS


def record_of(facts: Sequence[Ground], space: Space) -> EDB:
    """A patient of the space as a record; a list that says something is complete."""
    said = [f for f in facts if f.predicate not in (CONFLICTING, NOT_APPLICABLE)]
    marks = {m: [str(f.values[1]) for f in facts if f.predicate == m] for m in (CONFLICTING, NOT_APPLICABLE)}
    names = {f.predicate.removeprefix("-") for f in said}
    listed = frozenset(cell.field for cell in space.cells if cell.listed and cell.field in names)
    conflicts = dict.fromkeys(marks[CONFLICTING], ())
    return EDB(SUBJECT, dict.fromkeys(facts, ()), listed, frozenset(marks[NOT_APPLICABLE]), conflicts)


def atoms(knowledge: Knowledge, edb: EDB) -> frozenset[Ground]:
    """The atoms of the answer, and what was set apart, by pyDatalog."""
    apart: set[Ground] = set()
    model = derive(knowledge.normal, edb.facts)
    while found := contradicted(model, edb):
        apart |= {Ground(CONTRADICTED, (edb.subject, name)) for name in found}
        edb = set_apart(edb, found)
        model = derive(knowledge.normal, edb.facts)
    names = ANSWERS - {CONTRADICTED}
    return frozenset(apart) | {a for a in model.atoms if a.predicate.removeprefix("-") in names}


def only(first: Iterable[Ground], second: Iterable[Ground]) -> tuple[Ground, ...]:
    """What is in the first and not in the second."""
    return tuple(sorted(set(first) - set(second), key=ground_key))


@dataclass(frozen=True)
class Answered:
    """What is answered of a patient, by the parts of a test case, and the case."""

    case: Case
    parts: dict[str, Told]


def answered(knowledge: Knowledge, edb: EDB) -> Answered:
    """The answer for a record."""
    case = assess(knowledge, edb)
    return Answered(case, told(answer(case)))


def ended(
    knowledge: Knowledge, space: Space, facts: Sequence[Ground], answers: Judge, growing: bool = False
) -> EDB:  # fmt: skip
    """The patient as a record, with as many more facts as it takes for the search for what is unknown to end.

    Without them a test case could not say what is undetermined. answers: whether it is still such a patient as asked.
    growing: facts are added one, two, four ... at a time, for many patients of whom little is known: a few facts more
    than it takes, and far fewer searches.
    """
    held, stride = list(facts), 1
    while True:
        edb = record_of(held, space)
        found = answer(assess(knowledge, edb))
        if found.complete:
            return edb
        open_ = {m.fact: n for n, m in enumerate(found.undetermined)}
        cells = sorted(
            (c for c in space.cells if not c.listed and c.field in open_), key=lambda cell: open_[cell.field]
        )
        before = len(held)
        for cell in cells:
            # what is denied opens less than what is affirmed: it comes last among the options of a cell
            more = [[*held, fact] for fact in reversed(cell.options) if fact.predicate not in MARKS]
            fitting = answers(more) if more else ()
            held = next((facts for facts, fits in zip(more, fitting, strict=True) if fits), held)
            if len(held) == before + stride:
                break
        if len(held) == before:
            return edb
        stride *= 2 if growing else 1
