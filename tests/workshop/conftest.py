"""The command line for the tests of the workshop, and a small knowledge base of their own."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "queries"))
sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
sys.path.insert(0, str(Path(__file__).parent))

import pytest
from running import ROOT, Ran, Run

VOCABULARY = """\
# Words

```datalog
type stage = localized | metastatic.
type action = surgery "surgery" | tamoxifen "tamoxifen".

input stage(Patient: patient, Stage: stage) open single
    yes     "the stage is {Stage}"
    no      "the stage is not {Stage}"
    unknown "the stage is not recorded".

input resectable(Patient: patient) open
    yes     "the tumor is resectable"
    no      "the tumor is not resectable"
    unknown "whether the tumor is resectable is not recorded".

derived recommend(Patient: patient, Action: action) open
    yes "{Action} is recommended"
    no  "{Action} is not recommended".
```
"""

GUIDELINE = """\
---
name: small
version: 1
---

# Small

- **S01** (recommend-for; refs 1): Localized disease that can be resected is operated on.

  ```datalog
  @id(surgery_when_localized)
  recommend(P, surgery) :-
      stage(P, localized),
      resectable(P).
  ```

- **S02** (recommend-for): Metastatic disease is treated with tamoxifen.

  ```datalog
  @id(tamoxifen_when_metastatic)
  recommend(P, tamoxifen) :- stage(P, metastatic).
  ```
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The folder of a small knowledge base that is in order."""
    folder = tmp_path / "small"
    (folder / "guidelines").mkdir(parents=True)
    (folder / "vocabulary.md").write_text(VOCABULARY, encoding="utf-8")
    (folder / "guidelines" / "small.md").write_text(GUIDELINE, encoding="utf-8")
    return folder


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("fmt", path)`, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def one(*words: object) -> Ran:
        from guidekb.cli import main

        monkeypatch.setattr(sys, "argv", ["guidekb", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        told = capsys.readouterr()
        assert "Traceback" not in told.err + told.out
        assert "internal error" not in told.err
        return Ran(code, told.out, told.err)

    return one


@pytest.fixture
def in_the_repository(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`run` in the root of the repository, for tests of what is there."""
    assert callable(run)  # asked for first, since it goes to a folder of its own
    monkeypatch.chdir(ROOT)
