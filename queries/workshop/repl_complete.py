"""What a line of the conversation may go on with: commands, fields, predicates, the values of columns."""

from __future__ import annotations

import re

from ...kb.ir import PATIENT, Program
from .repl import COMMANDS

WORD = re.compile(r"[\w-]*$")


def completions(program: Program, line: str) -> tuple[str, ...]:
    """The words that may stand where the last word of the line stands, sorted.

    A command at the start; a field, then its values, after `:set`; inside an atom, the values of its column; else the
    predicates.
    """
    if re.fullmatch(r"\s*:[\w-]*", line):
        return tuple(c for c in COMMANDS if c.startswith(line.strip()))
    last = WORD.search(line)
    word = last[0] if last else ""
    begun = line[: len(line) - len(word)]
    names = sorted(p.name for p in program.predicates)
    if field := re.match(r"\s*:(?:set|unset)\s+(?:(\w+)(?:\.\w+)?=)?", begun):
        inputs = sorted(p.name for p in program.predicates if p.role == "input")
        found = _values(program, field[1], -1) if field[1] else inputs
    elif atom := _inside(begun):
        found = _values(program, *atom)
    else:
        found = names
    return tuple(name for name in found if name.startswith(word))


def _inside(text: str) -> tuple[str, int] | None:
    """The atom that is open at the end of the text, and the column that comes next."""
    found = re.search(r"(\w+)\(([^()]*)$", text)
    return (found[1], found[2].count(",")) if found else None


def _values(program: Program, predicate: str, column: int) -> list[str]:
    declared = program.predicates_by_name.get(predicate)
    if declared is None or not -declared.arity <= column < declared.arity:
        return []
    name = declared.columns[column].type
    if column == -1 and name == PATIENT:
        return ["no", "unknown", "yes"]
    kind = program.types_by_name.get(name)
    return sorted(label.name for label in kind.labels) if kind else []
