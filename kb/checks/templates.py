"""E511-E513: sentence templates name real columns, and leave none out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..diagnostics import Diagnostic, suggest
from ..ir import Predicate, Program
from .context import PATIENT, in_guideline

SLOT = re.compile(r"\{([^{}]*)\}")


def templates(program: Program) -> Iterator[Diagnostic]:
    """E511 unknown slot, E512 column without its slot, E513 predicate of a guideline without its sentence."""
    for predicate in program.predicates:
        if not predicate.yes and in_guideline(predicate.span):
            message = f"`{predicate.name}` has no sentence for when it holds"
            yield Diagnostic("E513", message, predicate.span, help='add `yes "..."` with a slot for each column')
        for word, text in _given(predicate):
            yield from _slots(predicate, word, text)


def _given(predicate: Predicate) -> Iterator[tuple[str, str]]:
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
    usable = allowed(predicate, word)
    used = SLOT.findall(text)
    for slot in used:
        if slot not in usable:
            message = f"the sentence `{word}` of `{predicate.name}` has the slot `{{{slot}}}`, which it cannot fill"
            help_ = suggest(slot, usable) or f"slots are {', '.join(f'{{{u}}}' for u in usable)}"
            yield Diagnostic("E511", message, predicate.span, help=help_)
    needed = [c.name for c in predicate.columns if c.type != PATIENT] if word in ("yes", "no") else []
    missing = [n for n in needed if n not in used]
    if missing:
        names = ", ".join(f"`{{{m}}}`" for m in missing)
        yield Diagnostic("E512", f"the sentence `{word}` of `{predicate.name}` leaves out {names}", predicate.span)
