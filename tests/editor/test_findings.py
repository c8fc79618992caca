"""What is wrong, as the author types: every kind of finding, at its place in UTF-16, over all files at once."""

# ruff: noqa: E501  (a case is a line, so that cases can be compared)

from __future__ import annotations

from pathlib import Path

import pytest
from client import Client, part, spot
from guidekb.kb.codes import pages
from small_guideline import CASES, GERMAN, GUIDELINE, PROPERTIES, VOCABULARY, small

ROOT = Path(__file__).parents[2]

WRONG = (
    ("guidelines/small.md", GUIDELINE, "early(P) :- stage(P, Stage)", "early(P) :- stagee(P, Stage)", "E201", "stagee(P, Stage)"),
    ("guidelines/small.md", GUIDELINE, "Stage = localized.", "Stage = localised.", "E301", "localised"),
    ("guidelines/small.md", GUIDELINE, "      early(P),\n", "      early(P)\n", "E104", ""),
    ("guidelines/small.md", GUIDELINE, "(reading): What", "(readin): What", "E114", "readin"),
    ("guidelines/small.md", GUIDELINE, "can be resected is", "might be resected is", "W703", "S01"),
    ("guidelines/small.md", GUIDELINE, "resectable(P).\n", "resectable(P),\n      early(P).\n", "W604", None),
    ("vocabulary.md", VOCABULARY, '"🧬 {Marker} is', '"🧬 {Marke} is', "E511", None),
    ("vocabulary.md", VOCABULARY, '"ER 🧬" | \'HER2 status\' "HER2"', '"ER 🧬" | HER2 "HER2"', "E104", "HER2"),
    ("properties/small.md", PROPERTIES, "stage(P, metastatic)", "stage(P, metastati)", "E301", "metastati"),
    ("lang/de/small.md", GERMAN, 'surgery "Operation" | ', "", "E604", None),
    ("cases/small.yaml", CASES, "about: [S02]", "about: [S99]", "Q641", "S99"),
    ("cases/small.yaml", CASES, "{stage: localized, res", "{stage: localised, res", "D926", "localised"),
    ("cases/small.yaml", CASES, "name: Tamoxifen", "nam: Tamoxifen", "D961", "nam"),
    ("cases/small.yaml", CASES, "given: {markers", "given: }markers", "D907", None),
)  # fmt: skip


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, shared: Client) -> Path:
    """The small knowledge base, whose files are open."""
    kb = small(tmp_path_factory.mktemp("held"))
    for name in sorted({w[0] for w in WRONG}):
        shared.open(kb / name)
    return kb


@pytest.mark.parametrize(("name", "text", "old", "new", "code", "words"), WRONG, ids=[f"{w[0]}-{w[4]}" for w in WRONG])
def test_a_finding_stands_where_it_belongs(
    shared: Client, held: Path, name: str, text: str, old: str, new: str, code: str, words: str | None
) -> None:
    uri = (held / name).as_uri()
    wrong = text.replace(old, new, 1)
    assert wrong != text
    found = shared.change(uri, wrong)
    mine = [d for d in found if d["code"] == code]
    assert mine, found
    one = mine[0]
    if words is not None:
        assert part(wrong, one["range"]).rstrip() == words
    assert one["severity"] == (2 if code.startswith("W") else 1)
    assert one["source"] == "guidekb"
    shared.change(uri, text)
    assert [d["code"] for d in shared.diagnostics[uri] if d["code"] != "W607"] == []


def test_a_finding_links_to_the_page_of_its_code(shared: Client, held: Path) -> None:
    uri = (held / "guidelines/small.md").as_uri()
    found = shared.change(uri, GUIDELINE.replace("early(P),", "earl(P),"))
    address = found[0]["codeDescription"]["href"]
    file, _, line = address.partition("#L")
    page = Path(file.removeprefix("file://"))
    assert page.read_text(encoding="utf-8").split("\n")[int(line) - 1].startswith(f"## {found[0]['code']} ")
    shared.change(uri, GUIDELINE)


def test_every_code_has_an_address() -> None:
    from guidekb.queries.editor.code_pages import addresses

    files = [ROOT / room / "errors.md" for room in ("kb", "kb/lints", "facts", "facts/fhir", "queries")]
    assert set(addresses(files)) == set(pages(files))


def test_unsaved_texts_count_for_the_other_files(shared: Client, held: Path) -> None:
    """A field that is renamed in the vocabulary alone is missed in the guideline, the properties and the cases."""
    vocabulary, guideline = ((held / n).as_uri() for n in ("vocabulary.md", "guidelines/small.md"))
    shared.change(vocabulary, VOCABULARY.replace("input resectable(", "input operable("))
    assert [d["code"] for d in shared.diagnostics[guideline]] == ["E201"]
    shared.change(vocabulary, VOCABULARY)
    assert shared.diagnostics[guideline] == []


def test_a_closed_file_counts_as_it_is_saved(client: Client, kb: Path) -> None:
    uri = client.open(kb / "guidelines/small.md", GUIDELINE.replace("early(P),", "earl(P),"))
    assert client.diagnostics[uri]
    client.close(uri)
    client.hear("textDocument/publishDiagnostics", lambda p: p["uri"] == uri and not p["diagnostics"])


def test_notes_are_places_too(shared: Client, held: Path) -> None:
    uri = (held / "guidelines/small.md").as_uri()
    again = GUIDELINE.replace("@id(er_positive)", "@id(early_surgery)")
    found = next(d for d in shared.change(uri, again) if d["relatedInformation"])
    where = found["relatedInformation"][0]["location"]
    assert where["uri"] == uri
    assert where["range"]["start"]["line"] == spot(GUIDELINE, "@id(|early_surgery")["line"] + 1
    shared.change(uri, GUIDELINE)


def test_a_rule_without_a_case_is_told_once_the_cases_have_run(client: Client, kb: Path) -> None:
    more = GUIDELINE.replace(
        "- **S02**",
        "- **S04** (recommend-for): Metastatic disease.\n\n  ```datalog\n  @id(late_tamoxifen)\n"
        "  recommend(P, tamoxifen) :- stage(P, metastatic), markers(P, er, negative).\n  ```\n\n- **S02**",
        1,
    )
    (kb / "guidelines/small.md").write_text(more, encoding="utf-8")
    uri = client.open(kb / "guidelines/small.md", wait=False)
    client.hear("textDocument/publishDiagnostics", lambda p: "W607" in [d["code"] for d in p["diagnostics"]])
    told = [d for d in client.diagnostics[uri] if d["code"] == "W607"]
    assert [part(more, d["range"]) for d in told] == ["recommend(P, tamoxifen)"]


def test_a_document_that_is_none_of_a_knowledge_base_is_left_alone(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("```datalog\np(\n```\n", encoding="utf-8")
    uri = client.open(path, wait=False)
    assert client.at("hover", uri, {"line": 1, "character": 0}) is None
    assert client.of("documentSymbol", uri) == []
    assert uri not in client.diagnostics


def test_a_datalog_file_is_looked_at_alone_or_with_the_knowledge_base(client: Client, kb: Path) -> None:
    alone = kb.parent / "alone.dl"
    uri = client.open(kb / "more.dl", "late(P) :- early(P).\n")
    assert [d["code"] for d in client.diagnostics[uri]] == ["E201"]
    assert client.change(uri, '?- early(P), stage(P, "no").\n')[0]["code"] == "E301"
    assert client.change(uri, "stage(p1, metastatic). resectable(p1).\n") == []
    whole = 'table p(X: symbol) closed yes "{X}". p(a). type s = a. '
    uri = client.open(alone, whole + "p(")
    assert [d["code"] for d in client.diagnostics[uri]] == ["E104"]
