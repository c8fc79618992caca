"""The program in SQL, for SQLite and DuckDB: a table for each relation, an insertion for each rule, in order.

Negation is an anti-join (`NOT EXISTS`). Only a relation that rests on itself needs a recursive common table expression.
"""

# ruff: noqa: S608 (to write SQL is what this file is for: names are words, and `sql_value` quotes every value)

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ...kb.diagnostics import Diagnostic, Unavailable
from ...kb.ir import Comparison, Const, Ground, Literal, Term, Value
from ...kb.normal import NormalRule
from .names import names
from .numbers import refuse
from .plan import Plan, Relation, origin

TYPES = {"integer": "BIGINT", "number": "DOUBLE", "": ""}
EXACT = 15  # significant digits that a double keeps
NOTHING = "holds"  # the one column of a relation without columns


def sql(plan: Plan) -> str:
    """The whole script. Raises Unavailable for what SQL cannot hold or say."""
    return "\n".join(_Writer(plan).lines()) + "\n"


def sql_value(value: Value) -> str:
    """A constant: a text, a number, or a date as its ISO text. Raises Unavailable."""
    if isinstance(value, str):
        if "\0" in value:
            refuse(value, "SQL", "it has a NUL in it")
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    if isinstance(value, Decimal):
        if len(value.as_tuple().digits) > EXACT or abs(value.adjusted()) > 300:
            refuse(value, "SQL", f"its numbers keep {EXACT} digits")
        return format(value, "f")
    if abs(value) >= 2**63:
        refuse(value, "SQL", "its whole numbers have 64 bits")
    return str(value)


class _Writer:
    """Writes one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._called = {signed: f'"{name}"' for signed, name in names(plan.relations).items()}

    def lines(self) -> Iterator[str]:
        plan = self._plan
        yield from (f"-- {line}" for line in plan.lines())
        yield '-- Run it: sqlite3 -init FILE.sql   or: duckdb -init FILE.sql   then: SELECT * FROM "recommend";'
        yield ""
        for relation in plan.used:
            yield f"CREATE TABLE {self._called[relation.signed]} ({', '.join(_columns(relation, typed=True))});"
        for part in plan.parts:
            yield ""
            yield from map(self._fact, part)
        recursive = {head: stratum for stratum in plan.normal.recursive for head in stratum}
        done: set[str] = set()
        for head, rules in plan.rules.items():
            if head in done:
                continue
            yield ""
            stratum = recursive.get(head, (head,))
            done |= set(stratum)
            if head in recursive:
                yield from self._recursive(stratum)
            else:
                for rule in rules:
                    yield f"-- {origin(rule)}"
                    yield f"{self._insert(head)}\n{self._select(rule)}\n{self._new(head)}"

    def _insert(self, signed: str) -> str:
        return f"INSERT INTO {self._called[signed]}"

    def _new(self, signed: str) -> str:
        """Only rows that are not there yet, each once."""
        return f"EXCEPT SELECT * FROM {self._called[signed]};"

    def _fact(self, fact: Ground) -> str:
        values = ", ".join(map(sql_value, fact.values)) or "1"
        return f"{self._insert(fact.predicate)} SELECT {values} {self._new(fact.predicate)}"

    def _recursive(self, stratum: tuple[str, ...]) -> Iterator[str]:
        """One table expression for all relations of the stratum: which relation, then as many columns as the widest."""
        plan = self._plan
        width = max(len(plan.relations[signed].columns) for signed in stratum)
        columns = [f"c{n}" for n in range(1, width + 1)]
        parts: list[str] = []
        for signed in stratum:
            own = [f'"{c}"' for c in _names(plan.relations[signed])] if plan.relations[signed].columns else []
            parts.append(f"SELECT {_row(signed, own, width)} FROM {self._called[signed]}")
        rules = [rule for signed in stratum for rule in plan.rules.get(signed, ())]
        inside = {rule.id: sum(_positive(i, stratum) for i in rule.body) for rule in rules}
        for rule in sorted(rules, key=lambda r: inside[r.id]):  # what does not rest on the stratum comes first
            if inside[rule.id] > 1:
                message = f"the rule `{rule.id}` rests on what it concludes through two conditions"
                help_ = (
                    "a recursive expression of SQL may name itself once; `--to prolog`, clingo and souffle can say it"
                )
                raise Unavailable([Diagnostic("Q622", message, rule.clause.span, help=help_)])
            yield f"-- {origin(rule)}"
            parts.append(self._select(rule, stratum, width))
        body = "\nUNION\n".join(parts)
        for signed in stratum:
            count = len(plan.relations[signed].columns)
            shown = ", ".join(columns[:count]) or "1"
            table = f"together({', '.join(['relation', *columns])})"
            yield (
                f"{self._insert(signed)}\nWITH RECURSIVE {table} AS (\n{body}\n)\n"
                f"SELECT {shown} FROM together WHERE relation = {sql_value(signed)}\n{self._new(signed)}"
            )

    def _select(self, rule: NormalRule, stratum: tuple[str, ...] = (), width: int = 0) -> str:
        """The rows that a rule concludes; in a recursive stratum, its own atoms are read from the table expression."""
        bound: dict[str, str] = {}
        tables: list[str] = []
        where: list[str] = []
        atoms = [i.atom for i in rule.body if isinstance(i, Literal) and i.mode == "plain"]
        for n, atom in enumerate(atoms, 1):
            again = atom.signed in stratum
            tables.append(f"{'together' if again else self._called[atom.signed]} AS t{n}")
            names_ = (
                [f"c{k}" for k in range(1, len(atom.args) + 1)] if again else _names(self._plan.relations[atom.signed])
            )
            if again:
                where.append(f"t{n}.relation = {sql_value(atom.signed)}")
            where += _matches(atom.args, [f't{n}."{c}"' for c in names_], bound)
        for item in rule.body:
            if isinstance(item, Comparison):
                op = "<>" if item.op == "!=" else item.op
                where.append(f"{_value(item.left, bound)} {op} {_value(item.right, bound)}")
            elif item.mode != "plain":
                own = dict(bound)
                cells = [f'n."{c}"' for c in _names(self._plan.relations[item.atom.signed])]
                tests = _matches(item.atom.args, cells, own)
                inner = f" WHERE {' AND '.join(tests)}" if tests else ""
                where.append(f"NOT EXISTS (SELECT 1 FROM {self._called[item.atom.signed]} AS n{inner})")
        head = [_value(t, bound) for t in rule.head.args]
        shown = _row(rule.head.signed, head, width) if stratum else ", ".join(head) or "1"
        lines = [f"SELECT {shown}", f"FROM {', '.join(tables)}" if tables else "", ""]
        lines[2] = "WHERE " + "\n  AND ".join(where) if where else ""
        return "\n".join(filter(None, lines))


def _positive(item: object, stratum: tuple[str, ...]) -> bool:
    return isinstance(item, Literal) and item.mode == "plain" and item.atom.signed in stratum


def _row(signed: str, cells: list[str], width: int) -> str:
    return ", ".join([sql_value(signed), *cells, *["NULL"] * (width - len(cells))])


def _names(relation: Relation) -> list[str]:
    """The columns; those of one name are told apart by their number."""
    named = [c or f"c{n}" for n, c in enumerate(relation.columns, 1)]
    return [c if named.count(c) == 1 and c.isascii() else f"{c}_{n}" for n, c in enumerate(named, 1)]


def _columns(relation: Relation, *, typed: bool) -> list[str]:
    if not relation.columns:
        return [f'"{NOTHING}" BIGINT']
    cells = zip(_names(relation), relation.kinds, strict=True)
    return [f'"{name}" {TYPES.get(kind, "TEXT")}'.strip() if typed else f'"{name}"' for name, kind in cells]


def _matches(args: tuple[Term, ...], cells: list[str], bound: dict[str, str]) -> list[str]:
    """What must be equal for an atom to match; variables that are free are bound to their cells."""
    tests: list[str] = []
    for term, cell in zip(args, cells, strict=True):
        if isinstance(term, Const):
            tests.append(f"{cell} = {sql_value(term.value)}")
        elif term.name in bound:
            tests.append(f"{cell} = {bound[term.name]}")
        else:
            bound[term.name] = cell
    return tests


def _value(term: Term, bound: dict[str, str]) -> str:
    return sql_value(term.value) if isinstance(term, Const) else bound[term.name]
