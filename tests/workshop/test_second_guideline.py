"""Two guidelines in one knowledge base: the second changes no answer of the first; a record is answered from both."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from guidekb.facts.read import Reading, read, read_files
from guidekb.kb.ir import EDB
from guidekb.kb.load import HOME, load
from guidekb.queries.answers.answer import Answer, answer
from guidekb.queries.answers.assess import Knowledge, assess

SECOND = "tnm_breast"
EXAMPLES = sorted(p for p in (HOME.parent / "facts" / "examples").iterdir() if p.is_file())
PATIENT = b"""
id: eva
breast_cancer_status: known_active
stage: localized
resectable: yes
surgery: none
syndromes: [hypercalcemia]
syndrome_attribution: paraneoplastic
tnm_t: t2
tnm_n: n1mi
tnm_m: m0
"""


@pytest.fixture(scope="module")
def both() -> Knowledge:
    """The knowledge base as it is."""
    return Knowledge(load())


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The knowledge base without its second guideline."""
    folder = tmp_path_factory.mktemp("first") / "kb"
    shutil.copytree(HOME, folder, ignore=shutil.ignore_patterns(f"{SECOND}*", "*.py", "__pycache__"))
    vocabulary = folder / "vocabulary.md"
    text = vocabulary.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "anatomic_stage" not in line]
    last = next(n for n, line in enumerate(kept) if "patient_refusal_not_modelled" in line)
    kept[last] += "."
    vocabulary.write_text("\n".join(kept), encoding="utf-8")
    return Knowledge(load(folder))


def answered(knowledge: Knowledge, edb: EDB) -> Answer:
    """The answer for a record."""
    return answer(assess(knowledge, edb))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_answers_of_the_first_are_the_same(path: Path, first: Knowledge, both: Knowledge) -> None:
    readings = [
        reading
        for knowledge in (first, both)
        for _, reading in read_files([str(path)], knowledge.program)
        if isinstance(reading, Reading)
    ]
    assert readings[0].edbs == readings[1].edbs
    for edb in readings[0].edbs:
        assert answered(first, edb) == answered(both, edb)


def test_a_record_is_answered_from_both(first: Knowledge, both: Knowledge) -> None:
    (edb,) = read(PATIENT, "eva.yaml", both.program).edbs
    found = answered(both, edb)
    assert {"bisphosphonate", "definitive_breast_surgery"} <= {i.name for i in found.recommendations}
    (flag,) = found.flags
    assert (flag.name, flag.status, flag.statements) == ("anatomic_stage_iib", "certain", ("B01",))
    (plain,) = read(PATIENT.split(b"tnm_t")[0], "eva.yaml", first.program).edbs
    alone = answered(first, plain)
    assert alone.recommendations == found.recommendations
    assert alone.undetermined == found.undetermined
    assert alone.flags == ()


def test_no_python_names_the_second_guideline() -> None:
    package = [
        *HOME.parent.glob("*.py"),
        *(p for r in ("kb", "facts", "queries") for p in (HOME.parent / r).rglob("*.py")),
    ]
    assert [p.name for p in package if "tnm" in p.read_text(encoding="utf-8") and "fhir" not in p.parts] == []
