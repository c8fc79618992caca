"""Our example bundles say what the records of the same names say; every proof ends in a resource and its element."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir_build import ROOT
from guidekb.facts.read import Reading, read_files
from guidekb.kb.ir import EDB
from guidekb.kb.load import HOME, load
from guidekb.queries.answers.answer import Answer, answer
from guidekb.queries.answers.assess import Case, Knowledge, assess
from guidekb.queries.explanations.explanation import explain
from guidekb.queries.wording.words import words

FOLDER = ROOT / "facts" / "examples"
NAMES = sorted(path.stem for path in (FOLDER / "fhir").glob("*.json"))
PARTS = ("recommendations", "alerts", "expectations", "prognosis", "flags")
PLACE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9.-]+ [a-z][A-Za-z]+(\[\d+\])?(\.[a-z][A-Za-z]+)*")

DIFFERENCES = {  # what a bundle says otherwise than its record, none of which a rule asks about
    "hypercalcemia": {"other_treatments"},
    "metastatic-her2-positive": {"other_treatments"},
    "metastatic-triple-negative": {"receptor_results"},
    "receptor-conversion": {"disease_free_interval_months"},
}


@cache
def knowledge() -> Knowledge:
    """The installed guideline."""
    return Knowledge(load(HOME))


@cache
def edb(path: Path) -> EDB:
    """The one patient of a file, read without a warning."""
    ((_, reading),) = read_files([str(path)], knowledge().program)
    assert isinstance(reading, Reading), reading.diagnostics
    assert not reading.warnings
    (one,) = reading.edbs
    return one


@cache
def case(path: Path) -> Case:
    """What is said of the one patient of a file."""
    return assess(knowledge(), edb(path))


def record(name: str) -> Path:
    """The record of a name."""
    (path,) = (p for p in FOLDER.iterdir() if p.is_file() and p.stem == name)
    return path


def items(found: Answer) -> dict[str, Any]:
    """An answer without the sources of its facts."""
    parts = {
        part: [(i.name, i.status, i.statements, i.rules, i.urgency, i.assumes, i.value) for i in getattr(found, part)]
        for part in PARTS
    }
    return parts | {"undetermined": found.undetermined, "complete": found.complete}


def test_there_are_six_kinds_of_patients() -> None:
    assert len(NAMES) >= 6


@pytest.mark.parametrize("name", NAMES)
def test_a_bundle_has_the_answers_of_its_record(name: str) -> None:
    assert items(answer(case(FOLDER / "fhir" / f"{name}.json"))) == items(answer(case(record(name))))


@pytest.mark.parametrize("name", NAMES)
def test_a_bundle_has_the_facts_of_its_record(name: str) -> None:
    bundle, written = edb(FOLDER / "fhir" / f"{name}.json"), edb(record(name))
    differing = {f.predicate.removeprefix("-") for f in bundle.facts.keys() ^ written.facts.keys()}
    assert differing == DIFFERENCES.get(name, set())
    open_ = {p.name for p in knowledge().program.predicates if p.open} - differing
    assert bundle.listed & open_ == written.listed & open_
    assert bundle.not_applicable == written.not_applicable
    assert bundle.conflicts.keys() == written.conflicts.keys()


@pytest.mark.parametrize("name", NAMES)
def test_every_leaf_of_every_proof_names_a_resource_and_its_element(name: str) -> None:
    one = case(FOLDER / "fhir" / f"{name}.json")
    nodes = explain(one, answer(one), words()).nodes.values()
    recorded = [node for node in nodes if node.kind == "recorded"]
    assert recorded
    for node in recorded:
        assert node.origins, node.text
        assert all(PLACE.fullmatch(origin.place) for origin in node.origins), node.origins


def test_every_fact_names_a_resource_and_its_element() -> None:
    for name in NAMES:
        for origins in edb(FOLDER / "fhir" / f"{name}.json").facts.values():
            assert all(PLACE.fullmatch(origin.place) for origin in origins), origins
