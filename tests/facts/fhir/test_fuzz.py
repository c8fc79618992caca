"""Mutated bundles: nothing but `Invalid` is raised, every resource has an account, and nothing hangs."""

from __future__ import annotations

import copy
import json
import time
from functools import cache
from pathlib import Path
from typing import Any

from fhir_build import ROOT, vocabulary
from guidekb.facts.fhir.reading import FhirReading, read_fhir
from guidekb.facts.fields import fields_of
from guidekb.facts.record_text import record_text
from guidekb.kb.diagnostics import Invalid, render
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SHARED = ROOT.parent / "shared" / "data"
SECONDS = 2.0  # for one small bundle, on a busy machine; it takes milliseconds
BOUNDED = settings(deadline=None, max_examples=250, suppress_health_check=list(HealthCheck))


@cache
def seeds() -> list[Any]:
    """Small real bundles when they are here, and our own."""
    paths = sorted((ROOT / "facts" / "examples" / "fhir").glob("*.json"))
    if SHARED.is_dir():
        paths += sorted((SHARED / "mcode-omop-breast").glob("*.json"))
        paths += [SHARED / "mcode-4.0.0" / "example" / "Bundle-mcode-patient-bundle-jenny-m.json"]
    return [json.loads(path.read_bytes()) for path in paths]


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            "2024",
            "2024-02-30",
            "0001-01-01",
            "9999-12-31",
            "refuted",
            "entered-in-error",
            "not-done",
            "#x",
            "Patient/p9",
        ]
    ),
)
values = st.recursive(
    scalars,
    lambda v: st.one_of(st.lists(v, max_size=3), st.dictionaries(st.text(max_size=8), v, max_size=3)),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, v in inside for p in places(v, (*path, key)))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with something else at a path."""
    if not path:
        return new
    at = value
    for key in path[:-1]:
        at = at[key]
    if new is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = new
    return value


def read(data: bytes) -> FhirReading | None:
    """What is read; None when it was refused in words."""
    begun = time.perf_counter()
    try:
        reading = read_fhir([("fuzz.json", data)], fields_of(vocabulary()), vocabulary(), None)
    except Invalid as invalid:
        return "".join(map(render, invalid.diagnostics)) and None
    finally:
        assert time.perf_counter() - begun < SECONDS
    for patient in reading.patients:
        assert all(a.facts or a.why_none for a in patient.chart.accounts.of.values())
        record_text(patient.chart.recorded, fields_of(vocabulary())).encode()
    for warning in reading.warnings:
        assert render(warning)
    return reading


@BOUNDED
@given(st.data())
def test_values_put_in_other_places(data: st.DataObject) -> None:
    bundle = copy.deepcopy(data.draw(st.sampled_from(seeds())))
    for _ in range(data.draw(st.integers(1, 6))):
        path = data.draw(st.sampled_from(places(bundle)[1:] or [()]))
        new = data.draw(st.one_of(values, st.just(...), st.sampled_from(places(bundle)).map(lambda p: ("copy", p))))
        if isinstance(new, tuple):
            source: Any = bundle
            for key in new[1]:
                source = source[key]
            new = copy.deepcopy(source)
        bundle = put(bundle, path, new)
        if not isinstance(bundle, dict | list):
            return
    read(json.dumps(bundle).encode())


@BOUNDED
@given(st.data())
def test_texts_cut_and_torn(data: st.DataObject) -> None:
    raw = json.dumps(data.draw(st.sampled_from(seeds())), indent=data.draw(st.sampled_from([None, 1]))).encode()
    begin = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(begin, min(len(raw), begin + 200)))
    read(raw[:begin] + data.draw(st.binary(max_size=20)) + raw[end:])


@BOUNDED
@given(st.lists(st.dictionaries(st.sampled_from(["resourceType", "id", "entry", "type", "subject", "code"]), values)))
def test_lines_of_nothing_in_particular(objects: list[dict[str, Any]]) -> None:
    read("\n".join(map(json.dumps, objects)).encode())


def test_many_resources_of_one_kind_take_no_longer_than_there_are() -> None:
    """No question is asked of all resources for each of them."""
    patient = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-01-01"}
    subject = {"subject": {"reference": "Patient/p1"}}
    shapes: list[dict[str, Any]] = []
    for path in sorted((ROOT / "facts" / "examples" / "fhir").glob("*.json")):
        for entry in json.loads(path.read_bytes())["entry"]:
            if entry["resource"]["resourceType"] not in ("Patient", "List"):
                shapes.append(entry["resource"] | subject)

    def seconds(copies: int) -> float:
        made = [s | {"id": f"{n}-{m}"} for n in range(copies) for m, s in enumerate(shapes)]
        data = json.dumps(
            {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (patient, *made)]}
        )
        begun = time.perf_counter()
        read_fhir([("many.json", data.encode())], fields_of(vocabulary()), vocabulary(), None)
        return time.perf_counter() - begun

    seconds(1)
    few, many = min(seconds(4) for _ in range(3)), seconds(32)
    assert many < 8 * 6 * few


def test_the_seeds_are_here() -> None:
    assert len(seeds()) >= 9
    assert all(isinstance(s, dict) for s in seeds())
    assert Path(__file__).exists()
