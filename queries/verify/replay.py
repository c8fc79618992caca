"""Counterexamples replayed on the evaluator that answers for patients, with proofs of what they show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...kb.ir import Atom, BodyItem, Const, Ground, Literal, Value, Var
from ...kb.normal import NormalProgram
from ..evaluation import pydatalog_engine
from ..evaluation.match import Index, solutions
from ..evaluation.model import Model
from ..proofs.derivations import derivations
from ..proofs.proof import collapse, prove
from ..proofs.step import Proof


class DisagreementError(AssertionError):
    """The solver and the evaluator do not say the same of a patient: a bug of ours, which no verdict may hide."""


def replay(program: NormalProgram, facts: Sequence[Ground], expected: Ground) -> Model:
    """The model of the patient, which holds what is expected. Raises DisagreementError otherwise."""
    model = pydatalog_engine.derive(program, facts)
    if expected not in model.atoms:
        raise DisagreementError(f"the solver found {expected} and the evaluator does not, for {list(facts)}")
    return model


def proofs(
    program: NormalProgram, model: Model, facts: Sequence[Ground], body: Sequence[BodyItem], violation: Ground,
    args: Iterable[object],
) -> tuple[Proof, ...]:  # fmt: skip
    """A proof of each positive condition of the body that rests on a rule, under the binding of the violation."""
    binding: dict[str, Value] = {}
    for term, value in zip(args, violation.values, strict=True):
        if isinstance(term, Var):
            binding[term.name] = value
    index = Index(model.atoms)
    found = next(iter(solutions(list(body), index, binding)), binding)
    search = derivations(program, model, facts)
    shown: dict[Ground, Proof] = {}
    for item in body:
        if isinstance(item, Literal) and item.mode == "plain":
            for atom in _instances(item.atom, found, index):
                if atom in search.lowest and atom not in shown:
                    proof = prove(search, atom)
                    if proof is not None:
                        shown[atom] = collapse(proof)
                break
    return tuple(shown.values())


def _instances(atom: Atom, binding: dict[str, Value], index: Index) -> Iterable[Ground]:
    args = tuple(Const(binding[t.name]) if isinstance(t, Var) and t.name in binding else t for t in atom.args)
    return sorted(index.matching(Atom(atom.predicate, args, atom.negated)), key=repr)
