"""Properties of a guideline, in its own language: what must hold of every patient, and the exceptions accepted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal as OneOf
from typing import cast

from .clauses import atom, conditions
from .cursor import Cursor
from .ir import NOWHERE, Atom, BodyItem, Span

Kind = OneOf["never", "always", "possible", "stable", "impossible"]
KINDS: tuple[Kind, ...] = ("never", "always", "possible", "stable", "impossible")
ACCEPT = "accept"
ARROW = "=>"


def _span() -> Span:
    return field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Property:
    """One property. `head` is its name with the variables that tell one violation from another.

    never: no patient satisfies the body. always: who satisfies the body satisfies `then`. possible: some patient
    satisfies the body. stable: it goes on to hold when one more fact becomes known. impossible: an integrity
    constraint; no real record satisfies the body.
    """

    kind: Kind
    head: Atom
    sentence: str
    body: tuple[BodyItem, ...]
    then: tuple[BodyItem, ...] = ()
    span: Span = _span()

    @property
    def name(self) -> str:
        """The name, which is unique among properties and rules."""
        return self.head.predicate


@dataclass(frozen=True, slots=True)
class Waiver:
    """Violations of one property that are accepted where the body holds: why, by whom, until when (None: no end)."""

    head: Atom
    reason: str
    by: str
    until: date | None
    body: tuple[BodyItem, ...]
    span: Span = _span()


def begins(c: Cursor) -> bool:
    """Whether a property or a waiver comes next: one of their words before a name. (`never(X)` is an atom.)"""
    return c.looking_at(*KINDS, ACCEPT) and c.found[c.at + 1].kind == "name"


def read_property(c: Cursor) -> Property | Waiver:
    """`never name(P, A) "sentence" :- body.`, or `accept name(P, A) "reason" by "who" until 2030-01-31 :- body.`"""
    c.part = "head"
    first = c.step()
    head = atom(c, "the name of a property, such as `no_conflict(P, Action)`")
    span = c.span_from(first)
    text = _text(c, "a sentence in double quotes after the name")
    by, until = _signed(c) if first.text == ACCEPT else ("", None)
    c.expect(":-", "before the conditions")
    body = conditions(c)
    then: tuple[BodyItem, ...] = ()
    if first.text == "always":
        _arrow(c)
        then = conditions(c)
    if not c.take("."):
        raise c.stop("`,` or `.` after this condition", "`,` goes on with another, `.` ends the property")
    if first.text == ACCEPT:
        return Waiver(head, text, by, until, body, span)
    return Property(cast(Kind, first.text), head, text, body, then, span)


def _text(c: Cursor, what: str) -> str:
    if not c.looking_at_text():
        raise c.stop(what)
    return str(c.step().value)


def _signed(c: Cursor) -> tuple[str, date | None]:
    """`by "who" until 2030-01-31`; the date may be left out."""
    c.expect("by", 'and who accepts it, such as `by "A. Author"`')
    by = _text(c, "a name in double quotes after `by`")
    if not c.take("until"):
        return by, None
    day = c.here.value
    if c.here.kind != "value" or not isinstance(day, date):
        raise c.stop("a date after `until`, such as `2030-01-31`")
    c.step()
    return by, day


def _arrow(c: Cursor) -> None:
    """`=>`, which stands nowhere else."""
    if not c.take(ARROW):
        raise c.stop("`=>` between the two sides", '`always name(P) "..." :- if_this(P) => then_that(P).`')
