"""W701, W702, W705: decisions of the encoder that no reading owns up to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ..diagnostics import Diagnostic, quoted
from ..ir import Clause, Comparison, Const, Literal, Statement, atoms_of
from ..printer import print_condition
from ..values import written
from .context import Finding, Linted

_NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "once": 1, "twice": 2, "first": 1, "second": 2, "third": 3,
}  # fmt: skip


def uncited(at: Linted) -> Iterator[Finding]:
    """W701 a rule that does not cite its own reading, W702 a default without a reading, W705 a number from nowhere."""
    for clause in at.rules:
        statement = at.statements.get(clause.statement)
        cited = tuple(map(str, clause.values("reading")))
        if statement and statement.kind == "reading" and statement.id not in cited:
            message = (
                f"the rule {quoted(clause.id)} stands under the reading {quoted(statement.id)} and does not cite it"
            )
            help_ = f"write `@reading({', '.join((statement.id, *cited))})`, so that answers show whose decision it is"
            yield Finding(Diagnostic("W701", message, clause.span, help=help_))
        if statement and not cited:
            yield from _defaults(clause)
        if statement:
            yield from _numbers(at, clause, statement, cited)


def _defaults(clause: Clause) -> Iterator[Finding]:
    for item in clause.body:
        if isinstance(item, Literal) and item.mode == "assuming":
            message = f"the default {quoted(print_condition(item))} rests on no reading"
            help_ = "what is done while a fact is unknown is a decision: write it down as a reading and cite it"
            yield Finding(Diagnostic("W702", message, item.span, help=help_))


def _numbers(at: Linted, clause: Clause, statement: Statement, cited: tuple[str, ...]) -> Iterator[Finding]:
    """Numbers that are compared with, or stated, and that no text gives."""
    texts = [statement.text, *(at.statements[r].text for r in cited if r in at.statements)]
    given = {n for text in texts for n in _given(text)}
    constants = [t for i in clause.body if isinstance(i, Comparison) for t in (i.left, i.right)]
    constants += [t for atom in atoms_of(clause) for t in atom.args]
    for term in constants:
        if isinstance(term, Const) and isinstance(term.value, int | Decimal) and Decimal(term.value) not in given:
            message = f"neither the statement nor a reading gives the number {quoted(written(term.value))}"
            help_ = "say where it comes from, in a reading that the rule cites"
            yield Finding(Diagnostic("W705", message, term.span, help=help_))


def _given(text: str) -> Iterator[Decimal]:
    for number in re.findall(r"[0-9]+(?:\.[0-9]+)?", text):
        yield Decimal(number)
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _NUMBERS:
            yield Decimal(_NUMBERS[word])
