"""Short ways to lint a small program."""

from __future__ import annotations

from guidekb.kb.checks import check
from guidekb.kb.lints import CODES, Finding, Linted, lint
from guidekb.kb.load import assemble

HEAD = """\
type stage = localized | metastatic.
type level = integer 0..9.
type marker = er | pr.
input stage(P: patient, S: stage) open single.
input a(P: patient) open.
input b(P: patient) open.
input m(P: patient, M: marker) open.
input n(P: patient, N: level) open single.
input v(P: patient) closed.
table t(M: marker) closed.
t(er).
t(pr).
derived r(P: patient) open.
derived d(P: patient) open.
derived c(P: patient) closed.
@id(by_default) d(P) :- a(P), m(P, er).
@id(by_visit) c(P) :- v(P).
"""


def linted(rules: str, document: bool = False, **more: object) -> Linted:
    """The program of some rules, or of a document, with everything declared that they use."""
    texts = {"head.dl": HEAD, "x.md" if document else "x.dl": rules}
    program, problems = assemble(texts)
    faults = [d for d in (*problems, *check(program)) if d.span.file.startswith("x")]
    assert not faults, faults
    return Linted(program, texts, **more)  # type: ignore[arg-type]


def findings(rules: str, document: bool = False, codes: tuple[str, ...] = CODES, **more: object) -> list[Finding]:
    """The findings in some rules."""
    return [f for f in lint(linted(rules, document, **more), codes) if f.diagnostic.span.file.startswith("x")]


def codes_of(rules: str, document: bool = False, **more: object) -> list[str]:
    """Their codes, in the order of the text."""
    return [f.diagnostic.code for f in findings(rules, document, **more)]
