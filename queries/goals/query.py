"""Ad-hoc and saved queries: which program is asked, of which facts, and the answers as text or JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...kb.checks.context import atoms
from ...kb.ir import EDB, Program
from ...kb.load import load, plain, text_of
from ...kb.normal import normalise
from ..evaluation.pydatalog_engine import derive
from .goals import answers, checked, read_goal, rows_text
from .saved_queries import SavedQuery, saved_queries


def ask(goal: str, facts: Callable[[Program], EDB | None], folder: Path, rules: Path | None, form: str) -> str:
    """The answers to a goal, or to the saved query of that name.

    `facts` reads the patient for a program, None when the goal is about no patient. Raises Invalid or UnknownName.
    """
    saved = next((s for s in saved_queries() if s.name == goal.strip()), None)
    program = program_of(folder, rules, saved)
    body = checked(program, saved.goal, {saved.path.name: saved.text}) if saved else read_goal(program, goal)
    edb = facts(program)
    model = derive(normalise(program), edb.facts if edb else ())
    return rows_text(answers(body, model.atoms, saved.name if saved else goal), form)


def program_of(folder: Path, rules: Path | None, saved: SavedQuery | None = None) -> Program:
    """The knowledge base, or what a Datalog file adds to it or is on its own. Raises Invalid."""
    extra = [rules] if rules else []
    if saved and saved.has_rules:
        extra.append(saved.path)
    return load(folder, extra, alone=bool(rules) and is_whole(rules))


def is_whole(rules: Path) -> bool:
    """Whether a Datalog file declares every predicate that it uses, so that it is a program of its own."""
    program, _ = plain(rules.name, text_of(rules))
    declared = {p.name for p in program.predicates}
    return all(atom.predicate in declared for _, atom in atoms(program))
