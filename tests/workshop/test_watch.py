"""`watch`: after a save, the checks, then the cases that it touches, then the others; what is the same is not run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from guidekb.facts.cases import read_cases
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.load import load
from guidekb.queries.workshop.watch import Batch, Watch
from running import ROOT

CASES = """
section: watched
given: {breast_cancer_status: known_active}
---
name: localized disease
about: [S06]
given: {stage: localized, syndromes: [dermatomyositis]}
expect: {for: [definitive_breast_surgery]}
---
name: no syndrome
given: {stage: metastatic, syndromes: []}
expect: {not: {for: [definitive_breast_surgery]}}
"""
RULE = "@id(treat_cancer_first)"
BODY = "recommend(P, treat_underlying_cancer_as_primary) :- pns_with_active_breast_cancer(P)"
AGE = "input age_years(Patient: patient, Age: age_years) open single"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge base with two cases."""
    kb = tmp_path / "kb"
    kb.mkdir()
    shutil.copy(ROOT / "kb" / "vocabulary.md", kb)
    shutil.copytree(ROOT / "kb" / "guidelines", kb / "guidelines")
    (kb / "cases").mkdir()
    (kb / "cases" / "two.yaml").write_text(CASES)
    return kb


@pytest.fixture
def watch(folder: Path) -> Watch:
    cases = folder / "cases" / "two.yaml"
    return Watch(lambda: load(folder), lambda: {cases: cases.read_text()}, read_cases)


def edit(folder: Path, old: str, new: str, name: str = "guidelines/paraneoplastic_breast.md") -> None:
    """A save in an editor."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def names(batch: Batch) -> tuple[list[str], list[str]]:
    """The names of the cases that are touched, and of the others."""
    return [c.name for c in batch.touched], [c.name for c in batch.others]


def run(watch: Watch, batch: Batch) -> list[str]:
    """The statuses of all of them."""
    return [o.status for o in watch.run((*batch.touched, *batch.others))]


def test_first_everything_is_run_and_then_nothing_that_has_not_changed(watch: Watch, folder: Path) -> None:
    assert run(watch, watch.save()) == ["passed", "passed"]
    assert names(watch.save()) == ([], [])
    edit(folder, "## Primary approach", "## The primary approach")  # no rule has changed
    assert names(watch.save()) == ([], [])
    edit(folder, "section: watched", "# a comment above\nsection: watched", "cases/two.yaml")
    assert names(watch.save()) == ([], [])


def test_a_changed_case_is_run_alone(watch: Watch, folder: Path) -> None:
    run(watch, watch.save())
    edit(folder, "for: [definitive_breast_surgery]}}", "for: [mammogram]}}", "cases/two.yaml")
    batch = watch.save()
    assert names(batch) == (["no syndrome"], [])
    assert run(watch, batch) == ["passed"]


def test_a_changed_rule_touches_the_cases_in_which_it_fires_and_the_others_come_after(
    watch: Watch, folder: Path
) -> None:
    edit(folder, ", syndromes: []", "", "cases/two.yaml")
    run(watch, watch.save())
    edit(folder, BODY, f"{BODY},\n      resectable(P)")
    batch = watch.save()
    assert names(batch) == (["localized disease"], ["no syndrome"])  # who may yet have one
    assert [o.name for o in watch.run(batch.touched)] == ["localized disease"]
    edit(folder, "## Primary approach", "## Approach")  # a save before the others have run: they are still due
    assert names(watch.save()) == ([], ["no syndrome"])


def test_what_no_completion_of_a_record_can_meet_is_not_run(watch: Watch, folder: Path) -> None:
    run(watch, watch.save())
    edit(folder, BODY, f"{BODY},\n      resectable(P)")
    assert names(watch.save()) == (["localized disease"], [])  # without a syndrome the rule can never fire
    edit(folder, f"{BODY},\n      resectable(P)", BODY)


def test_another_priority_is_told_anew_only_where_a_case_asks_for_what_it_may_change(
    watch: Watch, folder: Path
) -> None:
    run(watch, watch.save())
    edit(folder, RULE, f"{RULE} @priority(1)")
    assert names(watch.save()) == ([], [])
    wish = "for: [{item: treat_underlying_cancer_as_primary, because: [treat_cancer_first]}]"
    edit(folder, "for: [definitive_breast_surgery]}\n---", wish + "}\n---", "cases/two.yaml")
    assert run(watch, watch.save()) == ["passed"]
    edit(folder, f"{RULE} @priority(1)", RULE)
    batch = watch.save()
    assert names(batch) == (["localized disease"], [])
    assert run(watch, batch) == ["passed"]
    edit(folder, RULE, "@id(treat_first)")  # the case names a rule that there is no more
    batch = watch.save()
    assert names(batch) == (["localized disease"], [])
    assert run(watch, batch) == ["error"]


def test_what_is_wrong_is_raised_and_the_last_program_stays(watch: Watch, folder: Path) -> None:
    run(watch, watch.save())
    before = watch.program
    edit(folder, RULE, "@idd(treat_cancer_first)")
    with pytest.raises(Invalid):
        watch.save()
    assert watch.program is before
    edit(folder, "@idd(treat_cancer_first)", RULE)
    assert names(watch.save()) == ([], [])


def test_a_declaration_runs_all_and_a_sentence_none(watch: Watch, folder: Path) -> None:
    run(watch, watch.save())
    edit(folder, '"the age is not recorded"', '"no age is recorded"', "vocabulary.md")
    assert names(watch.save()) == ([], [])
    edit(folder, f"{AGE} fixed", AGE, "vocabulary.md")
    assert names(watch.save()) == ([], ["localized disease", "no syndrome"])


def test_a_failure_is_told_anew_in_the_words_of_the_save(watch: Watch, folder: Path) -> None:
    edit(folder, "for: [definitive_breast_surgery]}\n---", "for: [mammogram]}\n---", "cases/two.yaml")
    assert run(watch, watch.save()) == ["failed", "passed"]
    edit(folder, "# Paraneoplastic", "\n# Paraneoplastic")
    batch = watch.save()
    assert [case.name for case in (*batch.touched, *batch.others)] == ["localized disease"]


def test_what_watch_says_after_each_edit_is_what_a_fresh_run_says(watch: Watch, folder: Path) -> None:
    run(watch, watch.save())
    for old, new in (
        (BODY, f"{BODY},\n      resectable(P)"),
        (RULE, f"{RULE} @urgency(immediate)"),
        (f"{BODY},\n      resectable(P)", f"{BODY},\n      stage(P, metastatic)"),
    ):
        edit(folder, old, new)
        run(watch, watch.save())
        fresh = Watch(watch._load, watch._stamps, read_cases)
        run(fresh, fresh.save())
        assert set(watch.outcomes()) == set(fresh.outcomes())


def lines(process: subprocess.Popen[str]) -> Iterator[str]:
    """What a process prints, line by line."""
    assert process.stdout
    yield from process.stdout


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT to send")
def test_the_command_tells_each_save_until_it_is_interrupted(folder: Path) -> None:
    command = [str(Path(sys.executable).parent / "guidekb"), "watch", "--kb", str(folder)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        told = lines(process)
        assert next(line for line in told if line.startswith("all: ")) == "all: 2: 2 passed\n"
        edit(folder, RULE, "@idd(treat_cancer_first)")
        assert "error[" in next(line for line in told if "error" in line)
        edit(folder, "@idd(treat_cancer_first)", RULE)
        assert next(line for line in told if line.startswith("all: ")) == "all: 2: 2 passed\n"
        edit(folder, BODY, f"{BODY},\n      resectable(P)")
        assert next(line for line in told if line.startswith("touched")) == "touched: 1 of 1: 1 passed\n"
        assert next(line for line in told if line.startswith("all: ")) == "all: 2: 2 passed\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.communicate()
