"""Every example patient is read against the real vocabulary without a word of complaint."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from guidekb.facts.fields import fields_of
from guidekb.facts.read import Reading, read_files
from guidekb.kb.ir import EDB, Ground, Program
from guidekb.kb.literate import read as read_document

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path for path in (ROOT / "facts" / "examples").iterdir() if path.is_file())


@pytest.fixture(scope="module")
def vocabulary() -> Program:
    """The fields of the record, as the knowledge base declares them."""
    program, _, problems = read_document("vocabulary.md", (ROOT / "kb" / "vocabulary.md").read_text(encoding="utf-8"))
    assert not problems
    return program


@pytest.fixture(scope="module")
def patients(vocabulary: Program) -> dict[str, EDB]:
    """All example patients by id."""
    found: dict[str, EDB] = {}
    for path, reading in read_files(map(str, EXAMPLES), vocabulary):
        assert isinstance(reading, Reading), (path, reading.diagnostics)
        assert not reading.warnings, path
        found |= {edb.subject: edb for edb in reading.edbs}
    return found


def test_a_file_is_named_after_its_patient(patients: dict[str, EDB]) -> None:
    records = {path.stem for path in EXAMPLES if path.suffix != ".dl"}
    assert records <= patients.keys()
    assert len(records) >= 14
    assert {"published-01", "published-15"} <= records


@pytest.mark.parametrize("path", [p for p in EXAMPLES if p.suffix != ".json"], ids=lambda p: p.name)
def test_an_example_says_at_its_top_what_it_shows(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith(("# ", "% "))


def test_every_field_is_shown_somewhere(patients: dict[str, EDB], vocabulary: Program) -> None:
    shown = {fact.predicate.removeprefix("-") for edb in patients.values() for fact in edb.facts}
    assert fields_of(vocabulary).keys() <= shown


def test_a_published_case_as_facts(patients: dict[str, EDB]) -> None:
    edb = patients["published-01"]
    assert Ground("imaging", ("published-01", 3, "breast_mri", "suspicious")) in edb.facts
    assert Ground("-cancer_treatment_started", ("published-01",)) in edb.facts
    assert not any(fact.predicate in ("er", "pr", "her2") for fact in edb.facts)
    assert "imaging" in edb.listed
    assert "metastatic_burden" in edb.not_applicable
    (origin,) = edb.facts[Ground("corticosteroids", ("published-01", "oral"))]
    assert (origin.place, origin.written) == ("corticosteroids (line 39)", "oral")


def test_biopsies_are_ordered_by_their_dates(patients: dict[str, EDB]) -> None:
    edb = patients["receptor-conversion"]
    reports = sorted(fact.values[1:] for fact in edb.facts if fact.predicate == "receptor_results")
    assert reports == [
        (1, "primary", "positive", "positive", "negative"),
        (2, "metastasis", "negative", "negative", "positive"),
    ]
    assert edb.as_of == date(2024, 2, 7)
