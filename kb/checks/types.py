"""E3xx: every value is one that its column can have, and every variable has one type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ..diagnostics import Diagnostic, suggest
from ..ir import Atom, Clause, Comparison, Const, Literal, Program, Value, ValueType, Var
from .context import FIELD, atoms, predicates_by_name, types_by_name

ORDERED = ("integer", "number", "date")  # kinds that `<` and `>` compare


def value_fault(value: Value, kind: ValueType, inputs: frozenset[str]) -> tuple[str, str, str] | None:
    """What is wrong with a value of this type: (code, message, help), or None. Readers of facts use it too."""
    names = [label.name for label in kind.labels]
    if kind.kind == "symbols" and value not in names:
        listed = f"one of {', '.join(names)}" if len(names) <= 12 else f"{len(names)} values are possible"
        return "E301", f"`{value}` is not a value of `{kind.name}`", suggest(str(value), names) or listed
    if kind.name == FIELD and value not in inputs:
        return "E301", f"`{value}` is not a field of the record", suggest(str(value), inputs)
    wanted = _kind_fault(value, kind)
    if wanted:
        return "E302", f"`{value}` is not {wanted}, which `{kind.name}` wants", ""
    if kind.low is None or kind.high is None or not isinstance(value, int | Decimal):
        return None
    if kind.low <= value <= kind.high:
        return None
    unit = f" {kind.unit}" if kind.unit else ""
    return "E303", f"{value} is outside the range of `{kind.name}`", f"{kind.low} to {kind.high}{unit}"


def _kind_fault(value: Value, kind: ValueType) -> str:
    if kind.kind == "integer" and not isinstance(value, int):
        return "a whole number"
    if kind.kind == "number" and not isinstance(value, int | Decimal):
        return "a number"
    if kind.kind == "date" and not isinstance(value, date):
        return "a date (2024-03-05)"
    if kind.kind in ("symbol", "text") and not isinstance(value, str):
        return "a symbol" if kind.kind == "symbol" else "a text"
    return ""


def values(program: Program) -> Iterator[Diagnostic]:
    """E301 outside the set, E302 of another kind, E303 out of range: constants in atoms."""
    types, predicates = types_by_name(program), predicates_by_name(program)
    inputs = frozenset(p.name for p in program.predicates if p.role == "input")
    for _, atom in atoms(program):
        declared = predicates.get(atom.predicate)
        if declared is None or declared.arity != len(atom.args):
            continue
        for column, term in zip(declared.columns, atom.args, strict=True):
            kind = types.get(column.type)
            if isinstance(term, Const) and kind is not None:
                fault = value_fault(term.value, kind, inputs)
                if fault:
                    yield Diagnostic(fault[0], fault[1], term.span, help=fault[2])


def _typed(program: Program, clause: Clause) -> dict[str, list[tuple[ValueType, Var]]]:
    """For each variable of the clause, the types of the columns where it stands."""
    types, predicates = types_by_name(program), predicates_by_name(program)
    found: dict[str, list[tuple[ValueType, Var]]] = {}
    body_atoms: list[Atom] = [item.atom for item in clause.body if isinstance(item, Literal)]
    for atom in (*body_atoms, clause.head):
        declared = predicates.get(atom.predicate)
        if declared is None or declared.arity != len(atom.args):
            continue
        for column, term in zip(declared.columns, atom.args, strict=True):
            if isinstance(term, Var) and column.type in types:
                found.setdefault(term.name, []).append((types[column.type], term))
    return found


def variable_types(program: Program) -> Iterator[Diagnostic]:
    """E305: a variable that stands in columns of two types, which can share no value that means the same."""
    for clause in program.clauses:
        for name, places in _typed(program, clause).items():
            first = places[0][0]
            for kind, var in places[1:]:
                if kind.name != first.name:
                    message = f"`{name}` is a `{first.name}` before and a `{kind.name}` here"
                    yield Diagnostic("E305", message, var.span, help="the two columns have different types")
                    break


def comparisons(program: Program) -> Iterator[Diagnostic]:
    """E301-E303 for constants that a variable is compared with; E304: things that cannot be compared so."""
    inputs = frozenset(p.name for p in program.predicates if p.role == "input")
    for clause in program.clauses:
        typed = {name: places[0][0] for name, places in _typed(program, clause).items()}
        for item in clause.body:
            if isinstance(item, Comparison):
                yield from _comparison(item, typed, inputs)


def _comparison(item: Comparison, typed: dict[str, ValueType], inputs: frozenset[str]) -> Iterator[Diagnostic]:
    kinds = [typed[t.name] for t in (item.left, item.right) if isinstance(t, Var) and t.name in typed]
    constants = [t for t in (item.left, item.right) if isinstance(t, Const)]
    if len(constants) == 2:
        yield Diagnostic("E304", "this comparison has no variable, so it never changes", item.span)
    if len(kinds) == 2 and kinds[0].name != kinds[1].name and not {kinds[0].kind, kinds[1].kind} <= {*ORDERED[:2]}:
        yield Diagnostic("E304", f"a `{kinds[0].name}` cannot be compared with a `{kinds[1].name}`", item.span)
    for kind in kinds:
        if item.op not in ("=", "!=") and kind.kind not in ORDERED:
            yield Diagnostic("E304", f"values of `{kind.name}` have no order: only = and != apply", item.span)
        for constant in constants:
            # A bound such as 24.5 or one beyond the range may be compared with; a symbol must be in the set.
            fault = value_fault(constant.value, kind, inputs)
            if fault and (fault[0] == "E301" or (fault[0] == "E302" and not _both_numbers(constant.value, kind))):
                yield Diagnostic(fault[0], fault[1], constant.span, help=fault[2])


def _both_numbers(value: Value, kind: ValueType) -> bool:
    return isinstance(value, int | Decimal) and kind.kind in ORDERED[:2]
