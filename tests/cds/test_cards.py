"""Cards: valid, in order, saying what the answer says with its reasons; nothing of a patient becomes Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from cds_build import ROOT, schema
from guidekb.facts.fhir.draft_orders import recorded_orders
from guidekb.facts.fhir.order_table import drafts
from guidekb.facts.read import read
from guidekb.kb.annotations import URGENCIES
from guidekb.kb.ir import EDB, Program
from guidekb.queries.cds.card import SUMMARY
from guidekb.queries.cds.invariants import broken, careless
from guidekb.queries.cds.response import Asked, response
from guidekb.queries.explanations.report import Report
from guidekb.queries.indicator import INDICATORS, PRESSING, SEVERITY
from guidekb.queries.names import DIRECTIONS
from guidekb.queries.wording.words import words
from markdown_it import MarkdownIt

Told = Callable[[EDB], Report]
Record = Callable[[str], EDB]
EXAMPLES = sorted(p for p in (ROOT / "facts" / "examples").rglob("*") if p.is_file())
RESPONSE = schema("response")


def cards(told: Told, edb: EDB, language: str = "en", **more: Any) -> dict[str, Any]:
    """The answer to a patient view, through JSON."""
    asked = Asked("patient-view", ordered=recorded_orders(edb), drafts=drafts(), page="https://g.example/p", **more)
    return json.loads(json.dumps(response(told(edb), words(language), asked)))


def ours(card: dict[str, Any]) -> dict[str, Any]:
    return card["extension"]["guidekb"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.relative_to(ROOT / "facts/examples").as_posix())
def test_the_cards_of_an_example(path: Any, told: Told, program: Program) -> None:
    """Valid; the same again; in order; one card for each conclusion, with its reasons, its proof and nothing graded."""
    for edb in read(path.read_bytes(), path.name, program).edbs:
        body, answer = cards(told, edb), told(edb).answer
        assert [str(e) for e in RESPONSE.iter_errors(body)] == []
        assert [*broken(body), *careless(body)] == []
        assert body == cards(told, edb)
        made = body["cards"]
        assert len({c["uuid"] for c in made}) == len(made)
        places = [(INDICATORS.index(c["indicator"]), ours(c).get("status", "certain") != "certain") for c in made]
        assert [p[0] for p in places] == sorted(p[0] for p in places)
        named = [(ours(c)["kind"], ours(c)["name"]) for c in made]
        wanted = [(i.direction, i.name) for i in answer.recommendations if i.status != "excluded"]
        wanted += [("alert", i.name) for i in answer.alerts]
        assert sorted(n for n in named if n[0] in (*DIRECTIONS.values(), "alert")) == sorted(wanted)
        for card in made:
            if ours(card)["kind"] in (*DIRECTIONS.values(), "alert"):
                assert card["detail"].count("Strength: not graded in source") == 1
                assert card["source"]["topic"]["code"] == ours(card)["rules"][0]
                assert all(f"- {s}" in card["detail"] for s in ours(card)["statements"])
                assert all(f"`{rule}`" in card["detail"] for rule in ours(card)["rules"])
                assert ours(card)["roots"][0] in ours(card)["explanation"]
                assert all(f"(`{name}`)" in card["detail"] for name in ours(card).get("missing", []))


def test_the_whole_trace_is_in_the_extension(told: Told, record: Record) -> None:
    edb = record("anti-yo-early.yaml")
    graph = told(edb).graph
    found: dict[str, Any] = {}
    for card in cards(told, edb)["cards"]:
        nodes = ours(card).get("explanation", {})
        found |= nodes
        assert all(child in nodes for node in nodes.values() for child in node.get("children", []))
    conclusions = {i for i in graph.nodes if any(graph.nodes[i].atom.startswith(p) for p in ("recommend", "alert"))}
    assert conclusions <= set(found)


@pytest.mark.parametrize("direction", ["for", "consider"])
@pytest.mark.parametrize("urgency", URGENCIES)
def test_every_urgency_has_an_indicator(direction: str, urgency: str) -> None:
    assert PRESSING[direction, urgency] in INDICATORS
    assert set(SEVERITY) == set(INDICATORS)


def test_the_table_of_indicators_is_the_agreed_one() -> None:
    """../shared/reference/outputs.md 2.4, and docs/adr/0012-clinic.md."""
    assert [key for key, value in PRESSING.items() if value == "critical"] == [("order", "against and not before")]
    assert {key for key, value in PRESSING.items() if value == "warning"} == {
        ("for", "immediate"), ("for", "soon"), ("alert", ""), ("against", "harm"), ("conflicting", ""),
        ("order", "against"), ("order", "not before"), ("order", "excluded"), ("order", "brings about"),
        ("order", "could bring about"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("example", "kind", "name", "indicator"),
    [
        ("localized-unoperated.yaml", "for", "definitive_breast_surgery", "warning"),
        ("long-remission-dermatomyositis.yaml", "for", "complete_restaging", "warning"),
        ("hypercalcemia.yaml", "for", "bisphosphonate", "warning"),
        ("syndrome-first-ct-negative.yaml", "consider", "pelvic_ultrasound_or_mri", "info"),
        ("published-01.yaml", "alert", "corticosteroids_alone_pattern", "warning"),
        ("published-01.yaml", "against", "corticosteroids_alone_for_dermatomyositis", "warning"),
        ("localized-operated.yaml", "against", "delay_cancer_treatment_for_immunosuppression", "info"),
    ],
)
def test_an_indicator(example: str, kind: str, name: str, indicator: str, told: Told, record: Record) -> None:
    found = {(ours(c)["kind"], ours(c)["name"]): c["indicator"] for c in cards(told, record(example))["cards"]}
    assert found[kind, name] == indicator


def test_a_card_as_a_document(told: Told, record: Record) -> None:
    made = cards(told, record("hypercalcemia.yaml"))["cards"]
    card = next(c for c in made if ours(c)["name"] == "bisphosphonate")
    assert card["summary"] == "Recommended: immediate bisphosphonate treatment of the hypercalcemia (immediately)"
    assert (
        re.sub(r"\.md:\d+", ".md:N", card["detail"])
        == """\
**Recommended: immediate bisphosphonate treatment of the hypercalcemia**

immediately

**Why**

- the recorded syndromes include hypercalcemia — syndromes item 1 (line 18)
- the breast cancer status is known and active — breast_cancer_status (line 6)

**What the guideline says**

- S20 (ref 1 (not listed in source)): Hypercalcemia is treated with a bisphosphonate right away.
- S22 (ref 1 (not listed in source)): The bisphosphonate goes along with the start of cancer treatment; it neither \
replaces nor postpones it.
- S23 (ref 1 (not listed in source)): Their effect does not depend on whether there are bone metastases.

Strength: not graded in source. Basis: unspecified. Wording of the source: “administer”.

Rules: `bisphosphonate_for_hypercalcemia` (guidelines/paraneoplastic_breast.md:N)

Decision support for people who review its basis; not a medical device, not validated for care."""
    )
    (suggestion,) = card["suggestions"]
    (action,) = suggestion["actions"]
    assert (card["selectionBehavior"], suggestion["isRecommended"], action["type"]) == ("at-most-one", True, "create")
    assert action["resource"]["medicationCodeableConcept"] == {"text": "Bisphosphonate (drug to be chosen)"}
    assert card["links"] == [
        {"label": "The whole answer with its proofs", "type": "absolute", "url": "https://g.example/p"}
    ]
    assert len(card["overrideReasons"]) == 7


def test_a_case_report_is_named_as_the_basis(told: Told, record: Record) -> None:
    """The source calls something a case report in S10 only, which is an expectation: no card of ours claims it."""
    made = cards(told, record("localized-unoperated.yaml"))["cards"]
    assert not any("case report" in c["detail"] and "Strength" in c["detail"] for c in made)


def test_what_is_unknown_is_one_card(told: Told, record: Record) -> None:
    edb = record("nearly-empty.yaml")
    body = cards(told, edb, states={"patient": "found", "conditions": "nothing found", "lists": "failed: time *out*"})
    (card,) = [c for c in body["cards"] if ours(c)["kind"] == "undetermined"]
    fields = [m.fact for m in told(edb).answer.undetermined]
    assert card["summary"] == f"Cannot decide yet: {len(fields)} facts are unknown that could change the answer"
    assert ours(card)["missing"] == fields
    assert [u["fact"] for u in ours(card)["undetermined"]] == fields
    assert "- `conditions`: asked, and nothing was found" in card["detail"]
    assert "- `observations`: not delivered" in card["detail"]
    assert "- `lists`: could not be fetched: time \\*out\\*" in card["detail"]
    assert body["extension"]["guidekb"]["prefetch"]["lists"] == "failed: time *out*"


def test_nothing_to_say_is_no_card(told: Told, record: Record) -> None:
    body = cards(told, record("id: p\nbreast_cancer_status: excluded\nsyndromes: []\n"))
    assert body["cards"] == []
    assert RESPONSE.is_valid(body)


def test_a_cap_says_how_many_it_left_out(told: Told, record: Record) -> None:
    edb = record("published-01.yaml")
    whole, capped = cards(told, edb), cards(told, edb, most=3)
    assert capped["cards"] == whole["cards"][:3]
    assert capped["extension"]["guidekb"]["left_out"] == len(whole["cards"]) - 3


def test_german_cards_say_the_same(told: Told, record: Record) -> None:
    edb = record("published-01.yaml")
    one, other = cards(told, edb)["cards"], cards(told, edb, "de")["cards"]
    assert [(ours(c)["kind"], ours(c)["name"], c["indicator"]) for c in one] == [
        (ours(c)["kind"], ours(c)["name"], c["indicator"]) for c in other
    ]
    assert other[0]["summary"].startswith("Warnung: ")


def test_immunotherapy_that_is_running_while_infection_is_not_excluded_is_critical(told: Told, record: Record) -> None:
    text = "id: p\nbreast_cancer_status: known_active\nsyndromes: [anti_nmdar_encephalitis]\n"
    first = cards(told, record(f"{text}immunotherapy_given: [rituximab]\n"))["cards"][0]
    assert (first["indicator"], ours(first)["kind"]) == ("critical", "order")
    assert first["summary"].startswith(
        "Recorded as given: rituximab. The guideline advises against it: starting immuno"
    )
    assert "suggestions" not in first
    settled = cards(told, record(f"{text}immunotherapy_given: [rituximab]\ninfection_excluded: yes\n"))["cards"]
    assert not any(c["indicator"] == "critical" for c in settled)


HOSTILE = "x](javascript:alert(1)) <img src=x onerror=alert(1)> **b** `c` | ~~s~~ \\u202e # h"


def test_hostile_text_stays_text(told: Told, record: Record) -> None:
    """Names and values of a record in the cards: no link, image, emphasis, HTML or heading comes out of them."""
    text = f'''
id: "{HOSTILE}"
breast_cancer_status: known_active
syndromes: [anti_nmdar_encephalitis]
immunotherapy_given: ["{HOSTILE.replace("`", "'")[:60]}"]
stage_detail: "{HOSTILE}"
other_treatments: ["{HOSTILE[:60]}"]
'''
    edb = record(text)
    body = cards(told, edb, states={"lists": f"failed: {HOSTILE}"}, unused=[HOSTILE])
    assert [*broken(body), *careless(body)] == []
    for card in body["cards"]:
        shown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(card["detail"])
        assert "javascript:" not in shown or "<a" not in shown
        assert not re.search(r"<(a|img|script|h\d|table|s)\b", shown)
        assert "<em>" not in shown
        assert len(card["summary"]) <= SUMMARY
        assert "\u202e" not in card["detail"]


def test_the_invariants_find_what_breaks_them() -> None:
    make = {"type": "create", "description": "d", "resource": {"resourceType": "X", "id": "x"}}
    card = {"summary": "s", "indicator": "info", "source": {"label": "l"}, "selectionBehavior": "any"}
    bad: list[tuple[dict[str, Any], str]] = [
        (
            {"selectionBehavior": "at-most-one", "suggestions": [{"label": "l", "isRecommended": True}] * 2},
            "cds-resp-1",
        ),
        ({"suggestions": [{"label": "l", "actions": [make | {"type": "delete"}]}]}, "cds-resp-2"),
        ({"suggestions": [{"label": "l", "actions": [{"type": "delete", "description": "d"}]}]}, "cds-resp-2"),
        ({"links": [{"label": "l", "url": "https://x", "type": "absolute", "appContext": "c"}]}, "cds-resp-3"),
        ({"overrideReasons": [{"code": "c"}]}, "cds-resp-4"),
        ({"suggestions": [{"label": "l", "actions": [{"type": "create"}]}]}, "cds-resp-5"),
        ({"suggestions": [{"label": "l"}], "selectionBehavior": ""}, "cds-resp-6"),
        ({"suggestions": [{"label": "l", "actionSelectionBehavior": "none"}]}, "cds-resp-7"),
    ]
    for change, name in bad:
        (found,) = broken({"cards": [card | change]})
        assert name in found.text
    assert [r.pointer for r in careless({"cards": [card | {"summary": "s" * 140, "detail": ""}]})] == [
        "/cards/0/detail", "/cards/0/uuid", "/cards/0/summary"]  # fmt: skip
