"""A rule made to conclude a goal that may have variables of its own."""

from __future__ import annotations

from collections.abc import Mapping

from ...kb.ir import Atom, BodyItem, Comparison, Const, Literal, Term, Var


def unifier(head: Atom, goal: Atom) -> dict[str, Term] | None:
    """What the rule's variables must be for its head to be the goal, None when it cannot be.

    The goal's variables read "any", and are no variables of the rule, whatever they are called.
    """
    if head.signed != goal.signed or len(head.args) != len(goal.args):
        return None
    for own, asked in zip(head.args, goal.args, strict=True):
        if isinstance(own, Const) and isinstance(asked, Const) and own.value != asked.value:
            return None  # most rules go here
    found: dict[str, Term] = {}
    taken: dict[str, Term] = {}
    for own, asked in zip(head.args, goal.args, strict=True):
        ours = resolve(own, found)
        theirs = resolve(taken.setdefault(asked.name, ours) if isinstance(asked, Var) else asked, found)
        if ours == theirs:
            continue
        if isinstance(ours, Var):
            found[ours.name] = theirs
        elif isinstance(theirs, Var):
            found[theirs.name] = ours
        else:
            return None
    return found


def resolve(term: Term, terms: Mapping[str, Term]) -> Term:
    """The term that a variable stands for in the end."""
    while isinstance(term, Var) and term.name in terms:
        term = terms[term.name]
    return term


def rewrite(atom: Atom, terms: Mapping[str, Term]) -> Atom:
    """The atom with its variables as the unifier has them."""
    return Atom(atom.predicate, tuple(resolve(t, terms) for t in atom.args), atom.negated, atom.span)


def rewrite_item(item: BodyItem, terms: Mapping[str, Term]) -> BodyItem:
    """The condition with its variables as the unifier has them."""
    if isinstance(item, Comparison):
        return Comparison(resolve(item.left, terms), item.op, resolve(item.right, terms), item.span)
    return Literal(rewrite(item.atom, terms), item.mode, item.span)
