"""FHIR at the command line: `guidekb recommend BUNDLE` and `guidekb facts BUNDLE`, as processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fhir_build import ROOT

FOLDER = ROOT / "facts" / "examples" / "fhir"
BUNDLE = FOLDER / "metastatic-her2-positive.json"


def guidekb(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command."""
    command = [sys.executable, "-c", "from guidekb.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


def test_a_bundle_is_recommended_for_as_a_record_is() -> None:
    done = guidekb("recommend", BUNDLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "trastuzumab plus chemotherapy" in done.stdout
    assert "Observation/her2 valueCodeableConcept" in done.stdout
    assert "as of June 10, 2024" in " ".join(done.stdout.split())


def test_a_bundle_on_standard_input() -> None:
    done = guidekb("recommend", "-", stdin=BUNDLE.read_text(encoding="utf-8"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Patient metastatic-her2-positive")


def test_the_record_of_a_bundle_gives_the_same_answer() -> None:
    record = guidekb("facts", BUNDLE, "--format", "record")
    assert (record.returncode, record.stderr) == (0, "")

    def actions(data: str) -> list[tuple[str, str]]:
        return [(r["action"], r["status"]) for r in json.loads(data)["recommendations"]]

    from_record = guidekb("recommend", "-", "--format", "json", stdin=record.stdout)
    assert actions(from_record.stdout) == actions(guidekb("recommend", BUNDLE, "--format", "json").stdout)


@pytest.mark.parametrize("form", ["text", "json", "record"])
def test_facts_of_a_folder(form: str) -> None:
    done = guidekb("facts", FOLDER, "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\n")
    assert done.stdout.count("long-remission-dermatomyositis") > 0


def test_a_broken_bundle(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(BUNDLE.read_text(encoding="utf-8")[:-200], encoding="utf-8")
    for command in ("facts", "recommend"):
        done = guidekb(command, path)
        assert (done.returncode, done.stdout) == (4, "")
        assert done.stderr.startswith("error[D951]: not JSON: ")


def test_warnings_go_to_stderr_and_the_day_is_an_option() -> None:
    done = guidekb("facts", BUNDLE, "--as-of", "2024-05-09")
    assert done.returncode == 0
    assert "warning[W901]" in done.stderr
    assert "warning" not in done.stdout
    assert "as of 2024-05-09" in done.stdout


@pytest.mark.parametrize("code", ["D951", "W960", "D901"])
def test_a_code_has_its_page(code: str) -> None:
    assert guidekb("explain-code", code).stdout.startswith(f"## {code} ")
