"""The checks between a text and a program: a tuple of functions, all of which run, yielding what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from ..diagnostics import Diagnostic, order
from ..ir import Program
from .declarations import declared_twice, shapes, tables
from .declarations import types as types_declared
from .locality import nonlocal_rules
from .metadata import known_annotations, overrides, rule_ids
from .names import arities, heads, undeclared
from .negation import closed_world, negation
from .safety import once_only, unsafe
from .statements import repeated, statements
from .stratification import stratification
from .templates import templates
from .types import comparisons, variable_types
from .types import values as value_sets

CHECKS: tuple[Callable[[Program], Iterator[Diagnostic]], ...] = (
    declared_twice,
    types_declared,
    shapes,
    tables,
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
    nonlocal_rules,
    rule_ids,
    known_annotations,
    overrides,
    statements,
    repeated,
    templates,
)
MOST = 1000  # findings of one check: whoever has more will not read them


def check(program: Program) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the program, in the order of the text."""
    found = {d: None for one in CHECKS for d in islice(one(program), MOST)}
    return tuple(sorted(found, key=order))
