"""What is found without any property: conflicts, dead and redundant rules, conditions and facts that decide nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ...kb.ir import Const, Literal
from ...kb.normal import NormalRule, bound
from ...kb.printer import print_condition, print_value
from ..names import DECIDED
from .check import Check
from .classes import ANSWERS
from .emit import CELL, LEARNED, completing, learning
from .mutants import reaches
from .obligations import CONFLICT, EXCLUDED
from .verdict import Finding
from .world import ONE, OTHER, World

NOT_ANALYSABLE, NEEDLESS = "not analysable", "waiver that accepts nothing"


def opposed_actions(check: Check) -> Iterator[Finding]:
    """Actions that are recommended and advised against, or that exclude each other and are both recommended."""
    kinds = {CONFLICT: "conflict of actions", EXCLUDED: "exclusive actions together"}
    for verdict in check.built_in():
        if verdict.status == "violated":
            pairs = ", ".join(f"{v.values[1]} with {v.values[2]}" for v in verdict.violations)
            text = f"{verdict.property.sentence}: {pairs}"
            kind = kinds[verdict.property.name]
            yield Finding(kind, verdict.property.name, text, "error", verdict=verdict)


def dead_rules(check: Check) -> Iterator[Finding]:
    """Rules that fire for nobody."""
    rules = _own(check)
    lines = [*check.constraint_lines()]
    for n, rule in enumerate(rules):
        lines += check.world.emitter.rule(rule, (), f"fires({n})")
    fired = {numbers[0] for _, numbers in check.world.solver(lines, [("fires", 1)]).brave()}
    for n, rule in enumerate(rules):
        if n not in fired:
            what = "never fires" if rule.part != "concludes" else "never concludes: its exceptions always apply"
            yield Finding(
                "dead rule", rule.clause.id, f"the rule `{rule.clause.id}` {what}", "error", rule.clause.span.place
            )


def redundant_rules(check: Check) -> Iterator[Finding]:
    """Rules of which every conclusion is drawn by others too, also of what a record might say with more facts."""
    world = check.world.hypothetical()
    rules = _own(check, world)
    heads: dict[str, list[int]] = {}
    for n, rule in enumerate(rules):
        heads.setdefault(rule.head.signed, []).append(n)
    recursive = {name for stratum in check.world.normal.recursive for name in stratum}
    lines = [*completing(world.space, ONE, OTHER)]
    asked: list[int] = []
    for signed, own in heads.items():
        if len(own) < 2 or signed in recursive:
            continue
        row = f"({','.join(f'X{n}' for n in range(len(rules[own[0]].head.args)))})"
        for n in own:
            lines += world.emitter.rule(rules[n], (), _head(check, rules[n], f"by{n}"))
            lines += [f"others{n}{row} :- by{m}{row}." for m in own if m != n]
            lines.append(f"alone({n}) :- by{n}{row}, not others{n}{row}.")
            asked.append(n)
    needed = {numbers[0] for _, numbers in world.solver(lines, [("alone", 1)]).brave()}
    for n in asked:
        if n not in needed:
            rule = rules[n].clause
            text = f"whenever `{rule.id}` concludes something, other rules conclude it too"
            yield Finding("redundant rule", rule.id, text, "note", rule.span.place)
    for signed in sorted(recursive & heads.keys()):
        text = f"whether a rule for `{signed}`, which rests on itself, is redundant is not analysed"
        yield Finding(NOT_ANALYSABLE, signed, text, "note")


def _head(check: Check, rule: NormalRule, name: str) -> str:
    """The arguments of a rule's head under another name, as the emitter numbers its variables."""
    variables = {v: f"V{n}" for n, v in enumerate(bound(rule.body))}
    value = check.world.numbering.value
    terms = [str(value(t.value)) if isinstance(t, Const) else variables[t.name] for t in rule.head.args]
    return f"{name}({','.join(terms)})" if terms else name


def vacuous_conditions(check: Check) -> Iterator[Finding]:
    """Conditions that hold whenever the others of their rule do, also of what a record might say with more facts."""
    asked: list[tuple[NormalRule, int]] = []
    binding = 0
    for rule in _own(check):
        for i, item in enumerate(rule.body if rule.part != "concludes" and len(rule.body) > 1 else ()):
            known = bound((*rule.body[:i], *rule.body[i + 1 :]))
            if isinstance(item, Literal) and item.mode == "plain" and not _named(item) <= set(known):
                binding += 1
            else:
                asked.append((rule, i))
    asked = _idle(check.world, asked, ())
    hypothetical = check.world.hypothetical()  # asked only of those that decide nothing in any record
    rules = {rule.id: rule for rule in hypothetical.normal.rules}
    later = [(rules[rule.id], i) for rule, i in asked]
    for rule, i in _idle(hypothetical, later, completing(check.world.space, ONE, OTHER)) if later else ():
        text = f"in `{rule.clause.id}`, `{print_condition(rule.clause.body[i])}` holds whenever the rest does"
        yield Finding("vacuous condition", f"{rule.clause.id}:{i + 1}", text, "note", rule.clause.span.place)
    if binding:
        text = f"{binding} conditions give values to others of their rule, and cannot be left out on their own"
        yield Finding(NOT_ANALYSABLE, "conditions", text, "note")


def _idle(world: World, asked: list[tuple[NormalRule, int]], more: Iterable[str]) -> list[tuple[NormalRule, int]]:
    """The conditions, by their places, that are false for nobody of whom the rest of the rule is true."""
    lines = [*more]
    for k, (rule, i) in enumerate(asked):
        rest = (*rule.body[:i], *rule.body[i + 1 :])
        known = bound(rest)
        body, below = world.emitter.conditions(rest, known, f"rest{k}")
        only, also = world.emitter.conditions([rule.body[i]], known, f"only{k}")
        row = f"({','.join(f'V{n}' for n in range(len(known)))})" if known else ""
        lines += [*below, *also, f"met{k}{row} :- {', '.join([*body, *only])}."]
        lines.append(f"decides({k}) :- {', '.join([*body, f'not met{k}{row}'])}.")
    deciding = {n[0] for _, n in world.solver(lines, [("decides", 1)]).brave()}
    return [one for k, one in enumerate(asked) if k not in deciding]


def _named(item: Literal) -> set[str]:
    return {name for name in item.atom.variables if not name.startswith("_")}


def idle_facts(check: Check) -> Iterator[Finding]:
    """Fields of the record that make no difference: no two patients that differ in one alone have other answers."""
    space, name = check.world.space, check.world.emitter.name
    fields = list(dict.fromkeys(cell.field for cell in space.cells))
    answers = [p for p in check.world.program.predicates if p.name in ANSWERS and p.role == "derived"]
    below = reaches(check.world.normal)
    read = {name for p in answers for name in below.get(p.name, ())}
    asked = {f for f, field in enumerate(fields) if {field, f"-{field}"} & read}
    lines = [*check.constraint_lines(), *(f"field({f})." for f in sorted(asked)), "1 { other(F) : field(F) } 1."]
    for c, cell in enumerate(space.cells):
        f = fields.index(cell.field)
        lines.append(f"{CELL}({OTHER},{c},O) :- {CELL}({ONE},{c},O), not other({f}).")
        told = [o for o, fact in enumerate(cell.options) if fact.predicate.removeprefix("-") == cell.field]
        marks = [o for o in range(len(cell.options)) if o not in told]  # what a record says of the field itself
        if told:
            lines.append(f"{{ {CELL}({OTHER},{c},O) : {_either(told)} }} 1 :- other({f}).")
        lines += [f":- {CELL}({ONE},{c},{o}), other({f})." for o in marks]
    for one in answers:
        row = "".join(f",V{n}" for n in range(1, one.arity))
        lines.append(f"differs :- {name(one.name)}({ONE}{row}), not {name(one.name)}({OTHER}{row}).")
        lines.append(f"differs :- {name(one.name)}({OTHER}{row}), not {name(one.name)}({ONE}{row}).")
    solver = check.world.solver(lines, [("differs", 0)]) if asked else None
    for f, field in enumerate(fields):
        goal = [*check.real, (("other", (f,)), True), (("differs", ()), True)]
        if f not in asked or solver is None or solver.find(goal) is None:
            yield Finding("fact that never matters", field, f"no answer differs with `{field}` alone", "note")
    for field in space.ignored:
        if field not in fields:
            yield Finding("fact that never matters", field, f"no rule reads `{field}`", "note")


def _either(options: Iterable[int]) -> str:
    """One of the options."""
    return f"O = ({';'.join(map(str, options))})"


def withdrawable_answers(check: Check) -> Iterator[Finding]:
    """Answers that one more known fact can withdraw, by field. What was said because the fact was missing is not among
    them: to learn it ends that advice, and does not show that it was wrong."""
    world, name = check.world.hypothetical(), check.world.emitter.name
    fields = list(dict.fromkeys(cell.field for cell in world.space.cells))
    lines = [*learning(world.space, ONE, OTHER), *check.constraint_lines()]
    lines += [f"field({c},{fields.index(cell.field)})." for c, cell in enumerate(world.space.cells)]
    answers = [p for p in world.program.predicates if p.name in DECIDED and p.role == "derived"]
    shown: list[tuple[str, int]] = []
    for n, one in enumerate(answers):
        row = "".join(f",V{i}" for i in range(1, one.arity))
        goal = f"{name(one.name)}({ONE}{row}), not {name(one.name)}({OTHER}{row})"
        lines.append(f"withdrawn{n}({row[1:]}) :- {goal}." if row else f"withdrawn{n} :- {goal}.")
        shown.append((f"withdrawn{n}", one.arity - 1))
    lines.append(f"of(F) :- {LEARNED}(C,_), field(C,F).")
    solver = world.solver(lines, shown)
    found: dict[tuple[str, ...], list[str]] = {}
    for f, field in enumerate(fields):
        for fact, numbers in sorted(solver.brave([*check.real, (("of", (f,)), True)])):
            one = answers[int(fact.removeprefix("withdrawn"))]
            values = (print_value(world.numbering.values[v]) for v in numbers)
            found.setdefault((one.name, *values), []).append(field)
    for (predicate, *values), withdrawing in found.items():
        answer = f"{predicate} {', '.join(values)}"
        text = f"`{answer}` is withdrawn by what can become known of {', '.join(withdrawing)}"
        yield Finding("answer that can be withdrawn", answer, text, "note")


def unused_waivers(check: Check) -> Iterator[Finding]:
    """Waivers that accept nothing any more, and those that have ended."""
    used = list(check.used_waivers())
    in_force = list(check.obliged.waivers.values())
    for waiver in check.given.waivers:
        name, place = waiver.head.predicate, waiver.span.place if waiver.span.file else ""
        if waiver not in in_force:
            text = f"the waiver of `{name}` by {waiver.by} ended on {waiver.until}: {waiver.reason}"
            yield Finding("waiver that has ended", name, text, "note", place)
        elif waiver not in used:
            text = f"the waiver of `{name}` by {waiver.by} accepts no violation: {waiver.reason}"
            yield Finding(NEEDLESS, name, text, "note", place)


def _own(check: Check, world: World | None = None) -> list[NormalRule]:
    """The guideline's rules, but for generated ones."""
    own = {clause.id for clause in check.given.program.clauses}
    return [r for r in (world or check.world).normal.rules if r.clause.id in own and r.part != "overrides"]


Lint = Callable[[Check], Iterator[Finding]]
LINTS: tuple[Lint, ...] = (
    opposed_actions,
    dead_rules,
    redundant_rules,
    vacuous_conditions,
    idle_facts,
    withdrawable_answers,
    unused_waivers,
)
