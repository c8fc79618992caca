"""Without the libraries for columns every command on cohorts says what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMANDS = (
    ("run", "facts/examples", "--out", "out"),
    ("run", "facts/examples", "--out", "out", "--update"),
    ("summary", "out"),
    ("audit", "out"),
    ("explain", "out", "p", "mammogram"),
    ("diff", "out", "out"),
)


@pytest.mark.parametrize("library", ["pyarrow", "duckdb"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_is_missing_is_named(library: str, command: tuple[str, ...]) -> None:
    """The library is hidden from a process of its own."""
    hidden = f"import sys; sys.modules[{library!r}] = None; sys.argv = ['guidekb', 'cohort', *{command!r}]"
    code = f"{hidden}; from guidekb.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error[D970]: `{library}` is not installed")
    assert "pip install 'guidekb[cohort]'" in done.stderr
