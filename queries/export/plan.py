"""What a program becomes in any other language: its relations with their columns, rules in order, facts, answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ...kb.diagnostics import printable
from ...kb.ir import Atom, BodyItem, Comparison, Const, Ground, Literal, Program, Term, Value, Var, ground_key
from ...kb.normal import NormalProgram, NormalRule, normalise
from ..evaluation.conditions import conditions

DATE, NUMBERS = "date", ("integer", "number")


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation by its signed name. `kinds`: of each column the kind of its type, "" when no declaration says it."""

    signed: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A normal program with the facts of one patient, or of none.

    INVARIANT (order): everything is in an order that the order of rules and facts in their files does not change,
    but for the rules of one head, which keep the author's.
    """

    program: Program
    normal: NormalProgram
    given: tuple[Ground, ...]
    subject: str = ""

    @cached_property
    def parts(self) -> tuple[tuple[Ground, ...], ...]:
        """The facts of tables, and those of predicates of which the patient has some; each part that is not empty."""
        own = {fact.predicate for fact in self.given}
        every = sorted({*self.normal.facts, *self.given}, key=ground_key)
        parts = tuple(tuple(f for f in every if (f.predicate in own) is mine) for mine in (False, True))
        return tuple(filter(None, parts))

    @cached_property
    def facts(self) -> tuple[Ground, ...]:
        """All facts, those of one predicate together."""
        return tuple(fact for part in self.parts for fact in part)

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """By signed name: those declared, then whatever else rules and facts name."""
        found: dict[str, Relation] = {}
        for p in self.program.predicates:
            kinds = tuple(self._kind(c.type) for c in p.columns)
            for signed in (p.name, f"-{p.name}") if p.open else (p.name,):
                found[signed] = Relation(signed, tuple(c.name.lower() for c in p.columns), kinds)
        for (
            rule
        ) in self.normal.rules:  # applies:ID comes before what rests on it, so that its variables' kinds are known
            kinds_of = self._variables(rule, found)
            for atom in (*atoms(rule.body), rule.head):
                if atom.signed not in found:
                    names = tuple(t.name.lower() if isinstance(t, Var) else f"c{n}" for n, t in enumerate(atom.args, 1))
                    kinds = tuple(kinds_of.get(t.name, "") if isinstance(t, Var) else "" for t in atom.args)
                    found[atom.signed] = Relation(atom.signed, names, kinds)
        for fact in self.facts:
            blank = ("",) * len(fact.values)
            found.setdefault(fact.predicate, Relation(fact.predicate, blank, blank))
        return found

    @cached_property
    def used(self) -> tuple[Relation, ...]:
        """The relations that a rule or fact names, and every input: what can be given to the program later."""
        named = {a.signed for rule in self.normal.rules for a in (rule.head, *atoms(rule.body))}
        named |= {fact.predicate for fact in self.facts} | {
            p.name for p in self.program.predicates if p.role == "input"
        }
        return tuple(r for r in self.relations.values() if r.signed in named)

    @cached_property
    def rules(self) -> dict[str, tuple[NormalRule, ...]]:
        """The rules by the signed name of their head, in the order in which the heads can be computed."""
        by_head: dict[str, list[NormalRule]] = {}
        for rule in self.normal.rules:
            by_head.setdefault(rule.head.signed, []).append(rule)
        return {head: tuple(by_head[head]) for stratum in self.normal.strata for head in stratum if head in by_head}

    @cached_property
    def answers(self) -> tuple[Relation, ...]:
        """What the exported program tells: the relations that rules conclude, but for the generated ones."""
        return tuple(r for r in self.relations.values() if r.signed in self.rules and ":" not in r.signed)

    @cached_property
    def values(self) -> frozenset[Value]:
        """Every constant."""
        terms = [t for rule in self.normal.rules for t in all_terms(rule)]
        return frozenset(t.value for t in terms if isinstance(t, Const)) | {v for f in self.facts for v in f.values}

    def lines(self) -> tuple[str, ...]:
        """What stands at the top of the exported program."""
        name = " ".join(filter(None, (self.program.name, self.program.version))) or "rules"
        about = f"with the facts of patient {self.subject}" if self.subject else "without the facts of any patient"
        digest = f" (sha256 {self.program.sha256[:12]})" if self.program.sha256 else ""
        return (
            printable(f"{name}{digest}, {about}; made by `guidekb export`"),
            "Decision support for people who review its basis; not a medical device, not validated for care.",
            "`false_p` is what is recorded or derived to be false; an exception is `overridden_ID`.",
        )

    def _kind(self, name: str) -> str:
        kind = self.program.types_by_name.get(name)
        return ("symbol" if kind.kind == "symbols" else kind.kind) if kind else ""

    def _variables(self, rule: NormalRule, known: dict[str, Relation]) -> dict[str, str]:
        """The kinds of a rule's variables, as far as the relations that are known say them."""
        return {
            term.name: kind
            for atom in (*atoms(rule.body), rule.head)
            if atom.signed in known
            for term, kind in zip(atom.args, known[atom.signed].kinds, strict=False)
            if isinstance(term, Var) and kind
        }


def plan(program: Program, given: Iterable[Ground] = (), subject: str = "") -> Plan:
    """The plan of a checked program."""
    return Plan(program, normalise(program), tuple(given), subject)


def atoms(body: Iterable[BodyItem]) -> tuple[Atom, ...]:
    """The atoms of a body."""
    return tuple(i.atom for i in body if isinstance(i, Literal))


def all_terms(rule: NormalRule) -> list[Term]:
    """Every term of a rule."""
    found: list[Term] = list(rule.head.args)
    for item in rule.body:
        found += (item.left, item.right) if isinstance(item, Comparison) else item.atom.args
    return found


def variables(rule: NormalRule) -> dict[str, str]:
    """What the variables of a rule are called: as the author does, `_` for one that stands once.

    A generated rule may use a variable that has no name again, which needs one then.
    """
    times = Counter(t.name for t in all_terms(rule) if isinstance(t, Var))
    called: dict[str, str] = {}
    for name in times:
        new = name if not name.startswith("_") else f"Any{name}"
        while new != name and new in times:
            new += "_"
        called[name] = "_" if times[name] == 1 else new
    return called


def body_in_order(rule: NormalRule) -> tuple[BodyItem, ...]:
    """The author's order, but a test stands only where what it needs is bound."""
    positive, _ = conditions(rule)
    bindable = {name for atom in positive for name in atom.variables}
    done: list[BodyItem] = []
    waiting: list[BodyItem] = []
    bound: set[str] = set()
    for item in rule.body:
        if isinstance(item, Literal) and item.mode == "plain":
            done.append(item)
            bound |= set(item.atom.variables)
        else:
            waiting.append(item)
        ready = [i for i in waiting if _needs(i) & bindable <= bound]
        waiting = [i for i in waiting if i not in ready]
        done += ready
    return (*done, *waiting)


def _needs(item: BodyItem) -> set[str]:
    terms = (item.left, item.right) if isinstance(item, Comparison) else item.atom.args
    return {t.name for t in terms if isinstance(t, Var)}


def origin(rule: NormalRule) -> str:
    """Where a rule comes from, in one line: its id, its statement, its place."""
    said = " ".join(filter(None, (rule.clause.statement, rule.id)))
    return printable(f"{said} ({rule.clause.span.place})" if rule.clause.span.file else said)
