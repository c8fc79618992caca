"""One condition as an instance of another, and one rule as a special case of another."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..ir import Atom, BodyItem, Clause, Comparison, Literal, Term, Var
from .comparing import implies, turned

Substitution = Mapping[str, Term]
_MOST = 20_000  # steps of a search; a rule that needs more is not said to be a special case


def matched(general: Atom, special: Atom, known: Substitution) -> Substitution | None:
    """The substitution that turns the first atom into the second, extending the known one; None when there is none."""
    if general.signed != special.signed or len(general.args) != len(special.args):
        return None
    found = dict(known)
    for g, s in zip(general.args, special.args, strict=True):
        if not isinstance(g, Var):
            if g != s:
                return None
        elif found.setdefault(g.name, s) != s:
            return None
    return found


def local(clause: Clause, position: int) -> frozenset[str]:
    """The variables that stand in this condition only."""
    rest = {n for a in (clause.head, *_atoms(clause, position)) for n in a.variables}
    for n, item in enumerate(clause.body):
        if n != position and isinstance(item, Comparison):
            rest |= names(item)
    return frozenset(names(clause.body[position]) - rest)


def _atoms(clause: Clause, without: int) -> list[Atom]:
    return [i.atom for n, i in enumerate(clause.body) if n != without and isinstance(i, Literal)]


def names(item: BodyItem) -> set[str]:
    """The names of the variables of a condition."""
    terms = (item.left, item.right) if isinstance(item, Comparison) else item.atom.args
    return {t.name for t in terms if isinstance(t, Var)}


def follows(one: BodyItem, free: Collection[str], other: BodyItem, others_free: Collection[str]) -> bool:
    """Whether a condition holds whenever the other does; free: the variables that stand in it only.

    A plain condition follows from an instance of it; one that denies follows from a more general one.
    """
    if isinstance(one, Comparison) or isinstance(other, Comparison):
        return isinstance(one, Comparison) and isinstance(other, Comparison) and implies(other, one)
    if one.mode != other.mode:
        return False
    general, special, open_ = (one, other, free) if one.mode == "plain" else (other, one, others_free)
    fixed: Substitution = {t.name: t for t in general.atom.args if isinstance(t, Var) and t.name not in open_}
    return matched(general.atom, special.atom, fixed) is not None


def covers(general: Clause, special: Clause) -> bool:
    """Whether the first rule fires, with the same conclusion, whenever the second does."""
    start = matched(general.head, special.head, {})
    if start is None:
        return False
    items = sorted(general.body, key=lambda i: (isinstance(i, Comparison), -len(names(i))))
    return _search(items, special.body, start, [_MOST])


def _search(items: Sequence[BodyItem], body: Sequence[BodyItem], known: Substitution, left: list[int]) -> bool:
    if not items:
        return True
    left[0] -= 1
    first, *rest = items
    if left[0] < 0:
        return False
    if isinstance(first, Comparison):
        own = turned(Comparison(_term(first.left, known), first.op, _term(first.right, known)))
        return any(isinstance(b, Comparison) and implies(b, own) for b in body) and _search(rest, body, known, left)
    for other in body:
        if isinstance(other, Literal) and other.mode == first.mode:
            extended = matched(first.atom, other.atom, known)
            if extended is not None and _search(rest, body, extended, left):
                return True
    return False


def _term(term: Term, known: Substitution) -> Term:
    return known.get(term.name, term) if isinstance(term, Var) else term
