"""The service in this process, and a real one beside it that all tests of the server share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from serving import Served, Site, site, started


@pytest.fixture(scope="session")
def here() -> Site:
    """The service without credentials, in this process."""
    return site()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`guidekb serve`, as a process; its knowledge base is a copy that nothing changes."""
    with started(tmp_path_factory.mktemp("served"), "--time-limit", "2", "--rate", "0", "--workers", "2") as served:
        yield served
