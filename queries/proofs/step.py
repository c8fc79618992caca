"""A proof as values: steps from recorded facts to a conclusion, each with the premises that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from ...kb.ir import Atom, Ground, Value

Kind = OneOf["recorded", "table", "derived"]
How = OneOf["not", "assuming", "unrecorded", "exception"]


@dataclass(frozen=True, slots=True)
class Positive:
    """The atom holds; the proof has a step for it."""

    atom: Ground


@dataclass(frozen=True, slots=True)
class Absent:
    """No atom that the pattern stands for holds (a variable in it reads "for no value").

    how: the clause says `not`; or `assuming`, whose author wrote the opposite sign (`assuming -p(X)` is the absence of
    `p(X)`); or `unrecorded`, which is about the record; or it is the guard against exceptions, `overridden:ID(S)`, and
    `rules` are the clauses that may override ID.
    """

    atom: Atom
    how: How = "not"
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """`left op right` is true."""

    left: Value
    op: str
    right: Value


Premise = Positive | Absent | Compared


@dataclass(frozen=True, slots=True)
class Step:
    """Why one atom holds. recorded: a fact of the patient. table: a fact of the program. derived: by a rule.

    `rule` is the id of the normal rule, of the clause after `collapse`. INVARIANT (premises): they are in the order of
    the rule's body, one for each condition.
    """

    conclusion: Ground
    kind: Kind
    rule: str = ""
    bindings: tuple[tuple[str, Value], ...] = ()
    premises: tuple[Premise, ...] = ()

    @property
    def needs(self) -> tuple[Ground, ...]:
        """The atoms that it rests on, each once, in order."""
        return tuple(dict.fromkeys(p.atom for p in self.premises if isinstance(p, Positive)))


@dataclass(frozen=True, slots=True)
class Proof:
    """A step for `root` and for each atom below it, a shared one once; depth first, conclusion before premises."""

    root: Ground
    steps: dict[Ground, Step]

    @property
    def recorded(self) -> tuple[Ground, ...]:
        """The patient's facts that it uses."""
        return tuple(atom for atom, step in self.steps.items() if step.kind == "recorded")

    @property
    def assumed(self) -> tuple[Atom, ...]:
        """What it takes to be absent by default, each once."""
        premises = (p for step in self.steps.values() for p in step.premises)
        return tuple(dict.fromkeys(p.atom for p in premises if isinstance(p, Absent) and p.how == "assuming"))


def reachable(root: Ground, steps: dict[Ground, Step]) -> Proof:
    """The proof of the root among the steps: those that it needs, in reading order."""
    found: dict[Ground, Step] = {}
    stack = [root]
    while stack:
        atom = stack.pop()
        if atom not in found:
            found[atom] = steps[atom]
            stack += reversed(steps[atom].needs)
    return Proof(root, found)


def collapse(proof: Proof) -> Proof:
    """The proof as its reader knows the rules: `ID:concludes` or `ID:overrides:OTHER` and its `applies:ID` as one step
    of the author's rule ID, with the premises of its body and then the guard, if it has one."""
    merged = {atom: _merged(step, proof.steps) for atom, step in proof.steps.items()}
    return reachable(proof.root, merged)


def _merged(step: Step, steps: dict[Ground, Step]) -> Step:
    if not step.needs or not step.needs[0].predicate.startswith("applies:"):
        return step
    body = steps[step.needs[0]]
    return Step(step.conclusion, "derived", body.rule, body.bindings, body.premises + step.premises[1:])
