"""Test cases run one by one: a case that fails or that cannot be run says why, and stops no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal as OneOf

from ...kb.case import TestCase
from ...kb.diagnostics import Diagnostic, Invalid, render
from ...kb.edb import EDB
from ..answers.assess import Case, Knowledge, assess, under
from ..explanations.report import Report, report
from ..rendering.answer_text import answer_text
from ..rendering.layout import Layout
from ..wording.words import Words, words
from .case_check import differences
from .case_names import CaseNames
from .case_report import failure

Status = OneOf["passed", "failed", "error"]
PAGE = Layout(width=100)
"""Reports and transcripts are the same on every terminal."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: `wrong` in a line each, `report` in full.

    `assessed` is None when it could not be run; `recorded` is the record before what contradicts itself was set apart.
    """

    place: str
    name: str
    section: str
    status: Status
    wrong: tuple[str, ...] = ()
    report: str = ""
    assessed: Case | None = field(default=None, compare=False, repr=False)
    recorded: EDB | None = field(default=None, compare=False, repr=False)


class Runner:
    """Runs cases against one knowledge base. `update` writes transcripts anew, through `write`."""

    def __init__(self, knowledge: Knowledge, update: bool = False, said: Words | None = None) -> None:
        self.knowledge = knowledge
        self.update = update
        self.said = said or words()
        self.names = CaseNames(knowledge.program)
        self.written: dict[Path, str] = {}
        """The transcripts that an update wants; whoever runs the cases writes them."""

    def run(self, case: TestCase, known: Case | None = None) -> Outcome:
        """Run one case. Whatever goes wrong in it is its outcome. `known`: what is known of it under rules that say
        the same, so that nothing is searched anew (`under` in answers/assess.py)."""
        problems = case.problems or self.names.faults(case)
        if problems or case.edb is None:
            return self._error(case, problems)
        try:
            assessed = under(known, self.knowledge) if known else assess(self.knowledge, case.edb)
            found = report(assessed, self.said)
            wrong = (*differences(case.expectation, found), *self._transcript(case, found))
        except Exception as error:  # a crash in one case does not stop the others
            line = f"{type(error).__name__}: {error} (a bug in guidekb)"
            return Outcome(case.place, case.name, case.section, "error", (line,), line)
        if not wrong:
            return Outcome(case.place, case.name, case.section, "passed", assessed=assessed, recorded=case.edb)
        lines = tuple(line for _, line in wrong)
        text = failure(case, found, wrong, PAGE, self.said)
        return Outcome(case.place, case.name, case.section, "failed", lines, text, assessed, case.edb)

    def _error(self, case: TestCase, problems: Iterable[Diagnostic]) -> Outcome:
        listed = tuple(problems)
        lines = tuple(d.message for d in listed) or ("the record of this case cannot be used",)
        text = "\n\n".join(map(render, listed)) or lines[0]
        return Outcome(case.place, case.name, case.section, "error", lines, text)

    def _transcript(self, case: TestCase, found: Report) -> Iterator[tuple[str, str]]:
        """Whether the answer is, word for word, what the transcript has; the knowledge base's version apart."""
        if not case.expectation.transcript:
            return
        path = Path(case.span.file).parent / case.expectation.transcript
        text = transcript(self.knowledge, found, self.said)
        if self.update:
            self.written[path] = text
            return
        try:
            before = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            yield "", f"transcript: cannot read `{path.as_posix()}`; --update writes it"
            return
        if before != text:
            yield "", f"transcript: `{path.as_posix()}` differs; read the difference, then --update writes it anew"
            yield from (("", f"  {line}") for line in _difference(before, text))


def transcript(knowledge: Knowledge, found: Report, said: Words) -> str:
    """The answer as text without the line that names the version: a new version is no new answer."""
    whole = answer_text(knowledge.program, found.answer, found.graph, PAGE, said)
    last = said.say("page.knowledge_base", name="\0", version="\0", hash="\0").partition("\0")[0]
    kept = [line for line in whole.split("\n") if not line.startswith(last)]
    return "\n".join(kept)


def _difference(before: str, after: str) -> Iterator[str]:
    from difflib import unified_diff

    yield from list(unified_diff(before.splitlines(), after.splitlines(), "transcript", "answer", n=1, lineterm=""))[
        :60
    ]


def unreadable(path: str, invalid: Invalid) -> Outcome:
    """The outcome of a file that cannot be read at all."""
    lines = tuple(d.message for d in invalid.diagnostics)
    return Outcome(path, "the file of cases", "", "error", lines, "\n\n".join(map(render, invalid.diagnostics)))
