"""The suites: on the evaluator for patients every rule concludes, and every condition decides, under their patients."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from guidekb.cli import cli
from guidekb.facts.cases import read_cases
from guidekb.facts.edit import text_of
from guidekb.kb.properties import verifiable
from guidekb.queries.answers.assess import Knowledge
from guidekb.queries.verify import suite
from guidekb.queries.verify.mcdc import condition_suite, reason
from guidekb.queries.verify.suite_text import suite_file
from guidekb.queries.workshop.case_run import Runner
from guidekb.queries.workshop.coverage_seen import Seen
from small_kb import written


def test_ten_patients_show_every_rule_and_no_suite_has_fewer(texts: dict[str, str], tmp_path: Path) -> None:
    program = verifiable(texts).program
    text, told, found = suite_file(program, "rules", lambda edb: text_of(edb, program))
    assert found.never == ()
    assert len(found.patients) == found.least == 10
    assert told == ("10 patients show 225 goals.", "Proved: no suite has fewer.")
    path = tmp_path / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    knowledge = Knowledge(program)
    runner, seen = Runner(knowledge), Seen(program, knowledge.normal)
    for case in read_cases(path, program):
        outcome = runner.run(case)
        assert outcome.status == "passed", outcome.report
        assert outcome.assessed
        assert outcome.recorded
        seen.add(outcome.assessed, outcome.recorded)
    assert [name for name, rule in seen.rules.items() if not rule.concluded] == []


def test_every_condition_of_a_small_knowledge_base_decides_or_has_a_proved_reason(tmp_path: Path) -> None:
    given, _ = written(tmp_path)
    path = tmp_path / "cases" / "conditions.yaml"
    result = CliRunner().invoke(cli, ["suite", "--for", "conditions", "--kb", str(tmp_path / "kb"), "-o", str(path)])
    assert result.exit_code == 0
    assert result.stderr.splitlines()[1:] == [
        "4 patients show 12 goals.",
        "Proved: no suite has fewer than 3.",
        "Nobody shows rest_with_fever: `hot(P)` alone fails; proved: it holds wherever `fever(P)` holds.",
    ]
    covered = CliRunner().invoke(cli, ["coverage", "--kb", str(tmp_path / "kb"), "--format", "json", str(path)])
    assert covered.exit_code == 0
    knowledge = Knowledge(given.program)
    seen = Seen(given.program, knowledge.normal)
    for case in read_cases(path, given.program):
        outcome = Runner(knowledge).run(case)
        assert outcome.status == "passed", outcome.report
        assert outcome.assessed
        assert outcome.recorded
        seen.add(outcome.assessed, outcome.recorded)
    assert [(name, c.position) for name, r in seen.rules.items() for c in r.conditions if not c.failed] == [
        ("rest_with_fever", 1)
    ]
    again = CliRunner().invoke(cli, ["suite", "--kb", str(tmp_path / "kb"), "-o", str(path)])
    assert again.exit_code == 2
    assert "no file is overwritten" in again.stderr


def test_a_suite_is_the_same_every_time(tmp_path: Path) -> None:
    given, _ = written(tmp_path)
    texts = {suite_file(given.program, "conditions", lambda edb: text_of(edb, given.program))[0] for _ in range(3)}
    assert len(texts) == 1


def test_a_reason_is_told_by_what_it_rests_on(tmp_path: Path) -> None:
    given, _ = written(tmp_path)
    found = condition_suite(given.program)
    (one,) = found.never
    assert reason(given.program, found.goals[one]) == "proved: it holds wherever `fever(P)` holds"


def test_an_interruption_leaves_the_patients_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(suite, "_small", interrupted)
    result = CliRunner().invoke(cli, ["suite", "--kb", str(tmp_path / "kb")])
    assert result.exit_code == 130
    assert "PARTIAL: interrupted" in result.stderr
    assert "given:" in result.stdout
