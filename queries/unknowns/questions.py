"""What is unknown of a subject: the input facts that could still be recorded, and the values that each may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product

from ...kb.ir import EDB, Comparison, Const, Ground, Literal, Predicate, Program, Value, ValueType, Var, canonical

ANY = "?"  # stands for a symbol or text that no rule distinguishes


@dataclass(frozen=True, slots=True)
class Questions:
    """The open questions of one subject. `domains`: for each type, representatives of all that rules can tell apart."""

    edb: EDB
    predicates: Mapping[str, Predicate]
    domains: Mapping[str, tuple[Value, ...]]

    def possible(self, signed: str, pattern: tuple[Value | None, ...]) -> Iterator[Ground]:
        """The facts that match the pattern (None: any value) and may yet be recorded."""
        declared = self.predicates.get(signed.lstrip("-"))
        if (
            declared is None
            or declared.role != "input"
            or not declared.open
            or declared.name in self.edb.not_applicable
        ):
            return
        if signed.startswith("-") and declared.arity > 1:
            return  # a record gives values and lists, not denials of single values
        if declared.name in self.edb.listed and not declared.single:
            return
        choices = [(self.edb.subject,), *(self.domains[c.type] for c in declared.columns[1:])]
        wanted = [c if given is None else (given,) for c, given in zip(choices, pattern, strict=True)]
        if pattern and pattern[0] not in (None, self.edb.subject):
            return
        for values in product(*wanted):
            fact = Ground(signed, values)
            if fact not in self.edb.facts and not self._decided(declared, fact):
                yield fact

    def _decided(self, declared: Predicate, fact: Ground) -> bool:
        """Whether what is recorded rules the fact out."""
        if Ground(negation(fact.predicate), fact.values) in self.edb.facts:
            return True
        return declared.single and any(exclude(fact, other) for other in self.edb.facts)

    def is_open(self, name: str) -> bool:
        """Whether something of this input predicate is not known."""
        declared = self.predicates[name]
        free = (None,) * declared.arity
        return any(True for sign in ("", "-") for _ in self.possible(sign + name, free))


def negation(signed: str) -> str:
    """The signed name of the opposite."""
    return signed.removeprefix("-") if signed.startswith("-") else f"-{signed}"


def exclude(one: Ground, other: Ground) -> bool:
    """Whether two facts of a single-valued predicate give different values of the same thing."""
    return one.predicate == other.predicate and one.values[:-1] == other.values[:-1] and one.values != other.values


def compatible(facts: frozenset[Ground], single: frozenset[str]) -> bool:
    """Whether hypothetical facts can all be true together: no p beside -p, one value for what is single-valued."""
    for fact in facts:
        if Ground(negation(fact.predicate), fact.values) in facts:
            return False
        if fact.predicate in single and any(exclude(fact, other) for other in facts):
            return False
    return True


def domains(program: Program) -> dict[str, tuple[Value, ...]]:
    """For each declared type, one value of every class that the program's rules can distinguish.

    Symbols: all. Numbers and dates: the constants they are compared with or matched against, and a value in each gap.
    """
    cuts = constants_by_type(program)
    found: dict[str, tuple[Value, ...]] = {"patient": (ANY,), "field": (ANY,)}
    for one in program.types:
        if one.kind == "symbols":
            found[one.name] = (*(label.name for label in one.labels), *[ANY] * one.more)
        elif one.kind in ("integer", "number"):
            found[one.name] = _numbers(one, {c for c in cuts.get(one.name, ()) if isinstance(c, int | Decimal)})
        elif one.kind == "date":
            found[one.name] = _dates({c for c in cuts.get(one.name, ()) if isinstance(c, date)})
        else:
            found[one.name] = (*sorted(c for c in cuts.get(one.name, ()) if isinstance(c, str)), ANY)
    return found


def constants_by_type(program: Program) -> dict[str, set[Value]]:
    """The constants that rules use, by the type of the column that they meet."""
    columns = {p.name: [c.type for c in p.columns] for p in program.predicates}
    found: dict[str, set[Value]] = {}
    for clause in program.clauses:
        typed: dict[str, str] = {}
        atoms = [clause.head, *(item.atom for item in clause.body if isinstance(item, Literal))]
        for atom in atoms:
            for name, term in zip(columns.get(atom.predicate, ()), atom.args, strict=False):
                if isinstance(term, Const):
                    found.setdefault(name, set()).add(term.value)
                else:
                    typed[term.name] = name
        for item in clause.body:
            if isinstance(item, Comparison):
                for one, other in ((item.left, item.right), (item.right, item.left)):
                    if isinstance(one, Var) and isinstance(other, Const) and one.name in typed:
                        found.setdefault(typed[one.name], set()).add(other.value)
    return found


def _numbers(kind: ValueType, cuts: set[int | Decimal]) -> tuple[Value, ...]:
    """Each cut, and a number below, between and above the cuts, inside the range of the type."""
    step: int | Decimal = 1 if kind.kind == "integer" else Decimal("0.5")
    near = {c + d for c in cuts for d in (-step, 0, step)}
    ordered = sorted(cuts)
    if kind.kind == "number":
        near |= {(Decimal(a) + Decimal(b)) / 2 for a, b in pairwise(ordered)}
    near |= {v for v in (kind.low, kind.high) if v is not None} or {0}
    low, high = kind.low, kind.high
    inside = (v for v in near if (low is None or v >= low) and (high is None or v <= high))
    return tuple(
        sorted({canonical(v) for v in inside}, key=lambda v: Decimal(v) if isinstance(v, int | Decimal) else 0)
    )


def _dates(cuts: set[date]) -> tuple[Value, ...]:
    day = timedelta(days=1)
    return tuple(sorted({c + d for c in cuts or {date(2000, 1, 1)} for d in (-day, 0 * day, day)}))
