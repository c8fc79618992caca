"""Completion by the shell, as docs/shell.md has it: the scripts, and what bash is told for a line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GUIDEKB = str(Path(sys.executable).parent / "guidekb")


def completed(words: str, number: int) -> set[str]:
    """What is offered for a word of a line."""
    asked = {"_GUIDEKB_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(number)}
    done = subprocess.run(
        [GUIDEKB], env={**os.environ, **asked}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return {line.split(",", 1)[1] for line in done.stdout.splitlines()}


def test_commands_options_and_values_are_completed() -> None:
    assert {"explain", "explain-code", "export"} <= completed("guidekb ex", 1)
    assert {"--focus", "--format"} <= completed("guidekb graph --f", 2)
    assert completed("guidekb export --to ", 3) == {"prolog", "souffle", "clingo", "sql", "fhir"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_read_by_it(shell: str) -> None:
    source = {"_GUIDEKB_COMPLETE": f"{shell}_source"}
    done = subprocess.run(
        [GUIDEKB], env={**os.environ, **source}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "GUIDEKB_COMPLETE" in done.stdout
    program = shutil.which(shell)
    if program and shell != "fish":
        read = subprocess.run(
            [program, "-n"], input=done.stdout, capture_output=True, text=True, check=False, timeout=60
        )
        assert (read.returncode, read.stderr) == (0, "")
