"""The reference evaluator: the model, stratum by stratum, written to be read; engines are compared with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...kb.ir import Atom, Comparison, Const, Ground, Term, Value
from ...kb.normal import NormalProgram, NormalRule
from .conditions import Test, compare, conditions
from .model import Instance, Model

Binding = dict[str, Value]


class Relations:
    """Ground atoms, found by predicate and by the value in any one column."""

    def __init__(self, atoms: Iterable[Ground]) -> None:
        self.atoms: set[Ground] = set()
        self._rows: dict[tuple[object, ...], list[tuple[Value, ...]]] = {}
        for atom in atoms:
            self.add(atom)

    def add(self, atom: Ground) -> bool:
        """Add the atom; whether it is new."""
        if atom in self.atoms:
            return False
        self.atoms.add(atom)
        name, values = atom
        for key in ((name, len(values)), *((name, len(values), *cell) for cell in enumerate(values))):
            self._rows.setdefault(key, []).append(values)
        return True

    def matches(self, atom: Atom, binding: Binding) -> Iterator[Binding]:
        """Every extension of the binding under which the atom is among these."""
        key = (atom.signed, len(atom.args))
        cells = ((i, _lookup(term, binding)) for i, term in enumerate(atom.args))
        keys = [(*key, i, value) for i, value in cells if value is not None]
        for values in min((self._rows.get(k, []) for k in keys or [key]), key=len):
            extended = dict(binding)
            if all(_unify(term, value, extended) for term, value in zip(atom.args, values, strict=True)):
                yield extended


def derive(program: NormalProgram, facts: Iterable[Ground]) -> Model:
    """The model of the program and the facts (semi-naive evaluation)."""
    known = Relations((*program.facts, *facts))
    instances: set[Instance] = set()
    concluding: dict[str, list[tuple[NormalRule, tuple[Atom, ...], tuple[Test, ...]]]] = {}
    for rule in program.rules:
        concluding.setdefault(rule.head.signed, []).append((rule, *conditions(rule)))
    for stratum in program.strata:
        rules = [rule for head in stratum for rule in concluding.get(head, ())]
        fresh: Relations | None = None  # what the round before found
        while rules and (fresh is None or fresh.atoms):
            found: list[Ground] = []
            for rule, positive, tests in rules:
                for sources in _sources(positive, known, fresh):
                    for binding in _solutions(positive, tests, sources, known):
                        instances.add(Instance(rule.id, tuple(binding[v] for v in rule.variables)))
                        found.append(Ground(rule.head.signed, _values(rule.head.args, binding)))
            fresh = Relations(atom for atom in found if known.add(atom))
    return Model(frozenset(known.atoms), frozenset(instances))


def _sources(positive: Sequence[Atom], known: Relations, fresh: Relations | None) -> Iterator[list[Relations]]:
    """Where each condition looks: in the first round all in what is known; later, each in turn in what is fresh."""
    if fresh is None:
        yield [known] * len(positive)
        return
    for i, atom in enumerate(positive):
        if next(fresh.matches(atom, {}), None) is not None:
            yield [fresh if i == j else known for j in range(len(positive))]


def _solutions(
    positive: Sequence[Atom], tests: Sequence[Test], sources: Sequence[Relations], known: Relations
) -> Iterator[Binding]:
    """Every binding under which the positive conditions are in their sources and the tests hold."""
    bindings: list[Binding] = [{}]
    for atom, source in zip(positive, sources, strict=True):
        bindings = [extended for binding in bindings for extended in source.matches(atom, binding)]
    return (binding for binding in bindings if all(_holds(test, binding, known) for test in tests))


def _holds(test: Test, binding: Binding, known: Relations) -> bool:
    if isinstance(test, Comparison):
        left, right = _values((test.left, test.right), binding)
        return compare(left, test.op, right)
    return next(known.matches(test.atom, binding), None) is None


def _values(terms: Sequence[Term], binding: Binding) -> tuple[Value, ...]:
    """The values of terms that are all bound (`conditions` refuses a rule where they are not)."""
    return tuple(t.value if isinstance(t, Const) else binding[t.name] for t in terms)


def _lookup(term: Term, binding: Binding) -> Value | None:
    """The term's value, None for a variable that is not bound."""
    return term.value if isinstance(term, Const) else binding.get(term.name)


def _unify(term: Term, value: Value, binding: Binding) -> bool:
    if isinstance(term, Const):
        return term.value == value
    return binding.setdefault(term.name, value) == value
