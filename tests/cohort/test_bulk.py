"""Bulk exports of FHIR: equal to reading the folder whole, in buckets; a broken line costs one patient at most."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from guidekb.facts.columns import bulk, bulk_lines
from guidekb.facts.columns.bulk import bulk_partitions
from guidekb.facts.columns.bulk_buckets import Buckets
from guidekb.facts.columns.bulk_lines import Line
from guidekb.facts.columns.problem import Problem
from guidekb.facts.columns.rows import row_of
from guidekb.facts.columns.source import kind_of
from guidekb.facts.read import read_files
from guidekb.kb.columns import fact_columns
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.ir import Program
from guidekb.kb.load import HOME, load
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "facts" / "examples" / "fhir").glob("*.json"))
REAL = sorted((ROOT.parent / "shared" / "data" / "synthetic-breast").glob("*.json"))[:40]
Json = dict[str, Any]
SMALL = 1000  # bytes of memory: as many buckets as there can be


@pytest.fixture(scope="module")
def program() -> Program:
    """The guideline."""
    return load(HOME)


def resources_of(bundles: Iterable[Path]) -> list[Json]:
    """The resources of bundles as a server exports them: ids that are unique, references by type and id."""
    found: list[Json] = []
    for path in bundles:
        entries = json.loads(path.read_bytes())["entry"]
        subject = next(e["resource"]["id"] for e in entries if e["resource"]["resourceType"] == "Patient")
        names: dict[str, str] = {}
        for number, entry in enumerate(entries):
            one = entry["resource"]
            new = subject if one["resourceType"] == "Patient" else f"{subject[:40]}-{number}"
            name = f"{one['resourceType']}/{new}"
            names |= {entry.get("fullUrl", name): name, f"{one['resourceType']}/{one.get('id', new)}": name}
            one["id"] = new
        found += (renamed(entry["resource"], names) for entry in entries)
    return found


def renamed(value: Any, names: dict[str, str]) -> Any:
    """The value with other references."""
    if isinstance(value, dict):
        return {k: names.get(v, v) if k == "reference" else renamed(v, names) for k, v in value.items()}
    return [renamed(v, names) for v in value] if isinstance(value, list) else value


def exported(folder: Path, resources: Iterable[Json], per_file: int = 50) -> Path:
    """The resources as a bulk export: files by type, a new one after so many lines."""
    folder.mkdir(parents=True)
    by_type: dict[str, list[str]] = defaultdict(list)
    for one in resources:
        by_type[one["resourceType"]].append(json.dumps(one))
    for name, lines in by_type.items():
        for number, at in enumerate(range(0, len(lines), per_file)):
            (folder / f"{name}.{number:03d}.ndjson").write_text("\n".join(lines[at : at + per_file]) + "\n")
    return folder


Rows = dict[str, Json]


def in_buckets(source: Path, program: Program, partitions: int | None = 3) -> tuple[Rows, list[Problem]]:
    """What a bulk export gives, read in many buckets."""
    out = source.parent / f"{source.name}-facts"
    files, problems = bulk_partitions(source, out, program, partitions, SMALL, 7, None, lambda _: None)
    rows = [row for path in files.values() for row in pq.read_table(path).to_pylist()]
    assert len({row["patient"] for row in rows}) == len(rows)
    assert sorted(p.name for p in out.iterdir()) == [path.name for path in files.values()]
    return {row["patient"]: row for row in rows}, list(problems)


def as_one(source: Path, program: Program) -> Rows:
    """What reading the folder whole gives."""
    ((_, reading),) = read_files([str(source)], program)
    assert not isinstance(reading, Invalid), reading
    return {edb.subject: row_of(edb, fact_columns(program), "") for edb in reading.edbs}


def same(found: Rows, wanted: Rows) -> None:
    """Equal but for the source, which is the line of the Patient; what a row does not have is NULL in a table."""
    assert found.keys() == wanted.keys()
    for subject, row in wanted.items():
        here = {k: v for k, v in found[subject].items() if v is not None and k != "source"}
        assert here == {k: v for k, v in row.items() if v is not None and k != "source"}


@pytest.fixture
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets of a few lines instead of megabytes."""
    monkeypatch.setattr(bulk, "SMALLEST", 3000)


@pytest.mark.parametrize("bundles", [pytest.param(EXAMPLES, id="examples"), pytest.param(REAL, id="synthetic-breast")])
@pytest.mark.usefixtures("small_buckets")
def test_an_export_gives_what_the_folder_read_whole_gives(
    bundles: list[Path], tmp_path: Path, program: Program
) -> None:
    if not bundles:
        pytest.skip("needs ../shared/data/synthetic-breast")
    source = exported(tmp_path / "export", resources_of(bundles))
    assert kind_of(source) == "fhir"
    found, problems = in_buckets(source, program)
    same(found, as_one(source, program))
    assert len(found) == len(bundles)
    assert not any(p.lost for p in problems)
    first = (source / "Patient.000.ndjson").read_text().splitlines()
    for subject, row in found.items():
        path, line = row["source"].rsplit(":", 1)
        assert path == str(source / "Patient.000.ndjson")
        assert json.loads(first[int(line) - 1])["id"] == subject


def person(subject: str) -> Json:
    return {"resourceType": "Patient", "id": subject, "gender": "female", "birthDate": "1960-01-01"}


def cancer(id_: str, subject: str) -> Json:
    clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    return {
        "resourceType": "Condition",
        "id": id_,
        "subject": {"reference": subject},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C50.911"}]},
        "recordedDate": "2024-01-01",
        "clinicalStatus": {"coding": [{"system": clinical, "code": "active"}]},
    }


def told(source: Path, program: Program) -> tuple[dict[str, str | None], list[tuple[str, str, int, str, bool]]]:
    """The cancer status of each patient, and the problems: code, file, line, patient, lost; without W961."""
    rows, problems = in_buckets(source, program)
    status = {subject: row["breast_cancer_status"] for subject, row in rows.items()}
    return status, [(p.code, Path(p.file).name, p.line, p.patient, p.lost) for p in problems if p.code != "W961"]


CONDITION = json.dumps(cancer("c2", "Patient/b"))
BROKEN = {
    "the end is missing, but not the patient": (CONDITION[:-30], "D951", {"a"}),
    "nothing is left of the patient": (CONDITION[:50], "D951", {"a", "b"}),
    "a name twice in one object": (CONDITION[:-1] + ', "id": "c3"}', "D951", {"a"}),
    "two resources in a line": (CONDITION + CONDITION, "D951", {"a"}),
    "no UTF-8": (CONDITION.replace("c2", "\udcff"), "D903", {"a"}),
    "nested too deeply": ('{"resourceType": "Condition", "x": ' + "[" * 100_000, "D951", {"a", "b"}),
    "a list": ("[" + CONDITION + "]", "D953", {"a", "b"}),
    "no type": ('{"id": "x"}', "D953", {"a", "b"}),
    "a type that is none": (CONDITION.replace("Condition", "Conditio"), "D953", {"a", "b"}),
    "a Bundle": ('{"resourceType": "Bundle", "type": "collection", "entry": []}', "D953", {"a", "b"}),
    "a patient without an id": ('{"resourceType": "Patient"}', "D959", {"a", "b"}),
    "a hostile id": (json.dumps(person("../../x\n'; DROP TABLE medication; --")), "D959", {"a", "b"}),
    "the Patient herself": (json.dumps(person("b"))[:-1], "D951", {"a"}),
    "no patient": (CONDITION.replace("subject", "sbject"), "D985", {"a", "b"}),
    "a patient who is not there": (CONDITION.replace("Patient/b", "Patient/nobody"), "D985", {"a", "b"}),
    "a group": (CONDITION.replace("Patient/b", "Group/b"), "D985", {"a", "b"}),
    "the same id with other content": (CONDITION.replace("c2", "c1").replace("C50", "C51"), "D958", {"a"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_line_is_one_problem_and_loses_nobody_but_the_patient_whom_it_names(
    name: str, tmp_path: Path, program: Program
) -> None:
    line, code, left = BROKEN[name]
    source = exported(tmp_path / "export", [person("a"), person("b"), cancer("c0", "Patient/a")])
    good = json.dumps(cancer("c1", "https://example.org/fhir/Patient/b/_history/2"))
    lines = [json.dumps(cancer("c9", "Patient/a")), "", line, good]
    (source / "More.ndjson").write_bytes("\r\n".join(lines).encode("utf-8", "surrogateescape"))
    status, problems = told(source, program)
    assert status == dict.fromkeys(left, "known_active")
    ((found, file, at, patient, lost),) = problems
    assert (found, file, at, lost) == (code, "More.ndjson", 4 if code == "D958" else 3, True)
    assert patient in ("", "b", "nobody")
    if "b" not in left:
        assert patient == "b"


def test_a_line_that_is_too_long_is_passed_over(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_lines, "LONGEST_LINE", 1000)
    long = json.dumps(cancer("c1", "Patient/a") | {"note": "x" * 5000})
    source = exported(tmp_path / "export", [person("a")])
    (source / "Condition.ndjson").write_text(long + "\n" + json.dumps(cancer("c2", "Patient/a")))
    assert told(source, program) == ({"a": "known_active"}, [("D950", "Condition.ndjson", 1, "", True)])


def tamoxifen(reference: str) -> list[Json]:
    """A drug that is taken, in a Medication that both patients share."""
    drug = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "10324"}
    given = {"resourceType": "MedicationStatement", "status": "active", "medicationReference": {"reference": reference}}
    period = {"effectivePeriod": {"start": "2024-02-01"}}
    taken = [given | period | {"id": f"m-{s}", "subject": {"reference": f"Patient/{s}"}} for s in ("a", "b")]
    return [{"resourceType": "Medication", "id": "drug.1", "code": {"coding": [drug]}}, *taken]


@pytest.mark.parametrize("reference", ["Medication/drug.1", "https://example.org/Medication/drug.1/_history/1"])
def test_a_medication_that_patients_share_is_found(reference: str, tmp_path: Path, program: Program) -> None:
    people = [person("a"), person("b"), cancer("c1", "Patient/a"), cancer("c2", "Patient/b")]
    source = exported(tmp_path / "export", [*people, *tamoxifen(reference)])
    found, _ = in_buckets(source, program)
    same(found, as_one(source, program))
    assert [found[s]["cancer_systemic_therapy"] for s in ("a", "b")] == ["endocrine"] * 2


def test_a_medication_given_twice_with_other_content_costs_those_who_take_it(tmp_path: Path, program: Program) -> None:
    drug, *taken = tamoxifen("Medication/drug.1")
    source = exported(tmp_path / "export", [person("a"), person("b"), person("c"), drug, drug | {"code": {}}, *taken])
    status, problems = told(source, program)
    assert set(status) == {"c"}
    assert sorted(problems) == [("D958", "Medication.000.ndjson", 2, p, True) for p in ("a", "b")]


def test_an_export_without_a_patient_is_no_empty_answer(tmp_path: Path, program: Program) -> None:
    source = exported(tmp_path / "export", [cancer("c1", "Patient/a")])
    status, problems = told(source, program)
    assert (status, [p[0] for p in problems]) == ({}, ["D956", "D985"])


def test_other_files_of_the_folder_are_read_each_by_itself(tmp_path: Path, program: Program) -> None:
    source = exported(tmp_path / "export", [person("a"), cancer("c1", "Patient/a")])
    (source / "b.json").write_bytes(EXAMPLES[0].read_bytes())
    (source / "c.yaml").write_text("id: c\nstgae: metastatic\n")
    (source / "manifest.json").write_text('{"output": [{"type": "Patient", "url": "Patient.000.ndjson"}]}')
    (source / "log.txt").write_text("done")
    rows, problems = in_buckets(source, program)
    assert rows.keys() == {"a", EXAMPLES[0].stem}
    assert [(p.code, Path(p.file).name) for p in problems if p.lost] == [("D923", "c.yaml")]


def test_what_a_killed_run_has_left_is_removed(tmp_path: Path, program: Program) -> None:
    source = exported(tmp_path / "export", [person("a")])
    left = tmp_path / "export-facts" / bulk.FOLDER
    left.mkdir(parents=True)
    (left / "00000").write_bytes(b"P\tzombie\t0\t1\t\t" + json.dumps(person("zombie")).encode() + b"\n")
    (left / "medications.sqlite").write_bytes(b"cut off")
    assert in_buckets(source, program)[0].keys() == {"a"}


LINES = st.sampled_from(
    [
        person("a"),
        person("b"),
        *(cancer(f"c{n}", f"Patient/{p}") for n in (1, 2) for p in "ab"),
        *tamoxifen("Medication/drug.1"),
    ]
)


def spoilt(line: str, how: Callable[[str], str]) -> bytes:
    return how(line).encode("utf-8", "surrogatepass")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(LINES, st.integers(0, 300), st.text(max_size=4)), max_size=8))
def test_whatever_stands_in_a_line_nothing_but_it_is_lost(
    tmp_path_factory: pytest.TempPathFactory, program: Program, edits: list[tuple[Json, int, str]]
) -> None:
    source = exported(tmp_path_factory.mktemp("fuzz") / "export", [person("z"), cancer("cz", "Patient/z")])
    lines = [
        spoilt(json.dumps(one), lambda line, at=at, by=by: line[:at] + by + line[at + 1 :]) for one, at, by in edits
    ]
    (source / "Other.ndjson").write_bytes(b"\n".join(lines))
    status, _ = told(source, program)
    assert status["z"] == "known_active"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=20).filter(lambda b: b"\n" not in b))))
def test_lines_come_back_as_they_went_in(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, bytes]]
) -> None:
    wanted: dict[str, list[Line]] = defaultdict(list)
    folder = tmp_path_factory.mktemp("buckets") / "b"
    with Buckets(folder, 2, 50) as buckets:
        for number, (key, raw) in enumerate(pairs):
            one = Line("R", key, number % 3, number, raw, ("m.1", "m-2")[: number % 3])
            buckets.add(one)
            wanted[key].append(one)
        buckets.close()
        found = [one for number in range(2) for one in buckets.patients(number)]
    assert {lines[0].key: lines for lines in found} == wanted
    assert not folder.exists()
