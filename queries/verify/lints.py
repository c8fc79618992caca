"""What is found without any property: conflicts, dead and redundant rules, conditions and facts that decide nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...kb.ir import Const, Literal
from ...kb.normal import NormalRule, bound
from ...kb.printer import print_condition
from ..names import ADVISE_AGAINST, EXCLUSIVE, OPPOSES, RECOMMEND
from .check import Check
from .classes import ANSWERS
from .clingo_solver import Solver
from .emit import learning
from .mutants import reaches
from .verdict import Finding
from .world import ONE, OTHER


def opposed(check: Check) -> Iterator[Finding]:
    """Actions that are recommended and advised against, or that exclude each other and are both recommended."""
    names = check.world.program.predicates_by_name
    wanted: list[tuple[str, str, str]] = []
    name = check.world.emitter.name
    if {RECOMMEND, ADVISE_AGAINST, OPPOSES} <= names.keys():
        body = f"{name(RECOMMEND)}(P,A), {name(ADVISE_AGAINST)}(P,B), {name(OPPOSES)}(B,A)"
        wanted.append(("conflict", f"conflict(A,B) :- {body}.", "is recommended, and the warning opposes it:"))
    if {RECOMMEND, EXCLUSIVE} <= names.keys():
        body = f"{name(RECOMMEND)}(P,A), {name(RECOMMEND)}(P,B), {name(EXCLUSIVE)}(A,B)"
        wanted.append(("exclusive", f"exclusive(A,B) :- {body}.", "is recommended together with what it excludes:"))
    lines = [*check.constraint_lines(), *(line for _, line, _ in wanted)]
    solver = check.world.solver(lines, [(kind, 2) for kind, _, _ in wanted])
    for kind, numbers in sorted(solver.brave(check.real)):
        one, other = (str(check.world.numbering.values[n]) for n in numbers)
        text = next(text for k, _, text in wanted if k == kind)
        yield Finding(f"{kind} actions", f"{one}, {other}", f"{one} {text} {other}", "error")


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
    """Rules of which every conclusion is drawn by others too."""
    rules = _own(check)
    heads: dict[str, list[int]] = {}
    for n, rule in enumerate(rules):
        heads.setdefault(rule.head.signed, []).append(n)
    recursive = {name for stratum in check.world.normal.recursive for name in stratum}
    lines = [*check.constraint_lines()]
    asked: list[int] = []
    for signed, own in heads.items():
        if len(own) < 2 or signed in recursive:
            continue
        row = f"({','.join(f'X{n}' for n in range(len(rules[own[0]].head.args)))})"
        for n in own:
            lines += check.world.emitter.rule(rules[n], (), _head(check, rules[n], f"by{n}"))
            lines += [f"others{n}{row} :- by{m}{row}." for m in own if m != n]
            lines.append(f"alone({n}) :- by{n}{row}, not others{n}{row}.")
            asked.append(n)
    needed = {numbers[0] for _, numbers in check.world.solver(lines, [("alone", 1)]).brave()}
    for n in asked:
        if n not in needed:
            rule = rules[n].clause
            text = f"whenever `{rule.id}` concludes something, other rules conclude it too"
            yield Finding("redundant rule", rule.id, text, "note", rule.span.place)
    for signed in sorted(recursive & heads.keys()):
        text = f"whether a rule for `{signed}`, which rests on itself, is redundant is not analysed"
        yield Finding("not analysable", signed, text, "note")


def _head(check: Check, rule: NormalRule, name: str) -> str:
    """The arguments of a rule's head under another name, as the emitter numbers its variables."""
    variables = {v: f"V{n}" for n, v in enumerate(bound(rule.body))}
    value = check.world.numbering.value
    terms = [str(value(t.value)) if isinstance(t, Const) else variables[t.name] for t in rule.head.args]
    return f"{name}({','.join(terms)})" if terms else name


def vacuous_conditions(check: Check) -> Iterator[Finding]:
    """Conditions that hold whenever the others of their rule do."""
    lines = [*check.constraint_lines()]
    asked: list[tuple[NormalRule, int]] = []
    binding = 0
    for rule in _own(check):
        if rule.part == "concludes":
            continue
        for i, item in enumerate(rule.body):
            rest = (*rule.body[:i], *rule.body[i + 1 :])
            known = bound(rest)
            if not rest:
                continue
            if isinstance(item, Literal) and item.mode == "plain" and not _named(item) <= set(known):
                binding += 1
                continue
            k = len(asked)
            asked.append((rule, i))
            body, below = check.world.emitter.conditions(rest, known, f"rest{k}")
            only, more = check.world.emitter.conditions([item], known, f"only{k}")
            row = f"({','.join(f'V{n}' for n in range(len(known)))})" if known else ""
            lines += [*below, *more, f"met{k}{row} :- {', '.join([*body, *only])}."]
            lines.append(f"decides({k}) :- {', '.join([*body, f'not met{k}{row}'])}.")
    deciding = {n[0] for _, n in check.world.solver(lines, [("decides", 1)]).brave()}
    for k, (rule, i) in enumerate(asked):
        if k not in deciding:
            text = f"in `{rule.clause.id}`, `{print_condition(rule.clause.body[i])}` holds whenever the rest does"
            yield Finding("vacuous condition", f"{rule.clause.id}:{i + 1}", text, "note", rule.clause.span.place)
    if binding:
        text = f"{binding} conditions give values to others of their rule, and cannot be left out on their own"
        yield Finding("not analysable", "conditions", text, "note")


def _named(item: Literal) -> set[str]:
    return {name for name in item.atom.variables if not name.startswith("_")}


def idle_facts(check: Check) -> Iterator[Finding]:
    """Fields of the record on which no answer rests."""
    below = reaches(check.world.normal)
    used = {name for answer in ANSWERS for sign in ("", "-") for name in below.get(sign + answer, ())}
    for field in dict.fromkeys(cell.field for cell in check.world.space.cells):
        if not {field, f"-{field}"} & used:
            yield Finding("fact that never matters", field, f"no answer rests on `{field}`", "note")
    for field in check.world.space.ignored:
        if field not in {cell.field for cell in check.world.space.cells}:
            yield Finding("fact that never matters", field, f"no rule reads `{field}`", "note")


def withdrawable_answers(check: Check) -> Iterator[Finding]:
    """Recommendations that one more known fact can withdraw; an answer for a patient says which fact."""
    if RECOMMEND not in check.world.program.predicates_by_name:
        return
    name = check.world.emitter.name(RECOMMEND)
    goal = f"withdrawn(A) :- {name}({ONE},A), not {name}({OTHER},A)."
    lines = [*learning(check.world.space, ONE, OTHER), *check.constraint_lines(), goal]
    solver: Solver = check.world.solver(lines, [("withdrawn", 1)])
    for _, numbers in sorted(solver.brave(check.real)):
        action = str(check.world.numbering.values[numbers[0]])
        text = f"one more known fact can withdraw `{action}`"
        yield Finding("answer that can be withdrawn", action, text, "note")


def _own(check: Check) -> list[NormalRule]:
    """The guideline's rules, but for generated ones."""
    own = {clause.id for clause in check.given.program.clauses}
    return [r for r in check.world.normal.rules if r.clause.id in own and r.part != "overrides"]


Lint = Callable[[Check], Iterator[Finding]]
LINTS: tuple[Lint, ...] = (
    opposed,
    dead_rules,
    redundant_rules,
    vacuous_conditions,
    idle_facts,
    withdrawable_answers,
)
