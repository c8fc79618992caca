"""The prefetch as facts: each with the entry that it stands in, and what a key means that gave none."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from cds_build import ROOT
from guidekb.facts.fhir.prefetch import read_prefetch
from guidekb.facts.read import read
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.ir import Program
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = sorted((ROOT / "facts" / "examples" / "fhir").glob("*.json"))
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female"}


def prefetch_of(bundle: dict[str, Any]) -> dict[str, Any]:
    """A Bundle as a prefetch would bring it: a key for each type of resource."""
    found: dict[str, Any] = {}
    for entry in bundle["entry"]:
        kind = entry["resource"]["resourceType"]
        if kind == "Patient":
            found["patient"] = entry["resource"]
        else:
            found.setdefault(kind, {"resourceType": "Bundle", "type": "searchset", "entry": []})["entry"].append(entry)
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_a_prefetch_says_what_its_bundle_says(path: Any, program: Program) -> None:
    """The same facts in whatever keys they come, and each names a place that holds its resource."""
    bundle = json.loads(path.read_text(encoding="utf-8"))
    (edb,) = read(path.read_bytes(), "b.json", program).edbs
    prefetch = prefetch_of(bundle)
    found = read_prefetch(prefetch, edb.subject, program)
    assert set(found.edb.facts) == set(edb.facts)
    assert found.edb.as_of == edb.as_of
    for origins in found.edb.facts.values():
        for origin in origins:
            held: Any = {"prefetch": prefetch}
            for part in origin.source.replace("[", ".").replace("]", "").split("."):
                held = held[int(part)] if isinstance(held, list) else held[part]
            assert origin.place.startswith(f"{held['resourceType']}/{held['id']} ")


def test_what_became_of_each_key(program: Program) -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout",
               "details": {"text": "the server\ndid not answer"}}]}  # fmt: skip
    empty = {"resourceType": "Bundle", "type": "searchset"}
    page = empty | {"link": [{"relation": "next", "url": "x"}], "entry": [{"resource": {"resourceType": "Encounter"}}]}
    found = read_prefetch(
        {"patient": PATIENT, "a": None, "b": empty, "c": outcome, "d": empty | {"entry": [{"resource": outcome}]},
         "e": page}, "p", program)  # fmt: skip
    assert found.states == {
        "patient": "found",
        "a": "nothing found",
        "b": "nothing found",
        "c": "failed: the server did not answer",
        "d": "failed: the server did not answer",
        "e": "found, one page of several",
    }
    assert [f.predicate for f in found.edb.facts] == ["sex"]
    assert found.edb.listed == frozenset()


def test_nothing_found_closes_no_list(program: Program) -> None:
    """That a source has no imaging does not say that no imaging was done."""
    empty = {"resourceType": "Bundle", "type": "searchset", "entry": []}
    found = read_prefetch({"patient": PATIENT, "imagingStudies": empty, "conditions": None}, "p", program)
    assert not found.edb.listed
    assert not any(f.predicate.startswith("-") for f in found.edb.facts)


def test_references_by_uuid_are_followed(program: Program) -> None:
    url = "urn:uuid:0f1f9b7e-3b1f-4c55-8f3c-3f9f0e3f7a10"
    condition = {"resourceType": "Condition", "id": "c", "subject": {"reference": url},
                 "code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}]},
                 "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                                                "code": "active"}]}}  # fmt: skip
    bundle = {"resourceType": "Bundle", "entry": [{"fullUrl": url, "resource": PATIENT}, {"resource": condition}]}
    found = read_prefetch({"all": bundle}, "p", program)
    assert "breast_cancer_status" in {f.predicate for f in found.edb.facts}


def test_what_is_about_somebody_else_is_not_used_and_told(program: Program) -> None:
    stray = {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/q"}}
    found = read_prefetch({"patient": PATIENT, "conditions": stray}, "p", program)
    (unused,) = found.unused
    assert unused.startswith("prefetch.conditions: Condition/c: its subject")


@pytest.mark.parametrize(
    ("prefetch", "code"),
    [
        ({"patient": PATIENT | {"id": "q"}}, "D956"),
        ({"patient": PATIENT, "other": PATIENT | {"id": "q"}}, "D957"),
        ({"patient": None}, "D956"),
        ({"patient": PATIENT, "x": {"resourceType": "Nonsense"}}, "D953"),
        ({"patient": PATIENT, "x": PATIENT | {"gender": "male"}}, "D958"),
    ],
)
def test_data_that_cannot_be_used(prefetch: dict[str, Any], code: str, program: Program) -> None:
    with pytest.raises(Invalid) as caught:
        read_prefetch(prefetch, "p", program)
    assert [d.code for d in caught.value.diagnostics] == [code]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from(["Condition", "Observation", "MedicationRequest", "Procedure", "Bundle", "List", "Specimen"])


@given(st.lists(st.tuples(KINDS, st.dictionaries(st.sampled_from(["id", "code", "subject", "entry", "status"]), JSON))))
@settings(max_examples=100, deadline=None)
def test_odd_resources_are_refused_or_read_and_never_an_error(program_parts: Any) -> None:
    prefetch = {f"k{n}": {**body, "resourceType": kind} for n, (kind, body) in enumerate(program_parts)}
    with contextlib.suppress(Invalid):
        assert read_prefetch({"patient": PATIENT, **prefetch}, "p", PROGRAM).edb.subject == "p"


@pytest.fixture(scope="module", autouse=True)
def _known(program: Program) -> None:
    """Hypothesis takes no fixtures of a test."""
    global PROGRAM
    PROGRAM = program


PROGRAM: Any = None
