"""Example patients as records and as cases, by the names of their files."""

from __future__ import annotations

from functools import cache

from guidekb.facts.read import Reading, read_files
from guidekb.kb.edb import EDB
from guidekb.queries.answers.assess import Case, assess
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.explanations.report import Report, report
from guidekb.queries.wording.words import words
from shown import EXAMPLES, knowledge

NAMES = tuple(sorted(path.stem for path in EXAMPLES.iterdir() if path.suffix in (".yaml", ".json", ".dl")))
"""All example patients, those in folders of other formats apart."""


@cache
def edb_of(name: str) -> EDB:
    """The first patient of an example file."""
    (path,) = (p for p in EXAMPLES.glob(f"{name}.*") if p.is_file())
    reading = next(iter(read_files((str(path),), knowledge().program, None)))[1]
    assert isinstance(reading, Reading), reading
    return reading.edbs[0]


@cache
def case_of(name: str) -> Case:
    """The case of an example; by the plain evaluator, since no explanation depends on which it is."""
    return assess(knowledge(), edb_of(name), derive)


@cache
def report_of(name: str) -> Report:
    """The English report of an example."""
    return report(case_of(name), words())
