"""A server with a small knowledge base of its own, and one with a copy of ours; each is started once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
sys.path.insert(0, str(Path(__file__).parent))

import pytest
from client import Client
from guidekb.kb.load import HOME
from small_guideline import small


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """The small knowledge base."""
    return small(tmp_path)


@pytest.fixture
def client() -> Iterator[Client]:
    """A server of the test's own; it must not have had an error of its own, and must end well."""
    with _conversation() as one:
        yield one


@pytest.fixture(scope="module")
def shared() -> Iterator[Client]:
    """A server for the tests of a module."""
    with _conversation() as one:
        yield one


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our own knowledge base with its cases."""
    root = tmp_path_factory.mktemp("ours")
    kb = root / "kb"
    for name in ("vocabulary.md", "reviewed.json"):
        kb.mkdir(exist_ok=True)
        shutil.copy(HOME / name, kb / name)
    for name in ("guidelines", "properties", "lang"):
        shutil.copytree(HOME / name, kb / name)
    cases = HOME.parent / "tests" / "guideline" / "cases"
    shutil.copytree(cases, kb / "cases")
    return kb


@contextmanager
def _conversation() -> Generator[Client, None, None]:
    one = Client()
    try:
        yield one
        assert (one.end(), one.complaints, one.bugs()) == (0, b"", [])
    finally:
        one.close_streams()
