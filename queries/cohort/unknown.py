"""What is unknown of many patients at once: the facts that each record could still be given, and what they could do."""

from __future__ import annotations

from itertools import product

from ...kb.ir import Ground, Value
from ...kb.normal import recorded_atoms
from ..answers.assess import Knowledge
from ..evaluation.bits import Worlds, derive_worlds
from ..unknowns.bounds import HIGH, LOW, Bounds, bounds_of, doubled
from ..unknowns.questions import negation
from .encode import LISTED, THE_PATIENT, Encoded


def possible_facts(knowledge: Knowledge, encoded: Encoded) -> dict[Ground, int]:
    """Each fact that may yet be recorded, with the patients of whom it may: `Questions.possible` for all of them.

    Facts with another number than the domain's are recorded facts as well; what they exclude is excluded here too.
    """
    everybody = (1 << encoded.count) - 1
    by_name: dict[str, list[tuple[Ground, int]]] = {}
    for fact, bits in encoded.facts.items():
        by_name.setdefault(fact.predicate, []).append((fact, bits))
    found: dict[Ground, int] = {}
    for declared in knowledge.predicates.values():
        if declared.role != "input" or not declared.open:
            continue
        free = everybody & ~encoded.marks["not_applicable"].get(declared.name, 0)
        if not declared.single:
            free &= ~encoded.marks[LISTED].get(declared.name, 0)
        taken: dict[tuple[Value, ...], int] = {}
        if declared.single:
            for sign in ("", "-"):
                for fact, bits in by_name.get(sign + declared.name, ()):
                    key = (sign, *fact.values[:-1])
                    taken[key] = taken.get(key, 0) | bits
        choices = [(THE_PATIENT,), *(knowledge.domains[c.type] for c in declared.columns[1:])]
        for sign in ("", "-") if declared.arity == 1 else ("",):
            for values in product(*choices):
                fact = Ground(sign + declared.name, values)
                gone = encoded.facts.get(fact, 0) | encoded.facts.get(Ground(negation(fact.predicate), values), 0)
                gone |= taken.get((sign, *values[:-1]), 0)
                if bits := free & ~gone:
                    found[fact] = bits
    return found


def bounds(knowledge: Knowledge, encoded: Encoded, worlds: Worlds, possible: dict[Ground, int]) -> Bounds:
    """What is certain and what is possible of each patient, whatever is still recorded."""
    facts: dict[Ground, int] = {}
    recorded = dict(encoded.facts)
    for name, atom in recorded_atoms(knowledge.frozen, worlds.atoms).items():
        recorded[name] = worlds.atoms[atom]
    for fact, bits in recorded.items():
        for sign in (HIGH, LOW):
            _put(facts, sign, fact, bits)
    for fact, bits in possible.items():
        _put(facts, HIGH, fact, bits)
    return bounds_of(knowledge.frozen, derive_worlds(doubled(knowledge.frozen), facts, encoded.count))


def _put(facts: dict[Ground, int], sign: str, fact: Ground, bits: int) -> None:
    atom = Ground(sign + fact.predicate, fact.values)
    facts[atom] = facts.get(atom, 0) | bits


def open_fields(possible: dict[Ground, int]) -> dict[str, int]:
    """The patients for each field of which something is not known: `Questions.is_open`."""
    found: dict[str, int] = {}
    for fact, bits in possible.items():
        name = fact.predicate.lstrip("-")
        found[name] = found.get(name, 0) | bits
    return found
