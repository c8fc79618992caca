"""Named queries: files in `saved/` that a knowledge engineer adds without Python."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import BodyItem
from ...kb.lexer import Source, comments
from ...kb.load import text_of, with_lines
from ...kb.parser import parse

FOLDER = Path(__file__).with_name("saved")


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A file with a comment that describes it, `?- goal.`, and declarations and rules of its own if it needs some."""

    name: str
    description: str
    path: Path
    text: str
    goal: tuple[BodyItem, ...]
    has_rules: bool


def saved_queries(folder: Path = FOLDER) -> tuple[SavedQuery, ...]:
    """Every saved query, by name. Raises Invalid for a file that cannot be read or has not exactly one goal."""
    return tuple(_read(path) for path in sorted(folder.glob("*.dl")))


def _read(path: Path) -> SavedQuery:
    text = text_of(path)
    parsed = parse(Source(path.name, text))
    problems = list(parsed.problems)
    if not problems and len(parsed.goals) != 1:
        message = f"`{path.name}` has {len(parsed.goals)} goals; a saved query has one, `?- ... .`"
        problems.append(Diagnostic("E119", message))
    if problems:
        raise Invalid(with_lines(problems, {path.name: text}))
    own = bool(parsed.clauses or parsed.predicates or parsed.types)
    return SavedQuery(path.stem, " ".join(comments(text)), path, text, parsed.goals[0], own)
