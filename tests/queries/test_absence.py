"""Why something is absent, as explanations say it: each kind of reason once, with the facts that it rests on."""

from __future__ import annotations

import pytest
from guidekb.kb.edb import EDB, Ground, Origin
from guidekb.kb.load import assemble
from guidekb.queries.answers.answer import answer
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.explanations.explanation import Graph, Node, explain

PROGRAM = """
type cause = cancer "cancer" | virus "a virus" | drug "a drug".
type part = head "head" | chest "chest".
type result = negative "negative" | suspicious "suspicious".
type days = integer 0..1000 "days".
type action = treat "treatment" | wait "waiting" | scan "a scan".

input cause(Patient: patient, Cause: cause) open single
    yes "the cause is {Cause}" no "the cause is not {Cause}" unknown "the cause is not recorded".
input status(Patient: patient, Cause: cause) open single
    yes "the status is {Cause}" no "the status is not {Cause}" unknown "the status is not recorded".
input fit(Patient: patient) open
    yes "the patient is fit" no "the patient is not fit" unknown "whether the patient is fit is not recorded".
input scans(Patient: patient, Part: part, Result: result) open
    yes "the scan of the {Part} was {Result}" no "no scan of [the {Part}|any part] was {Result}".
input reports(Patient: patient, Result: result) closed
    yes "a report is {Result}" no "no report is [{Result}|there]".
input since(Patient: patient, Days: days) open single
    yes "it began {Days} days ago" no "it did not begin {Days} days ago" unknown "when it began is not recorded".
input allergic(Patient: patient) open
    yes "there is an allergy" no "there is no allergy" unknown "whether there is an allergy is not recorded".

table vital(Part: part) closed yes "the {Part} is vital" no "the {Part} is not vital".
vital(chest).

derived elsewhere(Patient: patient) open yes "it comes from elsewhere" no "nothing says that it comes from elsewhere".
derived old(Patient: patient) open yes "it is old" no "it is not old".
derived seen(Patient: patient) open yes "something vital was seen" no "nothing vital was seen".
derived reported(Patient: patient) closed yes "it was reported" no "it was not reported".
derived weak(Patient: patient) open yes "the patient is weak" no "the patient is not weak".
derived recommend(Patient: patient, Action: action) open yes "{Action} is recommended".

@id(by_virus) elsewhere(P) :- cause(P, virus).
@id(by_drug) elsewhere(P) :- status(P, drug).
@id(for_long) old(P) :- since(P, Days), Days > 30.
@id(vital_seen) seen(P) :- scans(P, Part, suspicious), vital(Part).
@id(by_report) reported(P) :- reports(P, suspicious).
@id(unfit) weak(P) :- -fit(P).

@id(treating) recommend(P, treat) :- cause(P, cancer), assuming -elsewhere(P).
@id(allergy) @overrides(treating) recommend(P, wait) :- allergic(P).
@id(waiting) recommend(P, wait) :-
    status(P, cancer),
    assuming -cause(P, virus),
    assuming -old(P),
    assuming -seen(P),
    not reported(P),
    assuming -scans(P, head, suspicious),
    assuming -weak(P).
@id(scanning) recommend(P, scan) :- status(P, virus), unrecorded seen(P), unrecorded fit(P).
"""
FACTS = (
    "cause p cancer", "status p cancer", "since p 12", "-allergic p", "scans p head negative", "fit p",
)  # fmt: skip


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    program, problems = assemble({"a.dl": PROGRAM})
    assert not [p for p in problems if p.severity == "error"]
    return Knowledge(program)


def ground(text: str) -> Ground:
    name, *values = text.split()
    return Ground(name, tuple(int(v) if v.isdigit() else v for v in values))


def explained(knowledge: Knowledge, *facts: str, listed: str = "scans", not_applicable: str = "") -> Graph:
    """The explanations for a patient; the place of a fact is the fact."""
    recorded = {ground(f): (Origin("p.yaml", f),) for f in facts}
    edb = EDB("p", recorded, frozenset(listed.split()), frozenset(not_applicable.split()))
    case = assess(knowledge, edb, derive)
    return explain(case, answer(case))


def absent(graph: Graph) -> dict[str, str]:
    """What is absent, with the reason and the places of the facts behind it."""

    def why(node: Node) -> str:
        places = [o.place for child in node.children for o in graph.nodes[child].origins]
        return node.why + (f" — {', '.join(places)}" if places else "")

    return {n.text: why(n) for n in graph.nodes.values() if n.kind in ("absent", "no_exception", "unrecorded")}


def test_each_reason(knowledge: Knowledge) -> None:
    assert absent(explained(knowledge, *FACTS)) == {
        "nothing says that it comes from elsewhere": (
            "the status is cancer; the cause is cancer — status p cancer, cause p cancer"
        ),
        "no exception applies (allergy)": (
            "rule allergy would need: there is an allergy; recorded: there is no allergy — -allergic p"
        ),
        "it is not old": "rule for_long fails at: 12 days, more than 30: 18 days short — since p 12",
        "nothing vital was seen": "no scan of the chest was suspicious, and the list is complete",
        "it was not reported": "no report is there, and what is not recorded of it counts as no",
        "no scan of the head was suspicious": "the list is complete and does not have it",
        "the patient is not weak": "the patient is fit — fit p",
    }


def test_the_other_value_of_a_field_stands_for_what_it_rules_out(knowledge: Knowledge) -> None:
    """`assuming -cause(P, virus)` is shown as the cause that is recorded."""
    graph = explained(knowledge, *FACTS)
    (waiting,) = (n for n in graph.nodes.values() if n.rule and n.rule.id == "waiting")
    assert [graph.nodes[c].text for c in waiting.children[:2]] == ["the status is cancer", "the cause is cancer"]


def test_a_table_speaks_of_what_is_recorded(knowledge: Knowledge) -> None:
    facts = [f for f in FACTS if not f.startswith(("status", "fit"))]
    graph = explained(knowledge, *facts, "status p virus", "scans p head suspicious")
    assert absent(graph)["nothing vital was seen"] == "the head is not vital — scans p head suspicious"


def test_what_is_only_unrecorded_says_what_is_missing(knowledge: Knowledge) -> None:
    graph = explained(knowledge, "status p virus", listed="")
    assert absent(graph) == {
        "nothing vital was seen": "scans is not recorded",
        "whether the patient is fit is not recorded": "",
    }


def test_not_applicable(knowledge: Knowledge) -> None:
    facts = [f for f in FACTS if not f.startswith("since")]
    assert absent(explained(knowledge, *facts, not_applicable="since"))["it is not old"] == (
        "since is marked as not applicable"
    )


def test_an_assumption_is_no_absence(knowledge: Knowledge) -> None:
    graph = explained(knowledge, *(f for f in FACTS if f != "-allergic p"))
    assumed = {n.text: n.why for n in graph.nodes.values() if n.kind == "assumed"}
    assert assumed == {"no exception applies (allergy)": "whether there is an allergy is not recorded"}


def test_what_follows_from_a_conclusion_does_not_explain_it() -> None:
    """Its opposite would be the nearest reason, but it rests on what is being explained."""
    program, problems = assemble({"a.dl": """
        input fit(Patient: patient) open yes "fit".
        type action = go "going".
        derived b(Patient: patient) open yes "b" no "not b".
        derived recommend(Patient: patient, Action: action) open yes "{Action} is recommended".
        @id(go) recommend(P, go) :- fit(P), assuming -b(P).
        @id(not_b) -b(P) :- recommend(P, go).
        """})  # fmt: skip
    assert not problems
    graph = explained(Knowledge(program), "fit p", listed="")
    assert absent(graph) == {"not b": ""}


def test_every_reason_names_only_recorded_facts(knowledge: Knowledge) -> None:
    graph = explained(knowledge, *FACTS)
    for node in graph.nodes.values():
        if node.kind in ("absent", "no_exception", "unrecorded"):
            assert {graph.nodes[child].kind for child in node.children} <= {"recorded"}
