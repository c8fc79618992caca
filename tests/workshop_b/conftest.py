"""Makes the helpers of this folder and those of tests/queries and tests/cli importable by its tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "queries"))
sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
sys.path.insert(0, str(Path(__file__).parent))

from running import ROOT, Ran, Run


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("export", "--to", "sql")`, in this process; the working directory is the repository's root."""
    monkeypatch.chdir(ROOT)

    def one(*words: str) -> Ran:
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
