"""What `recommend` and `explain` write: every form, to stdout or to a file that is written whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from guidekb import cli
from guidekb.queries import save as saving
from guidekb.queries.rendering.renderings import FORMS, SEVERAL
from guidekb.queries.save import save
from running import Run

ONE, OTHER = "facts/examples/published-01.yaml", "facts/examples/published-15.yaml"
ACTION = "definitive_breast_surgery"
STARTS = {
    "text": b"Patient published-01",
    "json": b"{",
    "md": b"# Patient published-01",
    "html": b"<!doctype html>",
    "dot": b"digraph",
    "mermaid": b"flowchart TD",
}
PICTURES = {"svg": b"<?xml", "png": b"\x89PNG"}


def test_the_command_line_offers_the_forms_that_there_are() -> None:
    assert cli.RENDERINGS == FORMS
    assert {*cli.ALONE} == {*FORMS} - {*SEVERAL}


@pytest.mark.parametrize("form", [*STARTS, *(pytest.param(f, marks=pytest.mark.browser) for f in PICTURES)])
def test_a_file_gets_what_stdout_would(form: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "answer"
    for command in (("recommend", ONE), ("explain", ONE, ACTION)):
        done = run(*command, "--format", form, "-o", path)
        assert (done.code, done.out, done.err) == (0, "", "")
        start = (STARTS | PICTURES)[form] if command[0] == "recommend" or form != "text" else b"immediately"
        assert path.read_bytes().startswith(start)
        if form != "png":
            assert run(*command, "--format", form).out == path.read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "start"), [("a.html", "html"), ("a.JSON", "json"), ("a.gv", "dot"), ("a.dat", "text")]
)
def test_the_ending_of_the_file_names_the_form(name: str, start: str, run: Run, tmp_path: Path) -> None:
    for command in (("recommend", ONE), ("explain", ONE, ACTION)):
        assert run(*command, "-o", tmp_path / name).code == 0
        assert (tmp_path / name).read_bytes() == run(*command, "--format", start).out.encode()
    assert run("recommend", ONE, "--format", "md", "-o", tmp_path / name).code == 0  # what is asked for goes before
    assert (tmp_path / name).read_bytes().startswith(STARTS["md"])


def test_several_patients_where_the_form_holds_them(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "answers"
    for form in SEVERAL:
        assert run("recommend", ONE, OTHER, "--format", form, "-o", path).code == 0
        text = path.read_text(encoding="utf-8")
        assert run("recommend", ONE, OTHER, "--format", form).out == text
        if form == "json":
            assert [one["patient"] for one in json.loads(text)] == ["published-01", "published-15"]
    for form in cli.ALONE:
        path.write_text("as it was")
        done = run("recommend", ONE, OTHER, "--format", form, "-o", path)
        assert (done.code, done.out) == (2, "")
        assert f"Error: {form} shows one patient" in done.err
        assert path.read_text() == "as it was"


def test_a_bad_patient_among_others_is_told_and_the_rest_written(run: Run, tmp_path: Path) -> None:
    bad, path = tmp_path / "bad.yaml", tmp_path / "answer.html"
    bad.write_text("id: p\nstage: sideways\n")
    assert run("recommend", bad, "--format", "html", "-o", path).code == 4
    assert not path.exists()
    done = run("recommend", bad, ONE, "--format", "html", "-o", path)
    assert done.code == 4
    assert "sideways" in done.err
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_explain_in_a_form_is_about_that_name_only(run: Run) -> None:
    data = json.loads(run("explain", ONE, ACTION, "--format", "json").out)
    assert [one["action"] for one in data["recommendations"]] == [ACTION]
    assert data["alerts"] == data["expectations"] == data["prognosis"] == []
    whole = json.loads(run("recommend", ONE, "--format", "json").out)
    assert data["explanations"].items() < whole["explanations"].items()
    graph = run("explain", ONE, ACTION, "--format", "dot", "--depth", "1").out
    assert data["recommendations"][0]["because"] in graph


def test_what_does_not_follow_is_said_and_not_drawn(run: Run) -> None:
    for form in ("md", "html"):
        done = run("explain", ONE, "bisphosphonate", "--format", form)
        assert done.code == 0
        assert "not recommended, and no unknown fact could change that" in done.out
    for form in ("dot", "mermaid", "svg", "png"):
        done = run("explain", ONE, "bisphosphonate", "--format", form)
        assert (done.code, done.out) == (2, "")
        assert "error[Q607]: there is no proof to draw" in done.err


def test_without_graphviz_a_picture_is_a_clear_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    done = run("recommend", ONE, "--format", "svg")
    assert (done.code, done.out) == (2, "")
    assert "error[Q605]: svg pictures are drawn by Graphviz, which is not installed" in done.err


def test_a_place_that_cannot_be_written_is_a_clear_error(run: Run, tmp_path: Path) -> None:
    done = run("recommend", ONE, "-o", tmp_path / "no" / "answer.txt")
    assert (done.code, done.out) == (2, "")
    assert "cannot write" in done.err
    assert run("recommend", ONE, "-o", tmp_path).code == 2


# ---- save ----


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answer"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["answer"]


def test_a_new_file_has_the_usual_rights_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    mask = os.umask(0o027)
    try:
        save(new, "x")
    finally:
        os.umask(mask)
    old.write_text("old")
    old.chmod(0o604)
    save(old, "x")
    assert [stat.S_IMODE(p.stat().st_mode) for p in (new, old)] == [0o640, 0o604]


def test_links_stay_links_and_pipes_are_written_to(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    save(link, "through")
    assert link.is_symlink()
    assert target.read_text() == "through"
    save(Path(os.devnull), "gone")
    assert Path(os.devnull).is_char_device()


def test_text_is_utf_8_with_its_line_ends_as_they_are(tmp_path: Path) -> None:
    save(tmp_path / "a", "é\n\ud800")
    assert (tmp_path / "a").read_bytes() == "é\n\\ud800".encode()
