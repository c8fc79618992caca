"""The TextMate grammar, by VS Code's own engine: every token of our guideline has the color of what our lexer reads.

Markdown's own grammar is Microsoft's and is not fetched: here a document is `text.html.markdown` without rules
of its own, and ours is injected into it as it is there.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from guidekb.kb.lexer import tokens
from guidekb.kb.literate import blocks
from guidekb.kb.load import HOME, documents
from guidekb.queries.editor.document_names import block_source
from libraries import ONIGURUMA, TEXTMATE, package

ROOT = Path(__file__).parents[2]
VSCODE = ROOT / "docs" / "editors" / "vscode"
GRAMMARS = {
    "source.guidekb": VSCODE / "syntaxes" / "guidekb.tmLanguage.json",
    "markdown.guidekb.codeblock": VSCODE / "syntaxes" / "guidekb.markdown.tmLanguage.json",
}
SHARP = """\
% lint: allow W604 because it is meant
@id(a_rule) @reading(A01, A02) @wording("do % not") @priority(1)
recommend(P, x) :- -q(P, 'HER2 status'), not r(P, _), N <= 31.5, assuming -s(P), D = 2024-03-05, t("a\\"b % c").
type age = integer 0..130 "years".
type site = lung "a {lung}" | bone | ... .
input stage(Patient: patient, Stage: stage) open single
    yes "the stage [is {Stage}|is known]"
    ask "What?".
never bad(P) "a sentence" :- x(P).
"""
SCOPES = (
    (0, "lint", "keyword.other.lint"),
    (1, "@", "punctuation.definition.annotation"),
    (1, "a_rule", "entity.name.function.rule"),
    (1, "A01", "constant.other.statement"),
    (1, "do % not", "string.quoted.double"),
    (2, "recommend", "entity.name.function"),
    (2, ":-", "keyword.operator.implication"),
    (2, "'HER2 status'", "string.quoted.single"),
    (2, "not", "keyword.operator.negation"),
    (2, "P", "variable.other"),
    (2, "31.5", "constant.numeric"),
    (2, "2024-03-05", "constant.numeric.date"),
    (2, '\\"', "constant.character.escape"),
    (3, "integer", "support.type"),
    (3, "age", "entity.name.type"),
    (4, "lung", "constant.other.symbol"),
    (5, "stage", "entity.name.function"),
    (5, "Stage", "variable.parameter"),
    (5, "single", "storage.modifier"),
    (6, "yes", "keyword.other.template"),
    (6, "{Stage}", "variable.parameter.slot"),
    (8, "never", "keyword.control.property"),
    (8, "bad", "entity.name.function.property"),
)


@pytest.fixture(scope="module")
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """The tokens of our documents, of a plain file and of a broken one."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("Node.js is needed: as root, `apt-get install -y --no-install-recommends nodejs`")
    kept = request.config.cache.mkdir("npm") if request.config.cache else tmp_path_factory.mktemp("npm")
    folders: list[str] = []
    for library in (TEXTMATE, ONIGURUMA):
        folder = tmp_path_factory.mktemp(library.package)
        with tarfile.open(package(library, Path(kept))) as archive:
            archive.extractall(folder, filter="data")
        folders.append(str(folder / "package"))
    markdown = tmp_path_factory.mktemp("markdown") / "markdown.json"
    markdown.write_text('{"scopeName": "text.html.markdown", "patterns": []}', encoding="utf-8")
    paths = {scope: str(path) for scope, path in GRAMMARS.items()} | {"text.html.markdown": str(markdown)}
    texts = {p.name: ("text.html.markdown", p.read_text(encoding="utf-8")) for p in documents(HOME)}
    texts["sharp.dl"] = ("source.guidekb", SHARP)
    texts["broken.md"] = ("text.html.markdown", '```datalog\np(X, "never closed\n```\n\nprose `x`\n')
    done = subprocess.run(
        [node, str(Path(__file__).with_name("tokenize.mjs")), *folders],
        input=json.dumps({"grammars": paths, "texts": texts}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("line", "words", "scope"), SCOPES)
def test_a_piece_has_its_color(seen: dict[str, list[Any]], line: int, words: str, scope: str) -> None:
    text = SHARP.split("\n")[line]
    mine = [scopes for n, start, end, scopes in seen["sharp.dl"] if n == line and text[start:end].strip() == words]
    assert any(scopes[-1].startswith(scope) for scopes in mine), [t for t in seen["sharp.dl"] if t[0] == line]


COLORS = {
    "variable": ("variable.", "constant.other.statement"),
    "string": ("string.quoted.double",),
    "quoted": ("string.quoted.single",),
    "name": ("entity.name.", "constant.other.symbol", "storage.", "support.type", "keyword.", "variable.parameter"),
    "value": ("constant.numeric",),
}


@pytest.mark.parametrize("path", documents(HOME), ids=lambda p: p.name)
def test_every_token_of_our_documents_has_the_color_of_its_kind(seen: dict[str, list[Any]], path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    at: dict[int, list[Any]] = {}
    for number, start, end, scopes in seen[path.name]:
        at.setdefault(number, []).append((start, end, scopes))
    looked = 0
    for block in blocks(text):
        for token in tokens(block_source(path.name, lines, block))[0]:
            if token.kind not in COLORS:
                continue
            here = token.span.column - 1
            _, _, scopes = next(t for t in at[token.span.line - 1] if t[0] <= here < t[1])
            assert "meta.embedded.block.guidekb" in scopes
            own = [s for s in scopes if s.startswith(COLORS[token.kind])]
            assert own, (str(token.span), token.text, scopes)
            looked += 1
    assert looked > 100


def test_prose_has_no_color_of_ours(seen: dict[str, list[Any]]) -> None:
    for path in documents(HOME):
        text = path.read_text(encoding="utf-8")
        inside = {n for b in blocks(text) for n in range(b.first, b.last + 1)}
        strays = [t for t in seen[path.name] if t[0] not in inside and any(s.endswith(".guidekb") for s in t[3])]
        assert strays == []


def test_an_open_text_does_not_run_out_of_its_block(seen: dict[str, list[Any]]) -> None:
    assert [t[3] for t in seen["broken.md"] if t[0] >= 3] == [["text.html.markdown"]] * len(
        [t for t in seen["broken.md"] if t[0] >= 3]
    )


def test_the_extension_names_files_that_are_there() -> None:
    manifest = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))
    contributed = manifest["contributes"]
    paths = [
        manifest["main"],
        contributed["languages"][0]["configuration"],
        *(g["path"] for g in contributed["grammars"]),
    ]
    for path in paths:
        assert (VSCODE / path).is_file(), path
    assert {g["scopeName"] for g in contributed["grammars"]} == set(GRAMMARS)
    json.loads((VSCODE / "language-configuration.json").read_text(encoding="utf-8"))


def test_the_grammar_knows_the_words_of_the_language() -> None:
    from guidekb.kb.annotations import FORMS
    from guidekb.kb.cursor import KEYWORDS
    from guidekb.kb.declarations import FLAGS, KINDS, TEMPLATES
    from guidekb.kb.property import ACCEPT
    from guidekb.kb.property import KINDS as PROPERTIES

    grammar = GRAMMARS["source.guidekb"].read_text(encoding="utf-8")
    for word in (*FORMS, *KEYWORDS, *FLAGS, *KINDS, *TEMPLATES, *PROPERTIES, ACCEPT):
        assert any(f"{a}{word}{b}" in grammar for a in "(|" for b in ")|"), word
