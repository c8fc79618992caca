"""E602-E606: a translation says all that a program says in words, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ..diagnostics import Diagnostic, Note, quoted, suggest
from ..ir import Predicate, Program, Span, Statement, ValueType
from ..variants import SLOT, chosen
from .templates import sentences_of, templates

Declared = ValueType | Predicate | Statement
One = TypeVar("One", ValueType, Predicate, Statement)
Check = Callable[[Program, Program], Iterator[Diagnostic]]


def strangers(program: Program, words: Program) -> Iterator[Diagnostic]:
    """E602: what the program does not have: a type, a value, a predicate, a sentence, a statement."""
    for kind, known, given in _parts(program, words):
        for one in given.values():
            if _name(one) not in known:
                message = f"the program has no {kind} {quoted(_name(one))}"
                yield Diagnostic("E602", message, one.span, help=suggest(_name(one), known))
    for one, own in _pairs(program.types, words.types):
        names = [label.name for label in one.labels]
        for label in own.labels:
            if label.name not in names:
                message = f"the type `{one.name}` has no value {quoted(label.name)}"
                yield Diagnostic("E602", message, label.span, help=suggest(label.name, names))
    for one, own in _pairs(program.predicates, words.predicates):
        known = dict(sentences_of(one))
        for word, _ in sentences_of(own):
            if word not in known:
                message = f"`{one.name}` has no sentence `{word}` in the program"
                yield Diagnostic("E602", message, _sentence(own, word), help="give it one there first, or delete this")
    for one, own in _pairs(program.statements, words.statements):
        if own.no_rule and not one.no_rule:
            message = f"the statement {quoted(one.id)} has no `No rule:` in the program"
            yield Diagnostic("E602", message, own.span, help="delete that paragraph")


def differences(program: Program, words: Program) -> Iterator[Diagnostic]:
    """E603: what is not words is as it is in the program."""
    for kind, known, given in _parts(program, words):
        for name, own in given.items():
            if name in known and _fixed(known[name], own) != _fixed(own, own):
                message = f"the {kind} {quoted(name)} is declared otherwise than in the program"
                note = Note(known[name].span, "the program has it here")
                yield Diagnostic("E603", message, own.span, help="only words may differ", notes=(note,))


def gaps(program: Program, words: Program) -> Iterator[Diagnostic]:
    """E604: words of the program that are not translated; E512: a slot that only the program's sentence has."""
    for kind, known, given in _parts(program, words):
        for name, one in known.items():
            if name not in given and _has_words(one) and name not in words.damaged | words.half_declared:
                yield Diagnostic("E604", f"the {kind} {quoted(name)} is not translated", one.span)
    for one, own in _pairs(program.types, words.types):
        texts = {label.name for label in own.labels if label.given}
        missing = [quoted(label.name) for label in one.labels if label.name not in texts]
        missing += ["the unit"] if one.unit and not own.unit else []
        if missing:
            yield Diagnostic("E604", f"of the type `{one.name}`, {_are(missing)} not translated", own.span)
    for one, own in _pairs(program.predicates, words.predicates):
        texts = dict(sentences_of(own))
        missing = [f"`{word}`" for word, _ in sentences_of(one) if word not in texts]
        if missing:
            yield Diagnostic("E604", f"of the sentences of `{one.name}`, {_are(missing)} not translated", own.span)
        for word, text in sentences_of(one):
            lost = [s for s in SLOT.findall(text) if s not in SLOT.findall(chosen(texts.get(word, text)))]
            if word in ("unknown", "ask") and lost:
                names = ", ".join(f"`{{{slot}}}`" for slot in dict.fromkeys(lost))
                message = f"the sentence `{word}` of `{one.name}` leaves out {names}"
                yield Diagnostic("E512", message, _sentence(own, word), help=f"the program says: {text}")
    for one, own in _pairs(program.statements, words.statements):
        if one.no_rule and not own.no_rule:
            message = f"of the statement {quoted(one.id)}, the reason for needing no rule is not translated"
            yield Diagnostic("E604", message, own.span, help="add a paragraph `No rule: ...`")


def once(_: Program, words: Program) -> Iterator[Diagnostic]:
    """E605: what is translated twice."""
    for kind, listed in _listed(words):
        first: dict[str, Span] = {}
        for one in listed:
            if _name(one) in first:
                note = Note(first[_name(one)], "first translated here")
                message = f"the {kind} {quoted(_name(one))} is translated twice"
                yield Diagnostic("E605", message, one.span, help="keep one", notes=(note,))
            first.setdefault(_name(one), one.span)
    for one in words.types:
        names = [label.name for label in one.labels]
        for at, label in enumerate(one.labels):
            if label.name in names[:at]:
                message = f"the value {quoted(label.name)} of `{one.name}` is translated twice"
                yield Diagnostic("E605", message, label.span, help="keep one")


def rules(_: Program, words: Program) -> Iterator[Diagnostic]:
    """E606: a rule or a fact."""
    for clause in words.clauses:
        kind = "rule" if clause.body else "fact"
        message = f"a translation holds no {kind}s"
        yield Diagnostic("E606", message, clause.span, help="only declarations and statements; delete it")


def slots(program: Program, words: Program) -> Iterator[Diagnostic]:
    """E511, E512: the sentences have the slots of their columns."""
    same = tuple(own for one, own in _pairs(program.predicates, words.predicates) if one.columns == own.columns)
    yield from (d for d in templates(Program(predicates=same)) if d.code != "E513")


CHECKS: tuple[Check, ...] = (strangers, differences, gaps, once, rules, slots)


def _parts(program: Program, words: Program) -> Iterator[tuple[str, dict[str, Declared], dict[str, Declared]]]:
    """(kind, what the program declares, what the translation does), each by name; of two with one name the first."""
    for (kind, known), (_, given) in zip(_listed(program), _listed(words), strict=True):
        yield kind, {_name(one): one for one in reversed(known)}, {_name(one): one for one in reversed(given)}


def _listed(program: Program) -> tuple[tuple[str, tuple[Declared, ...]], ...]:
    return ("type", program.types), ("predicate", program.predicates), ("statement", program.statements)


def _pairs(known: Iterable[One], given: Iterable[One]) -> Iterator[tuple[One, One]]:
    """What both have, the program's first."""
    by_name = {_name(one): one for one in known}
    yield from ((by_name[_name(own)], own) for own in given if _name(own) in by_name)


def _name(one: Declared) -> str:
    return one.id if isinstance(one, Statement) else one.name


def _sentence(one: Predicate, word: str) -> Span:
    return dict(one.sentence_spans).get(word, one.span)


def _has_words(one: Declared) -> bool:
    """Whether there is anything to translate."""
    if isinstance(one, ValueType):
        return bool(one.labels or one.unit)
    return isinstance(one, Statement) or any(True for _ in sentences_of(one))


def _fixed(one: Declared, own: Declared) -> object:
    """What a translation must repeat; the references and the line of a statement only if it gives them (`own`)."""
    if isinstance(one, ValueType):
        return one.kind, one.low, one.high, one.more
    if isinstance(one, Predicate):
        return one.columns, one.role, one.open, one.single
    given = isinstance(own, Statement) and bool(own.refs or own.line)
    return (one.kind, one.refs, one.line) if given else one.kind


def _are(names: list[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"
