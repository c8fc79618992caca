"""`guidekb new`: what it makes is in order or says what is to be filled in; nothing is written over."""

from __future__ import annotations

from pathlib import Path

import pytest
from guidekb.kb.source_text import sentences_of
from running import Run

SOURCE = """\
Treatment of Pain

Pain is treated at once.[1] Dr. Smith advises rest, e.g. in bed, for more
than 2 days. 1, 3-5
For severe pain:
- Give morphine unless the patient is asleep 2
- Do not wait (as J. Doe has shown) for more than 24
  hours [6, 7]
1) Ask again
Follow-up

Nothing more is said.
"""


def test_sentences() -> None:
    found = [(s.line, s.refs, s.heading, s.text) for s in sentences_of(SOURCE)]
    assert found == [
        (3, (1,), "Treatment of Pain", "Pain is treated at once."),
        (3, (1, 3, 4, 5), "Treatment of Pain", "Dr. Smith advises rest, e.g. in bed, for more than 2 days."),
        (6, (2,), "For severe pain", "Give morphine unless the patient is asleep"),
        (7, (6, 7), "For severe pain", "Do not wait (as J. Doe has shown) for more than 24 hours"),
        (9, (), "For severe pain", "Ask again"),
        (12, (), "Follow-up", "Nothing more is said."),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "# Only a title\n", "1, 2\n"])
def test_no_sentence(text: str) -> None:
    assert len(sentences_of(text)) <= 1


def test_a_number_in_the_text_is_no_reference() -> None:
    assert [(s.text, s.refs) for s in sentences_of("- A platelet count of at least 50\n- Stage 3\n- Age > 65")] == [
        ("A platelet count of at least 50", ()),
        ("Stage 3", ()),
        ("Age > 65", ()),
    ]


def test_a_guideline_with_an_example_is_in_order(run: Run) -> None:
    ran = run("new", "guideline", "pain", "--to", "my/kb")
    assert ran.code == 0
    assert ran.out == "made my/kb/vocabulary.md\nmade my/kb/guidelines/pain.md\nmade my/kb/cases/pain.yaml\n"
    for command in ("check", "test", "lint", "fmt"):
        ran = run(command, "--kb", "my/kb", *(["--check"] if command == "fmt" else []))
        assert ran.code == 0, ran.out + ran.err


def test_a_guideline_from_a_source_says_what_is_left(run: Run) -> None:
    Path("pain.txt").write_text(SOURCE, encoding="utf-8")
    assert run("new", "guideline", "pain", "pain.txt", "--to", "kb").code == 0
    text = Path("kb/guidelines/pain.md").read_text(encoding="utf-8")
    assert "\n## For severe pain\n\n- **S03** (kind; refs 2; line 6): Give morphine" in text
    ran = run("check", "--kb", "kb")
    assert ran.code == 3
    assert ran.out.count("error[E114]: unknown kind of statement `kind`") == 6
    text = text.replace("(kind", "(recommend-for").replace("asleep\n", "asleep\n\n  No rule: not yet.\n")
    Path("kb/guidelines/pain.md").write_text(text, encoding="utf-8")
    ran = run("check", "--kb", "kb")
    assert ran.out.count("error[E503]") == 5


def test_a_second_guideline_joins_the_first(run: Run) -> None:
    assert run("new", "guideline", "pain", "--to", "kb").code == 0
    assert run("new", "guideline", "rest", "--to", "kb").out.count("vocabulary") == 0
    ran = run("new", "guideline", "pain", "--to", "kb")
    assert (ran.code, "is there already" in ran.err) == (3, True)


@pytest.mark.parametrize(
    "words",
    [
        ("guideline", "My guideline"),
        ("guideline", "pain", "missing.txt"),
        ("guideline", "pain", "empty.txt"),
        ("statement", "x", "--in", "missing.md"),
        ("test", "x", "--in", "."),
        ("code", "X1", "title"),
        ("code", "W640", "title"),
    ],
)
def test_what_cannot_be_made(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    Path("empty.txt").write_text("\n", encoding="utf-8")
    ran = run("new", *words)
    assert ran.code in (2, 3)
    assert ran.err
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["empty.txt"]


def test_statements_and_rules(run: Run, small: Path) -> None:
    into = small / "guidelines" / "small.md"
    ran = run(
        "new", "statement", "Rest is  good.", "--in", into, "--kind", "expectation", "--refs", "1, 2", "--line", "7"
    )
    assert ran.out == f"S03 in {into.as_posix()}\n"
    assert into.read_text(encoding="utf-8").endswith(
        "  ```\n\n- **S03** (expectation; refs 1, 2; line 7): Rest is good.\n"
    )
    assert run("new", "statement", "What resectable means.", "--in", into, "--kind", "reading").out.startswith("A01")
    rule = "recommend(P, tamoxifen) :- stage(P, localized), -resectable(P)"
    assert run("new", "rule", "tamoxifen_otherwise", "--in", into, "--statement", "S01", "--is", rule).code == 0
    assert run("new", "rule", "first_of_s03", "--in", into, "--statement", "S03").code == 0
    assert run("new", "rule", "by_the_reading", "--in", into, "--statement", "A01", "--is", rule + ".").code == 0
    text = into.read_text(encoding="utf-8")
    assert (
        "resectable(P).\n\n  @id(tamoxifen_otherwise)\n  recommend(P, tamoxifen) :- stage(P, localized), -res" in text
    )
    assert "Rest is good.\n\n  ```datalog\n  @id(first_of_s03)\n  conclusion(P) :-\n      first_condition(P),\n" in text
    assert "@id(by_the_reading) @reading(A01)" in text
    assert run("fmt", "--check", into).code == 0
    assert "E201" in run("check", "--kb", small).out  # the skeleton is to be filled in


def test_a_statement_goes_before_the_text_that_ends_the_last_one(run: Run, small: Path) -> None:
    into = small / "guidelines" / "small.md"
    into.write_text(into.read_text(encoding="utf-8") + "\n# Sources\n\n- one\n", encoding="utf-8")
    assert run("new", "statement", "Rest is good.", "--in", into, "--id", "S7").code == 0
    assert into.read_text(encoding="utf-8").endswith(
        "  ```\n\n- **S7** (recommend-for): Rest is good.\n\n# Sources\n\n- one\n"
    )
    empty = small / "guidelines" / "empty.md"
    empty.write_text("---\nname: e\n---\n\n# Empty\n", encoding="utf-8")
    assert run("new", "statement", "--in", empty).out.startswith("S08")
    assert "- **S08** (recommend-for): What the source says, restated." in empty.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("statement", "x", "--kind", "recomend-for"), 3, "did you mean `recommend-for`?"),
        (("statement", "x", "--id", "S01"), 3, "`S03` is free"),
        (("statement", "x", "--refs", "one"), 2, "whole numbers"),
        (("rule", "a_rule", "--statement", "S1"), 6, "did you mean `S01`?"),
        (("rule", "A rule", "--statement", "S01"), 3, "is no id"),
        (("rule", "surgery_when_localized", "--statement", "S01"), 3, "is used already"),
        (("rule", "a_rule", "--statement", "S01", "--is", "recommend(P"), 3, "E104"),
        (("rule", "a_rule", "--statement", "S01", "--is", "a(P) :- b(P). c(P) :- d(P)."), 3, "one rule"),
    ],
)
def test_what_cannot_be_put_in(run: Run, small: Path, words: tuple[str, ...], code: int, why: str) -> None:
    into = small / "guidelines" / "small.md"
    text = into.read_text(encoding="utf-8")
    ran = run("new", *words, "--in", into)
    assert ran.code == code
    assert why in ran.err
    assert into.read_text(encoding="utf-8") == text


def test_an_id_is_free_in_the_whole_knowledge_base(run: Run, small: Path) -> None:
    guidelines = small / "guidelines"
    first, readings, other = guidelines / "small.md", guidelines / "small_readings.md", guidelines / "other.md"
    readings.write_text("---\nname: small\n---\n\n# Readings\n\n- **A07** (reading): What resectable means.\n", "utf-8")
    other.write_text("---\nname: other\n---\n\n# Other\n\n- **T1** (expectation): It passes.\n", "utf-8")
    assert run("new", "statement", "x", "--in", first, "--kind", "reading").out.startswith("A08 in ")
    assert run("new", "statement", "x", "--in", readings).out.startswith("S03 in ")
    assert run("new", "statement", "x", "--in", other).out.startswith("T2 in ")
    before = other.read_text("utf-8")
    for taken, where in (("A07", f"{readings.as_posix()}:7"), ("S01", f"{first.as_posix()}:8")):
        ran = run("new", "statement", "x", "--in", other, "--id", taken)
        assert ran.code == 3
        assert f"there is a statement `{taken}` already, at {where}" in ran.err
    assert "`S04` is free" in ran.err
    assert other.read_text("utf-8") == before


def test_a_broken_document_is_told(run: Run, small: Path) -> None:
    into = small / "guidelines" / "small.md"
    into.write_text("- **S01** (guess): x\n", encoding="utf-8")
    ran = run("new", "rule", "a_rule", "--in", into, "--statement", "S01")
    assert (ran.code, "E114" in ran.err) == (3, True)


def test_cases(run: Run, small: Path) -> None:
    into = small / "cases" / "small.yaml"
    assert run("new", "test", "The first: it's one", "--in", into).code == 0
    assert run("new", "test", "The second", "--in", into, "--about", "S02").code == 0
    ran = run("test", "--kb", small)
    assert ran.code == 1
    assert ran.out.count("`expect` is still to be filled in: it says nothing") == 2
    text = into.read_text(encoding="utf-8").replace("given: {}", "given: {stage: metastatic}")
    assert text.count("# To fill in: ") == 4
    into.write_text(text.replace("expect: {}", "expect: {for: [tamoxifen]}"), encoding="utf-8")
    ran = run("test", "--kb", small)
    assert ran.out.endswith("2 cases: 2 passed\n")


def test_a_case_is_about_a_statement(run: Run, small: Path) -> None:
    into = small / "cases" / "small.yaml"
    for ran in (
        run("new", "test", "x", "--in", into, "--about", "S0"),
        run("new", "test", "x", "--in", "elsewhere.yaml", "--about", "S09", "--kb", small),
    ):
        assert ran.code == 6
        assert "there is no statement `S0" in ran.err
        assert "did you mean `S0" in ran.err
    assert not into.exists()
    assert not Path("elsewhere.yaml").exists()


def test_a_page_for_a_code(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "kb" / "lints" / "errors.md"
    page.parent.mkdir(parents=True)
    page.write_text(
        "# All\n\n# Rules\n\n## W601 one\n\nText.\n\n# Evidence\n\n## W701 two\n\nText.\n", encoding="utf-8"
    )
    assert run("new", "code", "W640", "a new one").code == 0
    assert run("new", "code", "W702", "the last").code == 0
    headings = [x for x in page.read_text(encoding="utf-8").splitlines() if x.startswith("#")]
    assert headings == [
        "# All",
        "# Rules",
        "## W601 one",
        "## W640 a new one",
        "# Evidence",
        "## W701 two",
        "## W702 the last",
    ]
    assert run("new", "code", "W702", "again").code == 3
