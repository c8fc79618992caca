"""Two runs of a cohort compared: by the data, by the rules, by both; who changed, and why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from asked import cohort_of, patients, run
from guidekb.kb.load import HOME

COUNT = 60


def before() -> list[dict[str, Any]]:
    """The records; some patients with anti-Yo disease got IVIg on day 31."""
    records = patients(COUNT)
    for record in records[20:24]:
        record |= {"syndromes": ["cerebellar_degeneration"], "antibodies": {"anti_yo": "positive"}}
        record |= {"ivig_start_days_after_onset": 31, "cancer_treatment_started": True}
    return records


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cohort as it was."""
    return cohort_of(before(), tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def by_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten have HER2 positive metastatic disease now, and two are gone."""
    records = before()
    for record in records[:10]:
        record |= {"her2": "positive", "stage": "metastatic", "breast_cancer_status": "known_active"}
    return cohort_of(records[:-2], tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def by_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month has 30 days now."""
    folder = tmp_path_factory.mktemp("rules")
    changed = folder / "kb"
    shutil.copytree(HOME, changed, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    readings = changed / "guidelines" / "paraneoplastic_breast_readings.md"
    readings.write_text(readings.read_text(encoding="utf-8").replace("Days <= 31", "Days <= 30"), encoding="utf-8")
    return cohort_of(before(), folder, "--kb", changed)


def rows(out: Path) -> dict[tuple[str, ...], str]:
    """The status of each conclusion about each patient, by another way: pyarrow reads the files."""
    import pyarrow.parquet as pq  # pyright: ignore[reportMissingTypeStubs]

    found: dict[tuple[str, ...], str] = {}
    for path in sorted((out / "answers").glob("*.parquet")):
        for row in pq.read_table(path).to_pylist():  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            found[row["patient"], row["part"], row["name"], row["value"]] = row["status"] or "not computed"
    return found


def compared(first: Path, second: Path) -> Any:
    """What the command says, as data."""
    done = run("cohort", "diff", first, second, "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)


@pytest.mark.parametrize("other", ["by_data", "by_rules"])
def test_every_change_is_counted_and_nothing_else(first: Path, other: str, request: pytest.FixtureRequest) -> None:
    second: Path = request.getfixturevalue(other)
    before, after = rows(first), rows(second)
    both = {key[0] for key in before} & {key[0] for key in after}
    expected: dict[tuple[str, ...], set[str]] = {}
    for key in before.keys() | after.keys():
        if key[0] in both and before.get(key) != after.get(key):
            expected.setdefault((*key[1:], before.get(key, ""), after.get(key, "")), set()).add(key[0])
    counted: dict[tuple[str, ...], int] = {}
    for one in compared(first, second)["changes"]:
        key = (one["part"], one["name"], one["value"], one["before"], one["after"])
        counted[key] = counted.get(key, 0) + one["patients"]
        assert one["example"] in expected[key]
    assert counted == {key: len(who) for key, who in expected.items()}
    assert compared(first, second)["changed"] == len(set[str]().union(*expected.values()))


def test_a_change_of_the_data_names_the_fields(first: Path, by_data: Path) -> None:
    found = compared(first, by_data)
    assert (found["only_before"], found["only_after"], found["same_rules"]) == (2, 0, True)
    assert {f["field"] for c in found["changes"] for f in c["fields"]} <= {"her2", "stage", "breast_cancer_status"}
    assert all(c["by_data"] == c["patients"] for c in found["changes"])
    text = run("cohort", "diff", first, by_data, "--width", "200").out
    assert "what their records say differs: " in text
    assert "with the same record" not in text


def test_a_change_of_the_rules_names_the_rules(first: Path, by_rules: Path) -> None:
    found = compared(first, by_rules)
    assert (found["same_rules"], found["data_changed"]) == (False, 0)
    assert {rule for c in found["changes"] for rule in c["rules_before"]} >= {"early_ivig_in_anti_yo_disease"}
    text = run("cohort", "diff", first, by_rules, "--width", "200").out
    assert "no longer by early_ivig_in_anti_yo_disease" in text
    assert "with the same record: it is the rules that changed" in text


def test_nothing_differs_from_itself(first: Path) -> None:
    done = run("cohort", "diff", first, first, "--exit-code")
    assert (done.code, done.out.splitlines()[-1]) == (0, "Nothing differs.")


def test_a_difference_can_end_a_build(first: Path, by_rules: Path) -> None:
    assert run("cohort", "diff", first, by_rules, "--exit-code").code == 1
