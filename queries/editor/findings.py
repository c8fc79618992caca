"""Everything that is wrong with a knowledge base as it stands in the editor, and what is worth mending in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...kb.case import TestCase
from ...kb.checks import check
from ...kb.checks.context import atoms
from ...kb.checks.names import arities, undeclared
from ...kb.checks.types import values
from ...kb.diagnostics import Diagnostic, Invalid, with_lines
from ...kb.ir import Program, Span
from ...kb.lexer import MOST
from ...kb.lints import lint
from ...kb.lints.context import Finding, Linted
from ...kb.lints.reviewed import reviewed_of
from ...kb.load import plain
from ...kb.properties import wrong as wrong_properties
from ...kb.translation import wrong as wrong_words
from ..goals.goals import checked
from ..workshop.case_names import CaseNames
from .folder import VOCABULARY, only
from .snapshot import Snapshot

SHOWN = 200
"""Findings of one file that are sent: an editor with thousands of them is of no use."""


@dataclass(frozen=True)
class Findings:
    """What was found, by the name of the file; `fixes` are the findings of lints that bring one."""

    by_file: dict[str, list[Diagnostic]]
    fixes: tuple[Finding, ...] = ()

    def of(self, name: str) -> tuple[Diagnostic, ...]:
        """What was found in a file."""
        return tuple(self.by_file.get(name, ())[:SHOWN])


@dataclass(frozen=True)
class Base:
    """What was found but for the cases; `sound`: the program itself has no error, so that cases can be looked at."""

    at: Snapshot
    problems: tuple[Diagnostic, ...]
    fixes: tuple[Finding, ...]
    sound: bool


def base(at: Snapshot, fired: frozenset[str] | None = None) -> Base:
    """All findings but those of cases. `fired`: the rules that some case shows, None when that is not known.

    What rests on the program (lints, properties, translations) is looked at once the program itself is sound.
    """
    _, unreadable = at.assembled
    problems = [*at.unreadable, *unreadable]
    partly = bool(at.unreadable) or len(unreadable) >= MOST
    problems += () if partly or not at.texts else at.checked
    sound = not problems
    problems += _unread_properties(at)
    fixes: tuple[Finding, ...] = ()
    if sound:
        problems += _properties(at) if not _unread_properties(at) else ()
        problems += _translations(at)
        fixes = tuple(_lints(at, fired, problems))
        problems += (f.diagnostic for f in fixes)
    for name in only(at.texts, "plain"):
        problems += _plain(at, name, sound)
    return Base(at, tuple(problems), fixes, sound)


def findings(found: Base, waiting: bool = False) -> Findings:
    """All findings. `waiting`: of a file of cases that has to be read again, take what was found in it before."""
    at = found.at
    problems = [*found.problems, *(_cases(at, waiting) if found.sound else ())]
    by_file: dict[str, list[Diagnostic]] = {}
    for one in dict.fromkeys(with_lines(problems, at.texts)):
        by_file.setdefault(one.span.file or VOCABULARY, []).append(one)
    return Findings(by_file, tuple(f for f in found.fixes if f.fix))


def _unread_properties(at: Snapshot) -> list[Diagnostic]:
    return [p for name in only(at.texts, "property") for block in at.parsed(name) for p in block.problems]


def _properties(at: Snapshot) -> Iterator[Diagnostic]:
    """What is wrong with properties; the program has been checked."""
    if at.verifiable.properties or at.verifiable.waivers or at.verifiable.helpers != Program():
        yield from wrong_properties(at.verifiable)


def _translations(at: Snapshot) -> Iterator[Diagnostic]:
    for names in at.languages.values():
        words, problems = at.program_of(*names)
        yield from problems or wrong_words(at.program, words)


def _lints(at: Snapshot, fired: frozenset[str] | None, problems: list[Diagnostic]) -> Iterator[Finding]:
    try:
        reviewed = reviewed_of(at.reviewed) if at.reviewed is not None else None
        yield from lint(Linted(at.program, only(at.texts, "document"), reviewed, fired))
    except Invalid as invalid:
        problems += (d if d.span.line else replace(d, span=Span(VOCABULARY, 1, 1, 2)) for d in invalid.diagnostics)


def _cases(at: Snapshot, waiting: bool) -> Iterator[Diagnostic]:
    names = CaseNames(at.program)
    for name in case_files(at):
        cases = cases_of(at, name, waiting)
        yield from (
            cases.diagnostics
            if isinstance(cases, Invalid)
            else (d for case in cases for d in case.problems or names.faults(case))
        )


def case_files(at: Snapshot) -> tuple[str, ...]:
    """The names of the files that hold cases."""
    return tuple(n for n in only(at.texts, "case") if n not in at.records and Path(n).name != "gaps.yaml")


def is_stale(at: Snapshot, name: str) -> bool:
    """Whether the fields and values that a file of cases was read by are others now."""
    return at.kept.of(*_noted(at, name))[0] != at.declarations


def cases_of(at: Snapshot, name: str, waiting: bool = False) -> tuple[TestCase, ...] | Invalid:
    """The cases of a file, or why it cannot be read; `waiting`: as they were read by the declarations before."""
    key, read = _noted(at, name)
    by, found = at.kept.of(key, read)
    if by != at.declarations and not waiting:
        by, found = read()
        at.kept.put(key, (by, found))
    return found


_Noted = tuple[object, tuple[TestCase, ...] | Invalid]


def _noted(at: Snapshot, name: str) -> tuple[Hashable, Callable[[], _Noted]]:
    """The key of what is read of a file of cases, and how it is read: with the declarations that it is read by."""
    text = at.texts[name]

    def read() -> _Noted:
        try:
            return at.declarations, tuple(at.doors.cases(at.path(name), at.program, at.content))
        except Invalid as invalid:
            placed = (d if d.span.line else replace(d, span=Span(name, 1, 1, 2)) for d in invalid.diagnostics)
            return at.declarations, Invalid(placed)

    taken = tuple(at.texts[record] for record in at.records) if "patient:" in text else ()
    return ("cases", name, text, taken), read


def _plain(at: Snapshot, name: str, sound: bool) -> Iterator[Diagnostic]:
    """What is wrong with a Datalog file: alone when it declares all that it uses, else as a part of the program."""
    own, problems = plain(name, at.texts[name])
    yield from problems
    if problems:
        return
    declared = {p.name for p in own.predicates}
    alone = all(atom.predicate in declared for _, atom in atoms(own)) and bool(own.clauses)
    if alone:
        yield from check(own)
    elif sound:
        yield from _added(at, own, name)
    if sound:
        yield from _goals(at, own, name, alone)


def _added(at: Snapshot, own: Program, name: str) -> Iterator[Diagnostic]:
    one = at.program
    inputs = set(at.fields)
    if own.clauses and all(not c.body and c.head.predicate in inputs for c in own.clauses):
        facts = replace(one, clauses=own.clauses)  # facts of patients: every one of them is about its own
        yield from (d for look in (undeclared, arities, values) for d in look(facts))
        return
    whole = replace(
        one,
        types=one.types + own.types,
        predicates=one.predicates + own.predicates,
        clauses=one.clauses + own.clauses,
    )
    if own.clauses or own.predicates or own.types:
        yield from (d for d in check(whole) if d.span.file == name)


def _goals(at: Snapshot, own: Program, name: str, alone: bool) -> Iterator[Diagnostic]:
    one = own if alone else at.program
    program = replace(one, types=one.types + own.types, predicates=one.predicates + own.predicates)
    for block in at.parsed(name):
        for goal in block.goals:
            try:
                checked(program, goal, {})
            except Invalid as invalid:
                yield from invalid.diagnostics
