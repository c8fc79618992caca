"""pytest finds the test cases of a knowledge base: YAML files below a folder `cases` beside it, one test a patient."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .facts.case_files import kb_of

if TYPE_CHECKING:  # the others are imported when there is a case: pytest starts with this file wherever guidekb is
    from .kb.case import TestCase
    from .queries.workshop.case_run import Outcome, Runner

RUNNERS: pytest.StashKey[dict[Path, Runner]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--guidekb-update` writes transcripts anew; `guidekb_kb` names the knowledge base when it stands elsewhere."""
    group = parser.getgroup("guidekb")
    group.addoption("--guidekb-update", action="store_true", help="Write the transcripts of test cases anew.")
    parser.addini("guidekb_kb", "Folder of the knowledge base whose cases are tested.", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file of cases, when it belongs to a knowledge base."""
    kb = kb_of(file_path)
    if kb is None:
        return None
    named = str(parent.config.getini("guidekb_kb"))
    folder = parent.config.rootpath / named if named else kb
    found: CaseFile = CaseFile.from_parent(parent, path=file_path)  # pyright: ignore[reportUnknownMemberType]
    found.folder = folder
    return found


class CaseFile(pytest.File):
    """A file of cases. A knowledge base or a file that cannot be read is an error of collection."""

    folder: Path

    def collect(self) -> Iterator[CaseItem]:
        """A test for each patient."""
        from .facts.cases import read_cases
        from .kb.diagnostics import Invalid, render

        try:
            runner = self._runner()
            cases = read_cases(self._short(), runner.knowledge.program)
        except Invalid as invalid:
            raise self.CollectError("\n\n".join(map(render, invalid.diagnostics))) from None
        for case in cases:
            name = f"{case.name or 'unnamed'} [{case.span.line}]"
            item: CaseItem = CaseItem.from_parent(self, name=name)  # pyright: ignore[reportUnknownMemberType]
            item.case, item.runner = case, runner
            yield item

    def _short(self) -> Path:
        """The path as messages show it."""
        here = Path.cwd()
        return self.path.relative_to(here) if self.path.is_relative_to(here) else self.path

    def _runner(self) -> Runner:
        """The knowledge base is loaded once."""
        from .kb.load import load
        from .queries.answers.assess import Knowledge
        from .queries.workshop.case_run import Runner

        kept = self.config.stash.setdefault(RUNNERS, {})
        if self.folder not in kept:
            update = bool(self.config.getoption("guidekb_update"))
            kept[self.folder] = Runner(Knowledge(load(self.folder)), update)
        return kept[self.folder]


class CaseItem(pytest.Item):
    """One test patient."""

    case: TestCase
    runner: Runner

    def runtest(self) -> None:
        """Run the case; a difference is a failure."""
        from .queries.save import save

        outcome = self.runner.run(self.case)
        for path, text in self.runner.written.items():
            save(path, text)
        self.runner.written.clear()
        if outcome.status != "passed":
            raise CaseFailed(outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:  # noqa: ARG002
        """The report of the case instead of a traceback."""
        if isinstance(excinfo.value, CaseFailed):
            return excinfo.value.outcome.report
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, self.case.span.line - 1, self.name


class CaseFailed(Exception):  # noqa: N818  (it is an outcome, not a fault)
    """A case that did not pass."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("; ".join(outcome.wrong))
        self.outcome = outcome
