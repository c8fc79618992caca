"""Two versions of a program over one space: the patients that either vocabulary can describe.

INVARIANT (cuts): numbers, dates and texts are cut at the constants of both versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Atom, BodyItem, Clause, Literal, Predicate, Program, ValueType
from .classes import ANSWERS

OLD_NAME = "old:"


def joined(old: Program, new: Program) -> tuple[Program, Program]:
    """The new program with what only the old one declares; and the same with the rules of both, which cut the space.

    Raises Invalid (V809) where the versions declare one name so differently that nothing can be compared.
    """
    problems = [*_types_apart(old, new), *_predicates_apart(old, new)]
    if problems:
        raise Invalid(problems)
    olds, named, declared = old.types_by_name, {t.name for t in new.types}, new.predicates_by_name
    types = tuple(_wider(olds[t.name], t) if t.name in olds else t for t in new.types)
    opened = {p.name for p in old.predicates if p.open and p.role == "input"}
    both = replace(
        new,
        types=(*types, *(t for t in old.types if t.name not in named)),
        predicates=(
            *(replace(p, open=True) if p.name in opened else p for p in new.predicates),
            *(p for p in old.predicates if p.name not in declared),
        ),
    )
    own = frozenset(p.name for p in old.predicates if p.role != "input")
    apart = (replace(p, name=OLD_NAME + p.name) for p in old.predicates if p.name in own)
    cutting = replace(
        both, predicates=(*both.predicates, *apart), clauses=(*both.clauses, *(_renamed(c, own) for c in old.clauses))
    )
    return both, cutting


def _types_apart(old: Program, new: Program) -> Iterator[Diagnostic]:
    olds = old.types_by_name
    for one in new.types:
        other = olds.get(one.name)
        if other is None:
            continue
        if other.kind != one.kind:
            yield _apart(f"the type `{one.name}`", other.kind, one.kind)
        elif other.unit != one.unit:
            yield _apart(f"the type `{one.name}`", f"in {other.unit or 'no unit'}", f"in {one.unit or 'no unit'}")


def _predicates_apart(old: Program, new: Program) -> Iterator[Diagnostic]:
    olds = old.predicates_by_name
    for one in new.predicates:
        other = olds.get(one.name)
        if other is None:
            continue
        inputs = [p for p in (other, one) if p.role == "input"]
        if len(inputs) == 1:
            yield _apart(f"`{one.name}`", other.role, one.role)
        elif (inputs or one.name in ANSWERS) and _columns(other) != _columns(one):
            yield _apart(f"`{one.name}`", _columns(other), _columns(one))
        elif inputs and other.single != one.single:
            several = ("a list", "a single value")
            yield _apart(f"`{one.name}`", several[other.single], several[one.single])


def _columns(predicate: Predicate) -> str:
    return f"({', '.join(c.type for c in predicate.columns)})"


def _apart(what: str, before: str, after: str) -> Diagnostic:
    help_ = "records of the one version are none of the other; give what is new another name, or compare by hand"
    return Diagnostic("V809", f"{what} is {before} in the old version and {after} in the new one", help=help_)


def _wider(old: ValueType, new: ValueType) -> ValueType:
    """The type with the values of both versions."""
    known = {label.name for label in new.labels}
    return replace(
        new,
        labels=(*new.labels, *(label for label in old.labels if label.name not in known)),
        more=old.more or new.more,
        low=None if old.low is None or new.low is None else min(old.low, new.low),
        high=None if old.high is None or new.high is None else max(old.high, new.high),
    )


def _renamed(clause: Clause, own: frozenset[str]) -> Clause:
    return replace(clause, head=_atom(clause.head, own), body=tuple(_item(i, own) for i in clause.body), annotations=())


def _item(item: BodyItem, own: frozenset[str]) -> BodyItem:
    return replace(item, atom=_atom(item.atom, own)) if isinstance(item, Literal) else item


def _atom(atom: Atom, own: frozenset[str]) -> Atom:
    return replace(atom, predicate=OLD_NAME + atom.predicate) if atom.predicate in own else atom
