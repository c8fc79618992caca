"""Random cases with all that is computed of them, for tests of explanations."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from guidekb.kb.edb import Ground
from guidekb.kb.normal import NormalProgram, normalise
from guidekb.queries.evaluation.model import Model
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.proofs.proof import Derivations, Proof, derivations, prove
from hypothesis import strategies as st
from programs import Case, random_case


@dataclass(frozen=True)
class World:
    """A random case, its model and the derivations of that."""

    case: Case

    @cached_property
    def facts(self) -> frozenset[Ground]:
        return frozenset(self.case.facts)

    @cached_property
    def normal(self) -> NormalProgram:
        return normalise(self.case.program)

    @cached_property
    def model(self) -> Model:
        return derive(self.normal, self.facts)

    @cached_property
    def found(self) -> Derivations:
        return derivations(self.normal, self.model, self.facts)

    def proof(self, atom: Ground) -> Proof:
        """The proof of an atom of the model."""
        proof = prove(self.found, atom)
        assert proof, atom
        return proof

    def false(self, most: int) -> Iterator[Ground]:
        """Atoms that the program could conclude but does not, over its values and one more."""
        values = sorted({v for a in self.model.atoms for v in a.values}, key=str)[:4]
        arities = sorted({(r.head.signed, len(r.head.args)) for r in self.normal.rules})
        each = [(Ground(n, row) for row in itertools.product([*values, "new"], repeat=k)) for n, k in arities]
        found = (a for row in itertools.zip_longest(*each) for a in row if a and a not in self.model.atoms)
        yield from itertools.islice(found, most)


worlds = st.randoms(use_true_random=False).map(random_case).map(World)
