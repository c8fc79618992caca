"""What is asked of a cohort: counts, departures from the guideline, one patient's proof. Held against one patient at a
time, by the evaluator that is for one patient."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asked import cohort_of, patients, run
from guidekb.facts.read import read
from guidekb.kb.ir import EDB
from guidekb.kb.load import HOME, load
from guidekb.queries.answers.answer import Answer, Item, answer
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.cohort.one import record_of
from guidekb.queries.cohort.opened import opened

PRACTICE = HOME / "audit" / "practice.md"
COUNT = 120


@pytest.fixture(scope="module")
def edbs() -> list[EDB]:
    """The records as one patient's command reads them."""
    return list(read(json.dumps(patients(COUNT)).encode(), "patients.json", load(HOME)).edbs)


@pytest.fixture(scope="module")
def answers(edbs: list[EDB]) -> dict[str, Answer]:
    """The answer for each, alone."""
    knowledge = Knowledge(load(HOME))
    return {edb.subject: answer(assess(knowledge, edb)) for edb in edbs}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cohort's folder."""
    return cohort_of(patients(COUNT), tmp_path_factory.mktemp("cohort"))


def items(found: Answer) -> Iterator[Item]:
    """Everything that is concluded of one patient."""
    for part in (found.recommendations, found.alerts, found.expectations, found.prognosis, found.flags):
        yield from part


def test_the_counts_are_those_of_the_patients_one_by_one(out: Path, answers: dict[str, Answer]) -> None:
    data = json.loads(run("cohort", "summary", out, "--format", "json").out)
    assert (data["patients"], data["finished"]) == (COUNT, True)
    expected = Counter((i.atom.predicate, i.name, i.value, i.status) for a in answers.values() for i in items(a))
    expected = {key: count for key, count in expected.items() if key[3] != "undetermined"}
    counted = {
        (row["part"], row["name"], row["value"], status): count
        for row in data["answers"]
        for status, count in row["statuses"].items()
        if status != "undetermined"
    }
    assert counted == expected
    waiting = Counter(m.fact for a in answers.values() for m in a.undetermined)
    assert {row["field"]: row["patients"] for row in data["undetermined"]} == dict(waiting)
    deciding = Counter(m.fact for a in answers.values() for m in a.undetermined if m.would_decide)
    assert {r["field"]: r["actions_wait"] for r in data["undetermined"] if r["actions_wait"]} == dict(deciding)


def test_a_statement_counts_a_patient_once(out: Path, answers: dict[str, Answer]) -> None:
    data = json.loads(run("cohort", "summary", out, "--format", "json").out)
    said = {(s, i.status, subject) for subject, a in answers.items() for i in items(a) for s in i.statements}
    expected = Counter((statement, status) for statement, status, _ in said if status != "undetermined")
    counted = {(s, status): n for s, row in data["statements"].items() for status, n in row.items()}
    assert {key: n for key, n in counted.items() if key[1] != "undetermined"} == dict(expected)


def standings(edbs: list[EDB]) -> dict[tuple[str, str], Counter[str]]:
    """Of each conclusion how many have each standing: the rules of what was done, one patient at a time."""
    knowledge = Knowledge(load(HOME, [PRACTICE]))
    found: dict[tuple[str, str], Counter[str]] = {}
    for edb in edbs:
        atoms = assess(knowledge, edb).model.atoms
        practice = {tuple(a.values[1:]) for a in atoms if a.predicate == "practice"}
        departs = {a.values[1] for a in atoms if a.predicate == "departs"}
        for atom in atoms:
            if atom.predicate in ("recommend", "consider", "advise_against"):
                name = atom.values[1]
                if atom.predicate == "advise_against":
                    standing = "departed" if name in departs else "not_recorded"
                else:
                    standing = next((s for s in ("done", "not_done") if (name, s) in practice), "not_recorded")
                found.setdefault((atom.predicate, str(name)), Counter()).update([standing])
    return found


def test_the_audit_is_that_of_the_patients_one_by_one(out: Path, edbs: list[EDB]) -> None:
    rows = json.loads(run("cohort", "audit", out, "--format", "json").out)
    counted = {
        (r["direction"], r["name"]): {s: r[s] for s in ("done", "not_done", "departed", "not_recorded") if r[s]}
        for r in rows
        if r["statement"] is None
    }
    expected = standings(edbs)
    assert counted == {key: dict(counts) for key, counts in expected.items()}
    # The patients are made so that the audit has something to find of each kind.
    assert expected["recommend", "treat_underlying_cancer_as_primary"]["not_done"] > 5
    assert expected["advise_against", "corticosteroids_alone_for_dermatomyositis"]["departed"] > 0
    assert expected["advise_against", "immunotherapy_before_infection_excluded"]["departed"] > 0


def test_the_audit_tells_silence_from_not_done(out: Path, edbs: list[EDB]) -> None:
    knowledge = Knowledge(load(HOME))
    said = {e.subject: [f.values[1] for f in e.facts if f.predicate == "bisphosphonate"] for e in edbs}
    recommended = {
        e.subject
        for e in edbs
        if any(a.predicate == "recommend" and a.values[1] == "bisphosphonate" for a in assess(knowledge, e).model.atoms)
    }
    not_done = {subject for subject, values in said.items() if values == ["none"]}
    silent = {subject for subject, values in said.items() if not values}
    assert recommended & not_done
    assert recommended & silent
    assert run("cohort", "audit", out, "--list", "bisphosphonate").out.split() == sorted(recommended & not_done)
    listed = run("cohort", "audit", out, "--list", "bisphosphonate", "--unrecorded").out.split()
    assert listed == sorted(recommended & silent)


def test_the_text_says_what_no_field_can_tell(out: Path) -> None:
    shown = run("cohort", "audit", out, "--width", "200").out
    assert shown.startswith(f"{COUNT} patients\n")
    assert "-: no field of the record tells whether it was done: " in shown
    assert "trastuzumab_plus_chemotherapy" in shown.partition("-: no field")[2]


def test_a_record_out_of_the_columns_is_the_record(out: Path, edbs: list[EDB]) -> None:
    of = opened(out, load(HOME).sha256)
    for edb in edbs:
        again = record_of(load(HOME), of, edb.subject)
        assert again.facts.keys() == edb.facts.keys()
        assert (again.listed, again.not_applicable, again.as_of) == (edb.listed, edb.not_applicable, edb.as_of)
        assert again.conflicts.keys() == edb.conflicts.keys()


def test_the_proof_of_a_patient_in_a_cohort_is_that_of_the_patient_alone(
    out: Path, answers: dict[str, Answer], tmp_path: Path
) -> None:
    """All but where the facts were recorded: in the tables, the file and the field."""
    records = {record["id"]: record for record in patients(COUNT)}
    told = [(s, i.name) for s, a in list(answers.items())[:3] for i in a.recommendations[:2]]
    assert len(told) > 3
    for subject, name in told:
        alone = tmp_path / "alone.json"
        alone.write_text(json.dumps(records[subject]), encoding="utf-8")
        one = json.loads(run("explain", alone, name, "--format", "json").out)
        many = json.loads(run("cohort", "explain", out, subject, name, "--format", "json").out)
        assert shape(one) == shape(many)


def shape(data: dict[str, Any]) -> Any:
    """An explanation without the places of facts and the node ids that rest on them."""
    nodes = data["explanations"]

    def below(name: str) -> Any:
        node = nodes[name]
        rest = {k: v for k, v in node.items() if k not in ("recorded", "children")}
        return rest, [below(child) for child in node["children"]]

    return [(i["action"], i["status"], below(i["because"])) for i in data["recommendations"] if i["because"]]


def test_the_page_has_the_counts_and_needs_no_other(out: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert run("cohort", "summary", out, "-o", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "http:" not in text
    assert "https:" not in text
    data = json.loads(run("cohort", "summary", out, "--format", "json").out)
    for row in data["answers"]:
        assert all(f'<td class="number">{count:,}</td>' in text for count in row["statuses"].values())
    assert text.count("<svg") > 50
    before = page.read_bytes()
    assert run("cohort", "summary", out, "-o", page).code == 0
    assert page.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (("summary", "{empty}"), 4, "holds no results of a cohort"),
        (("summary", "{other}"), 4, "holds other things than results of a cohort"),
        (("audit", "{out}", "--list", "mammogramm"), 6, "did you mean `mammogram`?"),
        (("explain", "{out}", "nobody", "mammogram"), 6, "error[Q679]: no patient `nobody` is in this cohort"),
        (("explain", "{out}", "p0001", "mammogramm"), 6, "did you mean `mammogram`?"),
        (("explain", "{out}", "p'; DROP TABLE facts; --", "mammogram"), 6, "error[Q679]"),
        (("diff", "{out}", "{empty}"), 4, "error[Q672]"),
        (("summary", "{out}", "--memory", "lots"), 2, "error[Q673]"),
    ],
)
def test_bad_input(out: Path, tmp_path: Path, command: tuple[str, ...], code: int, message: str) -> None:
    empty, other = tmp_path / "empty", tmp_path / "other"
    empty.mkdir()
    other.mkdir()
    (other / "letter.txt").write_text("dear", encoding="utf-8")
    places = {"empty": str(empty), "other": str(other), "out": str(out)}
    done = run("cohort", *(part.format(**places) for part in command))
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    assert "Traceback" not in done.err


def test_a_table_that_is_cut_short(out: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(out, broken)
    table = next((broken / "answers").glob("*.parquet"))
    table.write_bytes(table.read_bytes()[:100])
    done = run("cohort", "summary", broken)
    assert done.code == 4
    assert "error[Q678]: the results cannot be read" in done.err


def test_other_rules_do_not_explain_what_these_have_written(out: Path, tmp_path: Path) -> None:
    changed = tmp_path / "kb"
    shutil.copytree(HOME, changed, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    readings = changed / "guidelines" / "paraneoplastic_breast_readings.md"
    readings.write_text(readings.read_text(encoding="utf-8").replace("Days <= 31.", "Days <= 30."), encoding="utf-8")
    for command in (("summary", out), ("audit", out), ("explain", out, "p0001", "mammogram")):
        done = run("cohort", *command, "--kb", changed)
        assert (done.code, done.out) == (4, "")
        assert "error[Q676]" in done.err


def test_an_interrupted_run_is_counted_and_said_to_be_one(out: Path, tmp_path: Path) -> None:
    part = tmp_path / "part"
    shutil.copytree(out, part)
    (part / "manifest.json").unlink()
    (part / "done" / "part-00001.json").unlink()
    done = run("cohort", "summary", part, "--width", "200")
    assert done.code == 0
    assert "the run is not finished: 2 of 3 partitions are done, and counted here" in done.out
