"""Which cases exercise a rule: those in which it concludes something, found one case at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...kb.case import TestCase
from ...kb.diagnostics import Invalid
from ...kb.ir import Clause, Program
from ..answers.assess import Knowledge
from ..workshop.coverage_seen import fired
from .findings import case_files, cases_of
from .snapshot import Snapshot


@dataclass
class Tested:
    """What the cases of a knowledge base show. `program`: what they were run against, None before the first run.

    A case is run again when its file or the program has changed.
    """

    program: Program | None = None
    cases: dict[str, tuple[TestCase, ...]] = field(default_factory=lambda: {})
    rules: dict[str, list[TestCase]] = field(default_factory=lambda: {})

    def runs(self, at: Snapshot) -> Iterator[None]:
        """Runs the cases, one for each step, so that whoever drives it can do something else in between.

        With a program that has faults nothing is run, and what was known stays.
        """
        if at.assembled[1] or at.checked:
            return
        cases: dict[str, tuple[TestCase, ...]] = {}
        for name in case_files(at):
            found = cases_of(at, name)
            if not isinstance(found, Invalid):
                cases[name] = found
            yield
        if at.program == self.program and cases == self.cases:
            return
        normal = Knowledge(at.program).normal
        rules: dict[str, list[TestCase]] = {}
        for case in (case for name in sorted(cases) for case in cases[name]):
            if case.edb is None:
                continue
            for rule in fired(normal, [case.edb]):
                rules.setdefault(rule, []).append(case)
            yield
        self.program, self.cases, self.rules = at.program, cases, rules

    def by(self, clause: Clause) -> tuple[TestCase, ...] | None:
        """The cases that exercise a rule; None when it is not the rule that was run."""
        if self.program is None:
            return None
        then = self._clauses.get(clause.id)
        return tuple(self.rules.get(clause.id, ())) if then == clause else None

    @property
    def _clauses(self) -> dict[str, Clause]:
        return {c.id: c for c in self.program.clauses if c.body} if self.program else {}

    def fired(self, at: Snapshot) -> frozenset[str] | None:
        """The rules that some case shows, or that are not as they were when the cases were run; None before that."""
        if self.program is None or not self.rules:
            return None
        then = self._clauses
        changed = {c.id for c in at.program.clauses if c.body and then.get(c.id) != c}
        return frozenset(self.rules) | changed
