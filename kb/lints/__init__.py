"""What is allowed and yet worth mending: a tuple of functions with their codes; errors.md has a page for each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import islice

from ..diagnostics import Invalid, order, with_lines
from .allow import allowances, filtered
from .citations import uncited
from .context import Finding, Linted
from .duplicates import duplicates
from .ids import vague_ids
from .implied import exclusive, implied
from .reviewed import unreviewed
from .sentences import sentences
from .unknown import both_ways, never_unknown
from .used import never_fired, unused_values

Lint = Callable[[Linted], Iterator[Finding]]

LINTS: tuple[tuple[Lint, tuple[str, ...]], ...] = (
    (vague_ids, ("W601",)),
    (duplicates, ("W602", "W603")),
    (implied, ("W604",)),
    (exclusive, ("W605",)),
    (unused_values, ("W606",)),
    (never_fired, ("W607",)),
    (sentences, ("W611", "W612", "W613")),
    (never_unknown, ("W621",)),
    (both_ways, ("W622",)),
    (uncited, ("W701", "W702", "W705")),
    (unreviewed, ("W703", "W704")),
)
CODES = (*(code for _, codes in LINTS for code in codes), "W691")
MOST = 1000  # findings of one lint


def lint(at: Linted, codes: Collection[str] = CODES) -> tuple[Finding, ...]:
    """The findings of these codes that are not allowed, in the order of the text. Raises Invalid (E123)."""
    try:
        allowed = allowances(at, CODES)
    except Invalid as invalid:
        raise Invalid(with_lines(invalid.diagnostics, at.texts)) from None
    unknown = {
        code for code, list_ in (("W607", at.fired), ("W703", at.reviewed), ("W704", at.reviewed)) if list_ is None
    }
    ran = set(codes) - unknown
    found = [f for one, own in LINTS if ran & set(own) for f in islice(one(at), MOST) if f.diagnostic.code in ran]
    left = filtered(found, allowed, ran)
    lined = with_lines((f.diagnostic for f in left), at.texts)
    fixes = {(f.diagnostic.code, f.diagnostic.message, f.diagnostic.span): f.fix for f in left}
    return tuple(Finding(d, fixes[d.code, d.message, d.span]) for d in sorted(lined, key=order))
