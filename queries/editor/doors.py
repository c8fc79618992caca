"""What the editor reaches outside through: the readers of files of cases, which another room has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ...kb.case import TestCase
from ...kb.case_word import CaseWord
from ...kb.ir import Program


@dataclass(frozen=True, slots=True)
class Doors:
    """home: the knowledge base of files that are in none. case_files: the files of cases, and of gaps, of a knowledge
    base. kb_of: the knowledge base of a file of cases, None for any other file. cases reads such a file, and
    the records that it names, through a function from names to contents; content is that of the disk. words reads a
    text. All three raise Invalid. pages: the files with the pages of the codes.
    """

    home: Path
    case_files: Callable[[Path], tuple[Path, ...]]
    kb_of: Callable[[Path], Path | None]
    cases: Callable[[Path, Program, Callable[[str], bytes]], Iterable[TestCase]]
    content: Callable[[str], bytes]
    words: Callable[[str, str, tuple[str, ...]], tuple[CaseWord, ...]]
    pages: tuple[Path, ...]
