"""Transcripts in README and docs are run again and compared; `GUIDEKB_UPDATE=1 pytest tests/docs` rewrites them.

A transcript is a fenced `console` block: `$ command`, and below it what the command prints. Commands may be piped.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from guidekb.cli import cli

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"(?ms)^```console\n(.*?)^```$")


def ran(command: str) -> str:
    """What a shell command prints on stdout and stderr, with `guidekb` being this interpreter's."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    environment = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "COLUMNS")} | {"PATH": path}
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    return done.stdout + done.stderr


def again(block: str) -> str:
    """The block with every command's output as it is now."""
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "\n".join(f"$ {command}\n{ran(command)}" for command in commands)


@pytest.mark.parametrize("page", [p for p in PAGES if BLOCK.search(p.read_text("utf-8"))], ids=lambda p: p.name)
def test_a_transcript_is_what_the_command_prints(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    now = BLOCK.sub(lambda m: f"```console\n{again(m.group(1))}```", text)
    if os.environ.get("GUIDEKB_UPDATE"):
        page.write_text(now, encoding="utf-8")
    else:
        assert text == now, f"{page.name} differs: run with GUIDEKB_UPDATE=1 and read the difference"


def test_every_command_is_in_the_readme_and_has_an_example_in_its_help() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        assert f"| `guidekb {name}" in readme, name
        assert f"guidekb {name}" in (command.help or ""), f"{name} --help has no example"


def test_the_readme_has_transcripts() -> None:
    assert len(BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))) >= 4
