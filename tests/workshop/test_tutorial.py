"""docs/tutorial.md, done step by step in an empty folder; `UPDATE=1 pytest tests/workshop/test_tutorial.py` writes what
the commands print.

`file=` blocks are written, `edit` blocks replace what stands above `====` by what stands below, and `console tutorial`
blocks are run: what the page shows below a command is what it prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(
    r"(?ms)^(?P<fence>`{3,})(?P<kind>\w+) (?:file=(?P<file>\S+)|(?P<run>tutorial))\n(?P<body>.*?)^(?P=fence)$"
)


def ran(command: str, folder: Path) -> str:
    """What a shell command prints, with `guidekb` being this interpreter's."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    environment = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "COLUMNS")} | {"PATH": path}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert "internal error" not in done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def step(block: re.Match[str], folder: Path) -> str:
    """Do one block; the block as it is now."""
    body, file = block["body"], folder / (block["file"] or "")
    if block["kind"] == "edit":
        before, after = body.split("====\n")
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        file.write_text(text.replace(before, after), encoding="utf-8")
    elif block["file"]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body, encoding="utf-8")
    else:
        commands = [line for line in body.splitlines() if line.startswith("$ ")]
        body = "".join(f"{command}\n{ran(command[2:], folder)}" for command in commands)
    start = block.start("body") - block.start()
    return block.group()[:start] + body + block["fence"]


def test_the_tutorial(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    now = BLOCK.sub(lambda block: step(block, tmp_path), text)
    if os.environ.get("UPDATE"):
        PAGE.write_text(now, encoding="utf-8")
    assert now == PAGE.read_text(encoding="utf-8"), "run with UPDATE=1 and read the difference"


def test_it_has_steps() -> None:
    assert len(BLOCK.findall(PAGE.read_text(encoding="utf-8"))) > 15
