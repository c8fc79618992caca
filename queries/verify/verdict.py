"""What verification says of a property, and of the rules as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from ...kb.ir import Ground
from ...kb.property import Property, Waiver
from ..proofs.step import Proof
from .classes import PatientClass

Status = OneOf["proved", "violated", "accepted", "vacuous", "unfalsifiable", "not analysable", "not finished"]
GOOD: tuple[Status, ...] = ("proved", "accepted")


@dataclass(frozen=True, slots=True)
class Witness:
    """A smallest patient that shows a finding: the facts, the violation itself, and a proof of each of its conditions.

    learned: of an instable answer, the fact that withdraws it. INVARIANT (replayed): the pyDatalog evaluator says the
    same of these facts.
    """

    facts: tuple[Ground, ...]
    violation: Ground
    proofs: tuple[Proof, ...]
    learned: Ground | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status of one property. relies_on: integrity constraints without which it would not hold. of: the number of
    different violations. why: for what is vacuous or not analysable. waivers: those that accept some violation."""

    property: Property
    status: Status
    relies_on: tuple[str, ...] = ()
    patients: PatientClass | None = None
    witness: Witness | None = None
    violations: tuple[Ground, ...] = ()
    why: str = ""
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that no property asks for: of the kind `kind` (a dead rule, ...), about `name`. `weight`: an error
    is a fault of the rules, a note is for whoever writes them. verdict: where it has a class and a smallest patient."""

    kind: str
    name: str
    text: str
    weight: OneOf["error", "note"]
    place: str = ""
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """All verdicts and findings. limits: where the space is smaller than life. left: what was not done, when it was
    interrupted. whole: whether it was also asked what needs no property."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    limits: tuple[str, ...]
    patients: int
    rules: int
    left: tuple[str, ...] = ()
    whole: bool = True

    @property
    def partial(self) -> bool:
        """Whether something was not done."""
        return bool(self.left)
