"""The program for Soufflé: typed relations, facts inline, or read from `RELATION.facts` when no patient is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ...kb.ir import Atom, BodyItem, Comparison, Const, Ground, Term, Value
from ...kb.normal import NormalRule
from .names import names
from .numbers import in_units, note, refuse, unit
from .plan import DATE, NUMBERS, Plan, Relation, body_in_order, origin, variables

_WORDS = """
abs acos acosh add aggregate as asin asinh atan atanh autoinc band bnot bor bshl bshr bshru bxor cat ceil choice cos
cosh count debug decl declare eqrel exp false float floor functor include inline input instantiate lambda land
limitsize lnot log lor lxor magic match max mean min nil no_inline no_magic number ord output overridable override
plan pow pragma printsize printtup range recursive_iteration_cnt round sin sinh sqrt stateful strlen sub substr sum
symbol tan tanh to_float to_number to_string to_unsigned true trunc type unsigned
"""
RESERVED = frozenset(_WORDS.split())
"""Words of the language."""


def souffle(plan: Plan) -> str:
    """The whole file. Raises Unavailable for what Soufflé cannot hold."""
    return "\n".join(_Writer(plan).lines()) + "\n"


class _Writer:
    """Writes one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._called = names(plan.relations, RESERVED)
        self._units = unit(plan.values)

    def lines(self) -> Iterator[str]:
        plan = self._plan
        yield from (f"// {line}" for line in (*plan.lines(), "Dates are numbers: 20240305.", *note(self._units)))
        yield "// Run it: souffle -D- FILE.dl" + ("" if plan.subject else "  (facts in RELATION.facts, one a line)")
        yield ""
        for relation in plan.used:
            yield self._declared(relation)
            if relation.signed not in plan.rules and not plan.subject and self._is_input(relation.signed):
                yield f".input {self._called[relation.signed]}"
        for part in plan.parts:
            yield ""
            yield from map(self._fact, part)
        for rules in plan.rules.values():
            yield ""
            for rule in rules:
                yield f"// {origin(rule)}"
                yield self._rule(rule)
        yield ""
        for relation in plan.answers:
            yield f".output {self._called[relation.signed]}"

    def _is_input(self, signed: str) -> bool:
        declared = self._plan.program.predicates_by_name.get(signed.lstrip("-"))
        return declared is not None and declared.role == "input"

    def _declared(self, relation: Relation) -> str:
        cells = zip(relation.columns, relation.kinds, strict=True)
        sorts = ", ".join(
            f"c{n}_{column}: {'number' if kind in (*NUMBERS, DATE) else 'symbol'}"
            for n, (column, kind) in enumerate(cells, 1)
        )
        return f".decl {self._called[relation.signed]}({sorts})"

    def _fact(self, fact: Ground) -> str:
        return f"{self._called[fact.predicate]}({', '.join(map(self._value, fact.values))})."

    def _rule(self, rule: NormalRule) -> str:
        own = variables(rule)
        own |= {name: "_" for name in own if name not in rule.variables}
        body = ",\n    ".join(self._item(item, own) for item in body_in_order(rule))
        return f"{self._atom(rule.head, own)} :-\n    {body}."

    def _item(self, item: BodyItem, own: dict[str, str]) -> str:
        if isinstance(item, Comparison):
            return f"{self._term(item.left, own)} {item.op} {self._term(item.right, own)}"
        return ("" if item.mode == "plain" else "!") + self._atom(item.atom, own)

    def _atom(self, atom: Atom, own: dict[str, str]) -> str:
        return f"{self._called[atom.signed]}({', '.join(self._term(t, own) for t in atom.args)})"

    def _term(self, term: Term, own: dict[str, str]) -> str:
        return self._value(term.value) if isinstance(term, Const) else own[term.name]

    def _value(self, value: Value) -> str:
        if isinstance(value, date):
            return str(value.year * 10_000 + value.month * 100 + value.day)
        if not isinstance(value, str):
            return str(in_units(value, self._units, "Soufflé"))
        if not value.isprintable():
            refuse(value, "Soufflé", "it has a control character in it")
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
