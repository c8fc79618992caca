"""The suite for mutants: what anybody could notice is noticed by a written case, and no suite has fewer."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, count
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from guidekb.cli import cli
from guidekb.facts.cases import read_cases
from guidekb.facts.edit import text_of
from guidekb.kb.properties import verifiable
from guidekb.queries.verify import mutant_suite as searching
from guidekb.queries.verify import mutant_suite_text as writing
from guidekb.queries.verify.judgement import judge
from guidekb.queries.verify.killed_alone import killed_alone
from guidekb.queries.verify.mutant_suite import Kills, fewest, mutant_suite
from guidekb.queries.verify.mutant_suite_text import mutant_suite_file
from guidekb.queries.verify.mutants import mutants
from guidekb.queries.verify.world import World
from small_kb import written

RULES = frozenset({"known_active_cancer", "ivig_by_day_31", "chemotherapy_for_triple_negative", "stage_as_recorded"})


def test_three_patients_kill_every_mutant_of_a_small_knowledge_base(tmp_path: Path) -> None:
    """Fever alone, 38 degrees with bleeding, and 37 degrees with bleeding: each is the only one to kill something."""
    given, _ = written(tmp_path)
    path = tmp_path / "cases" / "mutants.yaml"
    words = ["suite", "--for", "mutants", "--kb", str(tmp_path / "kb"), "-o", str(path)]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines()[1:] == [
        "3 patients kill 10 of 15 mutants.",
        "Nobody kills the other 5: proved to change no answer.",
        "Proved: no suite has fewer.",
    ]
    tested = CliRunner().invoke(cli, ["test", "--kb", str(tmp_path / "kb"), str(path)])
    assert tested.exit_code == 0, tested.output
    # judged with nothing else, not even properties: the cases as they are read back notice every change
    found = judge(replace(given, properties=(), waivers=()), [*read_cases(path, given.program)])
    assert found.of("surviving") == ()
    assert len([j for j in found.of("killed") if j.cases]) >= 10
    again = CliRunner().invoke(cli, words)
    assert again.exit_code == 2
    assert "no file is overwritten" in again.stderr


def test_no_two_patients_of_the_small_space_kill_all(tmp_path: Path) -> None:
    """Every patient whom the vocabulary can describe, under every mutant; every pair is asked of the solver."""
    given, _ = written(tmp_path)
    world = World(given.program)
    kills = Kills(world, mutants(world, given.program))
    everybody = [()]
    for c, cell in enumerate(world.space.cells):
        everybody += [(*one, (c, o)) for one in everybody for o in range(len(cell.options))]
    assert len(everybody) == world.space.size
    everything = range(len(kills.mutants))
    killed = kills.by(everybody, everything)
    killable = frozenset[int]().union(*killed)
    assert len(killable) == 10
    assert not any(one | other == killable for one, other in combinations(killed, 2))
    pool = dict(zip(everybody, killed, strict=True))
    assert len(fewest(pool, sorted(killable))) == 3
    # with nothing known of who kills what together, the solver alone must not take a pair for impossible that is not
    for pair in combinations(sorted(killable), 2):
        together = any(set(pair) <= k for k in killed)
        alone = [frozenset({n}) for n in pair]
        assert killed_alone(world, kills.mutants, pair, alone, 9) == (1 if together else 2), pair


def test_changes_of_a_few_rules_of_the_guideline(texts: dict[str, str], tmp_path: Path) -> None:
    given = verifiable(texts)
    program = given.program
    text, told, found = mutant_suite_file(program, lambda edb: text_of(edb, program), rules=RULES)
    assert found.least <= len(found.patients)
    assert len(told) >= 2
    path = tmp_path / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    cases = [*read_cases(path, program)]
    assert len(cases) == len(found.patients)
    judged = judge(replace(given, properties=(), waivers=()), cases, RULES)
    assert judged.of("surviving") == ()
    assert text == mutant_suite_file(program, lambda edb: text_of(edb, program), rules=RULES)[0]


@pytest.mark.parametrize(("where", "name"), [(searching, "_small"), (searching, "killed_alone"), (writing, "answered")])
def test_an_interruption_leaves_what_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: ModuleType, name: str
) -> None:
    """At the first call of what makes patients small, or proves the bound; at the second of what replays a patient."""
    written(tmp_path)
    work, calls = getattr(where, name), count(1)

    def interrupted(*given: object) -> object:
        if where is searching or next(calls) == 2:
            raise KeyboardInterrupt
        return work(*given)

    monkeypatch.setattr(where, name, interrupted)
    result = CliRunner().invoke(cli, ["suite", "--for", "mutants", "--kb", str(tmp_path / "kb")])
    assert result.exit_code == 130
    assert "PARTIAL: interrupted" in result.stderr
    assert "given:" in result.stdout


def test_an_interruption_at_the_very_beginning(tmp_path: Path) -> None:
    given, _ = written(tmp_path)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    found = mutant_suite(given.program, interrupted)
    assert (found.partial, found.patients, found.least) == (True, (), 0)
