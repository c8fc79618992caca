"""The names in a test case that nothing in the knowledge base has: such a case could never pass, or never fail."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from ...kb.annotations import URGENCIES
from ...kb.case import ACTIONS, Expected, Named, TestCase
from ...kb.diagnostics import Diagnostic, Invalid, quoted, suggest
from ...kb.ir import Program, Span
from ..answers.answer import STATUSES
from ..goals.goals import read_goal
from ..names import ADVISE_AGAINST, ALERT, CONSIDER, EXPECT, FLAG, PROGNOSIS, RECOMMEND, UNDETERMINED

PREDICATES = {
    "for": RECOMMEND,
    "consider": CONSIDER,
    "against": ADVISE_AGAINST,
    "alerts": ALERT,
    "expectations": EXPECT,
    "prognosis": PROGNOSIS,
    "flags": FLAG,
}
NOUNS = {"assumes": "field", "would_decide": "action", "because": "rule", "blocks": "statement"}


class CaseNames:
    """The names that a program has, for looking up those of its cases."""

    def __init__(self, program: Program) -> None:
        self.program = program

    @cached_property
    def known(self) -> dict[str, frozenset[str]]:
        """By what they are names of: the items of each part, rules, statements, fields, statuses."""
        program = self.program
        inputs = frozenset(p.name for p in program.predicates if p.role == "input")
        found = {part: self._labels(predicate, 1) for part, predicate in PREDICATES.items()}
        return {
            **found,
            "undetermined": inputs,
            "field": inputs,
            "action": frozenset[str]().union(*(found[part] for part in ACTIONS)),
            "value": self._labels(PROGNOSIS, 2) | {UNDETERMINED},
            "rule": frozenset(c.id for c in program.clauses if c.body),
            "statement": frozenset(s.id for s in program.statements),
            "status": frozenset((*STATUSES, UNDETERMINED)),
            "urgency": frozenset(URGENCIES),
        }

    def faults(self, case: TestCase) -> tuple[Diagnostic, ...]:
        """Q641: what the case names and the program has not."""
        return tuple(dict.fromkeys(self._faults(case)))

    def _faults(self, case: TestCase) -> Iterator[Diagnostic]:
        asked = case.expectation
        for one in case.about:
            yield from self._unknown("statement", one.name, one.span)
        for part, items in asked.wanted.items():
            for item in items:
                yield from self._item(part, Named(item.item, item.span))
                yield from self._details(item)
        for part, names in asked.unwanted.items():
            for one in names:
                yield from self._item(part, one)

    def _item(self, part: str, one: Named) -> Iterator[Diagnostic]:
        if part != "holds":
            yield from self._unknown(part, one.name, one.span)
            return
        try:
            read_goal(self.program, one.name)
        except Invalid as invalid:
            first = invalid.diagnostics[0]
            message = f"the goal {quoted(one.name)} cannot be asked: {first.message}"
            yield Diagnostic("Q641", message, one.span, help=first.help)

    def _details(self, item: Expected) -> Iterator[Diagnostic]:
        for detail, value in item.details.items():
            if isinstance(value, tuple):
                for name in value:
                    yield from self._unknown(NOUNS[detail], name, item.span)
            elif detail != "conflicting":
                yield from self._unknown(detail, str(value), item.span)

    def _unknown(self, kind: str, name: str, span: Span) -> Iterator[Diagnostic]:
        known = self.known[kind]
        if name in known:
            return
        noun = f"item of `{kind}`" if kind in PREDICATES else "field" if kind == "undetermined" else kind
        yield Diagnostic("Q641", f"there is no {noun} {quoted(name)}", span, help=_help(name, noun, known))

    def _labels(self, predicate: str, column: int) -> frozenset[str]:
        """The values that a column of a conclusion can have."""
        declared = self.program.predicates_by_name.get(predicate)
        if declared is None or declared.arity <= column:
            return frozenset()
        kind = self.program.types_by_name.get(declared.columns[column].type)
        return frozenset(label.name for label in kind.labels) if kind else frozenset()


def _help(name: str, noun: str, known: Collection[str]) -> str:
    if not known:
        return f"this knowledge base has no {noun}"
    few = ", ".join(sorted(known)) if len(known) <= 8 else ""
    return suggest(name, known) or (f"there is {few}" if few else "")
