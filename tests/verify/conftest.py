"""The guideline with its properties, loaded and checked once; a small one in a folder; the command line."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "queries"))
sys.path.insert(0, str(Path(__file__).parent))

import pytest
from guidekb.kb.load import HOME, documents, text_of
from guidekb.kb.properties import property_documents
from small import PROPERTIES, SMALL, Ran, Run, in_folder


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """The documents of the knowledge base by name."""
    paths = (*documents(HOME), *property_documents(HOME))
    return {p.relative_to(HOME).as_posix(): text_of(p) for p in paths}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the small knowledge base and its properties."""
    return in_folder(tmp_path / "kb", SMALL, PROPERTIES)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("verify", "--kb", folder)`, in this process, as a user sees it."""

    def one(*words: object) -> Ran:
        from guidekb.cli import main

        monkeypatch.setattr(sys, "argv", ["guidekb", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        told = capsys.readouterr()
        assert "Traceback" not in told.err + told.out
        return Ran(code, told.out, told.err)

    return one
