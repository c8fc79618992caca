"""A case with its answer and the explanation graph of the answer: what the commands that compare cases start from."""

from __future__ import annotations

from dataclasses import dataclass

from ..answers.answer import Answer, answer
from ..answers.assess import Case
from ..wording.words import Words
from .explanation import Graph, explain


@dataclass(frozen=True, slots=True)
class Report:
    """One case, all that is answered of it, and why."""

    case: Case
    answer: Answer
    graph: Graph


def report(case: Case, said: Words) -> Report:
    """The report of a case, in the words of a language."""
    found = answer(case)
    return Report(case, found, explain(case, found, said))
