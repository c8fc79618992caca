"""The program in Prolog, for SWI-Prolog and others with tabling: every number exact, dates as `date(Y, M, D)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ...kb.ir import Atom, BodyItem, Comparison, Const, Ground, Term, Value
from ...kb.normal import NormalRule
from .names import names
from .plan import Plan, Relation, body_in_order, origin, variables

_WORDS = """
abolish abort abs answer answers append apply arg assert asserta assertz atom atom_chars atom_codes atom_length
atom_number atomic bagof between call callable char_code close compare compound concat consult copy_term current_op
debug delete discontiguous display dynamic exclude fail false findall flatten float forall format functor get ground
halt help ignore import include initialization integer is is_list last length list listing load member module msort
name nb_getval nl nonvar not notrace number number_codes number_vars once op partition print put read read_term repeat
retract retractall reverse see select setof shell sort spy statistics string succ table tell term_to_atom throw time
told trace true unify use_module var write writeq
"""
RESERVED = frozenset(_WORDS.split())
"""Predicates that Prolog has already, or that the program ends with."""
_ATOM = re.compile(r"[a-z][A-Za-z0-9_]*")
_OPS = {"<": "@<", "<=": "@=<", ">": "@>", ">=": "@>=", "=": "==", "!=": "\\=="}


def prolog(plan: Plan) -> str:
    """The whole file."""
    return "\n".join(_lines(plan, names(plan.relations, RESERVED))) + "\n"


def prolog_value(value: Value) -> str:
    """A constant: an atom, an integer, a rational such as `53r20`, or a date."""
    if isinstance(value, str):
        return value if _ATOM.fullmatch(value) else "'" + "".join(map(_escaped, value)) + "'"
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if isinstance(value, Decimal):
        return "{}r{}".format(*value.as_integer_ratio())
    return str(value)


def _lines(plan: Plan, called: dict[str, str]) -> Iterator[str]:
    yield from (f"% {line}" for line in plan.lines())
    yield "% Run it: swipl -g answers -t halt FILE.pl"
    yield ""
    for relation in plan.used:
        kept = relation.signed in plan.rules
        yield f":- {'table' if kept else 'dynamic'} {called[relation.signed]}/{len(relation.columns)}."
    for part in plan.parts:
        yield ""
        yield from (_fact(fact, called) for fact in part if fact.predicate not in plan.rules)
    for head, rules in plan.rules.items():
        yield ""
        yield from (_fact(fact, called) for fact in plan.facts if fact.predicate == head)
        for rule in rules:
            yield f"% {origin(rule)}"
            yield _rule(rule, called)
    yield ""
    yield "% What is concluded, one conclusion a line."
    yield from (f"answer({_open(relation, called)})." for relation in plan.answers)
    yield "" if plan.answers else "answer(_) :- fail.\n"
    yield "answers :- forall((answer(A), call(A)), (writeq(A), nl))."


def _fact(fact: Ground, called: dict[str, str]) -> str:
    return f"{_call(called[fact.predicate], [prolog_value(v) for v in fact.values])}."


def _open(relation: Relation, called: dict[str, str]) -> str:
    return _call(called[relation.signed], ["_"] * len(relation.columns))


def _rule(rule: NormalRule, called: dict[str, str]) -> str:
    own = variables(rule)
    body = ",\n    ".join(_item(item, called, own) for item in body_in_order(rule))
    return f"{_atom(rule.head, called, own)} :-\n    {body}."


def _item(item: BodyItem, called: dict[str, str], own: dict[str, str]) -> str:
    if not isinstance(item, Comparison):
        text = _atom(item.atom, called, own)
        return text if item.mode == "plain" else f"\\+ {text}"
    # Only numbers with numbers and dates with dates are ordered (E304): the standard order of terms serves both.
    return f"{_term(item.left, own)} {_OPS[item.op]} {_term(item.right, own)}"


def _atom(atom: Atom, called: dict[str, str], own: dict[str, str]) -> str:
    return _call(called[atom.signed], [_term(t, own) for t in atom.args])


def _term(term: Term, own: dict[str, str]) -> str:
    return prolog_value(term.value) if isinstance(term, Const) else own[term.name]


def _call(name: str, args: list[str]) -> str:
    return f"{name}({', '.join(args)})" if args else name


def _escaped(character: str) -> str:
    if character in "\\'":
        return "\\" + character
    return character if character.isprintable() else f"\\x{ord(character):x}\\"
