"""The models of many patients, after what the rules find contradicted in each record was set apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...kb.ir import Ground
from ...kb.normal import NormalProgram
from ..evaluation.bits import Worlds, derive_worlds
from ..names import CONFLICTING, CONTRADICTED
from .encode import LISTED, THE_PATIENT, Encoded


@dataclass(frozen=True, slots=True)
class Settled:
    """What each patient's answer is made from, and the models; `apart`: the patients for each field set apart."""

    encoded: Encoded
    worlds: Worlds
    apart: dict[str, int]


def settled(program: NormalProgram, encoded: Encoded) -> Settled:
    """As `assess` does it for one patient: contradicted fields lose their facts and count as conflicting, until no rule
    finds another."""
    worlds = derive_worlds(program, encoded.facts, encoded.count)
    all_apart: dict[str, int] = {}
    while apart := _contradicted(worlds, encoded.facts):
        encoded = _without(encoded, apart)
        all_apart |= {name: bits | all_apart.get(name, 0) for name, bits in apart.items()}
        worlds = derive_worlds(program, encoded.facts, encoded.count)
    return Settled(encoded, worlds, all_apart)


def _contradicted(worlds: Worlds, facts: dict[Ground, int]) -> dict[str, int]:
    """The fields that rules find contradicted, each with the patients of whom it has facts."""
    recorded: dict[str, int] = {}
    for fact, bits in facts.items():
        name = fact.predicate.lstrip("-")
        recorded[name] = recorded.get(name, 0) | bits
    found: dict[str, int] = {}
    for atom, bits in worlds.atoms.items():
        if atom.predicate == CONTRADICTED and (here := bits & recorded.get(str(atom.values[1]), 0)):
            found[str(atom.values[1])] = here
    return found


def _without(encoded: Encoded, apart: dict[str, int]) -> Encoded:
    facts: dict[Ground, int] = {}
    for fact, bits in encoded.facts.items():
        left = bits & ~apart.get(fact.predicate.lstrip("-"), 0)
        if left:
            facts[fact] = left
    marks = {mark: dict(fields) for mark, fields in encoded.marks.items()}
    for name, bits in apart.items():
        fact = Ground(CONFLICTING, (THE_PATIENT, name))
        facts[fact] = facts.get(fact, 0) | bits
        marks[CONFLICTING][name] = marks[CONFLICTING].get(name, 0) | bits
        marks[LISTED][name] = marks[LISTED].get(name, 0) & ~bits
    return replace(encoded, facts=facts, marks=marks)
