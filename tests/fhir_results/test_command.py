"""`recommend --format fhir` and `export --to fhir` as they are typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from r4 import ROOT

EXAMPLES = "facts/examples"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from guidekb.cli import main; main()", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_one_patient_is_one_bundle_and_several_are_a_line_each() -> None:
    one = run("recommend", f"{EXAMPLES}/anti-yo-early.yaml", "--format", "fhir")
    assert (one.returncode, one.stderr) == (0, "")
    assert json.loads(one.stdout)["resourceType"] == "Bundle"
    two = run("recommend", f"{EXAMPLES}/anti-yo-early.yaml", f"{EXAMPLES}/hypercalcemia.yaml", "--format", "fhir")
    bundles = [json.loads(line) for line in two.stdout.splitlines()]
    assert [b["type"] for b in bundles] == ["collection", "collection"]
    assert bundles[0] == json.loads(one.stdout)


def test_a_bad_record_beside_a_good_one(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("id: [", encoding="utf-8")
    done = run("recommend", str(tmp_path / "bad.yaml"), f"{EXAMPLES}/hypercalcemia.yaml", "--format", "fhir")
    assert done.returncode == 4
    assert json.loads(done.stdout)["resourceType"] == "Bundle"
    assert "error[" in done.stderr


def test_the_guideline_to_a_file(tmp_path: Path) -> None:
    done = run("export", "--to", "fhir", "-o", str(tmp_path / "g.json"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    kinds = [e["resource"]["resourceType"] for e in json.loads((tmp_path / "g.json").read_text("utf-8"))["entry"]]
    assert kinds == ["PlanDefinition", "Library", "Device"]


def test_the_guideline_takes_no_patient() -> None:
    done = run("export", "--to", "fhir", f"{EXAMPLES}/hypercalcemia.yaml")
    assert done.returncode == 2
    assert "recommend --format fhir" in done.stderr
