"""`--help` as a manual page: what it does, an example, exit codes, files, and what to see also."""

from __future__ import annotations

import pytest
from guidekb.cli import cli
from guidekb.queries.help_pages import PAGES
from running import Run

pytestmark = pytest.mark.usefixtures("in_the_repository")


@pytest.mark.parametrize("name", PAGES)
def test_a_command_tells_its_exit_codes_and_what_to_see_also(name: str, run: Run) -> None:
    ran = run(name, "--help")
    assert ran.code == 0
    codes, files, also = PAGES[name]
    assert f"guidekb {name}" in ran.out.split("Options:")[0]
    below = ran.out.split("Exit codes:")[1]
    for code in codes:
        assert f"\n    {code}  " in below
    assert ("Files:" in below) == bool(files)
    for other in also:
        assert other in cli.commands
        assert f"guidekb {other}" in " ".join(below.split())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check",), 0),
        (("check", "--kb", "tests"), 3),
        (("recommend", "--require-complete", "facts/examples/published-01.yaml"), 5),
        (("recommend", "tests"), 4),
        (("explain", "facts/examples/published-01.yaml", "no_such"), 6),
        (("explain-code", "E000"), 6),
        (("coverage", "--threshold", "much"), 2),
        (("test", "-k", "no_such_case"), 1),
        (("graph", "--focus", "no_such"), 6),
    ],
)
def test_the_codes_are_those_that_a_command_ends_with(words: tuple[str, ...], code: int, run: Run) -> None:
    assert run(*words).code == code
    assert code == 2 or code in PAGES[words[0]][0]
