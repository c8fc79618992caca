"""The page's desk over the installed guideline, with the real readers of records."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "queries"))
sys.path.insert(0, str(Path(__file__).parent))

from desk import desk
from guidekb.queries.page.respond import Desk


@cache
def _desk(language: str) -> Desk:
    return desk(language)


@pytest.fixture
def page() -> Desk:
    """The desk in English."""
    return _desk("en")


@pytest.fixture
def german() -> Desk:
    """The desk in German."""
    return _desk("de")
