"""The model of a program and a database: every true ground atom, and every rule instance that makes one true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ...kb.ir import Ground, Value


class Instance(NamedTuple):
    """A rule instance: the id of a normal rule, and the values of its `variables`, in their order."""

    rule: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """`atoms`: the perfect model: facts given, facts of tables, and all that follows. `instances`: all rule instances
    whose body is true in it.

    The contract of an evaluator: `derive(program: NormalProgram, facts: Iterable[Ground]) -> Model`; all evaluators
    return equal models (tests/queries/test_evaluators_agree.py).
    """

    atoms: frozenset[Ground]
    instances: frozenset[Instance]
