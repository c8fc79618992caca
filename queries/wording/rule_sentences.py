"""A rule in sentences, for no patient in particular: what it concludes, when, and what overrides it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from ...kb.ir import Atom, BodyItem, Clause, Comparison, Const, Literal, Program, Term, Var
from ..evaluation.match import absence
from .sentences import Sentences

SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠"}


@dataclass(frozen=True, slots=True)
class RuleSentences:
    """`head` follows when all `conditions` hold. `assumed`: those that count until the record says else."""

    head: str
    conditions: tuple[str, ...]
    assumed: frozenset[str] = frozenset()


def rule_sentences(clause: Clause, say: Sentences) -> RuleSentences:
    """The clause in the vocabulary's sentences. A variable that stands twice keeps its name, any other reads "some"."""
    shared = _shared(clause)
    items = [(item, _condition(item, shared, say)) for item in clause.body]
    assumed = frozenset(text for item, text in items if isinstance(item, Literal) and item.mode == "assuming")
    return RuleSentences(say.wanted(_named(clause.head, shared, say)), tuple(text for _, text in items), assumed)


def overriders(program: Program) -> dict[str, tuple[str, ...]]:
    """By rule, the rules that are exceptions to it."""
    found: dict[str, list[str]] = {}
    for clause in program.clauses:
        for target in clause.values("overrides"):
            found.setdefault(str(target), []).append(clause.id)
    return {rule: tuple(others) for rule, others in found.items()}


def _shared(clause: Clause) -> frozenset[str]:
    """The variables whose value stands in two places, but for the patient, whom no sentence names."""
    atoms = [clause.head, *(i.atom for i in clause.body if isinstance(i, Literal))]
    terms: list[Term] = [t for a in atoms for t in a.args]
    terms += [t for i in clause.body if isinstance(i, Comparison) for t in (i.left, i.right)]
    times = Counter(t.name for t in terms if isinstance(t, Var))
    return frozenset(name for name, count in times.items() if count > 1 and not name.startswith("_"))


def _named(atom: Atom, shared: Collection[str], say: Sentences) -> Atom:
    """The atom with the names of shared variables in the place of values."""
    args = (
        Const(_name(t, atom, at, say)) if isinstance(t, Var) and t.name in shared else t
        for at, t in enumerate(atom.args)
    )
    return replace(atom, args=tuple(args))


def _name(var: Var, atom: Atom, at: int, say: Sentences) -> str:
    """The variable's name, with the unit after it where the sentence has one."""
    declared = say.predicates.get(atom.predicate)
    column = declared.columns[at] if declared and declared.arity == len(atom.args) else None
    unit = say.units.get(column.type) if column else None
    said = declared and column and any(f"{{{column.name}}} {unit}" in text for text in (declared.yes, declared.no))
    return f"{var.name} {unit}" if unit and said else var.name


def _condition(item: BodyItem, shared: frozenset[str], say: Sentences) -> str:
    if isinstance(item, Comparison):
        left, right = (say.value(t.value) if isinstance(t, Const) else t.name for t in (item.left, item.right))
        return f"{left} {SIGNS.get(item.op, item.op)} {right}"
    atom = _named(item.atom, shared, say)
    if item.mode == "plain":
        return say.wanted(atom)
    unwanted = absence(replace(item, atom=atom)).atom
    return say.unrecorded(unwanted) if item.mode == "unrecorded" else say.denied(unwanted)
