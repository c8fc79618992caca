"""`verify --patient`: the properties as guards on real records, and what is no record that proofs cover."""

from __future__ import annotations

import json
from pathlib import Path

from small import SMALL, Run, in_folder

PROPERTIES = """
never large_and_ill(P, Kind) "a kind for somebody ill" :- recommend(P, Kind), ill(P).
always small_is_well(P) "the small are well" :- big(P, Size), Size < 10 => well(P).
impossible zero(P) "nobody has no size at all" :- big(P, 0).
possible somebody(P) "somebody is advised" :- recommend(P, _).
stable well_stays(P) "well is well" :- well(P).
"""
GOOD = "id: good\nbig: 50\nkinds: [a]\nill: no\n"
BAD = "id: bad\nbig: 50\nkinds: [a, b]\nill: yes\n"
ODD = "id: odd\nbig: 0\n"


def record(tmp_path: Path, name: str, text: str) -> Path:
    """A file with a record."""
    path = tmp_path / name
    path.write_text(text)
    return path


def test_what_each_patient_breaks(tmp_path: Path, run: Run) -> None:
    folder = in_folder(tmp_path / "kb", SMALL, PROPERTIES)
    good, bad, odd = (record(tmp_path, f"{n}.yaml", t) for n, t in (("g", GOOD), ("b", BAD), ("o", ODD)))
    assert run("verify", "--kb", folder, "--patient", good).code == 0
    found = run("verify", "--kb", folder, "--patient", good, "--patient", bad, "--patient", odd)
    assert found.code == 1
    assert found.out == (
        "good: no property is broken\n"
        "bad:\n"
        "  breaks large_and_ill: a kind for somebody ill (a)\n"
        "  breaks large_and_ill: a kind for somebody ill (b)\n"
        "odd:\n"
        "  breaks small_is_well: the small are well\n"
        "  is no record that proofs cover: it breaks zero: nobody has no size at all\n"
    )


def test_json_and_only_some_properties(tmp_path: Path, run: Run) -> None:
    folder, bad = in_folder(tmp_path / "kb", SMALL, PROPERTIES), record(tmp_path, "b.yaml", BAD)
    found = run("verify", "--kb", folder, "--patient", bad, "--format", "json")
    assert json.loads(found.out) == [
        {
            "patient": "bad",
            "broken": [
                {"property": "large_and_ill", "kind": "never", "violation": f"open:large_and_ill(bad, {kind})"}
                for kind in "ab"
            ],
        }
    ]
    assert run("verify", "--kb", folder, "--patient", bad, "--property", "small_is_well").code == 0
    assert run("verify", "--kb", folder, "--patient", bad, "--property", "large_and_il").code == 6
    assert run("verify", "--kb", folder, "--patient", bad, "--format", "sarif").code == 2


def test_a_record_that_cannot_be_read_is_told_and_the_others_are_done(tmp_path: Path, run: Run) -> None:
    folder = in_folder(tmp_path / "kb", SMALL, PROPERTIES)
    good, broken = record(tmp_path, "g.yaml", GOOD), record(tmp_path, "broken.yaml", "id: x\nbig: many\n")
    found = run("verify", "--kb", folder, "--patient", broken, "--patient", good)
    assert found.code == 4
    assert found.out == "good: no property is broken\n"
    assert "broken.yaml" in found.err


def test_a_waived_violation_is_no_broken_guard(tmp_path: Path, run: Run) -> None:
    waiver = 'accept large_and_ill(P, _) "decided" by "A" until 2030-01-01 :- kinds(P, b).\n'
    folder, bad = in_folder(tmp_path / "kb", SMALL, PROPERTIES + waiver), record(tmp_path, "b.yaml", BAD)
    assert run("verify", "--kb", folder, "--patient", bad, "--as-of", "2029-12-31").code == 0
    assert run("verify", "--kb", folder, "--patient", bad, "--as-of", "2030-01-02").code == 1


def test_the_examples_of_the_guideline_break_nothing(run: Run) -> None:
    examples = sorted((Path(__file__).parents[2] / "facts" / "examples").glob("*.yaml"))
    assert len(examples) > 10
    found = run("verify", *(word for path in examples for word in ("--patient", path)))
    assert found.code == 0
