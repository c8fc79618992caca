"""A checked program, with the facts of a patient or without, as a program for another engine."""

from __future__ import annotations

from ...kb.ir import EDB, Program
from ..answers.assess import Knowledge, assess
from .clingo import clingo
from .plan import plan
from .prolog import prolog
from .souffle import souffle
from .sql import sql

LANGUAGES = {"prolog": prolog, "souffle": souffle, "clingo": clingo, "sql": sql}


def exported(program: Program, edb: EDB | None, language: str) -> str:
    """The program in the language. Raises Unavailable for what the language cannot say.

    A patient's facts are those that answers are made from: what the record contradicts itself about is set apart.
    """
    if edb is None:
        return LANGUAGES[language](plan(program))
    settled = assess(Knowledge(program), edb).edb
    return LANGUAGES[language](plan(program, settled.facts, settled.subject))
