"""E511-E513: sentence templates name real columns, and leave none out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..diagnostics import Diagnostic, nearest, quoted
from ..ir import PATIENT, Predicate, Program, Span
from ..variants import SLOT, chosen, unbalanced
from .context import in_guideline


def templates(program: Program) -> Iterator[Diagnostic]:
    """E511 unknown slot, E512 column without its slot, E513 predicate of a guideline without its sentence."""
    for predicate in program.predicates:
        if not predicate.yes and in_guideline(predicate.span):
            message = f"`{predicate.name}` has no sentence for when it holds"
            slots = "".join(f" {{{c.name}}}" for c in predicate.columns if c.type != PATIENT)
            yield Diagnostic("E513", message, predicate.span, help=f'add `yes "...{slots}"`')
        for word, text in sentences_of(predicate):
            yield from _slots(predicate, word, text)


def sentences_of(predicate: Predicate) -> Iterator[tuple[str, str]]:
    """The sentences that it has, each with its word."""
    texts = {"yes": predicate.yes, "no": predicate.no, "unknown": predicate.unknown, "ask": predicate.ask}
    for word, text in texts.items():
        if text:
            yield word, text


def allowed(predicate: Predicate, word: str) -> tuple[str, ...]:
    """The columns that a template may use: all in `yes` and `no`; only those of the question in `unknown` and `ask`."""
    names = tuple(c.name for c in predicate.columns)
    if word in ("yes", "no"):
        return names
    if predicate.single:
        return names[:-1]
    return names[:1] if predicate.role == "input" and predicate.arity > 1 else names


def _slots(predicate: Predicate, word: str, text: str) -> Iterator[Diagnostic]:
    span = _span(predicate, word)
    usable = allowed(predicate, word)
    used = SLOT.findall(text)
    columns = [c.name for c in predicate.columns]
    where = f"the sentence `{word}` of `{predicate.name}`"
    if re.search(r"[{}]", SLOT.sub("", text)):
        yield Diagnostic("E511", f"{where} has a brace without its partner", span, help="a slot is written `{Column}`")
    if unbalanced(text):
        help_ = "a part is written `[with {Column}|without it]`, and holds no other"
        yield Diagnostic("E511", f"{where} has a bracket without its partner", span, help=help_)
    strange = [slot for slot in dict.fromkeys(used) if slot not in usable]
    for slot in strange:
        if slot in columns:
            message = f"{where} cannot use {quoted('{' + slot + '}')}, which is what it asks for"
            yield Diagnostic("E511", message, span, help=_listed(usable))
        else:
            message = f"{where} has the slot {quoted('{' + slot + '}')}, and there is no such column"
            yield Diagnostic("E511", message, span, help=_near(slot, usable) or _listed(usable))
    needed = [c.name for c in predicate.columns if c.type != PATIENT] if word in ("yes", "no") else []
    said = SLOT.findall(chosen(text))  # what is said when every column has a value
    missing = [n for n in needed if n not in said]
    if missing and not strange:  # the strange slot is probably the missing one
        names = ", ".join(f"`{{{m}}}`" for m in missing)
        yield Diagnostic("E512", f"{where} leaves out {names}", span, help="say each column but the patient")


def _near(slot: str, usable: tuple[str, ...]) -> str:
    near = nearest(slot, usable)
    return f"did you mean `{{{near}}}`?" if near else ""


def _listed(usable: tuple[str, ...]) -> str:
    return f"it may use {', '.join(f'`{{{u}}}`' for u in usable)}" if usable else "it has no slots"


def _span(predicate: Predicate, word: str) -> Span:
    return dict(predicate.sentence_spans).get(word, predicate.span)
