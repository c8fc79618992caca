"""The solver as an evaluator: the atoms that follow from facts, to be compared with the other evaluators."""

from __future__ import annotations

from collections.abc import Iterable

from ...kb.ir import Ground, Program
from ...kb.normal import NormalProgram
from .clingo_solver import Solver
from .emit import Emitter, kinds
from .numbering import Numbering
from .world import constants


def atoms(program: NormalProgram, facts: Iterable[Ground]) -> frozenset[Ground]:
    """All atoms of the model, generated ones and facts included."""
    given = sorted({*program.facts, *facts}, key=repr)
    numbering = Numbering(constants(program) | {v for fact in given for v in fact.values})
    emitter = Emitter(Program(), numbering)
    lines = [*kinds(numbering), *map(emitter.fact, given)]
    for rule in program.rules:
        lines += emitter.rule(rule)
    names = {(f.predicate, len(f.values)) for f in given} | {(r.head.signed, len(r.head.args)) for r in program.rules}
    shown = [(emitter.name(signed), arity) for signed, arity in sorted(names)]
    answer = Solver("\n".join(lines), shown).find()
    if answer is None:
        raise AssertionError("a stratified program has a model")
    return frozenset(numbering.read(fact, "") for fact in answer)
