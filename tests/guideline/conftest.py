"""Every test patient, read and evaluated once. What the answers have to be stands in `cases/`.

`guidekb test` runs the cases, and so does plain pytest where guidekb is installed (docs/test_cases.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from guidekb.facts.case_files import case_files
from guidekb.facts.cases import read_cases
from guidekb.kb.case import TestCase
from guidekb.kb.load import load
from guidekb.queries.answers.assess import Case, Knowledge, assess

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge base."""
    return Knowledge(load())


@pytest.fixture(scope="session")
def cases(knowledge: Knowledge) -> list[TestCase]:
    """All test patients; every record can be read."""
    found = [case for path in case_files([CASES]) for case in read_cases(path, knowledge.program)]
    assert not [case.place for case in found if case.edb is None]
    return found


@pytest.fixture(scope="session")
def assessed(knowledge: Knowledge, cases: list[TestCase]) -> list[tuple[TestCase, Case]]:
    """All test patients, evaluated."""
    return [(case, assess(knowledge, case.edb)) for case in cases if case.edb]
