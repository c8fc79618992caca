"""Bad input at the command line: a clear error, the documented exit code, nothing that looks like an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run

EXAMPLE = "facts/examples/published-01.yaml"
HOSTILE_IDS = (
    "x'). recommend('x', bisphosphonate). %",
    'quo"te',
    "line\nbreak",
    "(((((",
    "__import__('os').system('true')",
    "'; DROP TABLE patients; --",
    "{Patient}",
    "{0.__class__}",
    "\x1b[31mred",
    "../../etc/passwd",
    "True",
    "?",
    "_",
    "X",
)


def record(path: Path, **fields: object) -> str:
    """A record as a JSON file."""
    path.write_text(json.dumps({"id": "p", **fields}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty", b""),
        ("blank", b" \n\n"),
        ("not a record", b"hello"),
        ("cut off", b'{"id": "p", "stage": '),
        ("another encoding", '{"id": "pé"}'.encode("utf-16")),
        ("binary", bytes(range(256))),
        ("deeply nested", b"[" * 100_000),
        ("deeply nested yaml", b"a: " + b"{a: " * 50_000),
        ("a YAML bomb", b"a: &a [x, x]\nb: &b [*a, *a]\nid: [*b, *b]\n"),
        ("a YAML tag", b"id: !!python/object/apply:os.system [true]\n"),
    ],
)
def test_a_file_that_is_no_record_is_an_error_of_the_data(run: Run, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / "patient"
    path.write_bytes(data)
    ran = run("recommend", str(path))
    assert (ran.code, ran.out) == (4, ""), name
    assert ran.err.startswith("error[D9")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"stagee": "metastatic"}, "did you mean `stage`?"),
        ({"stage": "metastatc"}, "did you mean `metastatic`?"),
        ({"age_years": 400}, "0 to 130"),
        ({"age_years": "old"}, "age_years"),
        (
            {"imaging": [{"order": 1, "modality": "mammogram", "result": "negative", "date": "2024-02-30"}]},
            "2024-02-30",
        ),
    ],
)
def test_a_fault_in_a_record_is_shown_with_what_was_expected(
    run: Run, tmp_path: Path, fields: dict[str, object], told: str
) -> None:
    ran = run("recommend", record(tmp_path / "p.json", **fields))
    assert (ran.code, ran.out) == (4, "")
    assert told in ran.err


def test_the_rest_of_a_batch_is_still_answered(run: Run, tmp_path: Path) -> None:
    bad = record(tmp_path / "bad.json", stage="nowhere")
    ran = run("recommend", bad, EXAMPLE, "--format", "jsonl")
    assert ran.code == 4
    assert [json.loads(line)["patient"] for line in ran.out.splitlines()] == ["published-01"]
    assert "nowhere" in ran.err


def test_a_patient_who_is_given_twice_is_answered_once(run: Run) -> None:
    ran = run("recommend", EXAMPLE, EXAMPLE, "--format", "jsonl")
    assert ran.code == 4
    assert len(ran.out.splitlines()) == 1
    assert "twice" in ran.err


@pytest.mark.parametrize("name", HOSTILE_IDS)
def test_a_hostile_id_is_a_value_and_nothing_else(run: Run, tmp_path: Path, name: str) -> None:
    facts = {"id": name, "breast_cancer_status": "known_active", "syndromes": ["hypercalcemia"]}
    path = tmp_path / "p.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    ran = run("recommend", str(path), "--format", "json")
    assert ran.code == 0
    data = json.loads(ran.out)
    assert data["patient"] == name
    assert "bisphosphonate" in {r["action"] for r in data["recommendations"] if r["status"] != "excluded"}
    text = run("recommend", str(path))
    assert text.code == 0
    assert "\x1b" not in text.out
    explained = run("explain", str(path), "bisphosphonate")
    assert explained.code == 0
    rows = run("query", str(path), "recommend(P, bisphosphonate)", "--format", "json")
    assert json.loads(rows.out)["answers"] == [{"P": name}]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("explain", EXAMPLE, "mamogram"), 6, "did you mean `mammogram`?"),
        (("query", EXAMPLE, "recomend(P, A)"), 6, "did you mean `recommend"),
        (("query", EXAMPLE, "recommend(P, mamogram)"), 6, "did you mean `mammogram`?"),
        (("query", EXAMPLE, "recommend(P)"), 3, "2 columns"),
        (("query", EXAMPLE, "recommend(P, A"), 3, "expected"),
        (("query", EXAMPLE, "not recommend(P, A)"), 3, "not bound"),
        (("query", EXAMPLE, ""), 3, "expected"),
        (("query", EXAMPLE, "recommend(P, A). stage(P, S)"), 3, ""),
        (("query", EXAMPLE, "requird_first"), 6, ""),
        (("query", "--rules", "no-such-file.dl", "p(X)"), 3, "no-such-file.dl"),
        (("recommend", "no-such-file.yaml"), 4, "no-such-file.yaml"),
        (("recommend", "facts"), 4, "facts"),
        (("recommend", EXAMPLE, "--kb", "no-such-folder"), 3, "no-such-folder"),
        (("recommend", EXAMPLE, "--lang", "xx"), 6, "en"),
        (("recommend",), 2, "Missing argument"),
        (("recomend", EXAMPLE), 2, "No such command"),
        (("explain", EXAMPLE, "mammogram", "--patient", "somebody"), 6, "somebody"),
        (("explain-code", "E999"), 6, "E999"),
        (("why-not", EXAMPLE, "trastuzumab"), 6, "did you mean `trastuzumab_plus_chemotherapy`?"),
        (("recommend", EXAMPLE, "--patient", "published-1"), 6, "did you mean `published-01`?"),
    ],
)
def test_a_wrong_word_is_an_error_with_its_code(run: Run, words: tuple[str, ...], code: int, told: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err


def test_a_broken_knowledge_base_is_told_by_every_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "guidelines").mkdir()
    (tmp_path / "vocabulary.md").write_text('# V\n```datalog\ninput p(P: patient) open yes "p".\n```\n')
    (tmp_path / "guidelines" / "g.md").write_text("---\nname: g\n---\n- **S1** (alert): Text.\n")
    for words in (("recommend", EXAMPLE), ("explain", EXAMPLE, "x"), ("query", EXAMPLE, "p(X)"), ("statements",)):
        ran = run(*words, "--kb", str(tmp_path))
        assert (ran.code, ran.out) == (3, "")
        assert "E503" in ran.err
    ran = run("check", "--kb", str(tmp_path))
    assert ran.code == 3
    assert "E503" in ran.out
    found = json.loads(run("check", "--kb", str(tmp_path), "--format", "json").out)
    assert [f["code"] for f in found["findings"]] == ["E503"]
