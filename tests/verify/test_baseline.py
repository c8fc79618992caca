"""A baseline keeps classes: what was there is accepted, and a class that grew is new, though the colour is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small import SMALL, Run, edited, in_folder

NEVER = 'never x(P) "no kind b for the large" :- recommend(P, b), big(P, Size), Size > 60.\n'
DEAD = "good(a).\n@id(never) recommend(P, a) :- big(P, 1), big(P, 2)."

AGAIN = "@id(again) well(P) :- big(P, 3), big(P, 4)."


def kept(tmp_path: Path, run: Run, rules: str = SMALL, properties: str = NEVER) -> tuple[Path, Path]:
    """A folder, and its baseline."""
    folder, file = in_folder(tmp_path / "kb", rules, properties), tmp_path / "baseline.json"
    assert run("verify", "--kb", folder, "--write-baseline", file).code == 1
    return folder, file


def test_what_was_there_is_accepted_and_told(tmp_path: Path, run: Run) -> None:
    folder, file = kept(tmp_path, run)
    assert json.loads(file.read_text())["properties"]["x"]["classes"] == [
        "big(P, Big), Big >= 61, kinds(P, b), unrecorded well(P)"
    ]
    found = run("verify", "--kb", folder, "--baseline", file)
    assert found.code == 0
    assert "accepted: x" in found.out
    assert found.out.endswith("Against the baseline: nothing new.\n")
    assert "accepts no violation" not in found.out


def test_a_class_that_grows_is_new_behind_the_same_colour(tmp_path: Path, run: Run) -> None:
    folder, file = kept(tmp_path, run)
    in_folder(folder, edited("assuming -well(P), big(P, S), S > 40", "big(P, S), S > 40"), NEVER)
    found = run("verify", "--kb", folder, "--baseline", file)
    assert found.code == 1
    assert "Against the baseline, new: x." in found.out
    told = " ".join(found.out.split())
    assert "there is kind b; the patient is well" in told  # what is new, and not what was known
    assert "it does not hold that the patient is well" not in told


def test_a_number_between_those_that_the_solver_knew_is_no_hiding_place(tmp_path: Path, run: Run) -> None:
    """Cut at another constant, what was accepted for the large is still accepted for all of them, and only for them."""
    folder, file = kept(tmp_path, run)
    in_folder(folder, edited("S > 40", "S > 83"), NEVER)
    assert run("verify", "--kb", folder, "--baseline", file).code == 0
    in_folder(folder, SMALL, NEVER.replace("> 60", "> 53"))
    assert run("verify", "--kb", folder, "--baseline", file).code == 1


def test_a_class_that_shrinks_is_nothing_new(tmp_path: Path, run: Run) -> None:
    folder, file = kept(tmp_path, run)
    in_folder(folder, edited("S > 40", "S > 90"), NEVER)
    assert run("verify", "--kb", folder, "--baseline", file).code == 0
    in_folder(folder, edited("S > 40", "S < 10"), NEVER)
    found = run("verify", "--kb", folder, "--baseline", file)
    assert found.code == 0
    assert "proved: x" in found.out


def test_what_has_no_class_is_known_by_its_status(tmp_path: Path, run: Run) -> None:
    vacuous = 'always y(P) "y" :- big(P, 1), big(P, 2) => well(P).\n'
    folder, file = kept(tmp_path, run, edited("good(a).", DEAD), vacuous)
    found = run("verify", "--kb", folder, "--baseline", file)
    assert found.code == 0
    in_folder(folder, edited("good(a).", DEAD), vacuous + NEVER)
    assert "new: x." in run("verify", "--kb", folder, "--baseline", file).out
    in_folder(folder, edited("good(a).", f"{DEAD}\n{AGAIN}"),
              vacuous)  # fmt: skip
    assert "new: dead rule again." in run("verify", "--kb", folder, "--baseline", file).out


def test_a_class_in_words_that_are_gone_accepts_nothing(tmp_path: Path, run: Run) -> None:
    folder, file = kept(tmp_path, run)
    in_folder(folder, SMALL.replace("well(", "healthy("), NEVER)
    assert run("verify", "--kb", folder, "--baseline", file).code == 1


def test_a_conflict_without_any_property_is_kept_by_its_class(tmp_path: Path, run: Run) -> None:
    text = SMALL + ('table exclusive(One: kind, Other: kind) closed yes "{One} excludes {Other}".\nexclusive(a, b).\n')
    folder, file = kept(tmp_path, run, text, "")
    assert run("verify", "--kb", folder, "--baseline", file).code == 0
    in_folder(folder, edited("S > 40", "S > 30", text), "")
    found = run("verify", "--kb", folder, "--baseline", file)
    assert found.code == 1
    assert "new: exclusive actions together" in " ".join(found.out.split())
    assert "the size is 31 to 40" in found.out


def test_to_write_again_loses_nothing_that_is_accepted(tmp_path: Path, run: Run) -> None:
    folder, file = kept(tmp_path, run)
    before = file.read_text()
    assert run("verify", "--kb", folder, "--baseline", file, "--write-baseline", file).code == 0
    assert file.read_text() == before


BROKEN = {"empty": "", "no object": "[]", "truncated": '{"properties": {', "no findings": '{"properties": {}}',
          "odd findings": '{"properties": {}, "findings": [1]}', "odd properties": '{"properties": [], "findings": []}',
          "deep": "[" * 100_000}  # fmt: skip


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_baseline_says_so(text: str, folder: Path, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)
    found = run("verify", "--kb", folder, "--baseline", file)
    assert (found.code, found.out) == (3, "")
    assert "error[V806]: cannot read the baseline" in found.err
