"""CDS Hooks and FHIR over HTTP: statuses and media types, feedback that is kept, and what HL7's own files are told."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from guidekb.kb.diagnostics import Invalid
from guidekb.queries.service.feedback import FILE, Kept
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import EXAMPLES, ROOT, Site, site

HL7 = ROOT.parent / "shared" / "data" / "cds-hooks-test-cases" / "validator" / "cdshooks"
VIEW = "/cds-services/guidekb-patient-view"
BUNDLE = json.loads((EXAMPLES / "fhir" / "hypercalcemia.json").read_text(encoding="utf-8"))
UUID = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
TYPES = {"conditions": "Condition", "observations": "Observation", "procedures": "Procedure"}


def hook(**more: Any) -> dict[str, Any]:
    """A patient-view request with the example's resources as its prefetch."""
    found = [entry["resource"] for entry in BUNDLE["entry"]]
    patient = next(one for one in found if one["resourceType"] == "Patient")
    prefetch: dict[str, Any] = {"patient": patient}
    for key, name in TYPES.items():
        listed = [{"resource": one} for one in found if one["resourceType"] == name]
        prefetch[key] = {"resourceType": "Bundle", "type": "searchset", "entry": listed}
    context = {"userId": "Practitioner/1", "patientId": patient["id"]}
    return {"hook": "patient-view", "hookInstance": UUID, "context": context, "prefetch": prefetch, **more}


def given_back(card: str = UUID, **more: Any) -> dict[str, Any]:
    """Feedback on one card."""
    return {"feedback": [{"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-25T10:00:00Z", **more}]}


def test_what_there_is_and_what_is_answered(here: Site) -> None:
    told = here.ask("GET", "/cds-services").json()["services"]
    assert [one["id"] for one in told] == ["guidekb-patient-view", "guidekb-order-select", "guidekb-order-sign"]
    cards = here.post(VIEW, hook())
    assert (cards.status_code, cards.headers["content-type"]) == (200, "application/json")
    assert cards.json()["cards"]
    assert here.post(VIEW, hook()).content == cards.content


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/cds-services/none", hook(), 404),
        (VIEW, b"", 400),
        (VIEW, b"[1", 400),
        (VIEW, b"\xff", 400),
        (VIEW, b"NaN", 400),
        (VIEW, b"[" * 100_000, 400),
        (VIEW, b"[" * 5000 + b"]" * 5000, 400),
        (VIEW, b"1" * 5000, 400),
        (VIEW, {}, 400),
        (VIEW, [], 400),
        (VIEW, hook(hook="order-sign"), 400),
        (VIEW, hook(prefetch={}), 412),
        (VIEW, hook(prefetch={"patient": None}), 412),
        ("/fhir/$evaluate", b"{", 400),
        ("/fhir/$evaluate", {"id": "p"}, 400),
        ("/fhir/$evaluate", {"resourceType": "Bundle"}, 422),
        ("/fhir/$evaluate?lang=xx", BUNDLE, 404),
        (f"{VIEW}/feedback", {}, 400),
        (f"{VIEW}/feedback", b"{", 400),
        ("/cds-services/none/feedback", given_back(), 404),
    ],
)
def test_a_refusal_is_an_outcome_with_reasons(path: str, body: object, status: int, here: Site) -> None:
    told = here.post(path, body)
    assert told.status_code == status, told.text
    assert told.json()["resourceType"] == "OperationOutcome"
    assert told.json()["issue"]
    if "$evaluate" in path:
        assert told.headers["content-type"] == "application/fhir+json"


def test_results_are_fhir_with_the_time_of_the_request(here: Site) -> None:
    told = here.post("/fhir/$evaluate", BUNDLE, headers={"content-type": "application/fhir+json"})
    assert (told.status_code, told.headers["content-type"]) == (200, "application/fhir+json")
    resources = {e["resource"]["resourceType"]: e["resource"] for e in told.json()["entry"]}
    assert {"GuidanceResponse", "RequestGroup", "Provenance"} <= set(resources)
    assert resources["Provenance"]["recorded"] == "2027-01-15T08:00:00+00:00"
    german = here.post("/fhir/$evaluate?lang=de", BUNDLE)
    assert german.status_code == 200
    assert german.text != told.text


@pytest.mark.skipif(not HL7.is_dir(), reason="HL7's files of CDS Hooks lie in a folder that is not here")
@pytest.mark.parametrize("path", sorted(HL7.glob("cdshooks-request-*.json")), ids=lambda p: p.name)
def test_hl7s_own_requests_are_told_apart(path: Path, here: Site) -> None:
    """A good one is read: it may still lack the one key of our prefetch (412)."""
    name = next(n for n in ("patient-view", "order-select", "order-sign") if n in path.name)
    told = here.post(f"/cds-services/guidekb-{name}", path.read_bytes())
    assert told.status_code in ((200, 412) if "good" in path.name else (400,)), told.text


def test_feedback_is_kept_and_no_comment_with_it(tmp_path: Path) -> None:
    keeping = site(kept=Kept(tmp_path / "kept"))
    reason = {"reason": {"code": "patient-preference", "system": "urn:guidekb"}, "userComment": "Mrs Smith said no"}
    assert keeping.post(f"{VIEW}/feedback", given_back(overrideReason=reason)).status_code == 200
    odd = {"reason": {"code": "because Mrs Smith said no"}}
    both = {"feedback": [*given_back(overrideReason=odd)["feedback"],
                         {"card": UUID, "outcome": "accepted", "acceptedSuggestions": [{"id": UUID}],
                          "outcomeTimestamp": "2026-11-25T10:00:01Z"}]}  # fmt: skip
    assert keeping.post(f"{VIEW}/feedback", both).status_code == 200
    path = tmp_path / "kept" / FILE
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(one["card"], one["outcome"], one.get("reason"), one["commented"]) for one in lines] == [
        (UUID, "overridden", "patient-preference", True),
        (UUID, "overridden", "not kept: no code", False),
        (UUID, "accepted", None, False),
    ]
    assert {one["time"] for one in lines} == {"2027-01-15T08:00:00+00:00"}
    assert all(len(one["kb"]) == 64 and one["service"] == "guidekb-patient-view" for one in lines)
    assert "Smith" not in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_feedback_that_cannot_be_kept_is_not_confirmed(tmp_path: Path, here: Site) -> None:
    told = here.post(f"{VIEW}/feedback", given_back(overrideReason={"userComment": "x"}))
    assert (told.status_code, told.json()["detail"]) == (
        404, "feedback is not kept here: the service was started without --data"
    )  # fmt: skip
    keeping = site(kept=Kept(tmp_path))
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    assert keeping.post(f"{VIEW}/feedback", given_back(overrideReason={"userComment": "x"})).status_code == 503
    assert keeping.told == ["feedback could not be kept: is a directory"]


def test_a_line_that_was_cut_short_stays_alone(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.add([{"n": 1}])
    with kept.path.open("a") as file:
        file.write('{"n": 2, "cut')
    kept.add([{"n": 3}, {"n": 4}])
    assert kept.path.read_text(encoding="utf-8").splitlines() == ['{"n": 1}', '{"n": 2, "cut', '{"n": 3}', '{"n": 4}']
    (tmp_path / "file").touch()
    with pytest.raises(Invalid, match="cannot keep feedback in"):
        Kept(tmp_path / "file" / "x")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


PLACES = [place for place in places(hook()) if place]


@settings(max_examples=60, deadline=None)
@given(place=st.sampled_from(PLACES), value=JSON, body=JSON)
def test_no_request_makes_it_fail(place: tuple[Any, ...], value: Any, body: Any) -> None:
    """A good request with one value replaced, and any JSON at all: answered or refused, and never a 500."""
    here, changed = shared(), hook()
    changed = json.loads(json.dumps(changed))
    inside: Any = changed
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    for sent in (changed, body):
        assert here.post(VIEW, sent).status_code in (200, 400, 412)
        assert here.post("/fhir/$evaluate", sent).status_code in (200, 400, 422)
        assert here.post(f"{VIEW}/feedback", sent).status_code == 400
    assert here.post("/recommend", {"patient": body}).status_code in (200, 404, 422)


_shared: list[Site] = []


def shared() -> Site:
    """One service for all examples."""
    if not _shared:
        _shared.append(site())
    return _shared[0]
