"""A case with its answer and the explanation graph of the answer: what the commands that compare cases start from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ..answers.answer import Answer, answer
from ..answers.assess import Case
from ..wording.words import Words
from .explanation import Graph, explain


@dataclass(frozen=True)
class Report:
    """One case, all that is answered of it, and why; why is found out when it is asked for."""

    case: Case
    answer: Answer
    said: Words = field(repr=False)

    @cached_property
    def graph(self) -> Graph:
        """The explanation of all of the answer."""
        return explain(self.case, self.answer, self.said)


def report(case: Case, said: Words) -> Report:
    """The report of a case, in the words of a language."""
    return Report(case, answer(case), said)
