"""Rules on the page of a guideline: in sentences, with their exceptions and readings, and as they are written."""

from __future__ import annotations

from collections.abc import Iterator

from ...kb.ir import Clause, Program, Span
from ...kb.printer import print_clause
from ..rendering.html_proof import statement_link
from ..rendering.markup import Markup, anchor, joined, tag
from ..wording.rule_sentences import overriders, rule_sentences
from ..wording.sentences import Sentences
from .doc_tests import Exercised, exercised


def place(span: Span) -> Markup:
    """`file:line`."""
    return tag("code", span.place)


def rule_id_link(rule: str) -> Markup:
    """A rule, linked to where it stands on the page."""
    return tag("a", tag("code", rule), href=f"#{anchor('rule', rule)}")


class RuleArticles:
    """The rules of one program. `tested`: what test patients show of it; None when there are none."""

    def __init__(self, program: Program, say: Sentences, tested: Exercised | None = None) -> None:
        self.program, self.say, self.tested = program, say, tested
        self.overriders = overriders(program)

    def loose(self) -> Iterator[Markup]:
        """The rules that stand under no statement."""
        known = {s.id for s in self.program.statements}
        yield from (self.article(c, "find") for c in self.program.clauses if c.body and c.statement not in known)

    def article(self, clause: Clause, kind: str = "") -> Markup:
        """What it concludes and when, in sentences; as it is written, behind a fold."""
        told = rule_sentences(clause, self.say)
        conditions = [
            tag(
                "li",
                text,
                " ",
                tag("span", "(assumed while not recorded)", class_="why") if text in told.assumed else "",
            )
            for text in told.conditions
        ]
        parts = [
            tag("p", tag("strong", told.head), ", when"),
            tag("ul", *conditions, class_="conditions"),
            *self._notes(clause),
            tag("details", tag("summary", tag("code", clause.id), " ", place(clause.span)), _code(clause)),
        ]
        return tag("div", joined(parts, "\n"), class_=f"rule {kind}".strip(), id=anchor("rule", clause.id))

    def _notes(self, clause: Clause) -> Iterator[Markup]:
        links = [
            ("Unless an exception applies: ", [rule_id_link(r) for r in self.overriders.get(clause.id, ())]),
            ("An exception to ", [rule_id_link(str(r)) for r in clause.values("overrides")]),
            ("Follows ", [statement_link(str(r)) for r in clause.values("reading") if r != clause.statement]),
            ("For the reason in ", [statement_link(str(r)) for r in clause.values("rationale")]),
        ]
        yield from (tag("p", label, joined(found, ", "), class_="meta") for label, found in links if found)
        if self.tested:
            yield from exercised(self.tested, clause.id)


def _code(clause: Clause) -> Markup:
    return tag("pre", tag("code", joined(print_clause(clause).splitlines(), "\n")), tabindex="0")
