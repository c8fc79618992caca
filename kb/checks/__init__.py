"""The checks between a text and a program: a tuple of functions, all of which run, yielding what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..diagnostics import Diagnostic
from ..ir import Program
from .metadata import known_annotations, overrides, rule_ids, statements
from .names import arities, declarations, heads, undeclared
from .negation import closed_world, negation, stratification
from .safety import once_only, unsafe
from .templates import templates
from .types import comparisons, variable_types
from .types import values as value_sets

CHECKS: tuple[Callable[[Program], Iterator[Diagnostic]], ...] = (
    declarations,
    undeclared,
    arities,
    heads,
    value_sets,
    variable_types,
    comparisons,
    unsafe,
    once_only,
    negation,
    closed_world,
    stratification,
    rule_ids,
    known_annotations,
    overrides,
    statements,
    templates,
)


def check(program: Program) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the program, in the order of the text."""
    found = {d: None for one in CHECKS for d in one(program)}
    return tuple(sorted(found, key=lambda d: (d.span.file, d.span.line, d.span.column, d.code, d.message)))
