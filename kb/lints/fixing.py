"""Fixes put into texts, round by round, until none is left; the program must pass its checks after each round."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ..checks import check
from ..diagnostics import Diagnostic, Invalid, with_lines
from ..load import assemble, documents
from ..rewrite import Rewritten, rewritten
from . import CODES, lint
from .context import Fix, Linted

ROUNDS = 20


def mended(start: Linted, codes: Collection[str] = CODES) -> dict[str, str]:
    """The texts with every safe fix of these codes made. Raises Invalid (E125) rather than give a broken program."""
    texts = dict(start.texts)
    at = start
    for _ in range(ROUNDS):
        fixes = [f.fix for f in lint(at, codes) if f.fix]
        if not fixes:
            break
        texts = fixed(texts, fixes)
        program, problems = assemble(texts)
        problems = problems or list(check(program))
        if problems:
            first = Diagnostic("E125", "the fixes of `lint` would break this program, and none was made")
            raise Invalid(with_lines((first, *problems), texts))
        at = replace(start, program=program, texts=texts)
    return texts


def mended_files(folder: Path, start: Linted, codes: Collection[str] = CODES) -> tuple[Rewritten, ...]:
    """The files of a knowledge base that the fixes change, as they are to be written."""
    texts = mended(start, codes)
    files: list[Rewritten] = []
    for path in documents(folder):
        name = path.relative_to(folder).as_posix()
        files.append(rewritten(path, lambda _, old, name=name: texts.get(name, old)))
    return tuple(file for file in files if file.changed)


def fixed(texts: Mapping[str, str], fixes: Iterable[Fix]) -> dict[str, str]:
    """The texts with the fixes made; of two for the same lines the first is made, the other is for the next round."""
    result = dict(texts)
    by_file: dict[str, list[Fix]] = {}
    for fix in sorted(fixes, key=lambda f: (f.file, f.first)):
        mine = by_file.setdefault(fix.file, [])
        if not mine or mine[-1].last < fix.first:
            mine.append(fix)
    for file, mine in by_file.items():
        lines = result[file].split("\n")
        for fix in reversed(mine):
            lines[fix.first - 1 : fix.last] = fix.lines
        result[file] = "\n".join(lines)
    return result
