"""The browser, the pages of example patients and the libraries; all tests of this folder are marked `browser`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "queries"))
sys.path.insert(0, str(Path(__file__).parent))

from chromium import Browser, Pages, browser
from libraries import AXE, MERMAID, script
from served import Board, served
from shown import Shown, example, made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def opened() -> Iterator[Browser]:
    """One browser for all tests."""
    pictures = os.environ.get("GUIDEKB_SCREENSHOTS")
    with browser(Path(pictures) if pictures else None) as found:
        yield found


@pytest.fixture
def seen(opened: Browser) -> Browser:
    """The browser, back at a desktop's light window."""
    opened.view()
    return opened


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Writes pages."""
    folder = tmp_path_factory.mktemp("pages")
    written: dict[int, Path] = {}

    def page(of: str | Shown) -> Path:
        shown = example(of) if isinstance(of, str) else of
        path = written.setdefault(id(shown), folder / f"{len(written)}.html")
        if not path.exists():
            path.write_text(made("html", shown), encoding="utf-8")
        return path

    return page


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest) -> Path:
    """The folder in which packages are kept from run to run."""
    cache = request.config.cache
    assert cache
    return Path(cache.mkdir("guidekb-npm"))


@pytest.fixture(scope="session")
def axe(kept: Path) -> str:
    """axe-core, which finds what keeps people out."""
    return script(AXE, kept)


@pytest.fixture(scope="session")
def mermaid_js(kept: Path) -> str:
    """Mermaid, which draws flowcharts."""
    return script(MERMAID, kept)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of one running service for all tests."""
    with served() as found:
        yield found


@pytest.fixture
def board(seen: Browser, address: str) -> Board:
    """The page for one patient, of the running service."""
    return Board(seen, address)
