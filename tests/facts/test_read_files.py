"""Files: a bad one does not stop the others, and a patient is recorded once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from guidekb.facts.read import Reading, read_files
from guidekb.kb.diagnostics import Invalid, render
from guidekb.kb.ir import Program


def tell(result: Reading | Invalid) -> str:
    """The ids that were read, or the errors."""
    if isinstance(result, Invalid):
        return "\n".join(map(render, result.diagnostics))
    return ", ".join(edb.subject for edb in result.edbs)


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of one, two and broken records, in the working directory."""
    monkeypatch.chdir(tmp_path)
    files = {
        "a.yaml": "id: a",
        "bc.json": '[{"id": "b"}, {"id": "c"}]',
        "bad.yaml": "id: [",
        "again.yaml": "\n\nid: c\n",
    }
    for name, text in files.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("folder").mkdir()


def test_a_bad_file_does_not_stop_the_others(program: Program) -> None:
    found = list(read_files(["a.yaml", "bad.yaml", "bc.json"], program))
    assert [path for path, _ in found] == ["a.yaml", "bad.yaml", "bc.json"]
    assert [tell(result) for _, result in found][::2] == ["a", "b, c"]
    assert isinstance(found[1][1], Invalid)


def test_a_patient_of_two_files_is_an_error_that_names_both_places(program: Program) -> None:
    results = [tell(result) for _, result in read_files(["bc.json", "again.yaml", "a.yaml"], program)]
    assert results == [
        "b, c",
        "error[D922]: the patient `c` is recorded twice\n"
        " --> again.yaml:3:5\n"
        "3 | id: c\n"
        "  |     ^\n"
        "  = the first record of this patient (bc.json:1)",
        "a",
    ]


def test_the_same_file_twice(program: Program) -> None:
    first, second = (result for _, result in read_files(["a.yaml", "a.yaml"], program))
    assert isinstance(first, Reading)
    assert isinstance(second, Invalid)


def test_standard_input(program: Program) -> None:
    ((path, result),) = read_files(["-"], program, stdin=io.BytesIO(b"stage(s, localized)."))
    assert (path, tell(result)) == ("-", "s")
    assert isinstance(result, Reading)
    ((origin,),) = result.edbs[0].facts.values()
    assert str(origin) == "<stdin> stage (line 1)"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("no-such-file.yaml", "error[D901]: cannot read the file: no such file or directory\n --> no-such-file.yaml"),
        ("a.yaml/x", "error[D901]: cannot read the file: not a directory\n --> a.yaml/x"),
        (
            "folder",
            "error[D901]: there is no patient in this folder\n --> folder\n"
            "  = it would hold FHIR resources, or records in files that end in .yaml, .yml, .dl or .json",
        ),
        ("\0", "error[D901]: cannot read the file: this is not a file name\n --> �"),
        ("x" * 5000, "error[D901]: cannot read the file: file name too long\n --> " + "x" * 5000),
    ],
)
def test_a_file_that_cannot_be_read(program: Program, path: str, message: str) -> None:
    ((_, result),) = read_files([path], program)
    assert tell(result) == message


def test_the_records_of_a_folder_are_read_one_by_one(program: Program) -> None:
    found = list(read_files(["."], program))
    assert [path for path, _ in found] == ["a.yaml", "again.yaml", "bad.yaml", "bc.json"]
    assert [tell(result) for _, result in found][:2] == ["a", "c"]
    assert "bc.json" in tell(found[3][1])  # `c` is in again.yaml too
    assert "recorded twice" in tell(found[3][1])


def test_a_folder_of_resources_and_records_loses_neither(program: Program) -> None:
    Path("folder/bundle.json").write_text('{"resourceType": "Patient", "id": "f"}', encoding="utf-8")
    Path("folder/record.yaml").write_text("id: r", encoding="utf-8")
    Path("folder/contents.json").write_text('["bundle.json"]', encoding="utf-8")
    found = list(read_files(["folder"], program))
    assert [(path, tell(result)) for path, result in found] == [("folder", "f"), ("folder/record.yaml", "r")]


def test_no_more_is_read_than_a_file_may_have(program: Program) -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.taken += size
            return b" " * size

    endless = Endless()
    ((_, result),) = read_files(["-"], program, stdin=endless)  # pyright: ignore[reportArgumentType]
    assert tell(result).startswith("error[D902]: the file is larger than 16 MiB\n")
    assert endless.taken == 16 * 2**20 + 1
