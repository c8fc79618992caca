"""`guidekb facts BUNDLE --format record`: the record that is written says exactly what the bundle says."""

from __future__ import annotations

from pathlib import Path

import pytest
from fhir_build import (
    BONE,
    BREAST_CANCER,
    DERMATOMYOSITIS,
    ER,
    HYPERCALCEMIA,
    NEGATIVE,
    OURS,
    POSITIVE,
    ROOT,
    Json,
    bundle,
    concept,
    condition,
    observation,
    patient,
    stated,
    vocabulary,
)
from guidekb.facts.fields import fields_of
from guidekb.facts.read import Reading, read
from guidekb.facts.record_text import record_text
from guidekb.facts.recorded import Fact, Recorded
from guidekb.kb.ir import EDB, Ground, Origin, Program, Span
from hypothesis import assume, given
from hypothesis import strategies as st

CALCIUM = condition(HYPERCALCEMIA, "c3")
CANCER = condition(BREAST_CANCER, "cancer", onsetDateTime="2024-01-05")
EXAMPLES = sorted(p for p in (ROOT / "facts" / "examples").rglob("*") if p.is_file())


def there_and_back(data: bytes, name: str) -> list[tuple[EDB, EDB]]:
    """The patients of a file, and the same ones read from the records that are written of them."""
    program = vocabulary()
    reading = read(data, name, program)
    assert isinstance(reading, Reading)
    pairs: list[tuple[EDB, EDB]] = []
    for one, recorded in zip(reading.edbs, reading.recorded, strict=True):
        text = record_text(recorded, fields_of(program))
        (again,) = read(text.encode(), "record.yaml", program).edbs
        pairs.append((one, again))
    return pairs


def same(one: EDB, again: EDB, program: Program) -> None:
    """Equal but for where things stand: of closed lists it makes no difference whether they are complete."""
    assert again.facts.keys() == one.facts.keys()
    open_ = {p.name for p in program.predicates if p.open}
    assert again.listed & open_ == one.listed & open_
    assert again.not_applicable == one.not_applicable
    assert again.conflicts.keys() == one.conflicts.keys()
    assert again.subject == one.subject


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: str(p.relative_to(ROOT / "facts" / "examples")))
def test_the_record_of_an_example(path: Path) -> None:
    for one, again in there_and_back(path.read_bytes(), path.name):
        same(one, again, vocabulary())


@pytest.mark.parametrize(
    "resources",
    [
        [CANCER, condition(BREAST_CANCER, "c2", verified="refuted")],
        [
            condition(DERMATOMYOSITIS),
            condition(DERMATOMYOSITIS, "c2", verified="refuted"),
            condition(HYPERCALCEMIA, "c3"),
        ],
        [condition(DERMATOMYOSITIS, verified="refuted"), CALCIUM],
        [CANCER, condition(BONE, verified="refuted")],
        [CANCER, observation(ER, valueCodeableConcept=POSITIVE), observation(ER, "o2", valueCodeableConcept=NEGATIVE)],
        [
            observation(concept(OURS, "anti_yo"), "o1", valueCodeableConcept=POSITIVE),
            observation(concept(OURS, "anti_yo"), "o2", valueCodeableConcept=NEGATIVE),
        ],
        [patient(gender="male"), stated("menopausal_status", "postmenopausal")],
        [patient(gender="male"), CANCER],
        [stated("resectable", True), stated("resectable", False, id_="o2")],
    ],
)
def test_gaps_marks_and_contradictions_survive(resources: list[Json]) -> None:
    ((one, again),) = there_and_back(bundle(*resources), "b.json")
    same(one, again, vocabulary())


def test_the_record_as_it_is_written() -> None:
    resources = [
        CANCER,
        condition(DERMATOMYOSITIS, verified="refuted"),
        condition(HYPERCALCEMIA, "c3"),
        condition(BONE, "c4"),
    ]
    reading = read(bundle(*resources), "b.json", vocabulary())
    assert record_text(reading.recorded[0], fields_of(vocabulary())) == (
        "# as of 2024-01-05\n"
        'id: "p1"\n'
        "age_years: 63\n"
        "sex: female\n"
        "breast_cancer_status: known_active\n"
        "stage: metastatic\n"
        "metastatic_sites: [bone, unknown]\n"
        "syndromes: [not dermatomyositis, hypercalcemia, unknown]\n"
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_a_text_is_written_as_it_is(text: str) -> None:
    """Whatever stands in a text: quotes, backslashes, line ends and signs that cannot be seen. A record has three words
    that are no texts."""
    assume(text not in ("unknown", "not_applicable", "conflicting"))
    origin, span = Origin("x", "y"), Span("x", 0, 0, 0)
    recorded = Recorded("p1", span, [Fact(Ground("stage_detail", ("p1", text)), origin, span)])
    written = record_text(recorded, fields_of(vocabulary()))
    (again,) = read(written.encode(), "record.yaml", vocabulary()).edbs
    assert list(again.facts) == [Ground("stage_detail", ("p1", text))]


def test_real_bundles(real: Path) -> None:
    for path in sorted(real.rglob("*.json")):
        if path.parent.name in ("mcode-omop-breast", "mcode-pathways", "synthetic-breast"):
            for one, again in there_and_back(path.read_bytes(), path.name):
                same(one, again, vocabulary())
