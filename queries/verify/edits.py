"""The rules and table rows in which two versions differ, and which of them changes an answer for a patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from ...kb.ir import Clause, Ground, Program
from ...kb.normal import NormalProgram, dependencies, normalise
from ...kb.strata import negative_cycle
from ..evaluation import reference

MOST_TRIED = 40
"""Edits that are taken back one by one; with more, all are named."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One rule or table row: of the old version, of the new one, or changed from the one to the other."""

    old: Clause | None
    new: Clause | None

    @property
    def what(self) -> OneOf["added", "removed", "changed"]:
        """What was done to it."""
        return "changed" if self.old and self.new else "added" if self.new else "removed"

    @property
    def clause(self) -> Clause:
        """The clause as it is now; as it was when it is no more."""
        clause = self.new or self.old
        if clause is None:
            raise AssertionError("an edit is of something")
        return clause

    @property
    def heads(self) -> frozenset[str]:
        """The signed names of what it concludes or concluded."""
        return frozenset(c.head.signed for c in (self.old, self.new) if c)


def edits(old: Program, new: Program) -> tuple[Edit, ...]:
    """What differs, what is gone or changed first. Order, places and comments of rules do not count, nor does the name
    of a rule that takes part in no exception."""
    named = {str(v) for c in (*old.clauses, *new.clauses) for v in c.values("overrides")}

    def said(clause: Clause) -> Hashable:
        return clause.head, clause.body, clause.values("overrides"), clause.id if clause.id in named else ""

    def beyond(clauses: Sequence[Clause], others: Sequence[Clause]) -> list[Clause]:
        left = Counter(map(said, others))
        found: list[Clause] = []
        for clause in clauses:
            left[said(clause)] -= 1
            if left[said(clause)] < 0:
                found.append(clause)
        return found

    gone, come = beyond(old.clauses, new.clauses), beyond(new.clauses, old.clauses)
    by_id = {c.id: c for c in come if c.id and c.body}
    found = [Edit(c, by_id.pop(c.id, None) if c.body else None) for c in gone]
    paired = {id(e.new) for e in found}
    return (*found, *(Edit(None, c) for c in come if id(c) not in paired))


def decisive(
    new: Program, all_edits: Sequence[Edit], facts: Sequence[Ground], answer: Ground, gained: bool
) -> tuple[Edit, ...]:
    """The edits of which each alone, taken back, takes back the change of this answer for this patient; all that the
    answer rests on when there is none such, or too many to try."""
    if len(all_edits) > MOST_TRIED:
        return tuple(all_edits)
    found: list[Edit] = []
    for edit in all_edits:
        clauses = [c for c in new.clauses if c is not edit.new]
        program = normalise(replace(new, clauses=(*clauses, edit.old) if edit.old else tuple(clauses)))
        if _sound(program) and (answer in reference.derive(program, facts).atoms) != gained:
            found.append(edit)
    return tuple(found) or tuple(all_edits)


def _sound(program: NormalProgram) -> bool:
    edges = dependencies(program.rules)
    return not any(negative_cycle(edges, s) for s in program.recursive)
