"""Where names are declared and used, what they mean, and which could stand at a place."""

# ruff: noqa: E501  (a case is a line, so that cases can be compared)

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from client import Client, part, position, spot
from small_guideline import CASES, GAPS, GERMAN, GUIDELINE, PROPERTIES, VOCABULARY, small

TEXTS = {
    "vocabulary.md": VOCABULARY,
    "guidelines/small.md": GUIDELINE,
    "properties/small.md": PROPERTIES,
    "lang/de/small.md": GERMAN,
    "cases/small.yaml": CASES,
    "cases/gaps.yaml": GAPS,
    "record.yaml": "id: r1\nresectable: yes\nstage: unknown\n",
    "saved.dl": "% Who has early disease.\n?- early(P), stage(P, localized).\n",
}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, shared: Client) -> Path:
    """The small knowledge base, whose files are open."""
    kb = small(tmp_path_factory.mktemp("held"))
    for name in TEXTS:
        shared.open(kb / name, wait=name != "record.yaml")  # a record is looked at with the cases that take it
    return kb


def places(kb: Path, found: list[dict[str, Any]]) -> list[str]:
    """`file: the line` of each location, with the name in brackets."""
    shown: list[str] = []
    for one in found:
        name = Path(one["uri"].removeprefix("file://")).relative_to(kb).as_posix()
        text = TEXTS[name]
        line = text.split("\n")[one["range"]["start"]["line"]].strip()
        shown.append(f"{name}: {line.replace(part(text, one['range']), '[' + part(text, one['range']) + ']', 1)}")
    return shown


DEFINED = (
    ("guidelines/small.md", "      ear|ly(P),", "vocabulary.md: derived [early](Patient: patient) open"),
    ("guidelines/small.md", "@reading(A|01) @urgency", "guidelines/small.md: - **[A01]** (reading): What is 🎗 early? Localized disease. The rule `early_disease` says so, for S01."),
    ("guidelines/small.md", "resected is operated on (A0|1)", "guidelines/small.md: - **[A01]** (reading): What is 🎗 early? Localized disease. The rule `early_disease` says so, for S01."),
    ("guidelines/small.md", "Stage = local|ized", 'vocabulary.md: type stage = [localized] | metastatic.'),
    ("guidelines/small.md", "markers(P, 'HER2| status', Result)", "vocabulary.md: type marker = er \"ER 🧬\" | ['HER2 status'] \"HER2\"."),
    ("guidelines/small.md", "@overrides(er_|positive)", "guidelines/small.md: @id([er_positive]) @rationale(S03)"),
    ("guidelines/small.md", "stage(P, St|age), Stage", "guidelines/small.md: early(P) :- stage(P, [Stage]), Stage = localized."),
    ("vocabulary.md", "input stage(Patient: patient, Stage: st|age)", "vocabulary.md: type [stage] = localized | metastatic."),
    ("vocabulary.md", "the stage is {St|age}", "vocabulary.md: input stage(Patient: patient, [Stage]: stage) open single"),
    ("vocabulary.md", "wanted(st|age)", "vocabulary.md: input [stage](Patient: patient, Stage: stage) open single"),
    ("properties/small.md", "    oper|ates(A),", "properties/small.md: table [operates](Action: action) closed"),
    ("lang/de/small.md", "surg|ery \"Operation\"", 'vocabulary.md: type action = [surgery] "surgery" | tamoxifen "tamoxifen".'),
    ("lang/de/small.md", "**S0|1**", "guidelines/small.md: - **[S01]** (recommend-for; refs 1; line 2): Early disease that can be resected is operated on (A01)."),
    ("saved.dl", "ear|ly(P)", "vocabulary.md: derived [early](Patient: patient) open"),
    ("cases/small.yaml", "about: [S|01, A01]", "guidelines/small.md: - **[S01]** (recommend-for; refs 1; line 2): Early disease that can be resected is operated on (A01)."),
    ("cases/small.yaml", "because: [early_|surgery]", "guidelines/small.md: @id([early_surgery]) @reading(A01) @urgency(soon)"),
    ("cases/small.yaml", "given: {st|age: localized", "vocabulary.md: input [stage](Patient: patient, Stage: stage) open single"),
    ("cases/small.yaml", "given: {stage: loc|alized", "vocabulary.md: type stage = [localized] | metastatic."),
    ("cases/small.yaml", "er: posi|tive, HER2", "vocabulary.md: type result = [positive] | negative."),
    ("cases/small.yaml", "HER2 sta|tus: negative", "vocabulary.md: type marker = er \"ER 🧬\" | ['HER2 status'] \"HER2\"."),
    ("cases/small.yaml", "[localized,  [sur|gery", 'vocabulary.md: type action = [surgery] "surgery" | tamoxifen "tamoxifen".'),
    ("cases/small.yaml", "columns: [st|age", "vocabulary.md: input [stage](Patient: patient, Stage: stage) open single"),
    ("cases/small.yaml", "stage(P, local|ized)", "vocabulary.md: type stage = [localized] | metastatic."),
    ("cases/gaps.yaml", "rule: early_|surgery", "guidelines/small.md: @id([early_surgery]) @reading(A01) @urgency(soon)"),
    ("cases/gaps.yaml", "resect|able(P)", "vocabulary.md: input [resectable](Patient: patient) open"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "marked", "expected"), DEFINED, ids=[f"{d[0]}-{d[1]}" for d in DEFINED])
def test_a_name_leads_to_its_declaration(shared: Client, held: Path, name: str, marked: str, expected: str) -> None:
    found = shared.at("definition", (held / name).as_uri(), spot(TEXTS[name], marked))
    assert places(held, found) == [expected]


NOWHERE = (
    ("vocabulary.md", "# Wo|rds"),
    ("vocabulary.md", "input st|age(Patient: pat"),
    ("guidelines/small.md", "na|me: small"),
    ("cases/small.yaml", "section: Ea|rly"),
)


@pytest.mark.parametrize(("name", "marked"), NOWHERE)
def test_what_is_no_name_leads_nowhere_and_a_declaration_to_itself(
    shared: Client, held: Path, name: str, marked: str
) -> None:
    found = shared.at("definition", (held / name).as_uri(), spot(TEXTS[name], marked))
    assert places(held, found) in ([], ["vocabulary.md: input [stage](Patient: patient, Stage: stage) open single"])


def test_references_are_found_in_every_kind_of_file(shared: Client, held: Path) -> None:
    uri = (held / "vocabulary.md").as_uri()
    ask = {"context": {"includeDeclaration": False}}
    found = shared.at("references", uri, spot(VOCABULARY, "input st|age("), **ask)
    assert places(held, found) == [
        "cases/small.yaml: given: {[stage]: localized, resectable: yes}",
        'cases/small.yaml: holds: ["early(P), [stage](P, localized)"]',
        "cases/small.yaml: columns: [[stage],      for,                  not for]",
        "record.yaml: [stage]: unknown",
        "guidelines/small.md: early(P) :- [stage](P, Stage), Stage = localized.",
        'lang/de/small.md: input [stage](Patient: patient, Stage: stage) open single',
        "properties/small.md: [stage](P, metastatic).",
        "saved.dl: ?- early(P), [stage](P, localized).",
        "vocabulary.md: wanted([stage]).",
    ]  # fmt: skip


def test_references_to_a_statement_are_its_mentions_too(shared: Client, held: Path) -> None:
    uri = (held / "guidelines/small.md").as_uri()
    found = shared.at("references", uri, spot(GUIDELINE, "@reading(A|01) @urg"), context={"includeDeclaration": True})
    assert len(places(held, found)) == 7
    marks = shared.at("documentHighlight", uri, spot(GUIDELINE, "@reading(A|01) @urg"))
    assert len(marks) == 4


MEANT = (
    ("guidelines/small.md", "      ear|ly(P),", ("derived early(Patient: patient) open", "Concluded by `early_disease`")),
    ("guidelines/small.md", "@id(early_|surgery)", ("**surgery is recommended**, when", "- the disease is early", "`S01`")),
    ("guidelines/small.md", "@overrides(er_|positive)", ("**tamoxifen is recommended**", "exception applies: `not_with_surgery`")),
    ("guidelines/small.md", "@rationale(S|03)", ("**S03** (expectation)", "No rule: it gives the reason")),
    ("guidelines/small.md", "Stage = local|ized", ("`localized`: localized", "A value of `stage`")),
    ("guidelines/small.md", "@over|rides(", ("@overrides(name, ...)",)),
    ("vocabulary.md", "type st|age", ("type stage = localized | metastatic.",)),
    ("vocabulary.md", "(Patient: patient) op|en", ("unknown",)),
    ("vocabulary.md", "input mark|ers(", ("a map from `marker` to `result`",)),
    ("properties/small.md", "never bo|th(P)", ("**never** `both`: nobody is operated on",)),
    ("cases/small.yaml", "given: {markers: {e|r: positive", ("ER 🧬",)),
)  # fmt: skip


@pytest.mark.parametrize(("name", "marked", "words"), MEANT, ids=[m[1] for m in MEANT])
def test_a_name_is_told(shared: Client, held: Path, name: str, marked: str, words: tuple[str, ...]) -> None:
    found = shared.at("hover", (held / name).as_uri(), spot(TEXTS[name], marked))
    for word in words:
        assert word in found["contents"]["value"]


def test_hover_says_which_page_tells_of_a_finding(shared: Client, held: Path) -> None:
    uri = (held / "guidelines/small.md").as_uri()
    wrong = GUIDELINE.replace("      early(P),", "      earl(P),")
    shared.change(uri, wrong)
    assert "guidekb explain-code E201" in shared.at("hover", uri, spot(wrong, "      ear|l(P),"))["contents"]["value"]
    shared.change(uri, GUIDELINE)


def test_an_authors_words_are_shown_and_mean_nothing_to_markdown(client: Client, kb: Path) -> None:
    hostile = GUIDELINE.replace("is operated on (A01)", "is *bold* <script>alert(1)</script> [x](http://y) `z` | (A01)")
    uri = client.open(kb / "guidelines/small.md", hostile)
    told = client.at("hover", uri, spot(hostile, "- **S|01**"))["contents"]["value"]
    assert r"\*bold\* \<script\>alert(1)\</script\> \[x\](http://y) \`z\` \|" in told


OFFERED = (
    ("guidelines/small.md", "resectable(P).", "res|", {"resectable", "not", "assuming"}, {"localized"}),
    ("guidelines/small.md", "Stage = localized", "Stage = |", {"localized", "metastatic", "Stage"}, {"surgery", "early"}),
    ("guidelines/small.md", "recommend(P, surgery) :-", "recommend(P, s|", {"surgery", "tamoxifen", "P"}, {"localized", "A01"}),
    ("guidelines/small.md", "markers(P, er, positive)", "markers(P, er, |", {"positive", "negative"}, {"er"}),
    ("guidelines/small.md", "@reading(A01) @urg", "@reading(| @urg", {"A01"}, {"S01", "early"}),
    ("guidelines/small.md", "@rationale(S03)", "@rationale(|", {"S01", "S02", "S03"}, {"A01"}),
    ("guidelines/small.md", "@overrides(er_positive)", "@overrides(|", {"er_positive", "early_surgery"}, {"S01"}),
    ("guidelines/small.md", "@urgency(soon)", "@urgency(|", {"immediate", "soon", "routine"}, {"A01"}),
    ("guidelines/small.md", "@urgency(soon)", "@|", {"id", "reading", "urgency", "overrides"}, {"early"}),
    ("guidelines/small.md", "(expectation)", "(|", {"expectation", "reading", "alert"}, set[str]()),
    ("vocabulary.md", "Stage: stage) open", "Stage: | open", {"stage", "marker", "patient", "field"}, {"early"}),
    ("vocabulary.md", "(Patient: patient) open\n", "(Patient: patient) |\n", {"open", "closed", "yes"}, {"early"}),
    ("vocabulary.md", '"the stage is {Stage}"', '"the stage is {|', {"Stage", "Patient"}, {"stage"}),
    ("vocabulary.md", "wanted(stage)", "wanted(|", {"stage", "resectable", "markers"}, {"early"}),
    ("saved.dl", "stage(P, localized)", "stage(P, |", {"localized", "metastatic"}, {"positive"}),
    ("cases/small.yaml", "about: [S01, A01]", "about: [S01, |", {"S01", "A01"}, {"stage"}),
    ("cases/small.yaml", "given: {stage: localized,", "given: {stage: |", {"localized", "metastatic", "unknown"}, {"S01"}),
    ("cases/small.yaml", "given: {stage: localized,", "given: {|", {"stage", "resectable", "markers"}, {"early", "localized"}),
    ("cases/small.yaml", "resectable: yes}", "resectable: |", {"yes", "no", "unknown"}, {"localized"}),
    ("cases/small.yaml", "markers: {er: positive", "markers: {|", {"er"}, {"positive"}),
    ("cases/small.yaml", "markers: {er: positive", "markers: {er: |", {"positive", "negative"}, {"er"}),
    ("cases/small.yaml", "  for:\n", "  |\n", {"for", "alerts", "exactly", "not"}, {"stage"}),
    ("cases/small.yaml", "- {item: surgery, because", "- {item: |", {"surgery", "tamoxifen"}, {"stage"}),
    ("cases/small.yaml", "because: [early_surgery]", "because: [|", {"early_surgery", "er_positive"}, {"surgery"}),
    ("cases/small.yaml", "urgency: soon", "urgency: |", {"soon"}, {"surgery"}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "old", "typed", "there", "absent"), OFFERED, ids=[f"{o[0]}-{o[2]}" for o in OFFERED])
def test_what_is_offered(
    shared: Client, held: Path, name: str, old: str, typed: str, there: set[str], absent: set[str]
) -> None:
    """The text is what it is while it is being typed: it ends at the cursor's line, or goes on as it did."""
    uri, text = (held / name).as_uri(), TEXTS[name]
    before, _, after = typed.partition("|")
    now = text.replace(old, before + after, 1)
    at = text.index(old) + len(before)
    shared.change(uri, now, wait=False)
    found = shared.at("completion", uri, position(now, at))
    labels = {one["label"] for one in found}
    shared.change(uri, text)
    assert there <= labels, labels
    assert not absent & labels


def test_nothing_is_offered_in_sentences_and_comments(shared: Client, held: Path) -> None:
    uri = (held / "guidelines/small.md").as_uri()
    assert shared.at("completion", uri, spot(GUIDELINE, "% An exc|eption")) == []
    assert shared.at("completion", uri, spot(GUIDELINE, "Early disease th|at")) == []
    assert shared.at("completion", uri, {"line": 10_000, "character": 10_000}) == []


def test_arguments_are_filled_in_only_where_the_client_can() -> None:
    for can in (True, False):
        support = {"textDocument": {"completion": {"completionItem": {"snippetSupport": can}}}}
        client = Client(capabilities=support)
        try:
            from guidekb.kb.load import HOME

            path = HOME / "guidelines" / "tnm_breast.md"
            text = path.read_text(encoding="utf-8")
            uri = client.open(path)
            at = spot(text, ":-|")
            found = {one["label"]: one for one in client.at("completion", uri, at)}
            assert found["stage"].get("insertText", "") == ("stage(${1:P}, ${2:Stage})" if can else "")
            assert client.end() == 0
        finally:
            client.close_streams()


def test_the_outline_of_a_document(shared: Client, held: Path) -> None:
    (top,) = shared.of("documentSymbol", (held / "guidelines/small.md").as_uri())
    assert top["name"] == "A small guideline"
    assert [(one["name"], [x["name"] for x in one["children"]]) for one in top["children"]] == [
        ("A01", ["early_disease"]),
        ("S01", ["early_surgery"]),
        ("S02", ["er_positive", "not_with_surgery"]),
        ("S03", []),
    ]
    cases = shared.of("documentSymbol", (held / "cases/small.yaml").as_uri())
    assert [c["name"] for c in cases][:2] == ["Early disease 🎗", "Early disease is operated on"]


@pytest.mark.usefixtures("held")
def test_names_are_found_in_the_whole_workspace(shared: Client) -> None:
    found = shared.ask("workspace/symbol", query="erly")
    assert {one["name"] for one in found} == {"early", "early_disease", "early_surgery"}
