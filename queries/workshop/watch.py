"""What a save changes: the checks at once, then the test cases that it touches, then the others; nothing twice.

Which cases can be otherwise at all is found by evaluating all of them together (affected.py); the rest is not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ...kb.case import TestCase
from ...kb.ir import EDB, Program
from ..answers.assess import Knowledge
from .affected import affected
from .case_names import CaseNames
from .case_run import Outcome, Runner

Key = tuple[object, ...]
"""A case without the lines that it stands in: a case that has only moved is the same case."""

RETOLD = ("because", "urgency", "blocks")
"""What a case may ask of an answer that rests on more of a rule than when it fires."""


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
        self._knowledge: Knowledge | None = None
        self._runner: Runner | None = None
        self._known: dict[Key, Outcome] = {}
        self._stale: dict[Key, bool] = {}
        """The cases that are to be run again; False: only to be told anew, as the rules still say the same of them."""

    @property
    def program(self) -> Program:
        """The last program that passed its checks."""
        if self._knowledge is None:
            raise ValueError("nothing has been looked at yet")
        return self._knowledge.program

    def save(self) -> Batch:
        """Read everything again. Raises Invalid with what is wrong; then the last program stays."""
        program = self._load()
        before, after = self._knowledge, Knowledge(program)
        same = before is not None and _declared(before.program) == _declared(program)
        cases = {_key(case): case for case in self._cases(program, same)}
        self._knowledge = after
        self._known = {key: outcome for key, outcome in self._known.items() if key in cases}
        self._stale = {key: anew for key, anew in self._stale.items() if key in cases}
        touched: dict[Key, None] = {}
        if before is not None and before.program.sha256 != program.sha256:
            self._runner = None
            if same:
                self._worded(cases, CaseNames(program))
                touched = self._changed(before, after, cases)
            else:
                self._stale = dict.fromkeys(self._known, True)
        new = [key for key in cases if key not in self._known]
        first = [key for key in touched if key in self._stale]
        rest = [key for key in cases if key in self._stale and key not in touched]
        return Batch(tuple(cases[k] for k in (*new, *first)), tuple(cases[k] for k in rest))

    def run(self, cases: Iterable[TestCase]) -> Iterator[Outcome]:
        """Each case's outcome as it comes."""
        for case in cases:
            if self._runner is None:
                self._runner = Runner(self._knowledge or Knowledge(self.program))
            key = _key(case)
            known = self._known.get(key)
            outcome = self._runner.run(case, known.assessed if known and not self._stale.get(key, True) else None)
            self._known[key] = outcome
            self._stale.pop(key, None)
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

    def _worded(self, cases: Mapping[Key, TestCase], names: CaseNames) -> None:
        """Note the cases whose outcome has words in it: a failure, a transcript, a name that is not known now."""
        for key, outcome in self._known.items():
            if outcome.status != "passed" or cases[key].expectation.transcript or names.faults(cases[key]):
                self._stale.setdefault(key, outcome.assessed is None)

    def _changed(self, before: Knowledge, after: Knowledge, cases: Mapping[Key, TestCase]) -> dict[Key, None]:
        """Note the cases whose answer may be another. The cases that the change touches, the surest first: whose
        conclusions it changes, that are about a changed rule, in which one fires.

        A record that contradicts itself is looked at twice: as it is, and without what contradicts itself.
        """
        keys: list[Key] = []
        records: list[EDB] = []
        cut = 0
        for key, outcome in self._known.items():
            assessed = outcome.assessed
            for edb in (outcome.recorded, assessed and assessed.edb):
                if edb is not None and not (keys[-1:] == [key] and records[-1] == edb):
                    cut |= (1 << len(keys)) if assessed and assessed.changes.cut else 0
                    keys.append(key)
                    records.append(edb)
        change = affected(before, after, records)
        for n, key in enumerate(keys):
            asked = cases[key].expectation
            asks = "holds" in asked.wanted or "holds" in asked.unwanted
            if change.perhaps >> n & 1 or (change.differs and (asks or cut >> n & 1)):
                self._stale[key] = True
            elif change.told >> n & 1 and any(
                d in RETOLD for some in asked.wanted.values() for e in some for d in e.details
            ):
                self._stale.setdefault(key, False)
        said = [key for n, key in enumerate(keys) if change.said >> n & 1]
        about = [key for key in cases if any(one.name in change.statements for one in cases[key].about)]
        return dict.fromkeys([*said, *about, *(key for n, key in enumerate(keys) if change.fires >> n & 1)])


def _declared(program: Program) -> tuple[object, ...]:
    """What the declarations say, without the sentences and labels that they say it in."""
    predicates = tuple(replace(p, yes="", no="", unknown="", ask="") for p in program.predicates)
    types = tuple(replace(t, labels=tuple(replace(label, text="") for label in t.labels)) for t in program.types)
    return predicates, types


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
