"""The rules over all patients at once: for each atom, the set of the patients of whom it is true, as a diagram.

A second way to the same verdicts as the solver's, with code that the two share nothing of but the space.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...kb.ir import Atom, Comparison, Const, Ground, Value
from ...kb.normal import NormalProgram, NormalRule, dependencies
from ..evaluation.conditions import Test, compare, conditions, ordered
from ..evaluation.match import Index, absence, fill, substitute, unify
from .diagram import ALL, NOBODY, Diagrams
from .space import Space


def diagrams(found: Space) -> tuple[Diagrams, dict[Ground, int]]:
    """The diagrams of a space, with the sets of its input facts. Raises TooLargeError."""
    made = Diagrams([len(cell.options) + 1 for cell in found.cells])
    sets: dict[Ground, int] = {}
    for c, cell in enumerate(found.cells):
        for o, fact in enumerate(cell.options):
            sets[fact] = made.either(sets.get(fact, NOBODY), made.option(c, o))
    return made, sets


class DiagramModel:
    """The atoms of a program, evaluated as they are asked for, each predicate once. Raises TooLargeError."""

    def __init__(self, program: NormalProgram, made: Diagrams, inputs: Mapping[Ground, int]) -> None:
        self.made = made
        self._program = program
        self._sets: dict[Ground, int] = {**inputs, **dict.fromkeys(program.facts, ALL)}
        self._named: dict[str, list[Ground]] = {}
        for atom in self._sets:
            self._named.setdefault(atom.predicate, []).append(atom)
        self._indexes: dict[str, Index] = {}
        self._heads: dict[str, list[NormalRule]] = {}
        for rule in program.rules:
            self._heads.setdefault(rule.head.signed, []).append(rule)
        self._needs: dict[str, set[str]] = {}
        for edge in dependencies(program.rules):
            self._needs.setdefault(edge.head, set()).add(edge.body)
        self._done: set[str] = set()

    def true_of(self, atom: Ground) -> int:
        """The set of the patients of whom the atom is true."""
        cone = self._cone(atom.predicate)
        for stratum in self._program.strata:
            if not cone.isdisjoint(stratum):
                rules = [rule for name in stratum for rule in self._heads.get(name, ())]
                while self._grown(rules) and stratum in self._program.recursive:
                    pass
                self._done.update(stratum)
        return self._sets.get(atom, NOBODY)

    def evaluated(self, names: Iterable[str]) -> frozenset[Ground]:
        """Every atom of these signed predicates that is true of somebody."""
        wanted = frozenset(names)
        for name in wanted:
            self.true_of(Ground(name, ()))
        return frozenset(a for a, node in self._sets.items() if a.predicate in wanted and node != NOBODY)

    def _cone(self, name: str) -> set[str]:
        """What has to be evaluated first, the name itself included."""
        cone: set[str] = set()
        todo = [name]
        while todo:
            one = todo.pop()
            if one not in cone and one not in self._done:
                cone.add(one)
                todo += self._needs.get(one, ())
        return cone

    def _grown(self, rules: Sequence[NormalRule]) -> bool:
        """Add what the rules conclude; whether that is more than was known."""
        found: dict[Ground, int] = {}
        for rule in rules:
            self._fire(rule, ordered(*conditions(rule)), 0, {}, ALL, found)
        more = False
        for atom, node in found.items():
            before = self._sets.get(atom, NOBODY)
            after = self._sets[atom] = self.made.either(before, node)
            more |= after != before
            if before == NOBODY:
                self._named.setdefault(atom.predicate, []).append(atom)
                self._indexes.pop(atom.predicate, None)
        return more

    def _fire(
        self,
        rule: NormalRule,
        plan: Sequence[Atom | Test],
        at: int,
        binding: dict[str, Value],
        node: int,
        found: dict[Ground, int],
    ) -> None:
        if node == NOBODY:
            return
        if at == len(plan):
            head = fill(rule.head, binding)
            atom = Ground(head.signed, tuple(t.value for t in head.args if isinstance(t, Const)))
            found[atom] = self.made.either(found.get(atom, NOBODY), node)
            return
        step = plan[at]
        if isinstance(step, Atom):
            pattern = fill(step, binding)
            for atom in self._matching(pattern):
                more = binding | (unify(pattern, atom) or {})
                self._fire(rule, plan, at + 1, more, self.made.both(node, self._sets[atom]), found)
            return
        test = substitute(step, binding)
        if isinstance(test, Comparison):
            left, right = test.left, test.right
            if isinstance(left, Const) and isinstance(right, Const) and compare(left.value, test.op, right.value):
                self._fire(rule, plan, at + 1, binding, node, found)
            return
        there = NOBODY
        for atom in self._matching(absence(test).atom):
            there = self.made.either(there, self._sets[atom])
        self._fire(rule, plan, at + 1, binding, self.made.both(node, self.made.others(there)), found)

    def _matching(self, pattern: Atom) -> Sequence[Ground]:
        index = self._indexes.get(pattern.signed)
        if index is None:
            index = self._indexes[pattern.signed] = Index(self._named.get(pattern.signed, ()))
        return index.matching(pattern)
