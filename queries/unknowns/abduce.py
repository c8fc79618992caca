"""Which unknown facts could make a conclusion true, or withdraw it: minimal sets of hypotheses.

The search goes backwards over rules and is optimistic about negation; `worlds.py` then evaluates every set as a world
of its own, so that what is reported does change the conclusion and does not contradict the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from ...kb.ir import Atom, Comparison, Const, Ground, Literal, Term, Value, Var
from ...kb.normal import NormalProgram, NormalRule, recorded_atoms
from ..evaluation.conditions import compare, conditions, ordered
from ..evaluation.model import Model
from ..evaluation.reference import Relations
from ..once import once
from .questions import Questions, compatible

Hypotheses = frozenset[Ground]
Binding = dict[str, Value]
NOTHING: Hypotheses = frozenset()
LARGEST_SET = 6  # hypotheses needed together; larger sets say nothing that one can act on
MOST_SETS = 600  # per goal


@dataclass
class Search:
    """A search over one subject's finished model; what it has found is kept and shared by all questions about it.

    `program` is a frozen one (`kb.normal.frozen`); `frozen` are the atoms that say what its record holds.
    """

    program: NormalProgram
    model: Model
    questions: Questions
    known: Relations
    rules: dict[str, list[tuple[NormalRule, list[Atom | Literal | Comparison]]]]
    single: frozenset[str]
    frozen: frozenset[Ground]
    memo: dict[tuple[str, tuple[Value | None, ...]], dict[tuple[Value, ...], list[Hypotheses]]] = field(
        default_factory=lambda: {}
    )
    defeats: dict[Ground, list[Hypotheses]] = field(default_factory=lambda: {})
    active: set[object] = field(default_factory=lambda: set())
    loops: set[object] = field(default_factory=lambda: set())
    cut: bool = False

    def supports(self, signed: str, pattern: tuple[Value | None, ...]) -> dict[tuple[Value, ...], list[Hypotheses]]:
        """For each tuple that matches the pattern, the minimal sets that would make it hold; [NOTHING] if it does."""
        key = (signed, pattern)
        if key in self.memo:
            return self.memo[key]
        if key in self.active:
            self.loops.add(key)
            return {}  # a proof that rests on itself is no proof
        self.active.add(key)
        found: dict[tuple[Value, ...], list[Hypotheses]] = {}
        for values in self._known(signed, pattern):
            found[values] = [NOTHING]
        for fact in self.questions.possible(signed, pattern):
            found.setdefault(fact.values, []).append(frozenset({fact}))
        for rule, body in self.rules.get(signed, ()):
            for binding, hypotheses in self._body(body, _unify(rule.head.args, pattern)):
                found.setdefault(_ground(rule.head.args, binding), []).append(hypotheses)
        result = {values: self._minimal(sets) for values, sets in found.items()}
        self.active.discard(key)
        self.loops.discard(key)
        if not self.loops:  # else the result lacks what rests on a goal that is still being searched
            self.memo[key] = result
        return result

    def _known(self, signed: str, pattern: tuple[Value | None, ...]) -> Iterable[tuple[Value, ...]]:
        atom = Atom(signed, tuple(Var(f"_{i}") if v is None else Const(v) for i, v in enumerate(pattern)))
        for binding in self.known.matches(atom, {}):
            yield tuple(binding[f"_{i}"] if v is None else v for i, v in enumerate(pattern))

    def _body(
        self, body: Sequence[Atom | Literal | Comparison], start: Binding | None
    ) -> list[tuple[Binding, Hypotheses]]:
        states: list[tuple[Binding, Hypotheses]] = [] if start is None else [(start, NOTHING)]
        for item in body:
            following: list[tuple[Binding, Hypotheses]] = []
            for binding, hypotheses in states:
                following += self._condition(item, binding, hypotheses)
            if len(following) > MOST_SETS * 4:
                self.cut = True
                following = sorted(following, key=lambda s: len(s[1]))[: MOST_SETS * 4]
            states = following
        return states

    def _condition(
        self, item: Atom | Literal | Comparison, binding: Binding, hypotheses: Hypotheses
    ) -> list[tuple[Binding, Hypotheses]]:
        if isinstance(item, Comparison):
            left, right = _ground((item.left, item.right), binding)
            return [(binding, hypotheses)] if compare(left, item.op, right) else []
        atom = item if isinstance(item, Atom) else item.atom
        pattern = tuple(t.value if isinstance(t, Const) else binding.get(t.name) for t in atom.args)
        if isinstance(item, Literal):
            present = [Ground(atom.signed, values) for values in self._known(atom.signed, pattern)]
            ways = self._all([lambda p=p: self.withdrawals(p) for p in present])
            return [(binding, h) for way in ways if (h := self._join(hypotheses, way)) is not None]
        out: list[tuple[Binding, Hypotheses]] = []
        for values, sets in self.supports(atom.signed, pattern).items():
            extended = _bind(atom.args, values, binding)
            if extended is not None:
                out += [(extended, h) for one in sets if (h := self._join(hypotheses, one)) is not None]
        return out

    def withdrawals(self, atom: Ground) -> list[Hypotheses]:
        """The minimal sets that would withdraw an atom of the model: each of its instances loses a condition."""
        if atom in self.defeats:
            return self.defeats[atom]
        if atom in self.active or atom not in self.model.atoms or atom.predicate not in self.rules:
            return []
        self.active.add(atom)
        instances = [
            (rule, dict(zip(rule.variables, i.values, strict=True)))
            for rule, _ in self.rules[atom.predicate]
            for i in self.model.instances
            if i.rule == rule.id
        ]
        ours = [(r, b) for r, b in instances if _ground(r.head.args, b) == atom.values]
        result = self._all([lambda r=r, b=b: self._failures(r, b) for r, b in ours]) if ours else []
        self.active.discard(atom)
        self.defeats[atom] = result
        return result

    def _failures(self, rule: NormalRule, binding: Binding) -> list[Hypotheses]:
        """The sets that would make some condition of a true rule instance fail."""
        found: list[Hypotheses] = []
        for item in rule.body:
            if isinstance(item, Comparison):
                continue
            pattern = tuple(t.value if isinstance(t, Const) else binding.get(t.name) for t in item.atom.args)
            if item.mode == "plain":
                found += self.withdrawals(Ground(item.atom.signed, _ground(item.atom.args, binding)))
            else:
                for sets in self.supports(item.atom.signed, pattern).values():
                    found += [s for s in sets if s]
        return self._minimal(found)

    def _all(self, choices: Sequence[Callable[[], list[Hypotheses]]]) -> list[Hypotheses]:
        """One set of each choice together; nothing is needed when there are no choices."""
        made: list[Hypotheses] = [NOTHING]
        for choice in choices:
            ways = choice()
            made = self._minimal([h for a, b in product(made, ways) if (h := self._join(a, b)) is not None])
        return made

    def _join(self, one: Hypotheses, other: Hypotheses) -> Hypotheses | None:
        both = one | other
        if len(both) > LARGEST_SET:
            self.cut = True
            return None
        return both if both in (one, other) or compatible(both, self.single) else None

    def _minimal(self, sets: list[Hypotheses]) -> list[Hypotheses]:
        kept = minimal(sets)
        if len(kept) > MOST_SETS:
            self.cut = True
        return kept[:MOST_SETS]


def minimal(sets: Iterable[Hypotheses]) -> list[Hypotheses]:
    """The sets that contain no other one, smallest first, in a fixed order."""
    kept: list[Hypotheses] = []
    for one in sorted(set(sets), key=lambda s: (len(s), sorted(map(repr, s)))):
        if not any(other <= one for other in kept):
            kept.append(one)
    return kept


def search(program: NormalProgram, model: Model, questions: Questions) -> Search:
    """A search over one subject's finished model, shared by all questions about it."""
    rules = _by_head(program)
    single = frozenset(p.name for p in questions.predicates.values() if p.single)
    record = frozenset(recorded_atoms(program, model.atoms))
    return Search(program, model, questions, Relations((*model.atoms, *record)), rules, single, record)


@once
def _by_head(program: NormalProgram) -> dict[str, list[tuple[NormalRule, list[Atom | Literal | Comparison]]]]:
    """The rules by what they conclude, with their conditions in the order in which they can be taken."""
    rules: dict[str, list[tuple[NormalRule, list[Atom | Literal | Comparison]]]] = {}
    for rule in program.rules:
        positive, tests = conditions(rule)
        rules.setdefault(rule.head.signed, []).append((rule, ordered(positive, tests)))
    return rules


def search_from(search: Search, model: Model, recorded: Hypotheses) -> Search:
    """A search that goes on from the world in which some hypotheses are recorded."""
    edb = search.questions.edb
    known = replace(edb, facts={**edb.facts, **dict.fromkeys(recorded, ())})
    questions = replace(search.questions, edb=known)
    return Search(
        search.program,
        model,
        questions,
        Relations((*model.atoms, *search.frozen)),
        search.rules,
        search.single,
        search.frozen,
    )


def _unify(args: Sequence[Term], pattern: tuple[Value | None, ...]) -> Binding | None:
    binding: Binding = {}
    for term, value in zip(args, pattern, strict=True):
        if value is None:
            continue
        if isinstance(term, Const):
            if term.value != value:
                return None
        elif binding.setdefault(term.name, value) != value:
            return None
    return binding


def _bind(args: Sequence[Term], values: Sequence[Value], binding: Binding) -> Binding | None:
    extended = dict(binding)
    for term, value in zip(args, values, strict=True):
        if isinstance(term, Const):
            if term.value != value:
                return None
        elif extended.setdefault(term.name, value) != value:
            return None
    return extended


def _ground(terms: Sequence[Term], binding: Binding) -> tuple[Value, ...]:
    return tuple(t.value if isinstance(t, Const) else binding[t.name] for t in terms)
