"""The real bundles beside the repository: each is read, each resource accounted for, and docs/fhir.md is true.

`GUIDEKB_WRITE=1 pytest tests/facts/fhir/test_real_data.py` writes the table into the page; read the difference.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest
from fhir_build import ROOT, vocabulary
from guidekb.facts.fhir.reading import FhirReading, read_fhir
from guidekb.facts.fields import fields_of

PAGE = ROOT / "docs" / "fhir.md"
SETS = ("mcode-4.0.0/example", "mcode-omop-breast", "mcode-pathways", "synthetic-breast")
HEAD = ["| set | bundle | resources | gave facts | facts | contradictions |", "|---|---|---|---|---|---|"]


@pytest.fixture(scope="module")
def bundles(real: Path) -> list[Path]:
    """The breast-cancer bundles: of the mCODE examples, the one of a breast-cancer patient."""
    found = [p for name in SETS for p in sorted((real / name).glob("*.json"))]
    return [p for p in found if p.parent.name != "example" or p.name == "Bundle-mcode-patient-bundle-jenny-m.json"]


@cache
def reading(path: Path) -> FhirReading:
    """What is read of a bundle."""
    return read_fhir([(path.name, path.read_bytes())], fields_of(vocabulary()), vocabulary(), None)


def resources(path: Path) -> int:
    """How many resources a bundle holds, by its JSON alone."""
    data = json.loads(path.read_bytes())
    return len(data if isinstance(data, list) else data["entry"])


def row(path: Path) -> str:
    """The row of a bundle in the page."""
    (one,) = reading(path).patients
    accounts = one.chart.accounts.of.values()
    gave, facts = sum(bool(a.facts) for a in accounts), len(one.edb.facts)
    conflicts = ", ".join(sorted(one.edb.conflicts)) or "-"
    name = path.stem if len(path.stem) < 36 else path.stem[:8]
    folder = path.parent.name.replace("example", "mcode-4.0.0")
    return f"| {folder} | {name} | {resources(path)} | {gave} | {facts} | {conflicts} |"


def test_every_bundle_is_read_and_every_resource_accounted_for(bundles: list[Path]) -> None:
    assert len(bundles) >= 76
    for path in bundles:
        found = reading(path)
        (one,) = found.patients
        accounts = [*one.chart.accounts.of.values(), *found.strays]
        assert len({a.resource for a in accounts}) == len(accounts) == resources(path), path
        for account in accounts:
            assert account.facts or account.why_none, account.resource.label


def test_every_bundle_gives_what_a_tumour_board_asks_first(bundles: list[Path]) -> None:
    """Status, stage and receptors; but for a remission without a stage, and a bundle that is DSTU2."""
    for path in bundles:
        (one,) = reading(path).patients
        found = {f.predicate for f in one.edb.facts}
        wanted = {"breast_cancer_status", "er", "her2"} | (set() if "jenny" in path.name else {"stage"})
        assert wanted <= found or path.name in ("Maureen.json", "1d996507-b0e3-4ef8-ab62-9db3bd808105.json"), path


def test_no_syndrome_is_found_where_none_is_recorded(bundles: list[Path]) -> None:
    for path in bundles:
        (one,) = reading(path).patients
        assert not [f for f in one.edb.facts if f.predicate.endswith("syndromes")], path


def test_the_order_of_entries_changes_nothing(bundles: list[Path]) -> None:
    for path in bundles[:14]:
        data = json.loads(path.read_bytes())
        entries = data if isinstance(data, list) else data["entry"]
        entries.reverse()
        again = read_fhir([(path.name, json.dumps(data).encode())], fields_of(vocabulary()), vocabulary(), None)
        (one,), (other,) = reading(path).patients, again.patients
        assert other.edb.facts.keys() == one.edb.facts.keys(), path
        assert other.edb.listed == one.edb.listed


def test_the_table_in_the_page(bundles: list[Path]) -> None:
    table = "\n".join([*HEAD, *map(row, bundles)])
    page = PAGE.read_text(encoding="utf-8")
    if os.environ.get("GUIDEKB_WRITE"):
        before, _, rest = page.partition(HEAD[0])
        after = rest[rest.index("\n\n") :] if "\n\n" in rest else "\n"
        PAGE.write_text(before + table + after, encoding="utf-8")
        page = PAGE.read_text(encoding="utf-8")
    assert table in page
