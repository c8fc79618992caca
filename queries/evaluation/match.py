"""Conditions against a finished model: the bindings under which they hold, always in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...kb.ir import Atom, BodyItem, Comparison, Const, Ground, Literal, Term, Value, Var, ground_key
from .conditions import Test, compare, ordered

Binding = Mapping[str, Value]


class Index:
    """Ground atoms, found by predicate and by the values in any columns. Built on demand; INVARIANT (order): sorted."""

    def __init__(self, atoms: Iterable[Ground]) -> None:
        self.atoms = frozenset(atoms)
        self._named: dict[str, list[Ground]] = {}
        for atom in self.atoms:
            self._named.setdefault(atom.predicate, []).append(atom)
        self._rows: dict[tuple[str, int, tuple[int, ...]], dict[tuple[Value, ...], list[Ground]]] = {}

    def matching(self, pattern: Atom) -> Sequence[Ground]:
        """The atoms that the pattern stands for; a variable that it repeats is one value."""
        known = tuple(i for i, term in enumerate(pattern.args) if isinstance(term, Const))
        values = tuple(term.value for term in pattern.args if isinstance(term, Const))
        if len(values) == len(pattern.args):
            atom = Ground(pattern.signed, values)
            return (atom,) if atom in self.atoms else ()
        key = (pattern.signed, len(pattern.args), known)
        table = self._rows.get(key)
        if table is None:
            table = self._rows[key] = {}
            for atom in sorted(self._named.get(pattern.signed, ()), key=ground_key):
                if len(atom.values) == len(pattern.args):
                    table.setdefault(tuple(atom.values[i] for i in known), []).append(atom)
        rows = table.get(values, ())
        if len(pattern.variables) + len(known) == len(pattern.args):
            return rows
        return tuple(atom for atom in rows if unify(pattern, atom) is not None)


def solutions(body: Sequence[BodyItem], index: Index, binding: Binding | None = None) -> Iterator[dict[str, Value]]:
    """Every binding that extends the given one and makes the body true, each once.

    A negated condition with a variable that no positive one binds reads "for no value". A comparison binds nothing:
    ValueError when one of its variables stands in no positive condition.
    """
    given = dict(binding or {})
    filled = [substitute(item, given) for item in body]
    items = [absence(i) if isinstance(i, Literal) else i for i in filled]
    positive = [i.atom for i in items if isinstance(i, Literal) and i.mode == "plain"]
    tests = [i for i in items if isinstance(i, Comparison) or i.mode != "plain"]
    return _extend(ordered(positive, tests), 0, index, given)


def _extend(
    plan: Sequence[Atom | Test], at: int, index: Index, binding: dict[str, Value]
) -> Iterator[dict[str, Value]]:
    if at == len(plan):
        yield binding
        return
    step = plan[at]
    if isinstance(step, Atom):
        pattern = fill(step, binding)
        for atom in index.matching(pattern):
            yield from _extend(plan, at + 1, index, binding | (unify(pattern, atom) or {}))
    elif holds(substitute(step, binding), index):
        yield from _extend(plan, at + 1, index, binding)


def holds(item: BodyItem, index: Index) -> bool:
    """Whether the condition is true in the model; a variable reads "some value", or "no value" under negation."""
    if isinstance(item, Comparison):
        if not (isinstance(item.left, Const) and isinstance(item.right, Const)):
            raise ValueError(f"no positive condition binds a variable of the comparison `{item.op}`")
        return compare(item.left.value, item.op, item.right.value)
    return bool(index.matching(absence(item).atom)) == (item.mode == "plain")


def unify(pattern: Atom, atom: Ground) -> dict[str, Value] | None:
    """The values that the pattern's variables take in the atom, None when it does not match."""
    if pattern.signed != atom.predicate or len(pattern.args) != len(atom.values):
        return None
    found: dict[str, Value] = {}
    for term, value in zip(pattern.args, atom.values, strict=True):
        if (term.value if isinstance(term, Const) else found.setdefault(term.name, value)) != value:
            return None
    return found


def absence(item: Literal) -> Literal:
    """`assuming -p(X)` and `unrecorded p(X)` as the test that they are, `not p(X)`; other conditions as they are."""
    if item.mode == "unrecorded":
        return Literal(item.atom, "not", item.span)
    if item.mode != "assuming":
        return item
    atom = item.atom
    return Literal(Atom(atom.predicate, atom.args, not atom.negated, atom.span), "not", item.span)


def substitute(item: BodyItem, binding: Mapping[str, Value]) -> BodyItem:
    """The condition with the values of its bound variables in their place."""
    if isinstance(item, Comparison):
        return Comparison(_value(item.left, binding), item.op, _value(item.right, binding), item.span)
    return Literal(fill(item.atom, binding), item.mode, item.span)


def fill(atom: Atom, binding: Mapping[str, Value]) -> Atom:
    """The atom with the values of its bound variables in their place."""
    return Atom(atom.predicate, tuple(_value(t, binding) for t in atom.args), atom.negated, atom.span)


def _value(term: Term, binding: Mapping[str, Value]) -> Term:
    if isinstance(term, Var) and term.name in binding:
        return Const(binding[term.name], term.span)
    return term
