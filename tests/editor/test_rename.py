"""A name is changed in every file, and nothing but the name; what cannot be changed so is refused, with the reason."""

# ruff: noqa: E501  (a case is a line, so that cases can be compared)

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from client import Client, applied, spot
from guidekb.facts.case_files import case_files
from guidekb.facts.cases import read_cases
from guidekb.kb.lints import lint
from guidekb.kb.lints.context import Linted
from guidekb.kb.lints.reviewed import read_reviewed
from guidekb.kb.load import load, texts_of
from guidekb.kb.printer import print_program
from guidekb.kb.properties import load_verifiable
from guidekb.kb.translation import translate
from guidekb.queries.answers.assess import Knowledge
from guidekb.queries.workshop.case_run import Runner
from small_guideline import CASES, GUIDELINE, VOCABULARY, small

TEXTS = {"vocabulary.md": VOCABULARY, "guidelines/small.md": GUIDELINE, "cases/small.yaml": CASES}


def carried_out(kb: Path, change: dict[str, Any]) -> dict[str, str]:
    """The edits made to the files; the texts of those that they touch, by name."""
    done: dict[str, str] = {}
    for uri, edits in change["changes"].items():
        path = Path(uri.removeprefix("file://"))
        text = applied(path.read_text(encoding="utf-8"), edits)
        path.write_text(text, encoding="utf-8")
        done[path.relative_to(kb).as_posix()] = text
    return done


def whole(kb: Path) -> str:
    """The program, its properties, statements and translation as one text in the language itself."""
    given = load_verifiable(kb)
    german = translate(given.program, kb, "de") if (kb / "lang").is_dir() else given.program
    told = [print_program(p) for p in (given.program, given.helpers, german)]
    told += [repr((s.id, s.kind, s.text, s.no_rule)) for p in (given.program, german) for s in p.statements]
    return "\n".join([*told, *map(repr, given.properties)])


def sound(kb: Path) -> None:
    """The checks pass, lints find nothing new, and all cases pass."""
    program = load(kb)
    assert [f.diagnostic.code for f in lint(Linted(program, texts_of(kb), read_reviewed(kb)))] == []
    runner = Runner(Knowledge(program))
    outcomes = [runner.run(case) for path in case_files([kb / "cases"]) for case in read_cases(path, program)]
    assert {o.status for o in outcomes} == {"passed"}, [o.report for o in outcomes if o.status != "passed"]


RENAMED = (
    ("guidelines/small.md", "      ear|ly(P),", "in_time", "early", {"vocabulary.md", "guidelines/small.md", "lang/de/small.md", "saved.dl", "cases/small.yaml"}),
    ("vocabulary.md", "input resect|able(", "operable", "resectable", {"vocabulary.md", "guidelines/small.md", "lang/de/small.md", "cases/small.yaml", "cases/gaps.yaml", "record.yaml"}),
    ("vocabulary.md", "input mar|kers(", "tests", "markers", {"vocabulary.md", "guidelines/small.md", "lang/de/small.md", "cases/small.yaml"}),
    ("guidelines/small.md", "**S0|1**", "S77", "S01", {"guidelines/small.md", "lang/de/small.md", "cases/small.yaml", "reviewed.json"}),
    ("guidelines/small.md", "@reading(A0|1) @urg", "A77", "A01", {"guidelines/small.md", "lang/de/small.md", "cases/small.yaml", "reviewed.json"}),
    ("cases/small.yaml", "[early_|surgery]", "operate_early", "early_surgery", {"guidelines/small.md", "cases/small.yaml", "cases/gaps.yaml"}),
    ("guidelines/small.md", "@id(early_|disease)", "is_early", "early_disease", {"guidelines/small.md", "reviewed.json"}),
    ("guidelines/small.md", "Stage = local|ized", "local", "localized", {"vocabulary.md", "guidelines/small.md", "lang/de/small.md", "saved.dl", "cases/small.yaml"}),
    ("guidelines/small.md", "'HER2| status'", "her2", "HER2 status", {"vocabulary.md", "guidelines/small.md", "lang/de/small.md", "cases/small.yaml"}),
    ("vocabulary.md", "type st|age", "extent", "stage", {"vocabulary.md", "lang/de/small.md"}),
    ("guidelines/small.md", "stage(P, St|age)", "Where", "Stage", {"guidelines/small.md"}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "marked", "new", "old", "files"), RENAMED, ids=[f"{r[3]}-{r[2]}" for r in RENAMED])
def test_the_program_is_the_same_up_to_the_name(
    shared: Client, tmp_path: Path, name: str, marked: str, new: str, old: str, files: set[str]
) -> None:
    kb = small(tmp_path)
    before = whole(kb)
    uri = shared.open(kb / name)
    at = spot(TEXTS[name], marked)
    assert shared.at("prepareRename", uri, at)["placeholder"] == old
    done = carried_out(kb, shared.at("rename", uri, at, newName=new))
    shared.close(uri)
    assert set(done) == files
    after = whole(kb)
    assert after != before
    written = f"'{old}'" if " " in old else old
    back = re.sub(rf"\b{new}\b", written, after)  # no other thing has the new name, so this way is exact
    assert re.sub(r"(\w+) \"\1\"", r"\1", back) == re.sub(r"(\w+) \"\1\"", r"\1", before)
    sound(kb)


def test_a_value_keeps_the_words_that_were_made_from_its_name(shared: Client, tmp_path: Path) -> None:
    kb = small(tmp_path)
    uri = shared.open(kb / "vocabulary.md")
    done = carried_out(kb, shared.at("rename", uri, spot(VOCABULARY, "= local|ized"), newName="local"))
    assert 'type stage = local "localized" | metastatic.' in done["vocabulary.md"]
    shared.close(uri)


def test_unsaved_texts_are_what_is_edited(shared: Client, tmp_path: Path) -> None:
    kb = small(tmp_path)
    uri = shared.open(kb / "vocabulary.md")
    longer = GUIDELINE.replace("# A small guideline\n", "# A small guideline\n\nMore 🎗 text, of `early` only.\n")
    other = shared.open(kb / "guidelines/small.md", longer)
    change = shared.at("rename", uri, spot(VOCABULARY, "derived ear|ly"), newName="in_time")
    text = applied(longer, change["changes"][other])
    assert "text, of `in_time` only" in text
    assert "      in_time(P),\n" in text
    assert "What is 🎗 early?" in text
    for one in (uri, other):
        shared.close(one)


REFUSED = (
    ("vocabulary.md", "derived ear|ly(", "stage", "there is a predicate `stage` already: vocabulary.md:10"),
    ("vocabulary.md", "derived ear|ly(", "Early", "`Early` is no name of a predicate: that begins with a small letter"),
    ("vocabulary.md", "derived ear|ly(", "so early", "`so early` is no name of a predicate"),
    ("vocabulary.md", "derived ear|ly(", "not", "`not` is a word of the language"),
    ("vocabulary.md", "derived ear|ly(", "früh", "`früh` is no name of a predicate"),
    ("vocabulary.md", "derived ear|ly(", "", "`` is no name of a predicate"),
    ("vocabulary.md", "derived ear|ly(", "recommend", "the software reads answers by `recommend`"),
    ("vocabulary.md", "derived recom|mend(", "advise", "the software reads answers by `recommend`"),
    ("vocabulary.md", "= local|ized", "metastatic", "there is a value `metastatic` already"),
    ("vocabulary.md", "= local|ized", "null", "in a record `null` is said in place of a value"),
    ("vocabulary.md", "type st|age", "result", "there is a type `result` already"),
    ("vocabulary.md", "type st|age", "patient", "the type `patient` is built in"),
    ("vocabulary.md", "Stage: st|age)", "integer", "`integer` is a word of the language"),
    ("vocabulary.md", "(Patient: pati|ent, Stage", "person", "the type `patient` is built in"),
    ("vocabulary.md", "open sin|gle", "other", "there is no name here that can be changed"),
    ("vocabulary.md", "Sta|ge: stage)", "Where", "a column is renamed by hand"),
    ("guidelines/small.md", "**S0|1**", "S02", "there is a statement `S02` already"),
    ("guidelines/small.md", "**S0|1**", "S 1", "`S 1` is no name of a statement"),
    ("guidelines/small.md", "@id(early_|surgery)", "both", "there is a property `both` already"),
    ("guidelines/small.md", "@id(early_|surgery)", "er_positive", "there is a rule `er_positive` already"),
    ("guidelines/small.md", "stage(P, St|age)", "P", "there is a variable `P` already"),
    ("guidelines/small.md", "stage(P, St|age)", "where", "`where` is no name of a variable: that begins with a capital"),
)  # fmt: skip


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, shared: Client) -> Path:
    """The small knowledge base, whose files are open."""
    kb = small(tmp_path_factory.mktemp("held"))
    for name in TEXTS:
        shared.open(kb / name)
    return kb


@pytest.mark.parametrize(("name", "marked", "new", "why"), REFUSED, ids=[f"{r[1]}-{r[2]}" for r in REFUSED])
def test_what_cannot_be_renamed_is_told(shared: Client, held: Path, name: str, marked: str, new: str, why: str) -> None:
    where = {"textDocument": {"uri": (held / name).as_uri()}, "position": spot(TEXTS[name], marked)}
    error = shared.answer("textDocument/rename", **where, newName=new)["error"]
    assert error["message"].startswith(why)
    assert error["code"] == -32803


def test_nothing_is_renamed_while_a_file_cannot_be_read(shared: Client, held: Path) -> None:
    uri = (held / "vocabulary.md").as_uri()
    where = {"textDocument": {"uri": uri}, "position": spot(VOCABULARY, "derived ear|ly(")}
    for name, old, new in (
        ("guidelines/small.md", "early(P) :-", "early(P :-"),
        ("cases/small.yaml", "about: [S02]", "about: [S02"),
    ):
        other = (held / name).as_uri()
        shared.change(other, TEXTS[name].replace(old, new, 1))
        message = shared.answer("textDocument/rename", **where, newName="in_time")["error"]["message"]
        assert re.match(r"mend \S*small\.(md|yaml):\d+ first", message), message
        shared.change(other, TEXTS[name])


def test_what_is_not_changed_is_told_too(shared: Client, held: Path) -> None:
    uri = (held / "vocabulary.md").as_uri()
    shared.told.clear()
    shared.at("rename", uri, spot(VOCABULARY, "input resect|able("), newName="operable")
    told = [m["params"]["message"] for m in shared.told if m["method"] == "window/showMessage"]
    assert len(told) == 1
    assert "still use the field `resectable`" in told[0]


SEED = (
    ("predicate", "vocabulary.md", "input surg|ery("),
    ("predicate", "guidelines/paraneoplastic_breast.md", "recommend(P, definitive_breast_surgery) :- localized_|tumor_in_place(P)."),
    ("value", "guidelines/paraneoplastic_breast.md", "stage_is(P, meta|static)."),
    ("value", "guidelines/paraneoplastic_breast.md", "recommend(P, definitive_|breast_surgery) :-"),
    ("statement", "guidelines/paraneoplastic_breast.md", "- **S0|6** (rec"),
    ("statement", "guidelines/paraneoplastic_breast_readings.md", "- **A1|0** (read"),
    ("rule", "guidelines/paraneoplastic_breast.md", "@id(surgery_|for_localized_disease)"),
    ("type", "vocabulary.md", "type st|age ="),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "marked"), SEED, ids=[f"{s[0]}-{s[2]}" for s in SEED])
def test_names_of_our_own_guideline(shared: Client, ours: Path, kind: str, name: str, marked: str) -> None:
    """The server proves each of its renames; here the result is looked at once more, by other means."""
    new = {"statement": "Z99", "variable": "Zzz"}.get(kind, "zzz_renamed")
    texts = {p: p.read_text(encoding="utf-8") for p in sorted(ours.rglob("*")) if p.is_file()}
    uri = shared.open(ours / name)
    change = shared.at("rename", uri, spot(texts[ours / name], marked), newName=new)
    old = shared.at("prepareRename", uri, spot(texts[ours / name], marked))["placeholder"]
    shared.close(uri)
    before = load(ours)
    try:
        carried_out(ours, change)
        after = load(ours)
        assert len(after.clauses) == len(before.clauses)
        assert sum(a == b for a, b in zip(after.clauses, before.clauses, strict=True)) < len(
            before.clauses
        ) or kind in ("type", "statement")
        translate(after, ours, "de")
        load_verifiable(ours)
        assert [f.diagnostic for f in lint(Linted(after, texts_of(ours), read_reviewed(ours)))] == []
        for path in case_files([ours / "cases"]):
            problems = [p for case in read_cases(path, after) for p in case.problems]
            assert problems == []
            rest = re.findall(rf"\b{re.escape(old)}\b", path.read_text(encoding="utf-8"))
            assert kind not in ("statement", "rule") or not rest
    finally:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")


def test_the_list_of_reviewed_texts_follows(shared: Client, tmp_path: Path) -> None:
    kb = small(tmp_path)
    uri = shared.open(kb / "guidelines/small.md")
    before = json.loads((kb / "reviewed.json").read_text("utf-8"))
    carried_out(kb, shared.at("rename", uri, spot(GUIDELINE, "**S0|1**"), newName="S77"))
    after = json.loads((kb / "reviewed.json").read_text("utf-8"))
    assert list(after) == ["A01", "S02", "S77"]
    assert after["S77"] == before["S01"]
    assert after["A01"] != before["A01"]  # its text speaks of S77 now
    shared.close(uri)
