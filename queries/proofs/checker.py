"""An independent check of a proof: each step is derived again from its rule and its premises alone.

It shares no code with the search for proofs, with `match.py` or with an evaluator, only the values that they exchange.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from ...kb.ir import Atom, BodyItem, Comparison, Const, Ground, Literal, Value
from ...kb.normal import NormalProgram, NormalRule
from .step import Absent, Compared, Positive, Premise, Proof, Step


def check(
    proof: Proof, program: NormalProgram, atoms: Collection[Ground], recorded: Collection[Ground]
) -> tuple[str, ...]:
    """What is wrong with the proof, () when it is one. `atoms` are those of the model, `recorded` the patient's facts.

    A proof is checked as it was found, before `collapse`.
    """
    rules = {rule.id: rule for rule in program.rules}
    found = list(_shape(proof))
    for atom, step in proof.steps.items():
        if step.conclusion != atom:
            found.append(f"the step of {_show(atom)} concludes {_show(step.conclusion)}")
        found += (f"{_show(atom)}: {fault}" for fault in _faults(step, program, rules, atoms, recorded))
    return tuple(found)


def _shape(proof: Proof) -> Iterator[str]:
    """Every premise has a step, every step is used, and no atom rests on itself."""
    children = {atom: [p.atom for p in step.premises if isinstance(p, Positive)] for atom, step in proof.steps.items()}
    state: dict[Ground, str] = {}
    stack = [(proof.root, "open")]
    while stack:
        atom, mark = stack.pop()
        if mark == "done":
            state[atom] = mark
        elif atom not in children:
            yield f"{_show(atom)} has no step"
        elif atom not in state:
            state[atom] = "open"
            stack += [(atom, "done"), *((child, "open") for child in children[atom])]
        elif state[atom] == "open":
            yield f"{_show(atom)} rests on itself"
    yield from (f"the step of {_show(atom)} is not used" for atom in children if atom not in state)


def _faults(
    step: Step,
    program: NormalProgram,
    rules: dict[str, NormalRule],
    atoms: Collection[Ground],
    recorded: Collection[Ground],
) -> Iterator[str]:
    if step.kind != "derived":
        if step.conclusion not in (recorded if step.kind == "recorded" else program.facts):
            yield f"it is not a {step.kind} fact"
        if step.rule or step.bindings or step.premises:
            yield "a fact has no rule, no bindings and no premises"
        return
    rule = rules.get(step.rule)
    if rule is None:
        yield f"there is no rule `{step.rule}`"
        return
    if tuple(name for name, _ in step.bindings) != rule.variables:
        yield f"the bindings are not those of the variables of `{rule.id}`"
        return
    values = dict(step.bindings)
    if _ground(_filled(rule.head, values)) != step.conclusion:
        yield f"`{rule.id}` with these bindings concludes something else"
    if len(step.premises) != len(rule.body):
        yield f"`{rule.id}` has {len(rule.body)} conditions, the step {len(step.premises)} premises"
        return
    for position, (item, premise) in enumerate(zip(rule.body, step.premises, strict=True)):
        if premise != _expected(item, position, rule, program, values):
            yield f"premise {position + 1} is not condition {position + 1} of `{rule.id}`"
        elif isinstance(premise, Compared) and not _true(premise.left, premise.op, premise.right):
            yield f"{premise.left} {premise.op} {premise.right} is false"
        elif isinstance(premise, Absent):
            present = sorted((atom for atom in atoms if _is(premise.atom, atom)), key=str)
            yield from (f"{_show(atom)} is in the model" for atom in present)


def _expected(
    item: BodyItem, position: int, rule: NormalRule, program: NormalProgram, values: dict[str, Value]
) -> Premise:
    """The premise that the condition is with these bindings."""
    if isinstance(item, Comparison):
        left, right = (t.value if isinstance(t, Const) else values[t.name] for t in (item.left, item.right))
        return Compared(left, item.op, right)
    atom = _filled(item.atom, values)
    if item.mode == "plain":
        return Positive(_ground(atom))
    if rule.part in ("concludes", "overrides"):
        exceptions = {r.clause.id for r in program.rules if rule.clause.id in r.clause.values("overrides")}
        return Absent(atom, "exception", tuple(sorted(exceptions)))
    written = rule.clause.body[position]
    mode = written.mode if isinstance(written, Literal) else "not"
    return Absent(atom, mode if mode in ("assuming", "unrecorded") else "not")


def _filled(atom: Atom, values: dict[str, Value]) -> Atom:
    args = (Const(values[t.name]) if not isinstance(t, Const) and t.name in values else t for t in atom.args)
    return Atom(atom.predicate, tuple(args), atom.negated)


def _ground(atom: Atom) -> Ground:
    values = tuple(t.value for t in atom.args if isinstance(t, Const))
    return Ground(atom.signed, values)


def _is(pattern: Atom, atom: Ground) -> bool:
    """Whether the atom is one that the pattern stands for."""
    if pattern.signed != atom.predicate or len(pattern.args) != len(atom.values):
        return False
    taken: dict[str, Value] = {}
    for term, value in zip(pattern.args, atom.values, strict=True):
        if value != (term.value if isinstance(term, Const) else taken.setdefault(term.name, value)):
            return False
    return True


def _true(left: Value, op: str, right: Value) -> bool:
    if op in ("=", "!="):
        return (left == right) == (op == "=")
    if isinstance(left, date) and isinstance(right, date):
        left, right = left.toordinal(), right.toordinal()
    if isinstance(left, str | date) or isinstance(right, str | date):
        return False
    smaller, equal = left < right, left == right
    return {"<": smaller, "<=": smaller or equal, ">": not smaller and not equal, ">=": not smaller}[op]


def _show(atom: Ground) -> str:
    return f"{atom.predicate}({', '.join(map(str, atom.values))})"
