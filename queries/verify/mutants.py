"""Systematic mutants of the rules, all in one solver: which of them an answer, or a property, would show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...kb.ir import Annotation, Atom, BodyItem, Clause, Comparison, Const, Literal, Predicate, Program, Term, Var
from ...kb.normal import NormalProgram, NormalRule, bound, dependencies
from ...kb.printer import print_condition, print_value
from .check import Check
from .clingo_solver import Solver
from .emit import Emitter, kinds, learning, patients
from .world import ONE, OTHER, World

BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}
MUTATED = 1
"""The version of the mutated program."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one rule; `changed` is None when the rule is left out.

    clause: the author's rule with the change, None when nothing is left of it.
    """

    rule: NormalRule
    changed: NormalRule | None
    what: str
    clause: Clause | None = None

    @property
    def name(self) -> str:
        """The rule and the change, in words."""
        return f"{self.rule.clause.id}: {self.what}"


def mutants(world: World, guideline: Program) -> tuple[Mutant, ...]:
    """Every mutant of the guideline's own rules; none that would have no meaning."""
    own = {clause.id for clause in guideline.clauses}
    below = reaches(world.normal)
    found: list[Mutant] = []
    for rule in world.normal.rules:
        if rule.clause.id not in own:
            continue
        if rule.part in ("whole", "applies", "overrides"):
            found.append(_left_out(rule))
        if rule.part in ("whole", "applies"):
            found += (m for m in _changes(world, rule) if _safe(m.changed) and not _cycle(m, below))
    return tuple({(m.rule.id, m.changed): m for m in found}.values())


def mutated(program: Program, mutant: Mutant) -> Program:
    """The program with the mutant in the place of its rule."""
    listed = ((mutant.clause if c is mutant.rule.clause else c) for c in program.clauses)
    return replace(program, clauses=tuple(c for c in listed if c is not None))


def _left_out(rule: NormalRule) -> Mutant:
    if rule.part != "overrides":
        return Mutant(rule, None, "left out")
    target = rule.id.removeprefix(f"{rule.clause.id}:overrides:")
    kept = (
        Annotation(a.name, tuple(v for v in a.args if v != target), a.span) if a.name == "overrides" else a
        for a in rule.clause.annotations
    )
    others = tuple(a for a in kept if a.args or a.name != "overrides")
    return Mutant(rule, None, f"no exception to {target}", replace(rule.clause, annotations=others))


def _changes(world: World, rule: NormalRule) -> Iterator[Mutant]:
    clause = rule.clause
    for n, item in enumerate(rule.body):
        before, after = rule.body[:n], rule.body[n + 1 :]
        first, last = clause.body[:n], clause.body[n + 1 :]
        written = print_condition(clause.body[n])
        if before or after:
            yield _mutant(rule, (*before, *after), (*first, *last), f"without `{written}`")
        for other, told in _items(world, item, clause.body[n]):
            what = f"`{written}` as `{print_condition(told)}`"
            yield _mutant(rule, (*before, other, *after), (*first, told, *last), what)
    if rule.part == "whole":
        for head in _constants(world, rule.head):
            named = ", ".join(print_value(t.value) for t in head.args if isinstance(t, Const))
            changed = replace(clause, head=head)
            yield Mutant(rule, replace(rule, head=head, clause=changed), f"concludes {named}", changed)


def _mutant(rule: NormalRule, body: tuple[BodyItem, ...], written: tuple[BodyItem, ...], what: str) -> Mutant:
    clause = replace(rule.clause, body=written)
    return Mutant(rule, replace(rule, body=body, variables=bound(body), clause=clause), what, clause)


def _items(world: World, item: BodyItem, written: BodyItem) -> Iterator[tuple[BodyItem, BodyItem]]:
    """Other conditions in place of one, as evaluators have them and as an author would write them."""
    if isinstance(item, Comparison) or isinstance(written, Comparison):
        if isinstance(item, Comparison):
            other = replace(item, op=BOUNDARY[item.op])
            yield other, other
        return
    declared = world.program.predicates_by_name.get(item.atom.predicate)
    opposite = Literal(replace(item.atom, negated=not item.atom.negated))
    if item.mode == "not":
        yield replace(item, mode="plain"), replace(item, mode="plain")
        if declared is not None and declared.open:
            yield opposite, opposite
    elif declared is not None and declared.open:
        yield replace(opposite, mode="not"), Literal(item.atom, "assuming")
    for atom in _constants(world, item.atom):
        yield replace(item, atom=atom), replace(written, atom=replace(written.atom, args=atom.args))


def _constants(world: World, atom: Atom) -> Iterator[Atom]:
    """The atom with one symbol as the next of its type that the rules know."""
    declared: Predicate | None = world.program.predicates_by_name.get(atom.predicate)
    if declared is None:
        return
    for n, term in enumerate(atom.args):
        kind = world.program.types_by_name.get(declared.columns[n].type)
        if not isinstance(term, Const) or kind is None or kind.kind != "symbols":
            continue
        use = world.usage.columns.get((atom.predicate, n))  # of an input, only what its space tells apart
        known = [label.name for label in kind.labels if world.numbering.has(label.name)]
        names = known if use is None or use.flows else [name for name in known if name in use.constants]
        if term.value in names and len(names) > 1:
            other: Term = Const(names[(names.index(str(term.value)) + 1) % len(names)])
            yield replace(atom, args=(*atom.args[:n], other, *atom.args[n + 1 :]))


def _safe(rule: NormalRule | None) -> bool:
    """Whether every variable that needs a value still has one."""
    if rule is None:
        return True
    known = set(bound(rule.body))
    needed = {t.name for t in rule.head.args if isinstance(t, Var)}
    for item in rule.body:
        if isinstance(item, Comparison):
            needed |= {t.name for t in (item.left, item.right) if isinstance(t, Var)}
        elif item.mode == "not":
            needed |= {t.name for t in item.atom.args if isinstance(t, Var) and not t.anonymous}
    return needed <= known


def reaches(program: NormalProgram) -> dict[str, set[str]]:
    """What each predicate rests on, however far down."""
    needs: dict[str, set[str]] = {}
    for edge in dependencies(program.rules):
        needs.setdefault(edge.head, set()).add(edge.body)
    reached: dict[str, set[str]] = {}
    for stratum in program.strata:
        below: set[str] = set(stratum) if stratum in program.recursive else set()
        for head in stratum:
            for body in needs.get(head, ()):
                below |= {body} | reached.get(body, set())
        reached.update(dict.fromkeys(stratum, below))
    return reached


def _cycle(mutant: Mutant, below: dict[str, set[str]]) -> bool:
    """Whether the changed rule would rest on itself: then it would have no meaning, or another one."""
    rule = mutant.changed
    if rule is None:
        return False
    head, before = rule.head.signed, {i.atom.signed for i in mutant.rule.body if isinstance(i, Literal)}
    fresh = {i.atom.signed for i in rule.body if isinstance(i, Literal)} - before
    return any(name == head or head in below.get(name, ()) for name in fresh)


def mutated_lines(world: World, listed: Iterable[Mutant]) -> Iterator[str]:
    """The mutated program: exactly one mutant `m(K)` is at work."""
    emitter = Emitter(world.program, world.numbering, MUTATED)
    off: dict[str, list[int]] = {}
    all_mutants = tuple(listed)
    for k, mutant in enumerate(all_mutants):
        off.setdefault(mutant.rule.id, []).append(k)
        yield f"mutant({k})."
        if mutant.changed is not None:
            yield from emitter.rule(replace(mutant.changed, id=f"{mutant.rule.id}:{k}"), (f"m({k})",))
    yield "1 { m(K) : mutant(K) } 1."
    yield from map(emitter.fact, sorted(world.normal.facts, key=repr))
    for n, rule in enumerate(world.normal.rules):
        if rule.id in off:
            yield from (f"off({n},{k})." for k in off[rule.id])
            yield f"off({n}) :- off({n},K), m(K)."
            yield from emitter.rule(rule, (f"not off({n})",))
        else:
            yield from emitter.rule(rule)


def unfalsifiable(check: Check) -> frozenset[str]:
    """The names of properties that no mutant turns red."""
    world, listed = check.world, mutants(check.world, check.given.program)
    numbered = list(enumerate(check.obligations))
    simple = [(n, o) for n, o in numbered if o.property.kind in ("never", "always")]
    stable = [(n, o) for n, o in numbered if o.property.kind == "stable"]
    emitter = Emitter(world.program, world.numbering, MUTATED)
    red: set[int] = set()

    def lines(free: int) -> Iterator[str]:
        yield from patients(world.space, world.numbering, (free,))
        yield from kinds(world.numbering)
        yield from mutated_lines(world, listed)

    single = [f"red({n}) :- {_any(emitter, o.open, len(o.property.head.args))}." for n, o in simple]
    possible = [(n, o) for n, o in numbered if o.property.kind == "possible"]
    single += [f"seen({n}) :- {_any(emitter, o.found, len(o.property.head.args))}." for n, o in possible]
    solver = Solver("\n".join((*lines(ONE), *single)), [("red", 1)])
    red |= {numbers[0] for _, numbers in solver.brave()}
    heads = reaches(world.normal)
    for n, one in possible:
        cone = heads.get(one.found, set())
        own = [k for k, m in enumerate(listed) if m.rule.head.signed in cone and m.changed is None]
        if any(solver.find([(("m", (k,)), True), (("seen", (n,)), True)]) is None for k in own):
            red.add(n)
    if stable:
        goals: list[str] = []
        for n, one in stable:
            rest = [f"V{i}" for i in range(1, len(one.property.head.args))]
            before = f"{emitter.name(one.open)}({','.join([str(ONE), *rest])})"
            after = f"{emitter.name(one.found)}({','.join([str(OTHER), *rest])})"
            goals.append(f"red({n}) :- {before}, not {after}.")
        program = "\n".join((*lines(ONE), *learning(world.space, ONE, OTHER), *goals))
        red |= {numbers[0] for _, numbers in Solver(program, [("red", 1)]).brave()}
    return frozenset(o.property.name for n, o in numbered if n not in red and o.property.kind != "impossible")


def _any(emitter: Emitter, signed: str, width: int) -> str:
    return emitter.name(signed) + (f"({','.join(['_'] * width)})" if width else "")
