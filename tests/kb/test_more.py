"""A set of symbols that records may extend: `type site = lung | liver | ...`."""

from __future__ import annotations

from guidekb.kb.checks import check
from guidekb.kb.load import plain
from guidekb.kb.printer import print_type

TEXT = """
type site = lung | liver | ...
input sites(P: patient, S: site) open.
derived visceral(P: patient) open.
visceral(P) :- sites(P, %s).
"""


def test_the_dots_say_that_there_may_be_more_and_are_printed() -> None:
    program, problems = plain("a.dl", TEXT % "lung")
    assert not problems
    (site,) = program.types
    assert site.more
    assert print_type(site) == "type site = lung | liver | ..."
    assert check(program) == ()


def test_rules_know_only_the_names_that_are_listed() -> None:
    program, _ = plain("a.dl", TEXT % "livr")
    (found,) = check(program)
    assert (found.code, found.help) == ("E301", "did you mean `liver`?")
