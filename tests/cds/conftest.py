"""The knowledge base, and reports of records."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from guidekb.facts.read import read
from guidekb.kb.ir import EDB, Program
from guidekb.kb.load import HOME, load
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.explanations.report import Report, report
from guidekb.queries.wording.words import words

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge(load(HOME))


@pytest.fixture(scope="session")
def program(knowledge: Knowledge) -> Program:
    return knowledge.program


@pytest.fixture(scope="session")
def told(knowledge: Knowledge) -> Callable[[EDB], Report]:
    """A record's report."""
    return lambda edb: report(assess(knowledge, edb), words())


@pytest.fixture(scope="session")
def record(program: Program) -> Callable[[str], EDB]:
    """A record from YAML, or an example by its file name."""

    def of(text: str) -> EDB:
        path = ROOT / "facts" / "examples" / text.splitlines()[0]
        data = path.read_bytes() if "\n" not in text and path.is_file() else text.encode()
        return read(data, "p.yaml", program).edbs[0]

    return of
