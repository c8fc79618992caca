"""The coverage of a program by its tests: by statement, by rule, by condition; with the gaps that are meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal as OneOf

from ...kb.case import Gap
from ...kb.diagnostics import Diagnostic, suggest
from ...kb.ir import Clause, Statement
from ...kb.printer import print_condition
from .coverage_seen import EXCEPTION, Condition, Seen

Measure = OneOf["statements", "rules", "conditions"]
MEASURES: tuple[Measure, ...] = ("statements", "rules", "conditions")
NO_EXCEPTION = "no exception applies"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way that a condition can turn out. `holds`: it holds and its rule fires; else it alone fails.

    `because`: why no test shows this, "" when there is no such reason.
    """

    condition: Condition
    holds: bool
    seen: bool
    because: str = ""

    @property
    def covered(self) -> bool:
        """Whether it was seen, or need not be."""
        return self.seen or bool(self.because)


@dataclass(frozen=True, slots=True)
class RuleCovered:
    """A rule, for how many patients it concludes something, and what its conditions were seen to do."""

    rule: Clause
    concluded: int
    outcomes: tuple[Outcome, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is left to be shown of it."""
        return self.concluded > 0 and all(o.covered for o in self.outcomes)


@dataclass(frozen=True, slots=True)
class StatementCovered:
    """A statement or reading with rules, and those of them that conclude something for a patient."""

    statement: Statement
    rules: tuple[RuleCovered, ...]

    @property
    def concluded(self) -> bool:
        """Whether any of its rules does."""
        return any(r.concluded for r in self.rules)


@dataclass(frozen=True, slots=True)
class Coverage:
    """All of it. INVARIANT (denominator): every rule that was loaded is in `rules`, whether or not a test knows it."""

    patients: int
    rules: tuple[RuleCovered, ...]
    statements: tuple[StatementCovered, ...]

    def counts(self, measure: Measure) -> tuple[int, int]:
        """How many are covered, and of how many."""
        if measure == "statements":
            covered = [s.concluded for s in self.statements]
        elif measure == "rules":
            covered = [r.concluded > 0 for r in self.rules]
        else:
            covered = [o.covered for r in self.rules for o in r.outcomes]
        return sum(covered), len(covered)

    @property
    def meant(self) -> int:
        """How many outcomes are not seen and need not be."""
        return sum(o.covered and not o.seen for r in self.rules for o in r.outcomes)

    def percent(self, measure: Measure) -> float:
        """The share that is covered; of nothing, all of it."""
        covered, of = self.counts(measure)
        return 100 * covered / of if of else 100.0


def coverage(seen: Seen, gaps: Sequence[Gap] = ()) -> Coverage:
    """The coverage that was seen, with the gaps that are meant."""
    meant = {(g.rule, g.condition, g.never == "holds"): g.because for g in gaps}
    rules = tuple(
        RuleCovered(s.rule, s.concluded, tuple(o for c in s.conditions for o in _outcomes(c, meant)))
        for s in seen.rules.values()
    )
    by_statement: dict[str, list[RuleCovered]] = {}
    for one in rules:
        by_statement.setdefault(one.rule.statement, []).append(one)
    statements = (StatementCovered(s, tuple(by_statement.get(s.id, ()))) for s in seen.program.statements)
    return Coverage(seen.patients, rules, tuple(s for s in statements if s.rules))


def _outcomes(one: Condition, meant: dict[tuple[str, str, bool], str]) -> Iterator[Outcome]:
    text = condition_text(one)
    for holds, seen in ((True, one.held), (False, one.failed)):
        constant = "it only looks up a table" if one.constant and not holds else ""
        yield Outcome(one, holds, seen, meant.get((one.rule.id, text, holds), constant))


def condition_text(one: Condition) -> str:
    """The condition as the language has it."""
    return NO_EXCEPTION if one.position == EXCEPTION else print_condition(one.rule.body[one.position])


def idle_gaps(gaps: Iterable[Gap], seen: Seen) -> Iterator[Diagnostic]:
    """Q644: a gap that names no condition, or one that a test shows after all."""
    for gap in gaps:
        rule = seen.rules.get(gap.rule)
        if rule is None:
            message = f"there is no rule `{gap.rule}` to have a gap"
            yield Diagnostic("Q644", message, gap.span, help=suggest(gap.rule, seen.rules))
            continue
        texts = {condition_text(c): c for c in rule.conditions}
        one = texts.get(gap.condition)
        if one is None:
            help_ = suggest(gap.condition, texts) or f"its conditions are {', '.join(f'`{t}`' for t in texts)}"
            message = f"the rule `{gap.rule}` has no condition `{gap.condition}`"
            yield Diagnostic("Q644", message, gap.span, help=help_)
        elif one.held if gap.never == "holds" else one.failed:
            what = "holds" if gap.never == "holds" else "fails alone"
            message = f"`{gap.condition}` of the rule `{gap.rule}` is no gap: a test shows that it {what}"
            yield Diagnostic("Q644", message, gap.span, help="delete the gap")
