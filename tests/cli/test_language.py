"""`--lang`: the whole answer is in the language, and what cannot be had in it is refused with its reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from guidekb.kb.load import HOME
from running import Run

PATIENT = "facts/examples/anti-yo-early.yaml"
ITEM = "anti_yo_early_ivig_stabilization_possible"


def test_the_answer_is_the_same_in_other_words(run: Run) -> None:
    english = json.loads(run("recommend", PATIENT, "--format", "json").out)
    german = json.loads(run("recommend", PATIENT, "--format", "json", "--lang", "de").out)
    assert [a["action"] for a in german["recommendations"]] == [a["action"] for a in english["recommendations"]]
    assert german["kb"] == english["kb"]
    atoms = [sorted(e["atom"] for e in one["explanations"].values()) for one in (german, english)]
    assert atoms[0] == atoms[1]
    texts = {e["text"] for e in german["explanations"].values()}
    assert "das Mammakarzinom ist lokalisiert" in texts


def test_a_proof_in_german(run: Run) -> None:
    told = run("explain", PATIENT, ITEM, "--lang", "de", "--width", "200").out
    assert "14 Tage, höchstens 31: 17 Tage innerhalb der Grenze" in told
    assert "antibodies.anti_yo (Zeile 20)" in told


def test_a_language_that_nothing_speaks(run: Run) -> None:
    for command in (("recommend", PATIENT), ("explain", PATIENT, ITEM), ("why-not", PATIENT, ITEM), ("ask", PATIENT)):
        ran = run(*command, "--lang", "dee")
        assert (ran.code, ran.out) == (6, "")
        assert "error[Q604]" in ran.err
        assert "did you mean `de`?" in ran.err


def test_a_knowledge_base_without_the_language(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(HOME, folder, ignore=shutil.ignore_patterns("lang", "*.py", "__pycache__"))
    ran = run("recommend", PATIENT, "--kb", str(folder), "--lang", "de")
    assert (ran.code, ran.out) == (3, "")
    assert "error[E601]: the knowledge base is not translated into `de`" in ran.err
    assert run("recommend", PATIENT, "--kb", str(folder)).code == 0


def test_a_translation_with_a_gap_says_where(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(HOME, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    words = folder / "lang" / "de" / "vocabulary.md"
    words.write_text(words.read_text("utf-8").replace('  | metastatic "metastasiert".', "."), encoding="utf-8")
    ran = run("recommend", PATIENT, "--kb", str(folder), "--lang", "de")
    assert ran.code == 3
    assert "error[E604]: of the type `stage`, `metastatic` is not translated" in ran.err
    assert "lang/de/vocabulary.md:" in ran.err
