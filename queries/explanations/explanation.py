"""The explanation graph: every proof of an answer as nodes with words, rules, statements and where facts were recorded.

All renderings are made from it, so that they cannot disagree. A node's id is a hash of its content: the same conclusion
for the same reasons has the same id, in every format and every run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ...kb.ir import Atom, Clause, Comparison, Const, Ground, Origin, Span, Statement, Value, Var
from ...kb.printer import print_value
from ..answers.answer import Answer, Item, fields, statement_ids
from ..answers.assess import Case
from ..evaluation.match import Index
from ..proofs.proof import prove
from ..proofs.step import Absent, Compared, Positive, Premise, Proof, Step, collapse
from ..wording.comparisons import compared
from ..wording.sentences import Sentences, print_ground, sentences
from ..wording.words import Words
from .absence import Absences, Reason

KINDS = ("recorded", "table", "derived", "absent", "unrecorded", "assumed", "no_exception", "comparison", "excluded")


@dataclass(frozen=True, slots=True)
class RuleRef:
    """The author's rule behind a derived node."""

    id: str
    place: Span
    statement: str
    statements: tuple[str, ...]
    references: tuple[int, ...]
    readings: tuple[str, ...]
    wording: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One line of an explanation. `text` is a sentence without its final period; `why` says why something is absent or
    what an assumption rests on; `fields` are the record's unknown fields that an assumption is about."""

    id: str
    kind: str
    text: str
    atom: str
    why: str = ""
    rule: RuleRef | None = None
    origins: tuple[Origin, ...] = ()
    fields: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


@dataclass
class Graph:
    """Nodes by id, children before parents; `roots`: the node of each conclusion; `unused`: facts beside them."""

    nodes: dict[str, Node] = field(default_factory=lambda: {})
    roots: dict[Ground, str] = field(default_factory=lambda: {})
    unused: tuple[Node, ...] = ()


def explain(case: Case, answer: Answer, said: Words | None = None) -> Graph:
    """The graph of every item of the answer that has a proof, in the words of a language."""
    maker = _Maker(case, sentences(case.knowledge.program, said), Index(case.model.atoms))
    parts = (answer.recommendations, answer.alerts, answer.expectations, answer.prognosis, answer.flags)
    for item in (item for part in parts for item in part):
        maker.root(item)
    maker.graph.unused = tuple(map(maker.fact, sorted(case.edb.facts.keys() - maker.made.keys(), key=print_ground)))
    return maker.graph


def proved(case: Case, atoms: Iterable[Ground], said: Words | None = None) -> Graph:
    """The graph of atoms of the model, whether or not the answer tells them."""
    maker = _Maker(case, sentences(case.knowledge.program, said), Index(case.model.atoms))
    for atom in atoms:
        maker.graph.roots[atom] = maker.atom(atom)
    return maker.graph


def another(case: Case, proof: Proof, said: Words | None = None) -> Graph:
    """The graph of one proof, which need not be the one that an answer shows."""
    maker = _Maker(case, sentences(case.knowledge.program, said), Index(case.model.atoms))
    for step in reversed(_below(collapse(proof).steps, proof.root)):
        if step.conclusion not in maker.made:
            maker.made[step.conclusion] = maker.step(step, "")
    maker.graph.roots[proof.root] = maker.made[proof.root]
    return maker.graph


def rule_ref(clause: Clause, statements: Mapping[str, Statement]) -> RuleRef:
    """What an explanation says of a rule; its references are those of the statements that it encodes."""
    cited = statement_ids((clause,))
    return RuleRef(
        clause.id,
        clause.span,
        clause.statement,
        cited,
        tuple(sorted({ref for s in cited if s in statements for ref in statements[s].refs})),
        tuple(map(str, clause.values("reading"))),
        next(map(str, clause.values("wording")), ""),
        next(map(str, clause.values("basis")), ""),
    )


def could_hold(case: Case, pattern: Atom) -> tuple[str, ...]:
    """The unknown fields that could make an instance of the pattern true; none when it holds already."""
    wanted = tuple(t.value if isinstance(t, Const) else None for t in pattern.args)
    sets = case.search.supports(pattern.signed, wanted)
    return fields(one for found in sets.values() for one in found if one not in case.changes.impossible)


@dataclass
class _Maker:
    case: Case
    words: Sentences
    index: Index
    graph: Graph = field(default_factory=Graph)
    made: dict[Ground, str] = field(default_factory=lambda: {})
    making: set[Ground] = field(default_factory=lambda: set())

    def __post_init__(self) -> None:
        self.absences = Absences(self.case, self.words)

    def say(self, key: str, **slots: object) -> str:
        return self.words.words.say(key, **slots)

    def root(self, item: Item) -> None:
        """The node that the item's `because` refers to."""
        if item.blocked_by:
            self.graph.roots[item.atom] = self.excluded(item)
        elif item.atom in self.case.model.atoms:
            self.graph.roots[item.atom] = self.atom(item.atom)

    def excluded(self, item: Item) -> str:
        """`would apply, but`: the conditions of the rule that applies, and what overrides it."""
        children: list[str] = []
        for guard in item.blocked_by:
            if not guard.predicate.startswith("overridden:"):
                children.append(self.atom(guard))
                continue
            rule = guard.predicate.removeprefix("overridden:")
            for applies in self.index.matching(_any(f"applies:{rule}", self.case)):
                children.append(self.atom(applies, self.say("proof.conditions_hold", rule=rule)))
            children.append(self.atom(guard, self.say("proof.exception_applies", rule=rule)))
        text = self.say("proof.would_apply", item=self.words.item(item.atom))
        return self.add("excluded", text, print_ground(item.atom), children=tuple(dict.fromkeys(children)))

    def atom(self, atom: Ground, text: str = "") -> str:
        """The node of an atom of the model, with its minimal proof below it."""
        if atom in self.made:
            return self.made[atom]
        proof = prove(self.case.proofs, atom)
        if proof is None:
            raise ValueError(f"no proof of {print_ground(atom)}")
        steps = collapse(proof).steps
        below = _below(steps, atom)
        making = {step.conclusion for step in below} - self.making
        self.making |= making
        for step in reversed(below):
            if step.conclusion not in self.made:
                given = text if step.conclusion == atom else ""
                self.made[step.conclusion] = self.step(step, given)
        self.making -= making
        return self.made[atom]

    def step(self, step: Step, text: str) -> str:
        sentence = text or self.words.holds(step.conclusion)
        atom = print_ground(step.conclusion)
        if step.kind == "recorded":
            return self.add("recorded", sentence, atom, origins=self.case.edb.facts[step.conclusion])
        if step.kind == "table":
            return self.add("table", sentence, atom)
        clause = self.case.knowledge.rules[step.rule].clause
        children = tuple(dict.fromkeys(self.premise(p, clause, i) for i, p in enumerate(step.premises)))
        return self.add(
            "derived", sentence, atom, rule=rule_ref(clause, self.case.knowledge.statements), children=children
        )

    def fact(self, atom: Ground) -> Node:
        """A recorded fact by itself."""
        return Node("", "recorded", self.words.holds(atom), print_ground(atom), origins=self.case.edb.facts[atom])

    def premise(self, premise: Premise, clause: Clause, position: int) -> str:
        """The node of a condition; INVARIANT (premises): it is the clause's at this position (queries/step.py)."""
        if isinstance(premise, Positive):
            return self.atom(premise.atom)
        if isinstance(premise, Compared):
            written = clause.body[position]
            text = atom = f"{print_value(premise.left)} {premise.op} {print_value(premise.right)}"
            if isinstance(written, Comparison):
                text = compared(self.words, clause, written, premise.left, premise.right)
            return self.add("comparison", text, atom)
        return self.absent(premise)

    def absent(self, premise: Absent) -> str:
        """Why something does not hold: recorded false, not recorded, or only assumed."""
        pattern = premise.atom
        if premise.how == "exception":
            text = self.say("proof.no_exception", rules=self.words.words.join(premise.rules))
            return self.doubtful("no_exception", text, pattern)
        if instead := self.instead(premise):
            return self.atom(instead)
        if premise.how == "unrecorded":
            text, atom = self.words.unrecorded(pattern), f"unrecorded {_written(pattern)}"
            declared = self.words.predicates.get(pattern.predicate)
            if declared is None or declared.role != "derived":
                return self.add("unrecorded", text, atom)
            return self.because("unrecorded", text, atom, self.absences.reason(pattern, of_record=True))
        return self.doubtful("absent", self.words.denied(pattern), pattern)

    def instead(self, premise: Absent) -> Ground | None:
        """What says plainly that the pattern does not hold: its opposite, or the other value of a field with one."""
        pattern = premise.atom
        declared = self.words.predicates.get(pattern.predicate)
        patterns = [Atom(pattern.predicate, pattern.args, not pattern.negated)]
        one_value = declared is not None and declared.single and declared.role == "input" and not pattern.negated
        if one_value and premise.how != "unrecorded" and not any(isinstance(t, Var) for t in pattern.args[:-1]):
            patterns.append(Atom(pattern.predicate, (*pattern.args[:-1], Var("other"))))
        found = (atom for one in patterns for atom in self.index.matching(one))
        return next((atom for atom in found if self.is_apart(atom)), None)

    def is_apart(self, atom: Ground) -> bool:
        """Whether the proof of the atom can be shown here: it rests on nothing that is just being explained by it."""
        if atom in self.made or atom in self.case.edb.facts:
            return True
        proof = prove(self.case.proofs, atom)
        return proof is not None and self.making.isdisjoint(collapse(proof).steps)

    def because(self, kind: str, text: str, atom: str, reason: Reason) -> str:
        """A node for what is absent, with the recorded facts that are the reason."""
        why = reason.text if reason.text != text else ""
        return self.add(kind, text, atom, why=why, children=tuple(map(self.atom, reason.facts)))

    def doubtful(self, kind: str, text: str, pattern: Atom) -> str:
        """A node for what is absent; `assumed` when unknown facts could still make it true."""
        unknown = could_hold(self.case, pattern)
        atom = f"not {_written(pattern)}"
        if not unknown:
            find = self.absences.exception if kind == "no_exception" else self.absences.reason
            return self.because(kind, text, atom, find(pattern))
        reasons = "; ".join(self.words.unknown(name) for name in unknown)
        return self.add("assumed", text, atom, why=reasons, fields=unknown)

    def add(
        self,
        kind: str,
        text: str,
        atom: str,
        why: str = "",
        rule: RuleRef | None = None,
        origins: tuple[Origin, ...] = (),
        fields: tuple[str, ...] = (),
        children: tuple[str, ...] = (),
    ) -> str:
        content = "\0".join((kind, text, atom, why, rule.id if rule else "", *map(str, origins), *fields, *children))
        name = f"n{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
        self.graph.nodes.setdefault(name, Node(name, kind, text, atom, why, rule, origins, fields, children))
        return name


def _below(steps: dict[Ground, Step], root: Ground) -> list[Step]:
    """The steps under the root, each after all that rest on it."""
    order: list[Step] = []
    done: set[Ground] = set()
    work: list[tuple[Ground, bool]] = [(root, False)]
    while work:
        atom, expanded = work.pop()
        if expanded:
            order.append(steps[atom])
        elif atom not in done:
            done.add(atom)
            work.append((atom, True))
            work += [(a, False) for a in steps[atom].needs]
    return list(reversed(order))


def _any(predicate: str, case: Case) -> Atom:
    """The pattern of the conditions of a rule, whatever their variables are."""
    rule = case.knowledge.rules[predicate.removeprefix("applies:")]
    return Atom(predicate, tuple(Var(v) for v in rule.variables))


def _written(pattern: Atom) -> str:
    values: tuple[Value, ...] = tuple(t.value if isinstance(t, Const) else "_" for t in pattern.args)
    return print_ground(Ground(pattern.signed, values))
