"""The program in the input language of clingo: one answer set, the model; dates as `date(Y, M, D)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ...kb.ir import Atom, BodyItem, Comparison, Const, Ground, Term, Value
from ...kb.normal import NormalRule
from .names import names
from .numbers import in_units, note, refuse, unit
from .plan import Plan, body_in_order, origin, variables

RESERVED = frozenset(("not", "date"))
_SYMBOL = re.compile(r"[a-z][A-Za-z0-9_]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}


def clingo(plan: Plan) -> str:
    """The whole file. Raises Unavailable for what clingo cannot hold."""
    return "\n".join(_Writer(plan).lines()) + "\n"


def clingo_value(value: Value, units: int = 1) -> str:
    """A constant: a symbol, a string, a whole number of units, or a date. Raises Unavailable."""
    if isinstance(value, str):
        if "\0" in value:
            refuse(value, "clingo", "it has a NUL in it")
        plain = _SYMBOL.fullmatch(value) and value != "not"
        return value if plain else f'"{"".join(_ESCAPES.get(c, c) for c in value)}"'
    if isinstance(value, date):
        return f"date({value.year},{value.month},{value.day})"
    return str(in_units(value, units, "clingo"))


class _Writer:
    """Writes one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._called = names(plan.relations, RESERVED)
        self._units = unit(plan.values)

    def lines(self) -> Iterator[str]:
        plan = self._plan
        yield from (f"% {line}" for line in (*plan.lines(), *note(self._units)))
        yield "% Run it: clingo FILE.lp"
        yield ""
        for relation in plan.used:
            yield f"#defined {self._called[relation.signed]}/{len(relation.columns)}."
        for part in plan.parts:
            yield ""
            yield from map(self._fact, part)
        for rules in plan.rules.values():
            yield ""
            for rule in rules:
                yield f"% {origin(rule)}"
                yield self._rule(rule)
        yield ""
        yield "#show."
        for relation in plan.answers:
            yield f"#show {self._called[relation.signed]}/{len(relation.columns)}."

    def _fact(self, fact: Ground) -> str:
        return f"{_call(self._called[fact.predicate], [self._value(v) for v in fact.values])}."

    def _rule(self, rule: NormalRule) -> str:
        own = variables(rule)
        # A variable that nothing binds stands in one negated condition: "for no value".
        own |= {name: "_" for name in own if name not in rule.variables}
        body = ",\n    ".join(self._item(item, own) for item in body_in_order(rule))
        return f"{self._atom(rule.head, own)} :-\n    {body}."

    def _item(self, item: BodyItem, own: dict[str, str]) -> str:
        if isinstance(item, Comparison):
            return f"{self._term(item.left, own)} {item.op} {self._term(item.right, own)}"
        return ("" if item.mode == "plain" else "not ") + self._atom(item.atom, own)

    def _atom(self, atom: Atom, own: dict[str, str]) -> str:
        return _call(self._called[atom.signed], [self._term(t, own) for t in atom.args])

    def _term(self, term: Term, own: dict[str, str]) -> str:
        return self._value(term.value) if isinstance(term, Const) else own[term.name]

    def _value(self, value: Value) -> str:
        return clingo_value(value, self._units)


def _call(name: str, args: list[str]) -> str:
    return f"{name}({', '.join(args)})" if args else name
