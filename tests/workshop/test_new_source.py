"""`guidekb new guideline NAME SOURCE`: nothing of the source is lost on the way into the document."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path

from guidekb.kb.diagnostics import Invalid
from guidekb.kb.scaffold import new_guideline
from guidekb.kb.source_text import sentences_of
from hypothesis import given
from hypothesis import strategies as st
from running import Run

LINES = """\
First heading
Second heading
First sentence stands here.
Second sentence stands here. [1]
Third sentence stands here. 1, 2
Fourth sentence stands here.[3, 4]
Fifth sentence stands here.
The dose of the sixth is at most
50. Then a seventh follows
[2]

12

An eighth has [9-7] as it is.
Last line
"""


def test_a_line_that_ends_in_a_period_is_a_sentence(run: Run) -> None:
    found = [(s.line, s.refs, s.heading, s.text) for s in sentences_of(LINES)]
    assert found == [
        (3, (), "Second heading", "First sentence stands here."),
        (4, (1,), "Second heading", "Second sentence stands here."),
        (5, (1, 2), "Second heading", "Third sentence stands here."),
        (6, (3, 4), "Second heading", "Fourth sentence stands here."),
        (7, (), "Second heading", "Fifth sentence stands here."),
        (8, (), "Second heading", "The dose of the sixth is at most 50."),
        (9, (2,), "Second heading", "Then a seventh follows"),
        (12, (), "Second heading", "12"),
        (14, (), "Second heading", "An eighth has [9-7] as it is."),
        (15, (), "Second heading", "Last line"),
    ]
    Path("lines.txt").write_text(LINES, encoding="utf-8")
    assert run("new", "guideline", "lines", "lines.txt", "--to", "kb").code == 0
    text = Path("kb/guidelines/lines.md").read_text(encoding="utf-8")
    assert (
        "\n\n## First heading\n\n## Second heading\n\n- **S01** (kind; line 3): First sentence stands here.\n" in text
    )


SAID = """Pain rest Dr. e.g. dose. end. end.[1] end.3 [4-2] 50. 7 # - 1) (b) A such: <!-- --> ``` **S01** ## 12 [5] 1,2
    ? \u201cIs it?\u201d 1,"""
WORD = st.sampled_from([*SAID.split(), "end. [1]", "end. 1, 2", "No rule:", "## Two"])
LINE = st.lists(WORD, max_size=7).map(" ".join)
ANY = st.lists(st.one_of(LINE, LINE.map("- {}".format), LINE.map("  {}".format)), max_size=12)


@given(ANY)
def test_every_word_of_the_source_is_in_the_document(lines: list[str]) -> None:
    numbered = [re.sub(r"\b(?=[A-Za-z])", f"x{n}x", line) for n, line in enumerate(lines)]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source.txt"
        source.write_text("\n".join(numbered), encoding="utf-8")
        try:
            made = new_guideline(Path(folder) / "kb", "g", source)
        except Invalid:
            assert not sentences_of("\n".join(numbered))
            return
    text = made[Path(folder) / "kb" / "guidelines" / "g.md"]
    words = Counter(re.findall(r"[A-Za-z]\w+", "\n".join(numbered)))
    assert not words - Counter(re.findall(r"[A-Za-z]\w+", text))
    body = text.partition("-->")[2]
    for number in re.findall(r"(?<![\w(])[0-9]+(?![.)]\s|\w)", "\n".join(numbered)):
        assert re.search(rf"\b{number}\b", body)
