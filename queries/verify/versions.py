"""A version of a knowledge base: a folder, or a revision that git knows in the checkout."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from ...kb.diagnostics import Diagnostic, UnknownName
from ...kb.ir import Program
from ...kb.load import load


def version(named: str, folder: Path) -> Program:
    """The checked program of a folder, or of `folder` as it was at a revision. Raises UnknownName, or Invalid."""
    if (Path(named) / "vocabulary.md").is_file():
        return load(Path(named))
    with tempfile.TemporaryDirectory() as made:
        root = _git(folder, named, "rev-parse", "--show-toplevel").decode().strip()
        inside = folder.resolve().relative_to(Path(root).resolve()).as_posix()
        commit = (
            _git(folder, named, "rev-parse", "--verify", "--end-of-options", f"{named}^{{commit}}").decode().strip()
        )
        listed = _git(folder, named, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, inside)
        for name in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
            below = Path(name).relative_to(inside)
            if below.as_posix() == "vocabulary.md" or (below.parts[0] == "guidelines" and below.suffix == ".md"):
                target = Path(made) / below
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(_git(folder, named, "show", f"{commit}:{name}"))
        return load(Path(made))


def _git(folder: Path, named: str, *words: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)  # noqa: S603, S607
    except (OSError, ValueError):  # there is no git; or a name with a NUL in it
        done = None
    if done is None or done.returncode != 0:
        help_ = "give a folder with vocabulary.md, or a revision of this checkout such as `HEAD`"
        raise UnknownName([Diagnostic("V805", f"`{named}` is no version of a knowledge base", help=help_)])
    return done.stdout
