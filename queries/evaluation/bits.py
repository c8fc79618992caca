"""The evaluator over many worlds at once: a relation maps a row to the set of worlds, as bits, in which it holds.

A world is a set of facts: mostly a hypothetical version of one patient. Join, union and negation of relations are
`and`, `or` and `and not` of bits, so that a rule is evaluated once for all worlds; what is in none is dropped at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...kb.ir import Ground
from ...kb.normal import NormalProgram, NormalRule
from .bits_plan import Plan, Planner, Rows, Run
from .conditions import conditions, ordered
from .model import Instance, Model
from .stages import fixed, split

PROGRAMS_KEPT = 8
"""Prepared programs kept; the least recently used one makes room."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """The models of `count` worlds: every atom, and every rule instance whose body is true, with the worlds (bit i is
    world i) where it is. INVARIANT (somewhere): no value is 0, and none has a bit beyond the last world."""

    atoms: dict[Ground, int]
    instances: dict[Instance, int]
    count: int

    def model(self, world: int) -> Model:
        """The model of one world."""
        if not 0 <= world < self.count:
            raise IndexError(f"no world {world} among {self.count}")
        here = 1 << world
        return Model(
            frozenset(atom for atom, bits in self.atoms.items() if bits & here),
            frozenset(instance for instance, bits in self.instances.items() if bits & here),
        )


def pack(worlds: Iterable[Iterable[Ground]]) -> tuple[dict[Ground, int], int]:
    """The facts of worlds, one collection each, as `derive_worlds` takes them; and the number of worlds."""
    members: dict[Ground, list[int]] = {}
    count = 0
    for facts in worlds:
        for fact in facts:
            members.setdefault(fact, []).append(count)
        count += 1
    packed: dict[Ground, int] = {}
    for fact, places in members.items():
        octets = bytearray(count // 8 + 1)
        for place in places:
            octets[place >> 3] |= 1 << (place & 7)
        packed[fact] = int.from_bytes(octets, "little")
    return packed, count


def derive_worlds(program: NormalProgram, facts: Mapping[Ground, int], worlds: int) -> Worlds:
    """The models of `worlds` worlds, given in which each fact holds (-1: in all); the facts of tables hold in all."""
    return prepare(program).derive(facts, worlds)


def prepare(program: NormalProgram) -> Prepared:
    """The program made ready; kept, so that it is made ready once."""
    prepared = _kept.pop(id(program), None) or Prepared(program)
    _kept[id(program)] = prepared
    for old in [*_kept][:-PROGRAMS_KEPT]:
        _kept.pop(old, None)
    return prepared


class Prepared:
    """A program with its plans, and with what no patient changes derived once (unless the facts given change it)."""

    def __init__(self, program: NormalProgram) -> None:
        self._program = program  # while this is kept, no other program has the same id
        self._fixed = fixed(program)
        tables, rest = split(program)
        known = _Engine(tables, Model(program.facts, frozenset()), frozenset()).derive({}, 1)
        self._usual = _Engine(rest, known.model(0), self._fixed)
        self._whole: _Engine | None = None

    def derive(self, facts: Mapping[Ground, int], worlds: int) -> Worlds:
        """As `derive_worlds`."""
        if worlds < 0:
            raise ValueError(f"{worlds} worlds")
        if worlds == 0:
            return Worlds({}, {}, 0)
        given = {f: bits for f, bits in facts.items() if f.predicate not in self._fixed}
        if len(given) == len(facts) or all(f in given or f in self._program.facts for f in facts):
            return self._usual.derive(given, worlds)
        if self._whole is None:
            self._whole = _Engine(self._program, Model(self._program.facts, frozenset()), frozenset())
        return self._whole.derive(facts, worlds)


_kept: dict[int, Prepared] = {}


@dataclass(frozen=True, slots=True)
class _Stratum:
    """Plans of the first round; and, when recursive, of the later ones, with one for each condition inside the stratum,
    which reads what the last round found; `fresh`: the relation in which it finds it, for each relation concluded."""

    first: list[Plan]
    again: list[Plan]
    fresh: dict[int, int]

    def close(self, run: Run, everywhere: int, instances: dict[Instance, int]) -> None:
        """Add all that the rules conclude, round by round, and their instances."""
        plans = self.first
        while plans:
            found: dict[int, Rows] = {}
            for plan in plans:
                if all(run.rows[relation] for relation in plan.needs):
                    plan.fire(run, everywhere, found, instances)
            new = {relation: run.add(relation, rows, bool(self.again)) for relation, rows in found.items()}
            for relation, fresh in self.fresh.items():
                run.put(fresh, new.get(relation, {}))
            plans = self.again if any(new.values()) else ()


class _Engine:
    """The plans of a program's rules, on top of what is known in every world; `closed`: predicates known completely."""

    def __init__(self, program: NormalProgram, known: Model, closed: frozenset[str]) -> None:
        self._known = known
        planner = Planner()
        heads: dict[str, list[NormalRule]] = {}
        for rule in program.rules:
            heads.setdefault(rule.head.signed, []).append(rule)
        strata = (([rule for name in s for rule in heads.get(name, ())], s) for s in program.strata)
        self._strata = [_stratum(planner, rules, s if s in program.recursive else ()) for rules, s in strata if rules]
        self._given = {(name, arity): i for (name, arity, fresh), i in planner.relations.items() if not fresh}
        self._open = [(name, i) for (name, _), i in self._given.items() if name not in closed]
        self._facts = [atom for atom in known.atoms if atom.predicate not in closed]
        self._base = Run([{} for _ in planner.relations], [None for _ in planner.indexes], [*planner.indexes])
        for name, values in known.atoms:
            relation = self._given.get((name, len(values)))
            if relation is not None and name in closed:
                self._base.rows[relation][values] = -1  # in all worlds, however many there are
        for number, index in enumerate(planner.indexes):
            if self._base.rows[index.relation]:
                self._base.table(number)

    def derive(self, facts: Mapping[Ground, int], worlds: int) -> Worlds:
        """The models of the worlds; no fact is of a closed predicate."""
        everywhere = (1 << worlds) - 1
        atoms = dict.fromkeys(self._known.atoms, everywhere)
        instances = dict.fromkeys(self._known.instances, everywhere)
        run = Run([*self._base.rows], [*self._base.tables], self._base.indexes)
        for _, relation in self._open:
            run.rows[relation] = {}
        given = {fact: here for fact, bits in facts.items() if (here := bits & everywhere)}
        given.update(dict.fromkeys(self._facts, everywhere))
        atoms.update(given)
        for fact, bits in given.items():
            relation = self._given.get((fact.predicate, len(fact.values)))
            if relation is not None:
                run.rows[relation][fact.values] = bits
        for stratum in self._strata:
            stratum.close(run, everywhere, instances)
        for name, relation in self._open:
            atoms.update((Ground(name, row), bits) for row, bits in run.rows[relation].items())
        return Worlds(atoms, instances, worlds)


def _stratum(planner: Planner, rules: Sequence[NormalRule], loop: tuple[str, ...]) -> _Stratum:
    """The plans of a stratum's rules; `loop`: its predicates if they depend on each other."""
    first: list[Plan] = []
    again: list[Plan] = []
    fresh: dict[int, int] = {}
    for rule in rules:
        positive, tests = conditions(rule)
        first.append(planner.plan(rule, ordered(positive, tests)))
        for i, atom in enumerate(positive):
            if atom.signed in loop:
                again.append(planner.plan(rule, ordered(positive, tests, i), fresh=True))
                key = atom.signed, len(atom.args)
                fresh[planner.relation(*key)] = planner.relation(*key, fresh=True)
    return _Stratum(first, again, fresh)
