"""One patient's case without a search, and the evaluator that one patient and many share."""

from __future__ import annotations

from collections.abc import Iterable

from ...kb.ir import EDB, Ground
from ...kb.normal import NormalProgram
from ..answers.assess import Case, Knowledge
from ..evaluation.bits import derive_worlds
from ..evaluation.model import Model
from ..proofs.derivations import derivations
from ..unknowns.abduce import search
from ..unknowns.questions import Questions
from ..unknowns.worlds import Changes


def derive_one(program: NormalProgram, facts: Iterable[Ground]) -> Model:
    """The model of one patient, by bits."""
    return derive_worlds(program, dict.fromkeys(facts, 1), 1).model(0)


def settled_case(knowledge: Knowledge, edb: EDB) -> Case:
    """The case of a record of which nothing that is unknown can change a conclusion."""
    model = derive_one(knowledge.normal, edb.facts)
    questions = Questions(edb, knowledge.predicates, knowledge.domains)
    found = search(knowledge.frozen, model, questions)
    proofs = derivations(knowledge.normal, model, edb.facts)
    return Case(knowledge, edb, model, proofs, found, Changes({}, {}, {}, frozenset(), cut=False))
