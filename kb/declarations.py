"""Tokens to declarations: types of columns, and predicates with their sentences."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import cast

from .clauses import constant
from .cursor import DECLARING, Cursor
from .diagnostics import suggest
from .ir import Column, Kind, Label, Predicate, Role, Span, ValueType

KINDS: tuple[Kind, ...] = ("integer", "number", "date", "text", "symbol")
NUMERIC: tuple[Kind, ...] = ("integer", "number")
FLAGS = ("open", "closed", "single", "fixed")
TEMPLATES = ("yes", "no", "unknown", "ask")


def declared_type(c: Cursor) -> ValueType:
    """`type stage = localized "localized" | metastatic.`, `type site = lung | ... .`, `type age = integer 0..130.`"""
    c.part = "declaration"
    first = c.step()
    name = c.name("the type's name").text
    c.expect("=", "after the type's name")
    if c.here.kind == "name" and c.here.text in KINDS and not _labels_next(c):
        made = _kind(c, name, cast(Kind, c.step().text))
    else:
        labels = [_label(c)]
        more = False
        while c.take("|") and not (more := c.take("..")):
            labels.append(_label(c))
        made = ValueType(name, "symbols", tuple(labels), more=more)
    c.expect(".", "at the end of the type")
    return replace(made, span=c.span_from(first))


def _kind(c: Cursor, name: str, kind: Kind) -> ValueType:
    low = high = None
    if c.here.kind in ("value", "string") and kind not in NUMERIC:
        raise c.stop("`.`", f"only `integer` and `number` have a range and a unit, not `{kind}`")
    if c.here.kind == "value":
        low = _bound(c)
        c.expect("..", "between the bounds of the range")
        high = _bound(c)
    unit = str(c.step().value) if c.looking_at_text() else ""
    return ValueType(name, kind, (), low, high, unit)


def _labels_next(c: Cursor) -> bool:
    """A set of symbols may begin with a word that also names a kind, such as `text "a text" | image`."""
    return any(t.text == "|" and t.kind == "punct" for t in c.found[c.at + 1 : c.at + 3])


def _bound(c: Cursor) -> int | Decimal:
    value = c.here.value
    if c.here.kind != "value" or not isinstance(value, int | Decimal):
        raise c.stop("a number")
    c.step()
    return value


def _label(c: Cursor) -> Label:
    token = c.here
    if token.kind == "value":
        raise c.stop("a symbol", "numbers and dates have types of their own: `integer 1..4`, `date`")
    name = str(constant(c, "a symbol").value)
    given = c.looking_at_text()
    text = str(c.step().value) if given else name.replace("_", " ")
    return Label(name, text, token.span, given)


def declared_predicate(c: Cursor) -> Predicate:
    """`input stage(Patient: patient, Stage: stage) open single yes "..." no "..." unknown "..." ask "...".`"""
    c.part = "declaration"
    first = c.step()
    name = c.name("the predicate's name").text
    columns: tuple[Column, ...] = ()
    if c.take("("):
        columns = c.several(lambda: _column(c))
        c.expect(")", "after the columns")
    span = c.span_from(first)
    flags, texts, spans = set[str](), dict[str, str](), dict[str, Span]()
    while c.here.kind == "name" and not c.looking_at(*DECLARING):
        word = c.here
        if word.text in FLAGS:
            if c.step().text in flags:
                c.problem("E106", f"`{word.text}` is given twice", word.span, "delete one")
            flags.add(word.text)
        elif word.text in TEMPLATES:
            sentence = _sentence(c)
            if word.text in texts:
                c.problem("E106", f"the sentence `{word.text}` is given twice", word.span, "keep one")
            texts[word.text], spans[word.text] = sentence
        else:
            raise c.stop(_REST, suggest(word.text, (*FLAGS, *TEMPLATES)))
    if not c.looking_at("."):
        raise c.stop(_REST)
    c.step()
    given = flags & {"open", "closed"}
    if len(given) != 1:
        message = f"`{name}` is declared {'both open and closed' if given else 'neither open nor closed'}"
        c.problem("E106", message, span, "`open`: not recorded means unknown; `closed`: not recorded means false")
    role = cast(Role, first.text)
    if "fixed" in flags and role != "input":
        message = f"`{name}` is fixed, and it is not recorded of a patient"
        c.problem(
            "E106", message, span, "delete `fixed`; it says that a recorded fact cannot be changed by anything done"
        )
    is_open = "closed" not in flags
    return Predicate(
        name,
        columns,
        role,
        is_open,
        "single" in flags,
        **texts,
        fixed="fixed" in flags,
        span=span,
        sentence_spans=tuple(spans.items()),
    )


_REST = "`open`, `closed`, `single`, `fixed`, `yes`, `no`, `unknown`, `ask` or `.`"


def _sentence(c: Cursor) -> tuple[str, Span]:
    word = c.step()
    if not c.looking_at_text():
        raise c.stop(f"the sentence for `{word.text}`, in double quotes")
    token = c.step()
    return str(token.value), token.span


def _column(c: Cursor) -> Column:
    name = c.here
    if name.kind != "variable" or name.text == "_":
        raise c.stop("a column, such as `Patient: patient`")
    c.step()
    c.expect(":", "between the column's name and its type")
    return Column(name.text, c.name("the column's type").text, c.span_from(name))
