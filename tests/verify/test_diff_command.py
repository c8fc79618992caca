"""`guidekb diff` as its user runs it: folders and git revisions, exit codes, Markdown and JSON, interruption."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from small import SMALL, Run, edited, in_folder

NEW = edited("S > 40", "S > 60")

MARKDOWN = """\
**2 answers change; 1 rule or table row differs.**

### no longer: a is recommended

For 6 of 108 abstract patients (6 %):

- the size is 41 to 60; there is kind a; it does not hold that the patient is well

By the changed rule `large`, guidelines/small.md:18 (X01).

Example: the size is 41; there is kind a; the patient is ill.

### no longer: b is recommended

For 9 of 108 abstract patients (8 %):

- the size is 41 to 60; there is kind b; it does not hold that the patient is well

By the changed rule `large`, guidelines/small.md:18 (X01).

Example: the size is 41; there is kind b.
"""


def git(folder: Path, *words: str) -> None:
    """A git command in a folder, by an author that the machine need not know."""
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, *words], cwd=folder, check=True, capture_output=True)


def test_two_folders_and_what_the_exit_code_says(tmp_path: Path, run: Run) -> None:
    old, new = in_folder(tmp_path / "old", SMALL), in_folder(tmp_path / "new", NEW)
    same = run("diff", old, old)
    assert (same.code, same.err) == (0, "")
    assert same.out.startswith("Equivalent, proved: both versions give the same answers to all ")
    found = run("diff", old, new)
    assert found.code == 1
    assert "by the changed rule large" in found.out
    assert "no longer: " in found.out


def test_revisions_that_git_knows(tmp_path: Path, run: Run) -> None:
    folder = in_folder(tmp_path / "repo" / "kb", SMALL)
    git(tmp_path / "repo", "init", "-q")
    git(tmp_path / "repo", "add", "kb")
    git(tmp_path / "repo", "commit", "-q", "-m", "old")
    in_folder(folder, NEW)
    git(tmp_path / "repo", "commit", "-q", "-a", "-m", "new")
    both = run("diff", "HEAD~1", "HEAD", "--kb", folder)
    assert both.code == 1
    assert both.out == run("diff", "HEAD~1", folder, "--kb", folder).out
    assert run("diff", "HEAD", folder, "--kb", folder).code == 0
    unknown = run("diff", "HEAD~7", folder, "--kb", folder)
    assert (unknown.code, unknown.out) == (6, "")
    assert "error[V805]: `HEAD~7` is no version of a knowledge base" in unknown.err


def test_a_revision_with_a_document_that_cannot_be_read(tmp_path: Path, run: Run) -> None:
    folder = in_folder(tmp_path / "kb", SMALL)
    (folder / "guidelines" / "größe.md").write_bytes(b"---\nname: x\n---\n\xff\xfe")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "old")
    (folder / "guidelines" / "größe.md").unlink()
    found = run("diff", "--kb", folder, "HEAD", folder)
    assert (found.code, found.out) == (3, "")
    assert "error[E118]" in found.err
    assert "größe.md" in found.err


@pytest.mark.parametrize("name", ["--output=x", "HEAD; touch x", "../nowhere", "", "HEAD\n"])
def test_a_revision_is_a_name_and_nothing_else(tmp_path: Path, run: Run, name: str) -> None:
    folder = in_folder(tmp_path / "kb", SMALL)
    git(folder, "init", "-q")
    found = run("diff", "--kb", folder, "--", name, folder)
    assert found.code == 6
    assert found.out == ""
    assert sorted(p.name for p in folder.iterdir() if p.name != ".git") == ["guidelines", "properties", "vocabulary.md"]


def test_markdown_for_a_pull_request(tmp_path: Path, run: Run) -> None:
    old, new = in_folder(tmp_path / "old", SMALL), in_folder(tmp_path / "new", NEW)
    assert run("diff", old, new, "--format", "md").out == MARKDOWN


def test_json_has_the_exact_counts(tmp_path: Path, run: Run) -> None:
    old, new = in_folder(tmp_path / "old", SMALL), in_folder(tmp_path / "new", NEW)
    data = json.loads(run("diff", old, new, "--format", "json").out)
    assert data["alike"] is False
    assert [(e["what"], e["name"]) for e in data["edits"]] == [("changed", "large")]
    assert {c["answer"]: (c["change"], c["exact"]) for c in data["changes"]} == {
        "recommend(patient, a)": ("lost", True),
        "recommend(patient, b)": ("lost", True),
    }
    assert all(0 < int(c["patients"]) < int(data["patients"]) for c in data["changes"])


def test_what_cannot_be_compared_is_a_bad_knowledge_base(tmp_path: Path, run: Run) -> None:
    old = in_folder(tmp_path / "old", SMALL)
    new = in_folder(tmp_path / "new", edited('open yes "there', 'open single yes "there'))
    found = run("diff", old, new)
    assert (found.code, found.out) == (3, "")
    assert "error[V809]" in found.err


def test_an_interrupted_comparison_says_what_is_finished(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = in_folder(tmp_path / "old", SMALL), in_folder(tmp_path / "new", NEW)
    told: list[int] = []

    def progress(done: int, *_: object) -> None:
        told.append(done)
        if done == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr("guidekb.cli._progress", lambda: progress)
    found = run("diff", old, new)
    assert told == [0, 1]
    assert found.code == 130
    assert found.out.startswith("PARTIAL: interrupted.")
    assert "recommend" in found.out
