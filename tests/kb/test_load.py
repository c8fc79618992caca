"""From a folder to a checked program: what is read, under which name, and what is said when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from guidekb.kb.diagnostics import Diagnostic, Invalid
from guidekb.kb.ir import Program
from guidekb.kb.load import HOME, LARGEST, SHOWN, assemble, load, plain, text_of

VOCABULARY = """# Vocabulary

```datalog
type stage = localized | metastatic.

input stage(Patient: patient, Stage: stage) open single
    yes "the stage is {Stage}".

derived advise(Patient: patient) open
    yes "treatment is advised".
```
"""
GUIDELINE = """---
name: example
version: 1
---

- **S01** (recommend-for): Treat.

  ```datalog
  @id(treat)
  advise(P) :- stage(P, metastatic).
  ```
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge base."""
    (tmp_path / "vocabulary.md").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "guidelines").mkdir()
    (tmp_path / "guidelines" / "example.md").write_text(GUIDELINE, encoding="utf-8")
    return tmp_path


def problems(folder: Path, *extra: Path, alone: bool = False) -> tuple[Diagnostic, ...]:
    """Everything that is wrong."""
    with pytest.raises(Invalid) as caught:
        load(folder, extra, alone)
    return caught.value.diagnostics


def test_a_folder_is_its_vocabulary_and_its_guidelines(folder: Path) -> None:
    (folder / "README.md").write_text("- **S99**: not read\n", encoding="utf-8")
    found = load(folder)
    assert (found.name, found.version, len(found.sha256)) == ("example", "1", 64)
    assert [c.span.place for c in found.clauses] == ["guidelines/example.md:10"]
    assert [p.span.place for p in found.predicates] == ["vocabulary.md:6", "vocabulary.md:9"]


def test_the_knowledge_base_of_the_package_passes_every_check() -> None:
    found = load()
    assert found.name
    assert [s.id for s in found.statements if s.id == "S01"] == ["S01"]
    assert load(HOME) == found


def test_several_guidelines_are_one_program(folder: Path) -> None:
    text = GUIDELINE.replace("example", "other").replace("S01", "S02").replace("treat)", "again)").replace(": 1", ": 2")
    (folder / "guidelines" / "other.md").write_text(text, encoding="utf-8")
    found = load(folder)
    assert (found.name, found.version, [s.id for s in found.statements]) == ("example+other", "1+2", ["S01", "S02"])


def test_a_datalog_file_is_added(folder: Path) -> None:
    path = folder / "more.dl"
    path.write_text("-advise(P) :- stage(P, localized).\n", encoding="utf-8")
    assert [c.id for c in load(folder, [path]).clauses] == ["-advise@1", "treat"]


def test_a_file_is_named_as_it_was_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "rules.txt").write_text("advise(P) :- stgae(P).\n", encoding="utf-8")
    (problem,) = problems(folder, Path("rules.txt"))
    assert (str(problem.span), problem.code, problem.line) == ("rules.txt:1:14", "E201", "advise(P) :- stgae(P).")


def test_a_file_alone_needs_no_knowledge_base(folder: Path) -> None:
    path = folder / "paths.dl"
    path.write_text(
        "type node = symbol.\ntable edge(A: node, B: node) closed.\nderived path(A: node, B: node) closed.\n"
        "edge(a, b).\npath(X, Y) :- edge(X, Y).  path(X, Z) :- edge(X, Y), path(Y, Z).\n",
        encoding="utf-8",
    )
    found = load(folder, [path], alone=True)
    assert (found.statements, len(found.predicates)) == ((), 2)
    assert [c.id for c in found.clauses] == ["", "path@5", "path@5#2"]


def test_a_document_may_be_added_too(folder: Path) -> None:
    path = folder / "more.md"
    path.write_text(GUIDELINE.replace("S01", "S02").replace("treat)", "again)"), encoding="utf-8")
    assert {s.id for s in load(folder, [path]).statements} == {"S01", "S02"}


def test_an_added_file_never_takes_the_place_of_a_document(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    Path("vocabulary.md").write_text('```datalog\ntable late(S: stage) closed\n    yes "{S}".\n```\n', encoding="utf-8")
    assert {p.name for p in load(folder, [Path("vocabulary.md")]).predicates} == {"stage", "advise", "late"}


def test_default_ids_are_distinct_across_files(tmp_path: Path) -> None:
    (tmp_path / "a.dl").write_text("derived h open. table t closed.\nh :- t.\n", encoding="utf-8")
    (tmp_path / "b.dl").write_text("table u closed.\nh :- u. h :- t, u.\n", encoding="utf-8")
    found = load(tmp_path, [tmp_path / "a.dl", tmp_path / "b.dl"], alone=True)
    assert [c.id for c in found.clauses] == ["h@2", "h@2#2", "h@2#3"]


def test_plain_text_is_read_without_a_file() -> None:
    program, unreadable = plain("typed", "h(X) :- p(X).\n@id(own) h(X) :- q(X).\np(a).")
    assert [c.id for c in program.clauses] == ["h@1", "own", ""]
    assert unreadable == ()


def test_the_digest_is_of_names_and_texts(folder: Path) -> None:
    before = load(folder).sha256
    assert load(folder).sha256 == before
    (folder / "vocabulary.md").write_text(VOCABULARY + "\n", encoding="utf-8")
    assert load(folder).sha256 != before


@pytest.mark.parametrize("make", [lambda p: p / "none", lambda p: p / "guidelines", lambda p: p / "vocabulary.md"])
def test_a_folder_without_guidelines_is_one_error(folder: Path, make: object) -> None:
    assert callable(make)
    (problem,) = problems(make(folder))
    assert (problem.code, problem.help) == (
        "E117",
        "a knowledge base is a folder with vocabulary.md and guidelines/*.md",
    )


def test_a_missing_vocabulary_is_one_error(folder: Path) -> None:
    """Not one for each word that it would have declared."""
    (folder / "vocabulary.md").unlink()
    (problem,) = problems(folder)
    assert (problem.code, "no such file" in problem.message) == ("E118", True)


def test_a_guideline_without_a_name(folder: Path) -> None:
    (folder / "guidelines" / "example.md").write_text(GUIDELINE[GUIDELINE.index("- **S01") :], encoding="utf-8")
    (problem,) = problems(folder)
    assert (problem.code, problem.message) == ("E117", "the guideline has no name")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("é".encode("latin-1"), "is not UTF-8 text: byte 0xe9 in line 1 does not belong there"),
        (b"p(a).\np('\xff').", "is not UTF-8 text: byte 0xff in line 2 does not belong there"),
        ("p(a).".encode("utf-16"), "is not UTF-8 text: byte 0xff in line 1 does not belong there"),
        (b" " * (LARGEST + 1), "is larger than 4,000,000 bytes"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "f.dl"
    path.write_bytes(data)
    (problem,) = problems(tmp_path, path, alone=True)
    assert problem.code == "E118"
    assert problem.message.endswith(message)


@pytest.mark.parametrize("name", ["none.dl", ".", "\0", "a\nb", "x" * 5000])
def test_names_that_are_no_file(tmp_path: Path, name: str) -> None:
    (problem,) = problems(tmp_path, tmp_path / name, alone=True)
    assert problem.code == "E118"


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "f.dl"
    path.write_bytes(b"\xef\xbb\xbfp(a).\r\np(b).\r\n")
    assert text_of(path) == "p(a).\np(b).\n"


def test_of_very_many_problems_the_first_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "f.dl"
    path.write_text("p(X).\n" * 3000, encoding="utf-8")
    found = problems(tmp_path, path, alone=True)
    assert len(found) == SHOWN + 1
    assert (found[-1].code, found[-1].message) == ("E199", "there are more problems than the 500 that are shown")


def test_problems_stand_in_the_order_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "f.dl"
    path.write_text("h(X) :- p(X).\n&\nq(2x).\nr(a).\n", encoding="utf-8")
    found = [(d.span.line, d.code) for d in problems(tmp_path, path, alone=True)]
    assert found == [(1, "E201"), (1, "E201"), (2, "E101"), (3, "E103"), (4, "E201")]


def test_assemble_reads_without_checking() -> None:
    program, unreadable = assemble({"a.dl": "h(X) :- p(Y).", "b.md": "- **S01** (alert): Look.\n"})
    assert (len(program.clauses), len(program.statements), unreadable) == (1, 1, [])
    assert assemble({}) == (Program(), [])
