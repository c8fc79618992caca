"""Our own knowledge base as its tools want it: canonical, nothing that lint finds, every rule shown by a case."""

from __future__ import annotations

from pathlib import Path

import pytest
from guidekb.facts.case_files import case_files, folders_of
from guidekb.facts.cases import read_cases
from guidekb.kb.diagnostics import render
from guidekb.kb.format_document import canonical_text
from guidekb.kb.lints import lint
from guidekb.kb.lints.context import Linted
from guidekb.kb.lints.reviewed import read_reviewed
from guidekb.kb.load import HOME, documents, load, texts_of
from guidekb.queries.answers.assess import Knowledge
from guidekb.queries.workshop.coverage_seen import fired

ROOT = HOME.parent
SAVED = sorted((ROOT / "queries" / "goals" / "saved").glob("*.dl"))
FILES = [*documents(HOME), *sorted((HOME / "lang").rglob("*.md")), *SAVED]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_layout_is_canonical(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert canonical_text(path.name, text) == text, f"run `guidekb fmt {path}`"


def test_lint_finds_nothing() -> None:
    """A new text of a statement is a finding (W703) until somebody has read its rules: `guidekb lint --reviewed ID`."""
    program = load()
    files = case_files(folders_of(HOME))
    records = [case.edb for path in files for case in read_cases(path, program) if case.edb]
    shown = fired(Knowledge(program).normal, records)
    found = lint(Linted(program, texts_of(HOME), read_reviewed(HOME), shown))
    assert not found, "\n\n".join(render(f.diagnostic) for f in found)
