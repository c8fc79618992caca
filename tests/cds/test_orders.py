"""Orders: what the guideline says against a drafted treatment, read from its own conclusions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from cds_build import ROOT, drafts, drug, schema
from guidekb.facts.fhir.codes import FOLDER, table
from guidekb.facts.fhir.draft_orders import read_orders, recorded_orders, with_orders
from guidekb.facts.fhir.order_table import carried_out, carried_out_of, drafts_of
from guidekb.facts.fhir.order_table import drafts as draft_table
from guidekb.facts.read import read
from guidekb.kb.diagnostics import Invalid
from guidekb.kb.ir import EDB, Program
from guidekb.queries.cds.invariants import broken, careless
from guidekb.queries.cds.response import Asked, response
from guidekb.queries.explanations.report import Report
from guidekb.queries.wording.words import words

Told = Callable[[EDB], Report]
Record = Callable[[str], EDB]
NEURO = "id: p\nbreast_cancer_status: known_active\nsyndromes: [anti_nmdar_encephalitis]\n"
MYOSITIS = "id: p\nbreast_cancer_status: known_active\nsyndromes: [dermatomyositis]\n"
ORAL = {"dosageInstruction": [{"route": {"coding": [{"system": "http://snomed.info/sct", "code": "26643006"}]}}]}
ASTHMA = {"reasonCode": [{"coding": [{"system": "http://snomed.info/sct", "code": "93761005"}]}]}
RESPONSE = schema("response")


@pytest.fixture(scope="session")
def signed(told: Told, record: Record, program: Program) -> Callable[..., dict[str, Any]]:
    """The answer to order-sign for a record and some drafts, checked."""

    def of(text: str | EDB, *orders: dict[str, Any]) -> dict[str, Any]:
        edb = record(text) if isinstance(text, str) else text
        found = read_orders(drafts(*orders), program)
        carried = with_orders(edb, found.found, program)
        after = None if carried is edb else told(carried)
        both = (*found.found, *recorded_orders(edb))
        asked = Asked("order-sign", ordered=both, unread=found.unread, drafts=draft_table(), after=after)
        body = json.loads(json.dumps(response(told(edb), words(), asked)))
        assert [*RESPONSE.iter_errors(body), *broken(body), *careless(body)] == []
        return body

    return of


def told_of(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(c["indicator"], c["summary"]) for c in body["cards"]]


def test_immunotherapy_before_infection_is_excluded_is_critical(signed: Callable[..., dict[str, Any]]) -> None:
    """S24: advised against, and held back by what is required first; what comes first can be ordered at once."""
    body = signed(NEURO, drug("IVIg"))
    (card,) = [c for c in body["cards"] if c["indicator"] == "critical"]
    text = "Ordered: IVIg. The guideline advises against it: starting immunotherapy before infection is excluded"
    assert card["summary"] == text
    assert card["extension"]["guidekb"]["how"] == "against and not before"
    assert set(card["extension"]["guidekb"]["rules"]) == {
        "no_immunotherapy_before_infection_excluded", "infection_status_needed"}  # fmt: skip
    assert card["extension"]["guidekb"]["missing"] == ["infection_excluded"]
    assert [(s["label"], s["actions"][0]["type"]) for s in card["suggestions"]] == [
        ("Take back the order: IVIg", "delete"),
        ("Order: exclusion of infection before any immunotherapy", "create"),
    ]
    assert card["suggestions"][0]["actions"][0]["resourceId"] == "MedicationRequest/draft-IVIg"
    assert card["selectionBehavior"] == "any"


def test_infection_that_is_known_not_to_be_excluded_is_as_critical(signed: Callable[..., dict[str, Any]]) -> None:
    """Reading A22: "not excluded" and "not known to be excluded" have the same effect."""
    body = signed(f"{NEURO}infection_excluded: no\n", drug("IVIg"))
    assert body["cards"][0]["indicator"] == "critical"


def test_once_infection_is_excluded_nothing_speaks_against_it(signed: Callable[..., dict[str, Any]]) -> None:
    assert told_of(signed(f"{NEURO}infection_excluded: yes\ncancer_treatment_started: yes\n", drug("IVIg"))) == []


@pytest.mark.parametrize("name", ["rituximab", "plasma_exchange", "methylprednisolone", "azathioprine"])
def test_every_immunotherapy_is_held_back(name: str, signed: Callable[..., dict[str, Any]]) -> None:
    order = drug(name)
    concept = {"coding": [{"system": "urn:guidekb:record", "code": name}]}
    if name == "plasma_exchange":
        order = {"resourceType": "ServiceRequest", "id": "s", "status": "draft", "intent": "order", "code": concept}
    else:
        order["medicationCodeableConcept"] = concept
    assert signed(NEURO, order)["cards"][0]["indicator"] == "critical"


def test_an_order_that_the_warning_is_not_about(signed: Callable[..., dict[str, Any]]) -> None:
    """The advice holds for the patient, but a bisphosphonate is not what it is against."""
    assert told_of(signed(NEURO, drug("zoledronic acid", "77655"))) == []


def test_pulses_that_are_recorded_are_immunotherapy(told: Told, record: Record) -> None:
    """Reading A24; on a patient view, what is recorded as given is looked at as an order is."""
    edb = record(f"{NEURO}corticosteroids: iv_pulse\n")
    body = response(told(edb), words(), Asked("patient-view", ordered=recorded_orders(edb)))
    assert told_of(body)[0] == (
        "critical",
        "Recorded as given: iv_pulse. The guideline advises against it: "
        "starting immunotherapy before infection is excluded",
    )


def test_an_order_without_a_usable_id_cannot_be_taken_back(signed: Callable[..., dict[str, Any]]) -> None:
    for name in ("", "a/../b", 'x"><script>'):
        card = signed(NEURO, drug("IVIg") | {"id": name})["cards"][0]
        assert [s["actions"][0]["type"] for s in card["suggestions"]] == ["create"]


def test_steroids_alone(signed: Callable[..., dict[str, Any]]) -> None:
    """S64: the alert follows from the record with the order carried out, and its proof names the order."""
    body = signed(f"{MYOSITIS}cancer_treatment_started: no\n", drug("prednisone", "8640", **ORAL))
    assert told_of(body) == [
        (
            "warning",
            "Ordered: prednisone. It leads to: "
            "dermatomyositis or polymyositis is being treated with corticosteroids alone",
        )
    ]
    (card,) = body["cards"]
    nodes = card["extension"]["guidekb"]["explanation"].values()
    sources = {r["source"]: r for n in nodes for r in n.get("recorded", ())}
    assert sources["context.draftOrders"]["place"] == "entry[0].resource.medicationCodeableConcept"
    assert sources["context.draftOrders"]["written"] == "RxNorm 8640 prednisone"
    assert "the corticosteroid treatment of the syndrome is oral" in card["detail"]


def test_steroids_alone_when_it_is_not_known_whether_the_cancer_is_treated(
    signed: Callable[..., dict[str, Any]],
) -> None:
    """One unknown fact away: possible, with the question; a record with more unknown gets no such card."""
    body = signed(MYOSITIS, drug("prednisone", "8640", **ORAL))
    (card,) = [c for c in body["cards"] if c["extension"]["guidekb"]["kind"] == "consequence"]
    assert card["summary"].startswith("Ordered: prednisone. It could lead to: dermatomyositis or polymyositis is being")
    assert card["extension"]["guidekb"]["missing"] == ["cancer_treatment_started"]
    assert "if treatment of the current cancer has not started" in card["detail"]
    assert told_of(signed("id: p\n", drug("prednisone", "8640"))) == []


def test_with_treatment_of_the_cancer_begun_steroids_are_not_alone(signed: Callable[..., dict[str, Any]]) -> None:
    assert told_of(signed(f"{MYOSITIS}cancer_treatment_started: yes\n", drug("prednisone", "8640"))) == []


def test_endocrine_therapy_of_triple_negative_disease(signed: Callable[..., dict[str, Any]]) -> None:
    (card,) = signed("metastatic-triple-negative.yaml", drug("tamoxifen", "10324"))["cards"]
    assert card["indicator"] == "warning"
    assert card["summary"] == (
        "Ordered: tamoxifen. The guideline advises against it: "
        "endocrine or HER2-directed therapy of triple-negative disease"
    )


def test_what_an_exception_withdraws(signed: Callable[..., dict[str, Any]]) -> None:
    """S16: aggressive disease takes endocrine therapy away."""
    body = signed("metastatic-hr-positive-aggressive.yaml", drug("tamoxifen", "10324"))
    assert told_of(body) == [
        (
            "warning",
            "Ordered: tamoxifen. The guideline recommends another course instead: "
            "chemotherapy instead of endocrine therapy",
        )
    ]


def test_what_is_recommended_can_be_ordered(signed: Callable[..., dict[str, Any]]) -> None:
    assert told_of(signed("metastatic-hr-positive.yaml", drug("letrozole", "72965"))) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": "cancelled"}, "MedicationRequest/draft-IVIg: its status is `cancelled`"),
        ({"doNotPerform": True}, "MedicationRequest/draft-IVIg: it is an order not to do it (`doNotPerform`)"),
        ({"modifierExtension": [{"url": "x"}]}, "MedicationRequest/draft-IVIg: `modifierExtension` changes its meaning "
         "in a way that is not known here"),
        (ASTHMA, "MedicationRequest/draft-IVIg: read from the text `IVIg`, for a reason that is no syndrome of this "
         "guideline and no breast cancer"),
        ({"medicationCodeableConcept": {"text": "aspirin"}},
         "MedicationRequest/draft-IVIg: aspirin is not in the table of codes"),
        ({"resourceType": "DeviceRequest"}, "DeviceRequest/draft-IVIg: orders of this type are not read"),
    ],
)  # fmt: skip
def test_an_order_that_means_nothing_here_is_told(
    change: dict[str, Any], why: str, signed: Callable[..., dict[str, Any]]
) -> None:
    body = signed(NEURO, drug("IVIg") | change)
    assert body["cards"] == []
    assert body["extension"]["guidekb"]["orders_not_read"] == [why]


def test_a_drug_that_is_referred_to_is_read(program: Program) -> None:
    medication = {"resourceType": "Medication", "id": "m", "code": {"text": "IVIg"}}
    order = drug("x") | {"medicationReference": {"reference": "Medication/m"}}
    del order["medicationCodeableConcept"]
    (found,) = read_orders(drafts(order, medication), program).found
    assert (found.said, found.place) == ("IVIg", "context.draftOrders.entry[0].resource.medicationReference")
    inside = order | {"medicationReference": {"reference": "#m"}, "contained": [medication]}
    assert read_orders(drafts(inside), program).found[0].said == "IVIg"


def test_an_order_takes_the_place_of_what_a_field_said(record: Record, program: Program) -> None:
    edb = record(f"{MYOSITIS}corticosteroids: none\nimmunotherapy_given: [ivig]\n")
    carried = with_orders(edb, read_orders(drafts(drug("prednisone", "8640")), program).found, program)
    facts = {(f.predicate, *f.values[1:]) for f in carried.facts}
    assert ("corticosteroids", "ongoing") in facts
    assert ("corticosteroids", "none") not in facts
    assert {("immunotherapy_given", "ivig"), ("immunotherapy_given", "prednisone")} <= facts
    assert carried.conflicts == {}


def test_two_orders_of_one_field_do_not_contradict_each_other(record: Record, program: Program) -> None:
    orders = read_orders(drafts(drug("prednisone", "8640", **ORAL), drug("methylprednisolone")), program).found
    carried = with_orders(record(MYOSITIS), orders, program)
    assert carried.conflicts == {}
    assert [f.values[1] for f in carried.facts if f.predicate == "corticosteroids"] == ["ongoing"]


def test_a_field_that_is_contradicted_stays_so(record: Record, program: Program) -> None:
    edb = record(f"{MYOSITIS}corticosteroids: conflicting\n")
    carried = with_orders(edb, read_orders(drafts(drug("dexamethasone")), program).found, program)
    assert "corticosteroids" in carried.conflicts


def test_every_example_can_be_ordered_for(signed: Callable[..., dict[str, Any]], program: Program) -> None:
    """Every drug of the table at once, for every example: valid cards, the most pressing first."""
    rows = [r for r in table().rows if r.use == "medication"]
    uris = {name: uri for uri, name in reversed(table().systems.items())}
    orders = []
    for number, row in enumerate(rows):
        coded = (
            {"text": row.code} if row.system == "text" else {"coding": [{"system": uris[row.system], "code": row.code}]}
        )
        orders.append(drug("x") | {"id": f"d{number}", "medicationCodeableConcept": coded})
    for path in sorted((ROOT / "facts" / "examples").glob("*.yaml")):
        for edb in read(path.read_bytes(), path.name, program).edbs:
            body = signed(edb, *orders)
            marks = [("critical", "warning", "info").index(c["indicator"]) for c in body["cards"]]
            assert marks == sorted(marks)


def test_the_tables_name_what_there_is(program: Program) -> None:
    """Actions of the vocabulary, meanings of the table of codes or fields of the record, codes with their display."""
    actions = {label.name for t in program.types if t.name == "action" for label in t.labels}
    assert {a for many in carried_out().values() for a in many} <= actions
    assert set(draft_table()) <= actions
    meant = {m.name for r in table().rows for m in r.means} | {p.name for p in program.predicates if p.role == "input"}
    assert {m.name for m in carried_out()} <= meant
    assert all(bool(d.code) == bool(d.system) == bool(d.display) for many in draft_table().values() for d in many)
    assert (FOLDER / "drafts.csv").is_file()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("h\nmammogram,ServiceRequest,Mammography,SNOMED CT,1\n", "`SNOMED CT 1` is not in codes.csv"),
        ("h\nmammogram,Task,Mammography,,\n", "a row is an action"),
        ("h\nmammogram,ServiceRequest\n", "a row has 5 cells, not 2"),
    ],
)
def test_a_fault_in_the_table_of_drafts(text: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        drafts_of(text, table())


def test_a_fault_in_the_table_of_orders() -> None:
    with pytest.raises(Invalid, match="a row has 3 cells, not 2"):
        carried_out_of("h\na,b\n")


def test_the_page_shows_the_card_that_there_is(signed: Callable[..., dict[str, Any]]) -> None:
    """docs/clinic.md."""
    page = (ROOT / "docs" / "clinic.md").read_text(encoding="utf-8")
    shown = json.loads(page.partition("```json\n")[2].partition("```")[0])
    card = signed("encephalitis-infection-unknown.yaml", drug("IVIg"))["cards"][0]
    labels = [s["label"] for s in card["suggestions"]]
    assert shown == {"summary": card["summary"], "indicator": card["indicator"], "suggestions": labels}
