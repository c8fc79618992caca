"""The exact class of the patients that satisfy a goal, as a few conjunctions in the guideline's own concepts.

Each box is a largest set of patients in which the goal is certain: it comes from an unsatisfiable core, with every
condition deleted that is not needed. Boxes are blocked one after the other until no patient is left, so that together
they cover all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product

from ...kb.ir import PATIENT, Const, Ground, Term, Value, ground_key, sort_key
from ...kb.normal import dependencies
from ..names import ADVISE_AGAINST, ALERT, CONSIDER, CONTRADICTED, EXPECT, FLAG, PROGNOSIS, RECOMMEND, REQUIRES
from ..unknowns.questions import constants_by_type
from .clingo_solver import Assumption, Fact, Solver
from .emit import CELL
from .numbering import PATIENTS
from .ranges import Field, Range, Ranged, widened
from .space import SUBJECT
from .world import World

MOST_BOXES = 12
ANSWERS = frozenset({RECOMMEND, CONSIDER, ADVISE_AGAINST, ALERT, EXPECT, PROGNOSIS, FLAG, REQUIRES, CONTRADICTED})
"""Predicates that a class is not told in: a violation is mostly about them."""
ONE = PATIENTS[0]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a box: the atom holds, or (not `holds`) nothing says so.

    span: the last value of the atom is one of these (the atom has the first); when not `holds`, no value is recorded.
    """

    atom: Ground
    holds: bool
    span: Range | None = None


Box = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class PatientClass:
    """Boxes that cover all patients of a goal; `whole`: none is left over."""

    boxes: tuple[Box, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Concepts:
    """What boxes may be told in: groups of assumptions, those first that had better not be in a box; and of the fields
    with a number or a date, which values the solver knows."""

    groups: tuple[tuple[Assumption, ...], ...]
    told: dict[Fact, Ground]
    fields: tuple[Field, ...] = ()


def concepts(world: World, avoided: Iterable[str] = ()) -> Concepts:
    """The atoms of one patient: what is not recorded, what is recorded, then concepts in the order of the strata.

    avoided: signed names that the goal itself speaks of, and that would say nothing.
    """
    declared = world.program.predicates_by_name
    left_out = {*ANSWERS, *avoided}
    items: dict[Fact, Ground] = {}
    inputs: dict[Fact, Ground] = {}
    found: dict[Fact, Ground] = {}
    for cell in world.space.cells:
        for fact in cell.options:
            (items if cell.listed else inputs).setdefault(world.numbering.fact(fact, ONE), fact)
    levels: dict[int, list[Fact]] = {}
    for depth, signed in _by_depth(world):
        one = declared.get(signed.removeprefix("-"))
        if one is None or ":" in signed or signed in left_out or one.role != "derived" or one.arity > 3:
            continue
        if not one.columns or one.columns[0].type != PATIENT:
            continue
        for values in _values(world, signed):
            atom = Ground(signed, (SUBJECT, *values))
            fact = world.numbering.fact(atom, ONE)
            found[fact] = atom
            levels.setdefault(depth, []).append(fact)
    groups = (
        tuple((fact, False) for fact in items),
        tuple((fact, False) for fact in inputs),
        tuple((fact, True) for fact in items),
        tuple((fact, True) for fact in inputs),
        tuple((fact, False) for fact in found),
        *(tuple((fact, True) for fact in level) for level in levels.values()),
    )
    return Concepts(groups, {**items, **inputs, **found}, tuple(_fields(world, inputs)))


def _fields(world: World, inputs: dict[Fact, Ground]) -> Iterator[Field]:
    """Fields of a record with one number or date, of which nothing else is asked."""
    cuts = constants_by_type(world.cutting)
    for one in world.program.predicates:
        kind = world.program.types_by_name.get(one.columns[-1].type) if one.arity == 2 else None
        if one.role != "input" or not one.single or kind is None or kind.kind not in ("integer", "number", "date"):
            continue
        found = [(fact, atom.values[-1]) for fact, atom in inputs.items() if atom.predicate == one.name]
        if found and not any(atom.predicate == f"-{one.name}" for atom in inputs.values()):
            found.sort(key=lambda pair: sort_key(pair[1]))
            yield Field(one.name, tuple(found), frozenset(cuts.get(kind.name, ())), kind.kind != "number")


def _by_depth(world: World) -> list[tuple[int, str]]:
    """What rules conclude, with how many steps it is from the record; the nearest first."""
    needs: dict[str, set[str]] = {}
    for edge in dependencies(world.normal.rules):
        needs.setdefault(edge.head, set()).add(edge.body)
    depth: dict[str, int] = {}
    for stratum in world.normal.strata:
        below = max((depth.get(n, 0) for head in stratum for n in needs.get(head, ()) if n not in stratum), default=0)
        depth.update(dict.fromkeys(stratum, below + 1))
    return sorted((depth[s], s) for s in depth if s in needs)


def _values(world: World, signed: str) -> list[tuple[Value, ...]]:
    heads = [r.head for r in world.normal.rules if r.head.signed == signed]
    types = [c.type for c in world.program.predicates_by_name[signed.removeprefix("-")].columns[1:]]
    rows: set[tuple[Value, ...]] = set()
    for head in heads:
        rows.update(product(*(_values_of(world, term, kind) for term, kind in zip(head.args[1:], types, strict=True))))
    return sorted(rows, key=repr)


def _values_of(world: World, term: Term, name: str) -> list[Value]:
    if isinstance(term, Const):
        return [term.value]
    kind = world.program.types_by_name.get(name)
    return [label.name for label in kind.labels if world.numbering.has(label.name)] if kind else []


def patient_class(solver: Solver, goal: Fact, told: Concepts, given: Sequence[Assumption], own: str) -> PatientClass:
    """The class of a goal, under assumptions; `own` names what is added to the solver. The boxes may overlap."""
    groups = [[a for a in group if solver.known(a[0])] for group in told.groups]
    boxes: list[Box] = []
    open_boxes: list[Assumption] = []
    while len(open_boxes) < MOST_BOXES:
        answer = solver.find([*given, *open_boxes, (goal, True)])
        if answer is None:
            return PatientClass(tuple(boxes), True)
        core = _smallest_core(solver, answer, groups, [*given, (goal, False)])
        name = f"box{own}_{len(open_boxes)}"
        rest, ranged = widened(solver, goal, core, given, told.fields)
        bodies = [[*rest, *chain(*chosen)] for chosen in product(*(one.choices for one in ranged))]
        solver.add(name, "\n".join(_rule(name, body) for body in bodies))
        open_boxes.append(((name, ()), False))
        plain = tuple(Condition(told.told[fact], truth) for fact, truth in rest)
        boxes += [(*plain, *chosen) for chosen in product(*([*_spans(one)] for one in ranged))]
    rest = solver.find([*given, *open_boxes, (goal, True)])
    return PatientClass(tuple(boxes), rest is None)


def _rule(name: str, body: Iterable[Assumption]) -> str:
    written = ", ".join(f"{'' if truth else 'not '}{_written(fact)}" for fact, truth in body)
    return f"{name} :- {written}." if written else f"{name}."


def _spans(one: Ranged) -> Iterator[Condition]:
    """A condition for each range of a field, and for none recorded."""
    name = one.field.name
    for span in one.ranges:
        yield Condition(Ground(name, (SUBJECT, span.among[0])), True, span)
    if one.unrecorded:
        every = tuple(value for _, value in one.field.facts)
        yield Condition(Ground(name, (SUBJECT, every[0])), False, Range(every))


def _smallest_core(
    solver: Solver, answer: frozenset[Fact], groups: Sequence[Sequence[Assumption]], given: Sequence[Assumption]
) -> list[Assumption]:
    """Conditions that are true of the answer and together make the goal certain; none can be left out.

    The groups are made small one after the other, while all that is better in a box may still be in it.
    """
    true = [[a for a in group if (a[0] in answer) == a[1]] for group in groups]
    kept: list[Assumption] = []
    for n, group in enumerate(true):
        better = [a for later in true[n + 1 :] for a in later]
        kept += _needed(solver, group, [*kept, *better, *given])
    return kept


def _needed(solver: Solver, group: Sequence[Assumption], others: Sequence[Assumption]) -> list[Assumption]:
    """A smallest part of the group that, with the others, makes the goal certain."""
    if not group or solver.core(others) is not None:
        return []
    core = solver.core([*group, *others])
    if core is None:
        raise AssertionError("a patient is told apart by what is recorded")
    kept = [a for a in group if a in set(core)]
    for one in list(kept):
        if one in kept:
            rest = [a for a in kept if a != one]
            smaller = solver.core([*rest, *others])
            if smaller is not None:
                kept = [a for a in rest if a in set(smaller)]
    return kept


def _written(fact: Fact) -> str:
    name, numbers = fact
    return f"{name}({','.join(map(str, numbers))})" if numbers else name


def in_order(box: Box) -> Box:
    """The box as it is shown: what holds before what does not, by name."""
    return tuple(sorted(box, key=lambda c: (not c.holds, ground_key(c.atom))))


SHOWN_CELLS = (CELL, 3)
