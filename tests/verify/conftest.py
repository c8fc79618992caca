"""The guideline with its properties, loaded and checked once; the random programs of the evaluators' tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from guidekb.kb.load import HOME, documents, text_of
from guidekb.kb.properties import property_documents

sys.path.insert(0, str(Path(__file__).parents[1] / "queries"))


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """The documents of the knowledge base by name."""
    paths = (*documents(HOME), *property_documents(HOME))
    return {p.relative_to(HOME).as_posix(): text_of(p) for p in paths}
