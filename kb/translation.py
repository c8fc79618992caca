"""The program in another language: its labels, units, sentences and statements as a folder of documents says them."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

from .checks import MOST
from .checks.translation import CHECKS
from .diagnostics import Diagnostic, Invalid, order, suggest, with_lines
from .ir import Predicate, Program, Statement, ValueType
from .load import assemble, text_of

ORIGINAL = "en"
FOLDER = "lang"


def translate(program: Program, folder: Path, language: str) -> Program:
    """The program of the knowledge base in this folder, in the words of `lang/LANGUAGE/*.md`.

    Only words differ: names, rules, places and the digest are the program's. Raises Invalid with everything that is
    missing or does not belong.
    """
    if language == ORIGINAL:
        return program
    paths = sorted((folder / FOLDER / language).glob("*.md"))
    if not paths:
        known = (ORIGINAL, *languages(folder))
        help_ = suggest(language, known) or f"its languages are {', '.join(known)}"
        raise Invalid([Diagnostic("E601", f"the knowledge base is not translated into `{language}`", help=help_)])
    texts = {path.relative_to(folder).as_posix(): text_of(path) for path in paths}
    words, problems = assemble(texts)
    problems = problems or list(wrong(program, words))
    if problems:
        raise Invalid(with_lines(problems, texts))
    return overlaid(program, words)


def languages(folder: Path) -> tuple[str, ...]:
    """The languages into which the knowledge base of a folder is translated."""
    return tuple(sorted({path.parent.name for path in (folder / FOLDER).glob("*/*.md")}))


def wrong(program: Program, words: Program) -> tuple[Diagnostic, ...]:
    """Everything that a translation leaves out, adds, or says differently than by words."""
    found = {d: None for one in CHECKS for d in islice(one(program, words), MOST)}
    return tuple(sorted(found, key=order))


def overlaid(program: Program, words: Program) -> Program:
    """The program with the words of a translation, where that has them."""
    types, predicates = words.types_by_name, words.predicates_by_name
    statements = {s.id: s for s in words.statements}
    return replace(
        program,
        types=tuple(_type(t, types.get(t.name, t)) for t in program.types),
        predicates=tuple(_predicate(p, predicates.get(p.name, p)) for p in program.predicates),
        statements=tuple(_statement(s, statements.get(s.id, s)) for s in program.statements),
    )


def _type(one: ValueType, words: ValueType) -> ValueType:
    texts = {label.name: label.text for label in words.labels}
    labels = tuple(replace(label, text=texts.get(label.name, label.text)) for label in one.labels)
    return replace(one, labels=labels, unit=words.unit)


def _predicate(one: Predicate, words: Predicate) -> Predicate:
    """The headings above a declaration are words too; where it stands is not."""
    span = one.span._replace(heading=words.span.heading)
    return replace(one, yes=words.yes, no=words.no, unknown=words.unknown, ask=words.ask, span=span)


def _statement(one: Statement, words: Statement) -> Statement:
    return replace(one, text=words.text, no_rule=words.no_rule)
