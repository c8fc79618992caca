"""What a save changes: the checks at once, then the test cases that it touches, then the others; nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...kb.case import TestCase
from ...kb.ir import Clause, Program, atoms_of
from ..answers.assess import Knowledge
from ..evaluation.match import Index, solutions
from .case_run import Outcome, Runner

Key = tuple[object, ...]
"""A case without the lines that it stands in: a case that has only moved is the same case."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Cases that are to be run after a save: those that it touches, and the others that may still be otherwise."""

    touched: tuple[TestCase, ...]
    others: tuple[TestCase, ...]


class Watch:
    """Remembers the last program that passed its checks, and what came of each case under it."""

    def __init__(
        self,
        load: Callable[[], Program],
        stamps: Callable[[], Mapping[Path, object]],
        read: Callable[[Path, Program], Iterable[TestCase]],
    ) -> None:
        """`stamps`: the files of cases, each with what is another when its content is; `read`: the cases of one."""
        self._load, self._stamps, self._read = load, stamps, read
        self._files: dict[Path, tuple[object, tuple[TestCase, ...]]] = {}
        self._program: Program | None = None
        self._runner: Runner | None = None
        self._known: dict[Key, Outcome] = {}
        self._stale: set[Key] = set()

    @property
    def program(self) -> Program:
        """The last program that passed its checks."""
        if self._program is None:
            raise ValueError("nothing has been looked at yet")
        return self._program

    def save(self) -> Batch:
        """Read everything again. Raises Invalid with what is wrong; then the last program stays."""
        program = self._load()
        before = self._program
        same = before is not None and (before.types, before.predicates) == (program.types, program.predicates)
        cases = {_key(case): case for case in self._cases(program, same)}
        self._program = program
        changed = _changed(before, program) if before and same else None
        if changed is None or changed:
            self._runner = None
            self._stale = set(self._known)
        self._known = {key: outcome for key, outcome in self._known.items() if key in cases}
        self._stale &= set(cases)
        due = {key: case for key, case in cases.items() if key in self._stale or key not in self._known}
        touched = [k for k, c in due.items() if k not in self._known or (changed and self._touches(k, c, changed))]
        return Batch(tuple(due[k] for k in touched), tuple(c for k, c in due.items() if k not in set(touched)))

    def run(self, cases: Iterable[TestCase]) -> Iterator[Outcome]:
        """Each case's outcome as it comes."""
        for case in cases:
            if self._runner is None:
                self._runner = Runner(Knowledge(self.program))
            outcome = self._runner.run(case)
            self._known[_key(case)] = outcome
            self._stale.discard(_key(case))
            yield outcome

    def outcomes(self) -> tuple[Outcome, ...]:
        """What is known of all cases."""
        return tuple(self._known.values())

    def _cases(self, program: Program, same: bool) -> Iterator[TestCase]:
        """All cases; a file that has not changed is not read again, unless the declarations that it is read by have."""
        for path, stamp in self._stamps().items():
            known = self._files.get(path)
            if known is None or not same or known[0] != stamp:
                known = self._files[path] = (stamp, tuple(self._read(path, program)))
            yield from known[1]

    def _touches(self, key: Key, case: TestCase, changed: list[Clause]) -> bool:
        """Whether the case is about the statement of a changed rule, or the rule fires in it, before or after.

        A rule that only could fire, in a completion of the record, does not count: such cases come with the others.
        """
        about = {one.name for one in case.about}
        if any(c.statement in about for c in changed):
            return True
        assessed = self._known[key].assessed
        if assessed is None:
            return True
        ids = {c.id for c in changed}
        if any(i.rule in ids for i in assessed.model.instances):
            return True
        asked = {a.signed for c in changed for a in atoms_of(c)}
        index = Index(a for a in assessed.model.atoms if a.predicate.lstrip("-") in asked or a.predicate in asked)
        return any(c.body and next(solutions(c.body, index), None) is not None for c in changed)


def _changed(before: Program, after: Program) -> list[Clause]:
    """The rules and facts that only one of the two programs has, and the rules that read changed facts."""
    old, new = set(before.clauses), set(after.clauses)
    found = [*(c for c in before.clauses if c not in new), *(c for c in after.clauses if c not in old)]
    tables = {c.head.predicate for c in found if not c.body}
    rules = [c for c in found if c.body]
    reading = (c for c in after.clauses if c.body and tables & {a.predicate for a in atoms_of(c)})
    return [*rules, *reading] if tables else rules


def _key(case: TestCase) -> Key:
    edb, wish = case.edb, case.expectation
    facts = frozenset((f.predicate, f.values[1:]) for f in edb.facts) if edb else ()  # who is named after the line
    record = (facts, edb.listed, edb.not_applicable, frozenset(edb.conflicts), edb.as_of) if edb else ()
    wanted = tuple(
        (part, one.item, repr(sorted(one.details.items()))) for part in wish.wanted for one in wish.wanted[part]
    )
    unwanted = tuple((part, one.name) for part in wish.unwanted for one in wish.unwanted[part])
    asked = (wanted, unwanted, wish.exactly, wish.transcript)
    return (case.section, case.name, case.span.file, record, asked, tuple(p.message for p in case.problems))
