"""Format, fixes, lenses, and how the server begins and ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from client import Client, applied, part, position, spot
from guidekb.kb.format_document import canonical_text
from guidekb.queries.editor.layout import applied as lines_applied
from guidekb.queries.editor.layout import line_edits
from guidekb.queries.editor.positions import column_of, unit_of
from hypothesis import given
from hypothesis import strategies as st
from small_guideline import CASES, GUIDELINE, VOCABULARY

OPTIONS = {"options": {"tabSize": 4, "insertSpaces": True}}
UGLY = GUIDELINE.replace("      early(P),\n      resectable(P).", " early( P ),resectable(P)   .") + "\n\n\n"


def test_a_document_is_brought_into_canonical_layout(client: Client, kb: Path) -> None:
    uri = client.open(kb / "guidelines/small.md", UGLY)
    edits = client.of("formatting", uri, **OPTIONS)
    assert len(edits) < 8
    text = applied(UGLY, edits)
    assert text == canonical_text("guidelines/small.md", UGLY) == GUIDELINE
    client.change(uri, text)
    assert client.of("formatting", uri, **OPTIONS) == []


def test_a_document_that_cannot_be_read_stays_as_it_is(client: Client, kb: Path) -> None:
    uri = client.open(kb / "guidelines/small.md", GUIDELINE.replace("early(P) :-", "early(P :-"))
    assert client.of("formatting", uri, **OPTIONS) == []
    cases = client.open(kb / "cases/small.yaml")
    assert client.of("formatting", cases, **OPTIONS) == []


@given(st.lists(st.sampled_from("abc\n")).map("".join), st.lists(st.sampled_from("abc\n")).map("".join))
def test_line_edits_make_one_text_the_other(before: str, after: str) -> None:
    assert lines_applied(before, line_edits(before, after)) == after


@given(
    st.text(alphabet="aé🎗\u0301\ud800", max_size=8), st.integers(0, 9), st.sampled_from(["utf-8", "utf-16", "utf-32"])
)
def test_places_go_there_and_back(line: str, at: int, encoding: str) -> None:
    column = min(at, len(line)) + 1
    unit = unit_of([line], 1, column, encoding)  # type: ignore[arg-type]
    assert column_of([line], 0, unit, encoding) == column  # type: ignore[arg-type]
    if encoding != "utf-32":
        encoded = line[: column - 1].encode(f"{encoding.replace('16', '16-le')}", "surrogatepass")
        assert unit == len(encoded) // (2 if encoding == "utf-16" else 1)


def test_the_fix_of_a_lint_is_offered(client: Client, kb: Path) -> None:
    twice = GUIDELINE.replace("      resectable(P).", "      resectable(P),\n      early(P).")
    uri = client.open(kb / "guidelines/small.md", twice)
    found = client.diagnostics[uri]
    assert [d["code"] for d in found] == ["W604"]
    asked = {"range": found[0]["range"], "context": {"diagnostics": found}}
    (action,) = client.of("codeAction", uri, **asked)
    assert action["kind"] == "quickfix"
    assert action["diagnostics"][0]["code"] == "W604"
    mended = applied(twice, action["edit"]["changes"][uri])
    assert client.change(uri, mended) == []


def test_a_misspelt_name_is_mended(client: Client, kb: Path) -> None:
    for name, text, right, wrong in (
        ("guidelines/small.md", GUIDELINE, "      resectable(P)", "      resectible(P)"),
        ("guidelines/small.md", GUIDELINE, "Stage = localized", "Stage = localised"),
        ("cases/small.yaml", CASES, "about: [S01, A01]", "about: [S01, A011]"),
    ):
        now = text.replace(right, wrong)
        uri = client.open(kb / name, now)
        found = client.diagnostics[uri]
        (action,) = client.of("codeAction", uri, range=found[0]["range"], context={"diagnostics": found})
        assert applied(now, action["edit"]["changes"][uri]) == text
        client.change(uri, text)


def test_a_lens_tells_which_cases_exercise_a_rule(client: Client, kb: Path) -> None:
    uri = client.open(kb / "guidelines/small.md")
    client.hear("workspace/codeLens/refresh")
    lenses = client.of("codeLens", uri)
    told = {part(GUIDELINE, one["range"]): one["command"]["title"] for one in lenses}
    assert told == {
        "early_disease": "tested by 4 cases",
        "early_surgery": "tested by 3 cases",
        "er_positive": "tested by 2 cases",
        "not_with_surgery": "tested by 1 case",
    }
    other = GUIDELINE.replace(
        "      early(P),\n      resectable(P).", "      resectable(P),\n      stage(P, metastatic)."
    )
    client.change(uri, other)
    titles = [one["command"]["title"] for one in client.of("codeLens", uri)]
    assert titles[1] == "changed: save to run its cases"
    client.save(uri)
    client.hear("workspace/codeLens/refresh")
    assert client.of("codeLens", uri)[1]["command"]["title"] == "tested by 1 case"


def test_the_cases_of_a_lens_are_opened(client: Client, kb: Path) -> None:
    uri = client.open(kb / "guidelines/small.md")
    client.hear("workspace/codeLens/refresh")
    for rule, line in (("not_with_surgery", "name: HER2 calls"), ("er_positive", "  -      [metastatic")):
        client.answers["window/showMessageRequest"] = {"title": "2. Tamoxifen by the receptor"}
        client.ask("workspace/executeCommand", command="guidekb.cases", arguments=[uri, rule])
        shown = next(m["params"] for m in reversed(client.told) if m["method"] == "window/showDocument")
        assert shown["uri"] == (kb / "cases/small.yaml").as_uri()
        opened = CASES.split("\n")[shown["selection"]["start"]["line"]]
        assert opened.startswith(line), opened
    client.ask("workspace/executeCommand", command="guidekb.cases", arguments=[uri, "no_rule"])
    assert client.told[-1]["params"]["message"] == "no case exercises `no_rule`"


def test_a_client_that_counts_in_bytes_is_answered_in_bytes(kb: Path) -> None:
    client = Client(capabilities={"general": {"positionEncodings": ["utf-8"]}})
    try:
        assert client.offered["capabilities"]["positionEncoding"] == "utf-8"
        wrong = VOCABULARY.replace('"🧬 {Marker} is', '"🧬 {Marke} is')
        uri = client.open(kb / "vocabulary.md", wrong)
        (found,) = client.diagnostics[uri]
        line = wrong.split("\n")[found["range"]["start"]["line"]].encode()
        assert b'"' in line[found["range"]["start"]["character"] : found["range"]["end"]["character"]]
        client.change(uri, VOCABULARY)
        at = position(VOCABULARY, VOCABULARY.index("{Marker} is {"))
        where = {
            "line": at["line"],
            "character": at["character"] + 3,
        }  # two more bytes than UTF-16 has, and into the name
        assert "Column `Marker` of `markers`" in client.at("hover", uri, where)["contents"]["value"]
        assert client.end() == 0
    finally:
        client.close_streams()


def test_what_the_server_offers(client: Client) -> None:
    offered = client.offered["capabilities"]
    for one in (
        "hoverProvider", "definitionProvider", "referencesProvider", "documentHighlightProvider", "completionProvider",
        "documentSymbolProvider", "workspaceSymbolProvider", "codeLensProvider", "documentFormattingProvider",
        "codeActionProvider",
    ):  # fmt: skip
        assert offered[one], one
    assert offered["renameProvider"]["prepareProvider"] is True
    assert offered["textDocumentSync"]["change"] == 1
    assert offered["executeCommandProvider"]["commands"] == ["guidekb.cases"]


def run(*words: str, code: str = "", stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command in a process; `code` is run before it."""
    start = f"import sys; {code}\nfrom guidekb.cli import main; main()"
    return subprocess.run([sys.executable, "-c", start, *words], input=stdin, capture_output=True, check=False)


def test_without_pygls_the_command_says_what_to_install() -> None:
    done = run("lsp", code="sys.modules['pygls'] = None")
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"error[Q649]: the language server needs the package pygls" in done.stderr
    assert b"pip install 'guidekb[lsp]'" in done.stderr


@pytest.mark.parametrize(
    "noise", [b"", b"hello\r\n\r\n", b'Content-Length: 5\r\n\r\n{"a":', b"Content-Length: 99\r\n\r\n{}"]
)
def test_a_client_that_leaves_or_talks_nonsense_ends_without_a_traceback(noise: bytes) -> None:
    done = run("lsp", stdin=noise)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_an_unknown_question_is_an_error_of_the_protocol(client: Client) -> None:
    assert client.answer("textDocument/nonsense")["error"]["code"] == -32601
    assert json.dumps(client.ask("workspace/symbol", query="x"))
    assert spot(GUIDELINE, "- **|A01")["character"] == 4
