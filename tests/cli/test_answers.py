"""What `recommend` prints: the published shape, every leaf with its source, the same bytes every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from running import ROOT, Run

SCHEMA = json.loads((ROOT / "queries" / "rendering" / "answer.schema.json").read_text(encoding="utf-8"))
EXAMPLES = sorted(p for p in (ROOT / "facts" / "examples").iterdir() if p.is_file())
KEYS = [
    *("patient", "recommendations", "alerts", "expectations", "prognosis", "undetermined", "flags", "explanations"),
    *("kb", "as_of"),
]


def answers(run: Run, path: Path) -> list[dict[str, object]]:
    """The answers for the patients of a file."""
    ran = run("recommend", str(path.relative_to(ROOT)), "--format", "jsonl")
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def test_the_schema_is_a_schema_and_refuses_what_is_no_answer() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert list(Draft202012Validator(SCHEMA).iter_errors({"patient": "p"}))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_an_answer_has_the_published_shape(run: Run, path: Path) -> None:
    found = answers(run, path)
    assert found
    for one in found:
        Draft202012Validator(SCHEMA).validate(one)
        assert list(one) == KEYS
        nodes = one["explanations"]
        assert isinstance(nodes, dict)
        assert {child for node in nodes.values() for child in node["children"]} <= set(nodes)
        items = [i for part in KEYS[1:5] for i in one[part]]  # type: ignore[union-attr]
        assert all(i["because"] in nodes or (i["because"] is None and i["value"] == "undetermined") for i in items)
        assert len(json.dumps(one)) < 60_000


def test_one_patient_is_an_object_and_several_are_a_list(run: Run) -> None:
    one, other = "facts/examples/published-01.yaml", "facts/examples/published-15.yaml"
    assert json.loads(run("recommend", one, "--format", "json").out)["patient"] == "published-01"
    both = json.loads(run("recommend", one, other, "--format", "json").out)
    assert [a["patient"] for a in both] == ["published-01", "published-15"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the hash seed, and whatever the order of the fields in the record."""
    record = (ROOT / "facts/examples/metastatic-hr-positive.yaml").read_text(encoding="utf-8")
    out: set[bytes] = set()
    for seed in ("1", "2", "3"):
        path = tmp_path / "p.yaml"
        path.write_text(record, encoding="utf-8")
        command = [
            sys.executable,
            "-c",
            "from guidekb.cli import main; main()",
            "recommend",
            "p.yaml",
            "--format",
            "json",
        ]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        out.add(subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True).stdout)
    assert len(out) == 1


def test_one_patient_of_several_is_chosen(run: Run) -> None:
    both = ("facts/examples/published-01.yaml", "facts/examples/published-15.yaml")
    assert (
        json.loads(run("recommend", *both, "--patient", "published-15", "--format", "json").out)["patient"][-2:] == "15"
    )


def test_nothing_undetermined_is_required_when_asked(run: Run) -> None:
    complete, open_ = "facts/examples/published-15.yaml", "facts/examples/metastatic-hr-positive.yaml"
    assert run("recommend", complete, "--require-complete").code == 0
    assert run("recommend", open_, "--require-complete").code == 5


def test_the_reader_of_a_pipe_may_go(tmp_path: Path) -> None:
    script = f"{sys.executable} -c 'from guidekb.cli import main; main()' recommend facts/examples/*.yaml | head -1"
    ran = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout.startswith("Patient ")
    assert ran.stderr == ""
    assert tmp_path.exists()


def test_explain_shows_every_minimal_proof_when_asked(run: Run) -> None:
    shown = run("explain", "facts/examples/metastatic-hr-positive.yaml", "treat_underlying_cancer_as_primary", "--all")
    assert "Another way, 1 of 1:" in shown.out
    assert shown.out.endswith("Ways shown in all: 2. There is no other.\n")
