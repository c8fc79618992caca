"""Sets of hypotheses for reading: those that differ in one value only are one, with the values in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...kb.ir import Ground, Value, ValueType, ground_key, sort_key
from ..unknowns.abduce import Hypotheses
from ..unknowns.questions import ANY
from ..wording.sentences import Sentences
from .assess import Knowledge

MOST_NAMED = 8
"""Values that a sentence names; of more, the number of the others is said."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Facts that are needed together, and one of several facts beside them, which differ in one column only."""

    needed: tuple[Ground, ...]
    one_of: tuple[Ground, ...] = ()
    column: int = 0


def choices(sets: Iterable[Hypotheses]) -> list[Choice]:
    """The sets as few choices, those that need little first; each set is in one of them."""
    left = sorted(set(sets), key=_size)
    found: list[tuple[int, Choice]] = []
    while True:
        groups: dict[tuple[Hypotheses, str, int, tuple[Value, ...]], list[tuple[Hypotheses, Ground]]] = {}
        for one in left:
            for fact in one:
                for i in range(1, len(fact.values)):
                    others = (*fact.values[:i], *fact.values[i + 1 :])
                    groups.setdefault((one - {fact}, fact.predicate, i, others), []).append((one, fact))
        best = max(
            groups.items(), key=lambda g: (len(g[1]), repr(sorted(map(ground_key, g[0][0]))), g[0][1:3]), default=None
        )
        if best is None or len(best[1]) < 2:
            break
        (rest, _, column, _), members = best
        facts = sorted((fact for _, fact in members), key=lambda f: sort_key(f.values[column]))
        found.append((len(rest) + 1, Choice(tuple(sorted(rest, key=ground_key)), tuple(facts), column)))
        gone = {one for one, _ in members}
        left = [one for one in left if one not in gone]
    found += [(len(one), Choice(tuple(sorted(one, key=ground_key)))) for one in left]
    return [choice for _, choice in sorted(found, key=lambda f: (f[0], list(map(ground_key, _facts(f[1])))))]


def _size(one: Hypotheses) -> tuple[int, list[tuple[str, object]]]:
    return len(one), sorted(map(ground_key, one))


def _facts(choice: Choice) -> tuple[Ground, ...]:
    return (*choice.needed, *choice.one_of)


class Choosing:
    """Choices in the words of one program."""

    def __init__(self, knowledge: Knowledge, say: Sentences) -> None:
        self.say, self.domains, self.predicates = say, knowledge.domains, knowledge.predicates
        self.types = {t.name: t for t in knowledge.program.types}

    def told(self, choice: Choice) -> str:
        """`a, b and the stage is c or d`."""
        parts = list(map(self.fact, choice.needed))
        if choice.one_of:
            parts.append(self.one_of(choice.one_of, choice.column))
        return self.say.words.join(parts)

    def fact(self, fact: Ground) -> str:
        """One fact; a value that no rule distinguishes is any other than those that rules do."""
        for i, value in enumerate(fact.values):
            if i and value == ANY:
                return self.one_of((fact,), i)
        return self.say.holds(fact)

    def one_of(self, facts: Sequence[Ground], column: int) -> str:
        """Facts that differ in one column, as one sentence."""
        text = self.values(facts[0].predicate.removeprefix("-"), column, [f.values[column] for f in facts])
        return self.say.holds_in(facts[0], column, text)

    def values(self, name: str, column: int, values: Sequence[Value]) -> str:
        """Values of a column in words: ranges of numbers, a list of others."""
        kind = self.predicates[name].columns[column].type
        declared = self.types.get(kind)
        if declared and declared.kind in ("integer", "number"):
            return self.say.words.join(self._ranges(declared, values), "or")
        labels = [self.say.words.say("choices.another") if v == ANY else self.say.value(v, kind) for v in values]
        if len(labels) > MOST_NAMED + 1:
            more = len(labels) - MOST_NAMED
            labels = [*labels[:MOST_NAMED], self.say.words.count("choices.more", more)]
        return self.say.words.join(labels, "or")

    def _ranges(self, kind: ValueType, values: Sequence[Value]) -> list[str]:
        """Runs of the numbers that stand for all: each number between two of a run acts as they do.

        INVARIANT (neighbors): beside each number that rules compare with, the domain has the next smaller and larger
        one, or, of numbers that are not whole, one a little away (queries/questions.py).
        """
        domain = [v for v in self.domains[kind.name] if isinstance(v, int | Decimal)]
        runs: list[list[int]] = []
        for at in sorted(domain.index(v) for v in values if isinstance(v, int | Decimal) and v in domain):
            if runs and runs[-1][-1] == at - 1:
                runs[-1].append(at)
            else:
                runs.append([at])
        return [self._range(kind, domain, run[0], run[-1]) for run in runs]

    def _range(self, kind: ValueType, domain: Sequence[int | Decimal], first: int, last: int) -> str:
        say = self.say.words.say
        low, high = self.say.value(domain[first]), self.say.value(domain[last])
        whole = kind.kind == "integer"
        at_start, at_end = first == 0, last == len(domain) - 1
        if at_start and at_end:
            return say("choices.any")
        if first == last and (whole or not (at_start or at_end)):
            return low if whole or self._is_cut(domain, first) else say("choices.about", value=low)
        if not whole and not at_start and not self._is_cut(domain, first):
            low = say("choices.more_than", value=self.say.value(domain[first - 1]))
            return low if at_end else say("choices.and_most", low=low, high=high)
        if at_end:
            return say("choices.at_least", value=low)
        return say("choices.at_most", value=high) if at_start else say("choices.range", low=low, high=high)

    @staticmethod
    def _is_cut(domain: Sequence[int | Decimal], at: int) -> bool:
        """Whether rules compare with this number: then it is a whole one with neighbors at half a unit."""
        near = {domain[at] - domain[i] for i in (at - 1, at + 1) if 0 <= i < len(domain)}
        return Decimal("0.5") in near and Decimal("-0.5") in near
