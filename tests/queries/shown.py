"""Answers to render in tests: of example patients, and of one whose every word is hostile."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from guidekb.facts.read import read_files
from guidekb.kb.edb import EDB, Ground, Origin
from guidekb.kb.ir import Program
from guidekb.kb.load import HOME, assemble, load
from guidekb.queries.answers.answer import Answer, answer
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.explanations.explanation import Graph, explain
from guidekb.queries.rendering.graph_svg import drawn
from guidekb.queries.rendering.renderings import rendering
from guidekb.queries.wording.words import Words, words

EXAMPLES = Path(HOME).parent / "facts" / "examples"


NAMES = sorted(p.relative_to(EXAMPLES).with_suffix("").as_posix() for p in EXAMPLES.rglob("*.*"))
RICH = "metastatic-hr-positive-aggressive"
"""An example with excluded and provisional actions."""


@dataclass(frozen=True)
class Shown:
    """All that a rendering is made from."""

    program: Program
    answer: Answer
    graph: Graph
    said: Words
    edb: EDB


@cache
def knowledge() -> Knowledge:
    """The installed guideline."""
    return Knowledge(load(HOME))


@cache
def example(name: str) -> Shown:
    """An example patient, by the name of its file (`fhir/NAME` for a bundle)."""
    (path,) = EXAMPLES.glob(f"{name}.*")
    reading = next(iter(read_files((str(path),), knowledge().program, None)))[1]
    return shown(knowledge(), reading.edbs[0])


def shown(known: Knowledge, edb: EDB) -> Shown:
    """The answer for a patient; the evaluator is the plain one, since no rendering depends on which it is."""
    case = assess(known, edb, derive)
    found = answer(case)
    return Shown(known.program, found, explain(case, found, words()), words(), case.edb)


HOSTILE = (
    "<script>window.pwned=1</script>",
    "</style></script><img src=x onerror=window.pwned=1>",
    '" onmouseover="window.pwned=1" x=\'',
    "javascript:window.pwned=1",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "]]><!--",
    "\u202eright to left\u202c \u200f\u2066",
    "\ud800 \x00 \x1b[31m \u2028",
    "** _x_ [a](https://evil.example) | `b` ~~c~~ $d$ | www.evil.example",
    "# heading",
    "1. list",
    '\\N \\" \\l {a|b} <table>',
    "%%{init: {}}%% end style:#x; #quot; subgraph",
    "line\nbreak",
    "x" * 10_000,
)
"""Texts that a page, a graph or Markdown could take for its own signs."""

PROGRAM = """
type action = operate "an operation, \\"<b>now</b>\\"" | wait "waiting & seeing".
type pitfall = delay "a delay".
type note = text.
input   noted(Patient: patient, Note: note) open
    yes "it is noted: {Note}" unknown "whether anything is noted is not recorded" ask "What is noted?".
input   fit(Patient: patient) open
    yes "the patient is fit" no "the patient is not fit" unknown "whether the patient is fit is not recorded".
derived seen(Patient: patient, Note: note) open yes "it was seen that {Note}".
derived recommend(Patient: patient, Action: action) open yes "{Action} is recommended".
derived advise_against(Patient: patient, Pitfall: pitfall) open yes "{Pitfall} is advised against".
@id(seeing) seen(P, N) :- noted(P, N).
@id(op) recommend(P, operate) :- seen(P, N), fit(P).
@id(no_wait) @overrides(waiting) recommend(P, operate) :- seen(P, _), fit(P).
@id(waiting) recommend(P, wait) :- seen(P, N).
@id(no_delay) advise_against(P, delay) :- seen(P, N), assuming fit(P).
"""


def hostile(text: str) -> Shown:
    """A patient whose id, value, source and place are the text."""
    program, problems = assemble({"a.dl": PROGRAM})
    assert not [p for p in problems if p.severity == "error"], problems
    facts = {Ground("noted", (text, text)): (Origin(text, text, text),)}
    return shown(Knowledge(program), EDB(text, facts))


def made(form: str, of: Shown) -> str:
    """The answer in a form that is text."""
    text = rendering(form, of.program, of.answer, of.graph, of.said)
    assert isinstance(text, str)
    return text


def graphviz(source: str, form: str = "svg") -> bytes:
    """A picture, for which the tests need Graphviz."""
    if shutil.which("dot") is None:
        pytest.fail("Graphviz is missing: as root, `apt-get install graphviz`")
    return drawn(source, form)
