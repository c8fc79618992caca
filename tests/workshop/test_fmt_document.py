"""Documents in canonical layout: prose stays, blocks move under their bullets, and nothing is written by halves."""

from __future__ import annotations

from pathlib import Path

import pytest
from guidekb.kb import format_document
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.format_document import canonical_text
from guidekb.kb.load import HOME, documents
from running import Run

BEFORE = """\
---
name: example
---

# Title #
Prose  stays,   as it is. \t
Two blanks break a line,
here they do:  \x20
so they stay.


- **S01** (alert): A statement.

```datalog
% why
@id( one )
alert(P,x):-q(P).   % so
```

```text
other blocks   stay:-  \t
```

<!-- comments
  stay -->

Prose ends the statement.

  ```datalog
  table   t(A:a) closed.
  ```\
"""

AFTER = """\
---
name: example
---

# Title #
Prose  stays,   as it is.
Two blanks break a line,
here they do:  \x20
so they stay.


- **S01** (alert): A statement.

  ```datalog
  % why
  @id(one)
  alert(P, x) :- q(P).  % so
  ```

```text
other blocks   stay:-  \t
```

<!-- comments
  stay -->

Prose ends the statement.

  ```datalog
  table t(A: a) closed.
  ```
"""


def test_a_document() -> None:
    after = AFTER.replace("here they do:  \x20", "here they do:  ")
    assert canonical_text("a.md", BEFORE) == after
    assert canonical_text("a.md", after) == after


@pytest.mark.parametrize(
    "text", ["", "\n", "# Title", "- **S01** (alert): x\n\n  ```datalog\n  ```\n", "```datalog\n```\n"]
)
def test_little_text(text: str) -> None:
    once = canonical_text("a.md", text)
    assert canonical_text("a.md", once) == once
    assert once.strip() == text.strip()


@pytest.mark.parametrize("path", documents(HOME), ids=lambda p: p.name)
def test_our_own_documents_keep_their_meaning(path: Path) -> None:
    text = canonical_text(path.name, path.read_text(encoding="utf-8"))
    assert canonical_text(path.name, text) == text


@pytest.mark.parametrize(
    "text",
    ["```datalog\np(X) :- q(X)\n```\n", "```datalog\np(X).\n", "- **S01** (guess): x\n"],
    ids=["E104", "E116", "E114"],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        canonical_text("a.md", text)


def test_a_layout_that_would_change_the_meaning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("p(a).\np(c).", "p(a).\n\np(b).", "p(a).\np(b). % a comment", "p(a"):
        monkeypatch.setattr(format_document, "formatted", lambda *_, text=wrong: text)
        with pytest.raises(Invalid, match="without changing what it says") as caught:
            canonical_text("a.dl", "p(a).\np(b).  % comment")
        assert caught.value.diagnostics[0].code == "E122"


# ---- the command ----


def test_the_small_knowledge_base_is_canonical(run: Run, small: Path) -> None:
    ran = run("fmt", "--kb", small, "--check")
    assert (ran.code, ran.out, ran.err) == (0, "ok: 2 files in canonical layout\n", "")


def test_a_file_is_changed_once(run: Run, small: Path) -> None:
    file = small / "guidelines" / "small.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(":- stage(P, metastatic)", ":-stage( P,metastatic )"), encoding="utf-8")
    assert run("fmt", "--kb", small, "--check").code == 1
    shown = run("fmt", "--kb", small, "--diff")
    assert shown.code == 0
    assert "-  recommend(P, tamoxifen) :-stage( P,metastatic ).\n+  recommend(P, tamoxifen) :- stage" in shown.out
    assert file.read_text(encoding="utf-8") != text
    assert run("fmt", "--kb", small).out == f"changed {file.as_posix()}\n"
    assert file.read_text(encoding="utf-8") == text
    assert run("fmt", "--kb", small).code == 0


def test_a_broken_file_stays_and_the_others_are_done(run: Run, tmp_path: Path) -> None:
    broken, good = tmp_path / "a.dl", tmp_path / "b.dl"
    broken.write_text("p(a", encoding="utf-8")
    good.write_text("p( a ).", encoding="utf-8")
    ran = run("fmt", broken, good)
    assert ran.code == 3
    assert "error[E104]" in ran.err
    assert broken.read_text(encoding="utf-8") == "p(a"
    assert good.read_text(encoding="utf-8") == "p(a).\n"


def test_line_ends_and_the_byte_order_mark_are_the_file_s_own(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.dl"
    file.write_bytes(b"\xef\xbb\xbfp( a ).\r\np(b).\r\n")
    assert run("fmt", file).code == 0
    assert file.read_bytes() == b"\xef\xbb\xbfp(a).\r\np(b).\r\n"


def test_no_file_is_left_by_halves(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.dl"
    file.write_text("p( a ).", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    ran = run("fmt", file)
    assert ran.code == 2
    assert "cannot write" in ran.err
    assert file.read_text(encoding="utf-8") == "p( a )."
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("name", ["missing.dl", "."])
def test_what_is_no_file(run: Run, name: str) -> None:
    ran = run("fmt", name)
    assert ran.code == 3
    assert "error[E118]" in ran.err
