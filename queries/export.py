"""A checked program, with the facts of a patient or without, as a program for another engine."""

from __future__ import annotations

from ..kb.ir import EDB, Program
from .assess import Knowledge, assess
from .export_clingo import clingo
from .export_plan import plan
from .export_prolog import prolog
from .export_souffle import souffle
from .export_sql import sql

LANGUAGES = {"prolog": prolog, "souffle": souffle, "clingo": clingo, "sql": sql}


def exported(program: Program, edb: EDB | None, language: str) -> str:
    """The program in the language. Raises Unavailable for what the language cannot say.

    A patient's facts are those that answers are made from: what the record contradicts itself about is set apart.
    """
    if edb is None:
        return LANGUAGES[language](plan(program))
    settled = assess(Knowledge(program), edb).edb
    return LANGUAGES[language](plan(program, settled.facts, settled.subject))
