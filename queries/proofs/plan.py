"""Each normal rule made ready once: an instance turns into its conclusion, premises and step without a search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from ...kb.annotations import DEFAULT_PRIORITY
from ...kb.ir import Atom, Comparison, Const, Ground, Literal, Term, Value
from ...kb.normal import NormalProgram, NormalRule, written_mode
from ..evaluation.match import fill
from ..once import once
from .step import Absent, Compared, How, Positive, Premise, Step

Values = tuple[Value, ...]
Pick = Callable[[Values], Values]


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule with what its instances need. `row` is an instance's values followed by the rule's `constants`."""

    rule: NormalRule
    priority: int
    constants: Values
    head: tuple[str, Pick]
    positive: tuple[tuple[str, Pick], ...]
    hows: tuple[How, ...]
    overriding: tuple[str, ...]

    def ends(self, values: Values) -> tuple[Ground, tuple[Ground, ...]]:
        """The conclusion of the instance, and its positive premises in order."""
        row = values + self.constants
        name, pick = self.head
        return Ground(name, pick(row)), tuple([Ground(name, pick(row)) for name, pick in self.positive])

    def step(self, values: Values, conclusion: Ground, needs: tuple[Ground, ...]) -> Step:
        """The step that the instance is in a proof, given its ends."""
        binding = dict(zip(self.rule.variables, values, strict=True))
        positive = iter(needs)
        premises: list[Premise] = []
        for item, how in zip(self.rule.body, self.hows, strict=True):
            if isinstance(item, Comparison):
                left, right = (t.value if isinstance(t, Const) else binding[t.name] for t in (item.left, item.right))
                premises.append(Compared(left, item.op, right))
            elif item.mode == "plain":
                premises.append(Positive(next(positive)))
            else:
                premises.append(Absent(fill(item.atom, binding), how, self.overriding if how == "exception" else ()))
        return Step(conclusion, "derived", self.rule.id, tuple(binding.items()), tuple(premises))


def _how(rule: NormalRule, position: int) -> How:
    if rule.part in ("concludes", "overrides"):
        return "exception"
    mode = written_mode(rule, position)
    return mode if mode in ("assuming", "unrecorded") else "not"


@once
def plans(program: NormalProgram) -> dict[str, RulePlan]:
    """The plan of each rule by its id."""
    return {rule.id: _plan(rule, program.rules) for rule in program.rules}


def _plan(rule: NormalRule, rules: Sequence[NormalRule]) -> RulePlan:
    positive = [i.atom for i in rule.body if isinstance(i, Literal) and i.mode == "plain"]
    terms = [term for atom in (rule.head, *positive) for term in atom.args]
    constants = tuple(dict.fromkeys(term.value for term in terms if isinstance(term, Const)))
    places: dict[str | tuple[Value], int] = {name: i for i, name in enumerate(rule.variables)}
    places |= {(value,): i for i, value in enumerate(constants, len(rule.variables))}
    return RulePlan(
        rule,
        priority(rule),
        constants,
        _picked(rule.head, places),
        tuple(_picked(atom, places) for atom in positive),
        tuple(_how(rule, position) for position in range(len(rule.body))),
        overriding(rule.clause.id, rules),
    )


def priority(rule: NormalRule) -> int:
    """The declared priority of the author's rule."""
    declared = next(iter(rule.clause.values("priority")), DEFAULT_PRIORITY)
    return declared if isinstance(declared, int) else DEFAULT_PRIORITY


def overriding(rule_id: str, rules: Sequence[NormalRule]) -> tuple[str, ...]:
    """The ids of the clauses that are exceptions to this one."""
    name = f"overridden:{rule_id}"
    return tuple(sorted(r.clause.id for r in rules if r.part == "overrides" and r.head.predicate == name))


def _picked(atom: Atom, places: dict[str | tuple[Value], int]) -> tuple[str, Pick]:
    return atom.signed, _pick([places[_place(term)] for term in atom.args])


def _place(term: Term) -> str | tuple[Value]:
    return (term.value,) if isinstance(term, Const) else term.name


def _pick(places: Sequence[int]) -> Pick:
    """The values at these places of a row. (`itemgetter` gives a tuple only for two places or more.)"""
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        (only,) = places
        return lambda row: (row[only],)
    return lambda _: ()
