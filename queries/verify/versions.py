"""A version of a knowledge base: a folder, or a revision that git knows in the checkout."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid, UnknownName
from ...kb.ir import Program
from ...kb.load import load


def version(named: str, folder: Path) -> Program:
    """The checked program of a folder, or of `folder` as it was at a revision. Raises UnknownName, or Invalid."""
    if (Path(named) / "vocabulary.md").is_file():
        return load(Path(named))
    with tempfile.TemporaryDirectory() as made:
        root = _git(folder, named, "rev-parse", "--show-toplevel").strip()
        inside = folder.resolve().relative_to(Path(root).resolve()).as_posix()
        revision = _git(folder, named, "rev-parse", "--verify", "--end-of-options", f"{named}^{{commit}}").strip()
        for name in _git(folder, named, "ls-tree", "-r", "--name-only", "--full-tree", revision, inside).splitlines():
            below = Path(name).relative_to(inside)
            if below.as_posix() == "vocabulary.md" or (below.parts[0] == "guidelines" and below.suffix == ".md"):
                target = Path(made) / below
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(_git(folder, named, "show", f"{revision}:{name}"), encoding="utf-8")
        try:
            return load(Path(made))
        except Invalid as invalid:
            raise Invalid(invalid.diagnostics) from None


def _git(folder: Path, named: str, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        done = None
    if done is None or done.returncode != 0:
        help_ = "give a folder with vocabulary.md, or a revision of this checkout such as `HEAD`"
        raise UnknownName([Diagnostic("V805", f"`{named}` is no version of a knowledge base", help=help_)])
    return done.stdout
