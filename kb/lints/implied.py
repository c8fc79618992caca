"""W604 and W605: conditions that others imply, and conditions that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..diagnostics import Diagnostic, Note, quoted
from ..ir import Atom, BodyItem, Clause, Comparison, Const, Literal, Program, Span, Term, Var, atoms_of
from ..printer import print_condition
from .comparing import excludes, in_range
from .context import Finding, Linted, without_condition
from .matching import follows, local, matched

DEEPEST = 8  # definitions that are followed, one into the other


def implied(at: Linted) -> Iterator[Finding]:
    """W604: a condition that holds whenever the others do."""
    single = definitions(at.program)
    for clause in at.rules:
        for position, item in enumerate(clause.body):
            reason = _reason(at.program, clause, position, single)
            if reason:
                message = f"the condition {quoted(print_condition(item))} {reason.why}"
                note = (Note(reason.place, reason.what),) if reason.place else ()
                span = item.span
                fix = at.change(span, lambda i, s=span: without_condition(i, s)) if reason.safe else None
                yield Finding(Diagnostic("W604", message, span, help="delete it", notes=note), fix)
                break  # what else is implied may have rested on this one


@dataclass(frozen=True, slots=True)
class _Reason:
    why: str
    place: Span | None = None
    what: str = ""
    safe: bool = False


def _reason(program: Program, clause: Clause, position: int, single: Mapping[str, Clause]) -> _Reason | None:
    item = clause.body[position]
    free = local(clause, position)
    for n, other in enumerate(clause.body):
        if n == position or not follows(item, free, other, local(clause, n)):
            continue
        if item == other and n < position:
            return _Reason("stands twice", other.span, "first here", safe=True)
        # Of two that say the same the later one is reported.
        if item != other and (n < position or not follows(other, local(clause, n), item, free)):
            safe = isinstance(item, Comparison)
            return _Reason(f"follows from {quoted(print_condition(other))}", other.span, "which stands here", safe)
    if isinstance(item, Comparison):
        always = _ranges(program, clause, item)
        return _Reason("holds for every value of the type's range") if always else None
    for n, other in enumerate(clause.body):
        if n != position and isinstance(other, Literal) and other.mode == "plain":
            for below, rule in expanded(other.atom, single, f"{n}"):
                if rule is not clause and follows(item, free, below, ()):
                    text = quoted(print_condition(other))
                    return _Reason(f"follows from {text} by its definition", rule.span, f"rule {quoted(rule.id)}")
    return None


def definitions(program: Program) -> dict[str, Clause]:
    """The derived predicates that one rule alone concludes, by signed name."""
    found: dict[str, list[Clause]] = {}
    for clause in program.clauses:
        found.setdefault(clause.head.signed, []).append(clause)
    return {name: rules[0] for name, rules in found.items() if len(rules) == 1 and rules[0].body}


def expanded(
    atom: Atom, single: Mapping[str, Clause], prefix: str, depth: int = 0
) -> Iterator[tuple[BodyItem, Clause]]:
    """The conditions that hold whenever the atom does, by the only rule that concludes it, and theirs, and so on."""
    rule = single.get(atom.signed)
    if rule is None or depth == DEEPEST:
        return
    bound = matched(rule.head, atom, {})
    if bound is None:
        return
    for n, item in enumerate(rule.body):
        below = _renamed(item, bound, f"{prefix}.{n}")
        yield below, rule
        if isinstance(below, Literal) and below.mode == "plain":
            yield from expanded(below.atom, single, f"{prefix}.{n}", depth + 1)


def _renamed(item: BodyItem, bound: Mapping[str, Term], prefix: str) -> BodyItem:
    """The condition with the head's values, and names of its own for its other variables."""

    def term(t: Term) -> Term:
        return bound.get(t.name, Var(f"{t.name} {prefix}")) if isinstance(t, Var) else t

    if isinstance(item, Comparison):
        return Comparison(term(item.left), item.op, term(item.right), item.span)
    return replace(item, atom=replace(item.atom, args=tuple(map(term, item.atom.args))))


def _ranges(program: Program, clause: Clause, item: Comparison) -> bool | None:
    """What the ranges of the types say of a comparison."""
    for atom in atoms_of(clause):
        declared = program.predicates_by_name.get(atom.predicate)
        for column, term in zip(declared.columns if declared else (), atom.args, strict=False):
            kind = program.types_by_name.get(column.type)
            if isinstance(term, Var) and term in (item.left, item.right) and kind:
                return in_range(item, kind)
    return None


def exclusive(at: Linted) -> Iterator[Finding]:
    """W605: two conditions that can never hold together, so that the rule never fires."""
    for clause in at.rules:
        for position, item in enumerate(clause.body):
            other = next((o for o in clause.body[:position] if _excluded(at.program, item, o)), None)
            never = isinstance(item, Comparison) and _ranges(at.program, clause, item) is False
            if other is None and not never:
                continue
            message = f"the rule {quoted(clause.id)} can never fire"
            why = (
                f"{quoted(print_condition(item))} excludes " if other else f"{quoted(print_condition(item))} holds for "
            )
            help_ = why + (quoted(print_condition(other)) if other else "no value of the type's range")
            notes = (Note(other.span, "the other condition is here"),) if other else ()
            yield Finding(Diagnostic("W605", message, item.span, help=help_, notes=notes))
            break


def _excluded(program: Program, one: BodyItem, other: BodyItem) -> bool:
    if isinstance(one, Comparison) or isinstance(other, Comparison):
        return isinstance(one, Comparison) and isinstance(other, Comparison) and excludes(one, other)
    if one.mode == other.mode == "plain":
        opposite = one.atom.negated != other.atom.negated and one.atom.predicate == other.atom.predicate
        return (opposite and one.atom.args == other.atom.args) or _two_values(program, one.atom, other.atom)
    plain, denied = (one, other) if one.mode == "plain" else (other, one)
    if plain.mode != "plain" or denied.mode != "not":
        return False
    free = {t.name for t in denied.atom.args if isinstance(t, Var) and t.anonymous}
    fixed = {t.name: t for t in denied.atom.args if isinstance(t, Var) and t.name not in free}
    return matched(denied.atom, plain.atom, fixed) is not None


def _two_values(program: Program, one: Atom, other: Atom) -> bool:
    """Two values of a predicate that has one for each combination of the others."""
    declared = program.predicates_by_name.get(one.predicate)
    if not declared or not declared.single or one.signed != other.signed or one.negated:
        return False
    last, others_last = one.args[-1], other.args[-1]
    return (
        one.args[:-1] == other.args[:-1]
        and isinstance(last, Const)
        and isinstance(others_last, Const)
        and last != others_last
    )
