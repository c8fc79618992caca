"""Mutants: killed by test cases and properties that really fail, surviving with a patient, or proved equivalent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from guidekb.cli import cli
from guidekb.facts.case_files import case_files, folders_of
from guidekb.facts.cases import read_cases
from guidekb.facts.edit import text_of
from guidekb.kb.load import HOME
from guidekb.kb.normal import normalise
from guidekb.kb.properties import verifiable
from guidekb.queries.answers.assess import Knowledge
from guidekb.queries.evaluation import reference
from guidekb.queries.verify import judgement
from guidekb.queries.verify.case_kills import failing, renamed
from guidekb.queries.verify.check import Check
from guidekb.queries.verify.classes import ANSWERS
from guidekb.queries.verify.judgement import Judgement, judge
from guidekb.queries.verify.mutant_worlds import told, worlds_of
from guidekb.queries.verify.mutants import mutants, mutated, unfalsifiable
from guidekb.queries.verify.mutate import fates
from guidekb.queries.verify.mutate_text import survivor_files
from guidekb.queries.verify.world import World
from guidekb.queries.workshop.case_run import Runner
from small_kb import written

RULES = ("chemotherapy_for_triple_negative", "trastuzumab_for_her2_positive", "neurological_symptoms_may_go_on",
         "known_active_cancer", "ivig_by_day_31")  # fmt: skip


def fate_of(found: Judgement, name: str) -> judgement.Judged:
    """The one mutant of this name."""
    (one,) = (j for j in found.judged if j.mutant.name == name)
    return one


def test_the_fates_of_a_small_knowledge_base_are_those_known_beforehand(tmp_path: Path) -> None:
    given, cases = written(tmp_path)
    found = judge(given, cases)
    one_test = fate_of(found, "hot_by_degrees: left out")
    assert [c.name for c in one_test.cases] == ["Bleeding"]
    assert (one_test.fate, one_test.properties) == ("killed", ())
    both = fate_of(found, "no_aspirin: left out")
    assert ([c.name for c in both.cases], both.properties) == (["Bleeding"], ("warned",))
    assert {j.mutant.name for j in found.of("equivalent")} == {
        "rest_with_fever: left out",
        "rest_with_fever: without `fever(P)`",
        "rest_with_fever: `fever(P)` as `assuming fever(P)`",
        "rest_with_fever: without `hot(P)`",
        "rest_with_fever: `hot(P)` as `assuming hot(P)`",
    }
    survivor = fate_of(found, "hot_by_degrees: `Degrees >= 38` as `Degrees > 38`")
    assert survivor.fate == "surviving"
    assert survivor.survivor
    assert [(f.predicate, *f.values) for f in survivor.survivor.edb.facts] == [("temperature", "patient", 38)]
    assert [(a.predicate, *a.values[1:]) for a in survivor.survivor.lost] == [("recommend", "rest")]


def test_a_property_alone_kills_too(tmp_path: Path) -> None:
    given, _ = written(tmp_path)
    found = judge(given, [])
    assert fate_of(found, "no_aspirin: left out").properties == ("warned",)
    assert fate_of(found, "hot_by_degrees: left out").fate == "surviving"


def test_the_case_of_a_survivor_passes_and_fails_with_its_mutant_in_place(tmp_path: Path) -> None:
    given, cases = written(tmp_path)
    found = judge(given, cases)
    files = survivor_files(found, tmp_path / "new", lambda edb: text_of(edb, given.program))
    assert len(files) == 3
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        (case,) = read_cases(path, given.program)
        mutant = next(j.mutant for j in found.of("surviving") if j.mutant.name in case.name)
        assert Runner(Knowledge(given.program)).run(case).status == "passed", text
        assert Runner(Knowledge(mutated(given.program, mutant))).run(case).status != "passed", text
    added = [*cases, *(c for path in files for c in read_cases(path, given.program))]
    assert judge(given, added).of("surviving") == ()


def test_an_interruption_leaves_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, cases = written(tmp_path)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(judgement, "fates", interrupted)
    found = judge(given, cases)
    assert found.partial
    assert len(found.of("killed")) == 7
    assert len(found.of("not judged")) == 8
    where = ["--kb", str(tmp_path / "kb"), str(tmp_path / "cases")]
    result = CliRunner().invoke(cli, ["mutate", *where])
    assert result.exit_code == 130
    assert "PARTIAL: interrupted; 8 mutants are not judged." in result.stdout


def test_the_command_writes_new_files_only(tmp_path: Path) -> None:
    written(tmp_path)
    where = ["--kb", str(tmp_path / "kb"), str(tmp_path / "cases")]
    first = CliRunner().invoke(cli, ["mutate", *where, "--write", str(tmp_path / "new"), "--format", "json"])
    assert first.exit_code == 1
    data = json.loads(first.stdout)
    assert (data["mutants"], data["killed"], data["surviving"], data["equivalent"]) == (15, 7, 3, 5)
    before = {p.name: p.read_text() for p in (tmp_path / "new").iterdir()}
    assert sorted(before) == ["mutants_hot_by_degrees.yaml", "mutants_no_aspirin.yaml", "mutants_rest_when_hot.yaml"]
    (tmp_path / "new" / "mutants_no_aspirin.yaml").write_text("mine")
    (tmp_path / "new" / "mutants_rest_when_hot.yaml").unlink()
    again = CliRunner().invoke(cli, ["mutate", *where, "--write", str(tmp_path / "new")])
    assert again.exit_code == 2
    assert "is there already; no file is overwritten" in again.stderr
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == sorted(before)[:2]
    assert (tmp_path / "new" / "mutants_no_aspirin.yaml").read_text() == "mine"
    killed = CliRunner().invoke(cli, ["mutate", *where, str(tmp_path / "new" / "mutants_hot_by_degrees.yaml")])
    assert "15 mutants, 4 test cases" in killed.stdout


def test_a_rule_that_is_none(tmp_path: Path) -> None:
    written(tmp_path)
    result = CliRunner().invoke(cli, ["mutate", "--kb", str(tmp_path / "kb"), "--rule", "hot_by_wrod"])
    assert result.exit_code == 1 or isinstance(result.exception, Exception)
    assert "hot_by_word" in str(getattr(result.exception, "diagnostics", ""))


def test_a_patient_tells_a_mutant_on_the_evaluator_too(texts: dict[str, str]) -> None:
    program = verifiable(texts).program
    world = World(program)
    found = list(fates(world, tuple(m for m in mutants(world, program) if m.rule.clause.id in RULES)))
    assert len(found) > 20
    for fate in found:
        if fate.patient is not None:
            facts = fate.patient.facts
            before = {a for a in reference.derive(world.normal, facts).atoms if a.predicate in ANSWERS}
            changed = reference.derive(normalise(mutated(program, fate.mutant)), facts).atoms
            assert before != {a for a in changed if a.predicate in ANSWERS}, fate.mutant.name
            assert told(world.normal, fate.mutant, [facts]) == [True]
    equivalent = {f.mutant.name for f in found if f.patient is None}
    assert "neurological_symptoms_may_go_on: left out" in equivalent


def test_all_worlds_at_once_say_what_each_mutated_program_says(texts: dict[str, str]) -> None:
    """Mutants of every kind with the patients of some cases, one by one on the reference evaluator."""
    program = verifiable(texts).program
    world = World(program)
    some = [m for m in mutants(world, program) if not m.changed or m.rule.clause.id in RULES][::9]
    cases = read_cases(next(p for p in case_files(folders_of(HOME)) if p.name == "record.yaml"), program)
    patients = [renamed(c.edb) for c in cases if c.edb][::3]
    seen = 0
    for part in worlds_of(world.normal, some, patients, "patient", apart=False):
        for n, facts in enumerate(patients):
            for k, mutant in enumerate(part.mutants, 1):
                bit = 1 << (n * part.width + k)
                here = {a for a, bits in part.worlds.atoms.items() if bits & bit and ":" not in a.predicate}
                atoms = reference.derive(normalise(mutated(program, mutant)), facts).atoms
                assert here == {a for a in atoms if ":" not in a.predicate}, mutant.name
                seen += 1
    assert seen == len(some) * len(patients)


def test_a_case_that_is_said_to_fail_fails_when_it_is_run(texts: dict[str, str]) -> None:
    program = verifiable(texts).program
    world = World(program)
    cases = [c for p in case_files(folders_of(HOME)) for c in read_cases(p, program)][::5]
    for mutant, wrong, _ in list(failing(program, world.normal, mutants(world, program)[::40], cases)):
        runner = Runner(Knowledge(mutated(program, mutant)))
        assert "passed" not in {runner.run(case).status for case in wrong[:2]}, mutant.name


def test_every_mutant_of_the_guideline_is_killed_or_proved_equivalent(texts: dict[str, str]) -> None:
    given = verifiable(texts)
    cases = [c for p in case_files(folders_of(HOME)) for c in read_cases(p, given.program)]
    found = judge(given, cases)
    assert [j.mutant.name for j in found.of("surviving")] == []
    assert len(found.of("killed")) > 1000
    assert {j.mutant.rule.clause.id for j in found.of("equivalent")} == EQUIVALENT


EQUIVALENT = {
    # another rule concludes the same from less: the source says it twice
    "cancer_before_immunosuppression_neurological",
    "cancer_before_immunosuppression_skin",
    "course_follows_response_metastatic",
    "neurological_course_follows_response",
    "neurological_symptoms_may_go_on",
    "alert_dermatomyositis_despite_remission",
    # what is contradicted is set apart before an answer is given, so that this is never asked again
    "stage_as_recorded",
    "visceral_involvement_set_apart",
    "flag_stage_contradicted",
    # the plan to give steroids first is told by a rule of its own
    "steroids_being_given",
    # no report governs beside a recorded value
    "er_from_field",
    "pr_from_field",
    "her2_from_field",
}


def test_every_property_can_fail(texts: dict[str, str]) -> None:
    more = 'never a(P) "x" :- sex(P, male), sex(P, female).'
    assert unfalsifiable(Check(verifiable({**texts, "properties/more.dl": more}))) == {"a"}
