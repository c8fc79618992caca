"""Where files of test cases are: those that are named, those of a knowledge base, and whose cases a file holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FOLDER = "cases"
GAPS = "gaps.yaml"
"""The file of a folder of cases that says which gaps in their coverage are meant."""
SUFFIXES = (".yaml", ".yml")
VOCABULARY = "vocabulary.md"


def case_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files, with all YAML files below the folders, each once; what does not exist is left in, to be told."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if is_case_file(p) and p.is_file())
            found |= dict.fromkeys(below)
        else:
            found[path] = None
    return tuple(found)


def gap_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files of gaps in the folders, or beside the files, that are named."""
    folders = dict.fromkeys(path if path.is_dir() else path.parent for path in paths)
    return tuple(folder / GAPS for folder in folders if (folder / GAPS).is_file())


def is_case_file(path: Path) -> bool:
    """Whether a name is one that a file of cases may have."""
    return path.suffix in SUFFIXES and not path.name.startswith(".") and path.name != GAPS


def folders_of(kb: Path) -> tuple[Path, ...]:
    """The folders with the cases of a knowledge base: in it, beside it, or below the tests beside it."""
    beside = kb.absolute().parent
    places = (kb / FOLDER, beside / FOLDER, *sorted((beside / "tests").glob(f"*/{FOLDER}")))
    return tuple(_short(p) for p in places if p.is_dir())


def kb_of(path: Path) -> Path | None:
    """The knowledge base that a file below a folder `cases` belongs to; None for any other file."""
    above = path.absolute().parents
    if FOLDER not in (folder.name for folder in above) or not is_case_file(path):
        return None
    at = next(n for n, folder in enumerate(above) if folder.name == FOLDER)
    for folder in above[at + 1 :]:
        if (folder / VOCABULARY).is_file():
            return folder
        inside = [f for f in (folder / "kb", *sorted(folder.glob("*"))) if (f / VOCABULARY).is_file()]
        if inside:
            return inside[0]
        if any((folder / name).exists() for name in (".git", "pyproject.toml", "pytest.ini")):
            return None  # a project's folder is the highest that is looked into
    return None


def _short(path: Path) -> Path:
    """The path from the working directory, when it is below that."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path
