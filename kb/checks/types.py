"""E3xx: every value is one that its column can have, and every variable has one type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ..diagnostics import Diagnostic, Note, quoted, suggest
from ..ir import FIELD, Clause, Comparison, Const, Program, ValueType, Var, atoms_of
from ..values import Value, written
from .context import atoms, cells

ORDERED = ("integer", "number", "date")  # kinds that `<` and `>` compare


def value_fault(value: Value, kind: ValueType, inputs: frozenset[str]) -> tuple[str, str, str] | None:
    """What is wrong with a value of this type: (code, message, help), or None. Readers of facts use it too."""
    names = [label.name for label in kind.labels]
    shown = quoted(written(value))
    if kind.kind == "symbols" and value not in names:
        listed = f"one of {', '.join(names)}" if len(names) <= 12 else f"`{kind.name}` has {len(names)} values"
        return "E301", f"{shown} is not a value of `{kind.name}`", suggest(str(value), names) or listed
    if kind.name == FIELD and value not in inputs:
        return "E301", f"{shown} is not a field of the record", suggest(str(value), inputs)
    wanted = _kind_fault(value, kind)
    if wanted:
        return "E302", f"{shown} is not {wanted}, which `{kind.name}` wants", ""
    if kind.low is None or kind.high is None or not isinstance(value, int | Decimal):
        return None
    if kind.low <= value <= kind.high or kind.low > kind.high:
        return None
    unit = f" {kind.unit}" if kind.unit else ""
    return (
        "E303",
        f"{shown} is outside the range of `{kind.name}`",
        f"{written(kind.low)} to {written(kind.high)}{unit}",
    )


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


def inputs_of(program: Program) -> frozenset[str]:
    """The names that the type `field` has."""
    return frozenset(p.name for p in program.predicates if p.role == "input") | program.half_declared


def values(program: Program) -> Iterator[Diagnostic]:
    """E301 outside the set, E302 of another kind, E303 out of range: constants in atoms."""
    inputs = inputs_of(program)
    for _, atom in atoms(program):
        for column, term in cells(program, atom):
            kind = program.types_by_name.get(column.type)
            if isinstance(term, Const) and kind is not None:
                fault = value_fault(term.value, kind, inputs)
                if fault:
                    yield Diagnostic(fault[0], fault[1], term.span, help=fault[2], notes=_set(kind, fault[0]))


def _set(kind: ValueType, code: str = "") -> tuple[Note, ...]:
    """Where a type is declared, which is where a new value is added."""
    said = f"to add one, extend the type `{kind.name}` here" if code == "E301" else f"`{kind.name}` is declared here"
    return (Note(kind.span, said),) if kind.span.file else ()


def _typed(program: Program, clause: Clause) -> dict[str, list[tuple[ValueType, Var]]]:
    """For each variable of the clause, the types of the columns where it stands, in the order of the text."""
    known = program.types_by_name
    found: dict[str, list[tuple[ValueType, Var]]] = {}
    for atom in atoms_of(clause):
        for column, term in cells(program, atom):
            if isinstance(term, Var) and column.type in known:
                found.setdefault(term.name, []).append((known[column.type], term))
    return found


def variable_types(program: Program) -> Iterator[Diagnostic]:
    """E305: a variable that stands in columns of two types, which can share no value that means the same."""
    for clause in program.clauses:
        for name, ((first, where), *others) in _typed(program, clause).items():
            for kind, var in others:
                if kind.name != first.name:
                    message = f"`{name}` is of the type `{first.name}` before and of the type `{kind.name}` here"
                    note = Note(where.span, f"it is of the type `{first.name}` here")
                    help_ = "a value of one type is never one of the other"
                    yield Diagnostic("E305", message, var.span, help=help_, notes=(note,))
                    break


def comparisons(program: Program) -> Iterator[Diagnostic]:
    """E301 and E302 for constants that a variable is compared with; E304: what cannot be compared so."""
    inputs = inputs_of(program)
    for clause in program.clauses:
        compared = [item for item in clause.body if isinstance(item, Comparison)]
        if compared:
            typed = {name: places[0][0] for name, places in _typed(program, clause).items()}
            for item in compared:
                yield from _comparison(item, typed, inputs)


def _comparison(item: Comparison, typed: dict[str, ValueType], inputs: frozenset[str]) -> Iterator[Diagnostic]:
    kinds = [typed[t.name] for t in (item.left, item.right) if isinstance(t, Var) and t.name in typed]
    constants = [t for t in (item.left, item.right) if isinstance(t, Const)]
    unordered = [k for k in kinds if k.kind not in ORDERED]
    if len(constants) == 2 or (isinstance(item.left, Var) and item.left == item.right):
        message = "this comparison has the same answer whatever is recorded"
        yield Diagnostic("E304", message, item.span, help="compare a variable with a value or with another variable")
    elif len(kinds) == 2 and not _comparable(*kinds):
        yield Diagnostic("E304", f"`{kinds[0].name}` and `{kinds[1].name}` cannot be compared", item.span)
    elif item.op not in ("=", "!=") and unordered:
        message = f"values of `{unordered[0].name}` have no order"
        yield Diagnostic("E304", message, item.span, help="only `=` and `!=` compare them", notes=_set(unordered[0]))
    else:
        for kind, constant in ((k, c) for k in kinds for c in constants):
            # A bound such as 24.5 or one beyond the range may be compared with; a symbol must be in the set.
            fault = value_fault(constant.value, kind, inputs)
            if fault and (fault[0] == "E301" or (fault[0] == "E302" and not _both_numbers(constant.value, kind))):
                yield Diagnostic(fault[0], fault[1], constant.span, help=fault[2], notes=_set(kind, fault[0]))


def _comparable(one: ValueType, other: ValueType) -> bool:
    """Two types that can hold the same value: one type, two kinds of number, or two of dates."""
    kinds = {one.kind, other.kind}
    return one.name == other.name or kinds <= {"integer", "number"} or kinds == {"date"}


def _both_numbers(value: Value, kind: ValueType) -> bool:
    return isinstance(value, int | Decimal) and kind.kind in ("integer", "number")
