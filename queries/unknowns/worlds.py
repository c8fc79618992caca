"""Hypothetical versions of one subject, evaluated together: what each adds to the answer or withdraws from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ...kb.ir import Const, Ground, Literal
from ...kb.normal import NormalProgram
from ..evaluation.bits import Worlds, derive_worlds
from ..evaluation.model import Instance, Model
from ..names import CONTRADICTED, CONTRADICTION, DECIDED, FLAG
from ..proofs.plan import plans
from .abduce import LARGEST_SET, NOTHING, Hypotheses, Search, minimal, search_from
from .questions import compatible

Sets = tuple[Hypotheses, ...]
MOST_TRIED = 3_000
"""Worlds after which sets that failed are no longer searched on."""


@dataclass(frozen=True, slots=True)
class Changes:
    """For each conclusion, the minimal sets of hypotheses that would give it (`gained`) or withdraw it (`lost`).

    `ways`: for each conclusion that is gained, the rule instances that give it. `impossible`: the sets that contradict
    the record. `cut`: the search reached its bounds, so that there may be more.
    """

    gained: dict[Ground, Sets]
    lost: dict[Ground, Sets]
    ways: dict[Ground, frozenset[Instance]]
    impossible: frozenset[Hypotheses]
    cut: bool


def changes(search: Search, gainable: Collection[str] = DECIDED) -> Changes:
    """What could still change: every set that the search finds is tried in a world of its own.

    `gainable`: the conclusions of which it is searched what would give them. Flags are about the record as it is, and
    are searched only when one is asked about.

    A set that does not do what it was found for, because more facts are then needed against a default that it has set
    off, is searched on from its own world. So the sets are those of brute force over all completions
    (tests/queries/test_changes.py), up to the bounds.
    """
    program, model = search.program, search.model
    recorded = (*search.questions.edb.facts, *search.frozen)
    wanted: dict[Hypotheses, set[Ground]] = {}
    for atom, sets in _candidates(model, search, gainable).items():
        for one in sets:
            wanted.setdefault(one, set()).add(atom)
    for one in _doubts(program, model, search):
        wanted.setdefault(one, set())
    wanted.pop(NOTHING, None)
    tried: dict[Hypotheses, None] = {}
    cut = search.cut
    while fresh := _smallest_first(one for one in wanted if one not in tried):
        tried.update(dict.fromkeys(fresh))
        worlds = _evaluate(program, recorded, fresh)
        for i, one in enumerate(fresh):
            failed = {a for a in wanted[one] if (worlds.atoms.get(a, 0) >> i & 1) == (a in model.atoms)}
            if not failed:
                continue
            if len(tried) > MOST_TRIED:
                cut = True
                continue
            further = search_from(search, worlds.model(i), one)
            for atom in failed:
                for more in _sets_for(atom, further):
                    if len(one | more) > LARGEST_SET:
                        cut = True
                    elif compatible(one | more, search.single):
                        wanted.setdefault(one | more, set()).add(atom)
            cut = cut or further.cut
    ordered = _smallest_first(tried)
    return _compare(program, model, ordered, _evaluate(program, recorded, ordered), cut, gainable)


def _candidates(model: Model, search: Search, gainable: Collection[str]) -> dict[Ground, Iterable[Hypotheses]]:
    """For each conclusion that is decided here, the sets that may give or withdraw it."""
    found: dict[Ground, Iterable[Hypotheses]] = {}
    subject = search.questions.edb.subject
    for name in gainable:
        declared = search.questions.predicates.get(name)
        if declared is not None:
            pattern = (subject, *(None for _ in declared.columns[1:]))
            for values, sets in search.supports(name, pattern).items():
                found[Ground(name, values)] = sets
    for atom in model.atoms:
        if atom.predicate in (*DECIDED, FLAG):
            found[atom] = search.withdrawals(atom)
    return found


def _sets_for(atom: Ground, search: Search) -> Iterable[Hypotheses]:
    """The sets that may change this conclusion from where the search stands."""
    if atom in search.model.atoms:
        return search.withdrawals(atom)
    return search.supports(atom.predicate, atom.values).get(atom.values, ())


def _doubts(program: NormalProgram, model: Model, search: Search) -> set[Hypotheses]:
    """Every set that would break an absence that some true rule instance rests on; a proof may show any of them."""
    rules = plans(program)
    patterns = {
        (item.atom.signed, tuple(t.value if isinstance(t, Const) else binding.get(t.name) for t in item.atom.args))
        for instance in model.instances
        for rule in (rules[instance.rule].rule,)
        for binding in (dict(zip(rule.variables, instance.values, strict=True)),)
        for item in rule.body
        if isinstance(item, Literal) and item.mode == "not"
    }
    return {one for signed, pattern in patterns for sets in search.supports(signed, pattern).values() for one in sets}


def _smallest_first(candidates: Iterable[Hypotheses]) -> list[Hypotheses]:
    """The sets that assume something, small ones first, in a fixed order."""
    return sorted((c for c in candidates if c), key=lambda s: (len(s), sorted(map(repr, s))))


def _evaluate(program: NormalProgram, recorded: Collection[Ground], tried: list[Hypotheses]) -> Worlds:
    everywhere = (1 << len(tried)) - 1
    facts: dict[Ground, int] = {}
    for i, one in enumerate(tried):
        for fact in one:
            facts[fact] = facts.get(fact, 0) | 1 << i
    facts.update(dict.fromkeys(recorded, everywhere))
    return derive_worlds(program, facts, len(tried))


def _compare(
    program: NormalProgram,
    model: Model,
    tried: list[Hypotheses],
    worlds: Worlds,
    cut: bool,
    gainable: Collection[str],
) -> Changes:
    everywhere = (1 << len(tried)) - 1
    wrong = contradicted(model, worlds.atoms)
    possible = everywhere & ~wrong
    gained: dict[Ground, Sets] = {}
    lost: dict[Ground, Sets] = {}
    for atom, where in worlds.atoms.items():
        if atom.predicate in gainable and atom not in model.atoms and where & possible:
            gained[atom] = _sets(tried, where & possible)
    for atom in model.atoms:
        gone = possible & ~worlds.atoms.get(atom, 0)
        if atom.predicate in (*DECIDED, FLAG) and gone:
            lost[atom] = _sets(tried, gone)
    impossible = frozenset(one for i, one in enumerate(tried) if wrong >> i & 1)
    return Changes(gained, lost, _ways(program, worlds.instances, gained, possible), impossible, cut)


def is_contradiction(atom: Ground) -> bool:
    """Whether the atom says of a record that it cannot be true."""
    return atom.predicate == CONTRADICTED or (atom.predicate == FLAG and CONTRADICTION in atom.values)


def contradicted(model: Model, atoms: Mapping[Ground, int]) -> int:
    """The worlds in which the record contradicts itself in a way in which it does not as it is."""
    found = 0
    for atom, where in atoms.items():
        if is_contradiction(atom) and atom not in model.atoms:
            found |= where
    return found


def _sets(tried: list[Hypotheses], where: int) -> Sets:
    return tuple(minimal(one for i, one in enumerate(tried) if where >> i & 1))


def _ways(
    program: NormalProgram, instances: Mapping[Instance, int], gained: Mapping[Ground, Sets], possible: int
) -> dict[Ground, frozenset[Instance]]:
    rules = plans(program)
    ways: dict[Ground, set[Instance]] = {}
    for instance, where in instances.items():
        if where & possible and rules[instance.rule].rule.head.predicate in (*DECIDED, FLAG):
            atom, _ = rules[instance.rule].ends(instance.values)
            if atom in gained:
                ways.setdefault(atom, set()).add(instance)
    return {atom: frozenset(found) for atom, found in ways.items()}
