"""How rules read the columns of input predicates: which values they can tell apart, and which columns they ignore."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...kb.ir import PATIENT, Comparison, Const, Literal, Predicate, Program, Value, Var, sort_key
from ...kb.normal import NormalRule
from ..names import CONFLICTING, NOT_APPLICABLE
from ..unknowns.questions import ANY, domains

MARKS = (CONFLICTING, NOT_APPLICABLE)
"""What a record says of its own fields."""

ORDERED_ITEMS = 4
"""How many different numbers a column has whose values rules only compare with each other."""


@dataclass
class ColumnUse:
    """How one column is read. constants: those it is matched with. flows: a variable carries its value elsewhere."""

    constants: set[Value] = field(default_factory=lambda: set())
    flows: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What the rules read. read: signed input predicates. columns: by predicate and position. fields: what marks of
    fields (`conflicting`, `not_applicable`) are read, by the mark. compared: types whose values are compared with each
    other by order."""

    read: frozenset[str]
    columns: dict[tuple[str, int], ColumnUse]
    compared: frozenset[str]
    together: dict[str, set[frozenset[int]]]

    def independent(self, predicate: Predicate) -> tuple[int, ...]:
        """Columns of a list of which no condition reads two, and whose rest class no rule names: what an item says in
        one of them might as well be said by an item of its own."""
        found: list[int] = []
        for n in range(1, predicate.arity):
            use = self.columns.get((predicate.name, n), ColumnUse())
            pairs = (read for read in self.together.get(predicate.name, ()) if n in read)
            if not use.flows and use.constants and not any(read & set(found) for read in pairs):
                found.append(n)
        return tuple(found)


def usage(rules: Iterable[NormalRule], program: Program) -> Usage:
    """The usage of the input predicates by the rules."""
    inputs = {p.name: p for p in program.predicates if p.role == "input"}
    declared = program.predicates_by_name
    read: set[str] = set()
    columns: dict[tuple[str, int], ColumnUse] = {}
    compared: set[str] = set()
    together: dict[str, set[frozenset[int]]] = {}
    for rule in rules:
        times: dict[str, int] = {}
        atoms = [rule.head, *(i.atom for i in rule.body if isinstance(i, Literal))]
        terms = [t for a in atoms for t in a.args]
        terms += [t for i in rule.body if isinstance(i, Comparison) for t in (i.left, i.right)]
        for term in terms:
            if isinstance(term, Var):
                times[term.name] = times.get(term.name, 0) + 1
        typed: dict[str, str] = {}
        for atom in atoms:
            known = declared.get(atom.predicate)
            if known is not None and len(atom.args) == known.arity:
                typed.update(
                    (t.name, c.type) for t, c in zip(atom.args, known.columns, strict=True) if isinstance(t, Var)
                )
            if atom is rule.head or atom.predicate not in inputs:
                continue
            read.add(atom.signed)
            for n, term in enumerate(atom.args):
                use = columns.setdefault((atom.predicate, n), ColumnUse())
                if isinstance(term, Const):
                    use.constants.add(term.value)
                elif times[term.name] > 1:
                    use.flows = True
            used = (n for n, t in enumerate(atom.args) if isinstance(t, Const) or times[t.name] > 1)
            together.setdefault(atom.predicate, set()).add(frozenset(used))
        for item in rule.body:
            if isinstance(item, Comparison) and item.op not in ("=", "!="):
                sides = [t.name for t in (item.left, item.right) if isinstance(t, Var)]
                compared.update(typed[name] for name in sides if len(sides) == 2 and name in typed)
    return Usage(frozenset(read), columns, frozenset(compared), together)


class Classes:
    """For each column of an input, a value of every class that the rules can tell apart."""

    def __init__(self, program: Program, used: Usage) -> None:
        self._program, self._used = program, used
        self._types = program.types_by_name
        self._domains = domains(program)

    def of(self, predicate: Predicate, column: int) -> tuple[Value, ...]:
        """The values that stand for all others of this column."""
        use = self._used.columns.get((predicate.name, column), ColumnUse())
        name = predicate.columns[column].type
        full = self._full(name)
        if use.flows:
            return full
        kind = self._types.get(name)
        if kind is None or kind.kind != "symbols":
            return full if use.constants else full[:1]
        named = tuple(v for v in full if v in use.constants)
        other = next((v for v in full if v not in use.constants), None)
        return named if other is None else (*named, other)

    def _full(self, name: str) -> tuple[Value, ...]:
        if name == "field":
            return tuple(fields(self._program))
        found = self._domains.get(name, (ANY,))
        kind = self._types.get(name)
        if name in self._used.compared and kind is not None and kind.kind in ("integer", "number"):
            start = kind.low if kind.low is not None else 1
            more = tuple(start + n for n in range(ORDERED_ITEMS) if kind.high is None or start + n <= kind.high)
            found = more if len(found) <= 2 else (*found, *more)  # the ends of the range alone are no cuts
            return tuple(dict.fromkeys(sorted(found, key=sort_key)))
        return found


def fields(program: Program) -> list[str]:
    """The names of the fields of a record: input predicates of a patient, but for the marks of fields."""
    return [p.name for p in program.predicates if p.role == "input" and is_field(p)]


def is_field(predicate: Predicate) -> bool:
    """Whether an input predicate is a field of the record."""
    return bool(predicate.columns) and predicate.columns[0].type == PATIENT and predicate.name not in MARKS
