"""The checked knowledge base, the reports of the examples, and the schema of R4."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from guidekb.kb.ir import EDB, Program
from guidekb.kb.load import HOME, load
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.explanations.report import Report, report
from guidekb.queries.wording.words import words

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
sys.path.insert(0, str(Path(__file__).parent))

from libraries import script  # noqa: E402
from r4 import R4, SCHEMA  # noqa: E402


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
def r4(request: pytest.FixtureRequest) -> R4:
    """The schema; fetched once, and kept in pytest's cache folder."""
    kept = request.config.cache
    assert kept
    return R4(script(SCHEMA, Path(kept.mkdir("guidekb-npm"))))
