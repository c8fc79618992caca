"""A knowledge base as it stands in the editor: its files by name, with the unsaved text of those that are open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal as OneOf

from ...kb.load import documents
from ...kb.properties import FOLDER as PROPERTIES
from ...kb.properties import property_documents
from ...kb.translation import FOLDER as LANG

VOCABULARY = "vocabulary.md"
GUIDELINES = "guidelines"
REVIEWED = "reviewed.json"
Part = OneOf["document", "property", "translation", "plain", "case", ""]


def folder_of(path: Path, is_there: Callable[[Path], bool]) -> Path | None:
    """The folder of the knowledge base that a Markdown or Datalog file is a part of; None for any other file."""
    if path.name == VOCABULARY and path.parent.parent.name != LANG:
        return path.parent
    if path.suffix == ".md":
        above = path.parents
        depth = 1 if path.parent.name in (GUIDELINES, PROPERTIES) else 2
        if depth == 2 and (len(above) < 3 or above[1].name != LANG):
            return None
        return above[depth] if depth < len(above) and is_there(above[depth] / VOCABULARY) else None
    if path.suffix == ".dl":
        return next((folder for folder in path.parents if is_there(folder / VOCABULARY)), None)
    return None


def part_of(name: str) -> Part:
    """What a file is in its knowledge base, by its name there; files of cases have absolute names."""
    first, *rest = name.split("/")
    if name.endswith((".yaml", ".yml", ".json")):
        return "case"
    if first == PROPERTIES and rest:
        return "property"
    if first == LANG and name.endswith(".md"):
        return "translation"
    if name.endswith(".md"):
        return "document" if name == VOCABULARY or first == GUIDELINES else ""
    return "plain"


def name_of(path: Path, folder: Path) -> str:
    """The name of a file: from the folder of its knowledge base, or absolute for files of cases and others."""
    inside = path.is_relative_to(folder) and path.suffix in (".md", ".dl")
    return path.relative_to(folder).as_posix() if inside else path.as_posix()


def files_of(folder: Path, cases: Iterable[Path]) -> Iterator[Path]:
    """Every file on the disk that is a part of the knowledge base, each once."""
    found: dict[Path, None] = dict.fromkeys(p for p in documents(folder) if p.is_file())
    found |= dict.fromkeys(property_documents(folder))
    found |= dict.fromkeys(sorted((folder / LANG).glob("*/*.md")))
    found |= dict.fromkeys(sorted(folder.rglob("*.dl")))
    found |= dict.fromkeys(p.absolute() for p in cases)
    yield from found


def only(texts: Mapping[str, str], *parts: Part) -> dict[str, str]:
    """The texts of some parts of a knowledge base."""
    return {name: text for name, text in texts.items() if part_of(name) in parts}
