"""Sources of cohorts: the contract of the facts, each violation with its message; and runs that are interrupted."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from cohorts import results
from guidekb.cli import cli, main
from guidekb.kb.codes import pages

ROOT = Path(__file__).parents[2]


def table(folder: Path, name: str, **columns: Any) -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / name / "part-0.parquet")


def ran(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    monkeypatch.setattr(sys, "argv", ["guidekb", *map(str, words)])
    try:
        main()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    return code, *capfd.readouterr()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small source in order: two patients."""
    folder = tmp_path / "source"
    table(folder, "stage", patient=["a", "b"], stage=["localized", "metastatic"])
    table(folder, "age_years", patient=["a"], age=[61])
    return folder


def write_csv(folder: Path, name: str, content: bytes) -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "rows.csv").write_bytes(content)


def truncated(folder: Path) -> None:
    table(folder, "er", patient=["a"] * 100, status=["positive"] * 100)
    path = folder / "er" / "part-0.parquet"
    path.write_bytes(path.read_bytes()[:200])


AS_A_WHOLE = {
    "an unknown predicate": (
        lambda f: table(f, "stages", patient=["a"], stage=["localized"]),
        r"D972.*there is no input predicate `stages`[\s\S]*did you mean `stage`\?",
    ),
    "an unknown column": (
        lambda f: table(f, "er", patient=["a"], statsu=["positive"]),
        r"D974.*a table of `er` has no column `statsu`[\s\S]*er/part-0.parquet[\s\S]*did you mean `status`\?"
        r"[\s\S]*D974.*the column `status` is missing",
    ),
    "a number as text": (
        lambda f: table(f, "age_years", patient=["a"], age=["61"]),
        r"D975.*the column `age` has the type VARCHAR[\s\S]*it wants TINYINT",
    ),
    "a truncated file": (truncated, r"D973.*the table cannot be read"),
    "CSV in Latin-1": (
        lambda f: write_csv(f, "stage_detail", "patient,detail\na,Übergröße\n".encode("latin-1")),
        r"D973.*the table cannot be read",
    ),
    "an empty folder": (lambda f: (f / "er").mkdir(), r"D971.*holds no .parquet and no .csv file"),
}


@pytest.mark.parametrize("name", AS_A_WHOLE)
def test_a_source_that_breaks_the_contract_is_refused_and_nothing_is_written(
    name: str, source: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil, message = AS_A_WHOLE[name]
    spoil(source)
    code, out, err = ran(capfd, monkeypatch, "cohort", "run", source, "--out", source.parent / "out")
    assert (code, out) == (4, "")
    assert re.search(message, err), err
    assert not list(source.parent.glob("out/*/part-*"))


ROWS = {
    "NULL": (lambda f: table(f, "er", patient=["a"], status=pa.array([None], pa.string())), "D976", "has NULL", "a"),
    "a value outside the set": (lambda f: table(f, "er", patient=["b"], status=["postive"]), "D926", "`postive`", "b"),
    "out of range": (lambda f: table(f, "symptom_duration_days", patient=["b"], days=[-1]), "D927", "`-1 days`", "b"),
    "a row twice": (
        lambda f: table(f, "er", patient=["a", "a"], status=["positive"] * 2),
        "W970",
        "more than once",
        "",
    ),
    "no patient": (lambda f: table(f, "er", patient=["", "a"], status=["positive"] * 2), "D976", "name no patient", ""),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_that_break_the_contract_are_told_and_their_patients_left_out(
    name: str, source: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil, code, message, left_out = ROWS[name]
    spoil(source)
    out = source.parent / "out"
    exit_code, _, err = ran(capfd, monkeypatch, "cohort", "run", source, "--out", out)
    assert exit_code == (0 if code.startswith("W") else 4), err
    found = results(out)
    problems = [p for several in found.tables["problems"].values() for p in several]
    assert any(p["code"] == code and message in p["message"] for p in problems), problems
    evaluated = pq.read_table(out / "facts" / "part-00000.parquet")["patient"].to_pylist()
    assert evaluated == sorted({"a", "b"} - {left_out})
    assert json.loads((out / "summary.json").read_text())["patients"] == 2 - bool(left_out)


def test_tables_that_contradict_themselves_are_weighed_as_a_record(
    source: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table(source, "stage", patient=["a", "a", "b"], stage=["localized", "metastatic", "metastatic"])
    table(source, "resectable", patient=["b", "b"], value=[True, False])
    table(source, "not_applicable", patient=["b"], field=["metastatic_burden"])
    table(source, "metastatic_burden", patient=["b"], burden=["limited"])
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "all.yaml").write_text(
        "- {id: a, stage: conflicting, age_years: 61}\n"
        "- {id: b, stage: metastatic, resectable: conflicting, metastatic_burden: conflicting}\n"
    )
    for name, place in (("one", source), ("two", tmp_path / "records")):
        assert ran(capfd, monkeypatch, "cohort", "run", place, "--out", tmp_path / name)[0] == 0
    one, two = results(tmp_path / "one"), results(tmp_path / "two")
    for kind in ("answers", "undetermined"):
        for patient in "ab":
            assert sorted(one.rows(kind, patient), key=str) == sorted(two.rows(kind, patient), key=str)
    assert {p["code"] for several in one.tables["problems"].values() for p in several} == {"W903"}


def test_a_folder_with_other_things_is_left_alone(
    source: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    code, _, err = ran(capfd, monkeypatch, "cohort", "run", source, "--out", tmp_path / "out")
    assert (code, "Q672" in err) == (4, True)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def test_a_killed_run_goes_on_and_the_result_is_the_same_bytes(tmp_path: Path) -> None:
    examples = ROOT / "facts" / "examples"
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    command = [sys.executable, "-c", "from guidekb.cli import main; main()", "cohort", "run", str(examples)]
    more = ["--partitions", "6", "--out"]
    subprocess.run([*command, *more, str(whole)], check=False, capture_output=True)
    process = subprocess.Popen([*command, *more, str(killed)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not list(killed.glob("done/part-*.json")):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(list(killed.glob("done/part-*.json"))) < 6
    assert not (killed / "manifest.json").exists()
    first = sorted(killed.glob("done/part-*.json"))[0]
    before = first.stat().st_mtime_ns
    again = subprocess.run([*command, *more, str(killed)], check=False, capture_output=True, text=True)
    assert "of them done before" in again.stdout
    assert first.stat().st_mtime_ns == before

    def content(folder: Path) -> dict[str, bytes]:
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    assert content(killed) == content(whole)
    shutil.rmtree(killed / "answers")  # a result that is gone is made again
    subprocess.run([*command, *more, str(killed)], check=False, capture_output=True)
    assert content(killed) == content(whole)


PATIENT = '{"resourceType": "Patient", "id": "%s", "gender": "female", "birthDate": "1960-01-01"}'
CANCER = (
    '{"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/pa"}, "code": {"coding": '
    '[{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C50.911"}]}, "recordedDate": "2024-01-01", '
    '"clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", '
    '"code": "active"}]}}'
)


def test_a_bulk_export_is_read_together_and_a_record_that_is_none_does_not_stop_the_others(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("bulk", "records"):
        (tmp_path / folder).mkdir()
    (tmp_path / "bulk" / "Patient.ndjson").write_text(PATIENT % "pa" + "\n" + PATIENT % "pb" + "\n")
    (tmp_path / "bulk" / "Condition.ndjson").write_text(CANCER + "\n")
    assert ran(capfd, monkeypatch, "cohort", "run", tmp_path / "bulk", "--out", tmp_path / "one")[0] == 0
    facts = pq.read_table(tmp_path / "one" / "facts" / "part-00000.parquet").to_pylist()
    assert [(row["patient"], row["breast_cancer_status"]) for row in facts] == [("pa", "known_active"), ("pb", None)]
    (tmp_path / "records" / "good.yaml").write_text("id: good\nstage: metastatic\n")
    (tmp_path / "records" / "bad.yaml").write_text("id: bad\nstgae: metastatic\n")
    code, out, _ = ran(capfd, monkeypatch, "cohort", "run", tmp_path / "records", "--out", tmp_path / "two")
    assert code == 4
    assert "1 patient in 1 partition\n" in out
    (problem,) = results(tmp_path / "two").tables["problems"][""]
    assert (problem["code"], problem["line"], Path(problem["file"]).name) == ("D923", 2, "bad.yaml")


def test_codes_and_sections_are_the_same() -> None:
    sources = [*(ROOT / "facts" / "columns").glob("*.py"), *(ROOT / "queries" / "cohort").glob("*.py")]
    raised = {code for p in sources for code in re.findall(r'"(D9[78]\d|W97\d|W66\d)"', p.read_text(encoding="utf-8"))}
    assert raised == set(pages([ROOT / "facts" / "columns" / "errors.md"]))


def test_the_memory_is_a_size() -> None:
    result: Result = CliRunner().invoke(
        cli, ["cohort", "run", str(ROOT / "facts/examples"), "--out", "x", "--memory", "1"]
    )
    assert "Q673" in str(result.exception and vars(result.exception))
