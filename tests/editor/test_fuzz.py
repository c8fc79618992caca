"""Nothing that is typed, half typed, deleted or pasted ends the server, or is answered with an error of its own."""

# ruff: noqa: E501  (a case is a line, so that cases can be compared)

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from client import Client, position
from small_guideline import CASES, GERMAN, GUIDELINE, PROPERTIES, VOCABULARY, small

PIECES = (
    "", "\n", " ", "(", ")", "{", "}", "[", "]", '"', "'", "%", ".", ",", ":-", "?-", "=>", "@", "@id(", "-", "_", "P", "not ",
    "assuming -", "type ", "type x = ", "input p(", "derived", "table t(X: ", "never x(P) ", "```", "```datalog\n", "~~~\n",
    "- **S01** (", "- **", "<!--", "---\n", "No rule:", "# ", "🎗", "\u202e", "\u0000", "\r", "\r\n", "\u2028", "\ud83d",
    "é", "\t", "0..", "1e9", "2024-13-01", "\\", "\\u{110000}", "&", "*x", "!!python/object:os.system", "{a: {b: [", "9" * 400,
    "(" * 200, "lint: allow", "$" * 50, "A01", "S01", "early", "stage(P, localized)",
)  # fmt: skip
TEXTS = {
    "guidelines/small.md": GUIDELINE,
    "vocabulary.md": VOCABULARY,
    "properties/small.md": PROPERTIES,
    "lang/de/small.md": GERMAN,
    "cases/small.yaml": CASES,
    "more.dl": "?- early(P), stage(P, localized).\n",
}
POINTED = ("hover", "definition", "documentHighlight", "completion")


def typed(text: str, chance: random.Random) -> str:
    """The text after a few edits."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(text))
        match chance.randint(0, 3):
            case 0:
                text = text[:at] + text[at + chance.randint(1, 30) :]
            case 1:
                text = text[:at]
            case 2:
                other = chance.randint(0, len(text))
                text = text[:at] + text[other : other + 60] + text[at:]
            case _:
                text = text[:at] + chance.choice(PIECES) + text[at:]
    return text


def asked_everything(client: Client, uri: str, text: str, chance: random.Random) -> None:
    """Every question at some place; none is answered with an error but a rename, which may be refused."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    at = position(clean, chance.randint(0, len(clean)))
    for method in POINTED:
        client.at(method, uri, at)
    client.at("references", uri, at, context={"includeDeclaration": True})
    client.of("documentSymbol", uri)
    client.of("codeLens", uri)
    client.of("formatting", uri, options={"tabSize": 2, "insertSpaces": True})
    whole: dict[str, Any] = {"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}}
    client.of("codeAction", uri, range=whole, context={"diagnostics": []})
    client.ask("workspace/symbol", query=clean[at["line"] : at["line"] + 3])
    for method, more in (("prepareRename", {}), ("rename", {"newName": chance.choice(("zzz", "Zzz", "S99", ""))})):
        answer = client.answer(f"textDocument/{method}", textDocument={"uri": uri}, position=at, **more)
        assert answer.get("error", {"code": -32803})["code"] == -32803, answer


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, shared: Client) -> Path:
    """The small knowledge base, whose files are open."""
    kb = small(tmp_path_factory.mktemp("held"))
    for name, text in TEXTS.items():
        shared.open(kb / name, text)
    return kb


@pytest.mark.parametrize("name", TEXTS)
def test_random_edits(shared: Client, held: Path, name: str) -> None:
    chance = random.Random(f"{name} 1")  # noqa: S311
    uri, text = (held / name).as_uri(), TEXTS[name]
    for _ in range(25):
        text = typed(text if chance.random() < 0.7 else TEXTS[name], chance)[:6000]
        shared.change(uri, text, wait=False)
        if chance.random() < 0.4:
            asked_everything(shared, uri, text, chance)
    shared.looked(uri)
    shared.change(uri, TEXTS[name])
    assert [d["code"] for d in shared.diagnostics[uri]] == []
    assert shared.bugs() == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_state_of_typing_a_file(shared: Client, held: Path, name: str) -> None:
    """Cut anywhere, the text is what it is while it is being written."""
    chance = random.Random(2)  # noqa: S311
    uri, text = (held / name).as_uri(), TEXTS[name]
    for end in sorted(chance.sample(range(len(text)), min(12, len(text)))):
        shared.change(uri, text[:end], wait=False)
        asked_everything(shared, uri, text[:end], chance)
    shared.change(uri, text)
    assert shared.bugs() == []


def test_edits_of_our_own_guideline(shared: Client, ours: Path) -> None:
    path = ours / "guidelines" / "paraneoplastic_breast.md"
    text = path.read_text(encoding="utf-8")
    uri = shared.open(path)
    chance = random.Random(3)  # noqa: S311
    for _ in range(6):
        now = typed(text, chance)
        shared.change(uri, now, wait=False)
        asked_everything(shared, uri, now, chance)
    assert [d for d in shared.change(uri, text) if d["code"][0] != "W"] == []
    assert shared.bugs() == []
    shared.close(uri)


HUGE = (
    ("guidelines/small.md", "x" * 5_000_000, "E118"),
    ("guidelines/small.md", "```datalog\n" + "p(" * 20_000 + "\n```\n", "E104"),
    ("guidelines/small.md", "- **S01**\n" * 20_000, "E113"),
    ("vocabulary.md", "```datalog\n" + "type x = a.\n" * 5_000 + "```\n", "E204"),
    ("cases/small.yaml", "[" * 5_000, "D908"),
    ("guidelines/small.md", "", "E117"),
    ("vocabulary.md", "", None),
    ("cases/small.yaml", "", "D904"),
)


@pytest.mark.parametrize(("name", "text", "code"), HUGE, ids=[f"{h[0]}-{h[2]}" for h in HUGE])
def test_empty_and_huge_documents(shared: Client, held: Path, name: str, text: str, code: str | None) -> None:
    uri = (held / name).as_uri()
    try:
        found = shared.change(uri, text)
        assert len(found) <= 200
        assert code is None or code in {d["code"] for d in found}, {d["code"] for d in found}
        shared.at("hover", uri, {"line": 0, "character": 0})
    finally:
        shared.change(uri, TEXTS[name])
    assert shared.diagnostics[uri] == []
    assert shared.bugs() == []
