"""Why a conclusion does not hold: what would open it, and the rules that came nearest, condition by condition."""

from __future__ import annotations

from collections.abc import Iterator

from ...kb.ir import Atom, BodyItem, Const, Ground, Var
from ..answers.answer import Item
from ..answers.choices import Choosing, choices
from ..answers.named import concluded
from ..explanations.absence import situation_of
from ..explanations.condition_text import ConditionText, Told
from ..explanations.explanation import rule_ref
from ..explanations.report import Report
from ..why_not.attempt import Attempt, Condition, Tried, WhyNot
from ..why_not.nearest import distance
from ..why_not.situation import Situation
from ..why_not.whynot import why_not
from ..wording.sentences import Sentences, sentences
from ..wording.words import Words
from .answer_text import footer
from .layout import Layout
from .proof_text import ProofWriter

SHOWN = 3
"""Rules of one conclusion that are shown unless all are asked for; and ways to one condition inside them."""
MOST_CHOICES = 6


def goals(report: Report, name: str) -> list[Atom]:
    """The conclusions with this name that some rule could give, whether or not it does."""
    knowledge, subject = report.case.knowledge, report.case.edb.subject
    columns = {p: knowledge.predicates[p].columns[2:] for p in concluded(knowledge, name)}
    return [Atom(p, (Const(subject), Const(name), *(Var(c.name) for c in rest))) for p, rest in columns.items()]


class WhyNotText:
    """Writes why conclusions of one report do not hold."""

    def __init__(self, report: Report, layout: Layout, said: Words, everything: bool = False) -> None:
        self.report, self.layout, self.said, self.everything = report, layout, said, everything
        case = report.case
        program = case.knowledge.program
        self.case = case
        self.say: Sentences = sentences(program, said)
        self.at: Situation = situation_of(case)
        self.conditions = ConditionText(case, self.say)
        self.choosing = Choosing(case.knowledge, self.say)
        self.clauses = {c.id: c for c in program.clauses}
        self.proofs = ProofWriter(program, report.graph, layout, said)
        self.shown: set[Atom] = set()

    def lines(self, name: str) -> Iterator[str]:
        """Each conclusion of this name that does not hold, then what the guideline says."""
        found = goals(self.report, name)
        if not found:
            yield from self.layout.wrap(self.said.say("whynot.no_rule", item=self.say.named(name)))
        for n, goal in enumerate(found):
            if n:
                yield ""
            yield from self.goal(goal)
        yield from self.proofs.sources()
        yield from ("", *footer(self.case.knowledge.program, self.layout, self.said))

    def notes(self, name: str) -> Iterator[str]:
        """The same in a line or two for each conclusion, for a page that shows no proof of it."""
        found = goals(self.report, name)
        for goal in found:
            yield from (self.state(goal), *self.changes(goal))
        if not found:
            yield self.said.say("whynot.no_rule", item=self.say.named(name))

    def goal(self, goal: Atom) -> Iterator[str]:
        """Why one conclusion does not hold; nothing when it does."""
        found = why_not(self.at, goal)
        if found is None:
            return
        roots = [root for item in self.excluded(goal) if (root := self.report.graph.roots.get(item.atom))]
        for root in roots:
            yield from self.proofs.tree(root)
        if not roots:
            yield from self.conclusion(goal)
        tried = found.goals.get(found.root.goal) if found.root.goal else None
        yield from self.to_change(goal)
        yield from self.blocked(found, tried)
        if tried:
            yield from self.nearest(found, tried)

    def conclusion(self, goal: Atom) -> Iterator[str]:
        """That it does not hold, and whether it still could."""
        glyph = self.layout.glyph("unknown" if self.sets(goal) else "no")
        for line in self.layout.wrap(self.state(goal), f"{glyph} "):
            yield self.layout.style(line, "bold")

    def state(self, goal: Atom) -> str:
        """How it stands, in a sentence."""
        key = "whynot.open" if self.sets(goal) else "whynot.closed"
        item = self.say.item(Ground(goal.predicate, tuple(map(_value, goal.args))))
        return self.said.say(key, item=item, state=self.said.say(f"difference.not.{goal.predicate}"))

    def excluded(self, goal: Atom) -> list[Item]:
        """The items of the answer that say that it would hold, but is excluded."""
        return [i for i in self.report.answer.recommendations if i.status == "excluded" and matches(goal, i.atom)]

    def sets(self, goal: Atom) -> list[tuple[Ground, frozenset[Ground]]]:
        """The conclusions that match the goal and could still come to hold, with the unknown facts that would do it."""
        gained = self.case.changes.gained
        return [(atom, one) for atom in gained if matches(goal, atom) for one in gained[atom]]

    def to_change(self, goal: Atom) -> Iterator[str]:
        """What unknown facts would make it hold: every minimal set was evaluated, none is guessed."""
        texts = list(self.changes(goal))
        if texts:
            yield from ("", self.layout.heading(self.said.say("whynot.to_change")))
        for text in texts:
            yield from self.layout.wrap(text, f"  {self.layout.glyph('unknown')} ")

    def changes(self, goal: Atom) -> Iterator[str]:
        """A sentence for each choice of unknown facts that would make it hold."""
        sets = self.sets(goal)
        for value in sorted({atom for atom, _ in sets}):
            found = choices(one for atom, one in sets if atom == value)
            for choice in found if self.everything else found[:MOST_CHOICES]:
                facts = self.choosing.told(choice)
                if len(value.values) > 2:
                    yield self.said.say("whynot.would_be", facts=facts, text=self.say.holds(value))
                else:
                    yield self.said.say("whynot.would_follow", facts=facts)
            if len(found) > MOST_CHOICES and not self.everything:
                yield self.said.count("whynot.more_choices", len(found) - MOST_CHOICES)

    def blocked(self, found: WhyNot, tried: Tried | None) -> Iterator[str]:
        """The recorded values that the nearest rule fails at."""
        ranked = self.ranked(found, tried) if tried else []
        blocking: dict[str, None] = {}
        for attempt in ranked[:1]:
            for condition in self.bottom(found, attempt):
                if condition.status == "fails" and condition.atoms:
                    blocking[self.conditions.against(condition)] = None
        if blocking:
            yield from ("", self.layout.heading(self.said.say("whynot.blocked")))
        for text in blocking:
            yield from self.layout.wrap(text, f"  {self.layout.glyph('no')} ")

    def bottom(self, found: WhyNot, attempt: Attempt) -> Iterator[Condition]:
        """The conditions that are not met along the nearest way to each, down to what is recorded."""
        for condition in attempt.unmet:
            below = found.goals.get(condition.goal) if condition.goal else None
            if below and below.attempts:
                yield from self.bottom(found, self.ranked(found, below)[0])
            else:
                yield condition

    def nearest(self, found: WhyNot, tried: Tried) -> Iterator[str]:
        """The rules that could conclude it, the nearest first."""
        attempts = [a for a in self.ranked(found, tried) if not _told_as_excluded(a)]
        shown = self.near(found, attempts, 1)
        if shown:
            yield from ("", self.layout.heading(self.said.say("whynot.nearest")))
        for attempt in shown:
            needed = self.needed(found, attempt)
            yield from self.attempt(found, attempt, 0, needed if len(needed) < SHOWN else frozenset())
        left = len(attempts) - len(shown) + tried.left_out
        if left:
            yield from self.layout.wrap(self.said.count("whynot.further", left), "  ")

    def ranked(self, found: WhyNot, tried: Tried) -> list[Attempt]:
        """The attempts by what they lack in all, down to what is recorded: recorded obstacles first, then facts."""
        return sorted(tried.attempts, key=lambda a: (*self.lack(found, a), distance(self.at, a)))

    def lack(self, found: WhyNot, attempt: Attempt) -> tuple[int, int]:
        """How many conditions fail by what is recorded, and how many are not met in all."""
        bottom = {c.filled: c.status for c in self.bottom(found, attempt)}
        return sum(status == "fails" for status in bottom.values()) + bool(attempt.overridden), len(bottom)

    def near(self, found: WhyNot, ranked: list[Attempt], further: int) -> list[Attempt]:
        """The attempts that are shown: few, and none that lacks many facts more than the first."""
        if self.everything or not ranked:
            return ranked
        obstacles, lacking = self.lack(found, ranked[0])
        most = (obstacles + further, lacking + further)
        return [a for a in ranked if all(n <= m for n, m in zip(self.lack(found, a), most, strict=True))][:SHOWN]

    def needed(self, found: WhyNot, attempt: Attempt) -> frozenset[BodyItem]:
        """The conditions at the bottom that would have to be met, along the nearest way to each derived one."""
        return frozenset(condition.filled for condition in self.bottom(found, attempt))

    def attempt(self, found: WhyNot, attempt: Attempt, depth: int, marked: frozenset[BodyItem]) -> Iterator[str]:
        """A rule with each of its conditions."""
        ref = rule_ref(self.clauses[attempt.rule], self.case.knowledge.statements)
        self.proofs.cited.update(dict.fromkeys(ref.statements))
        refs = self.said.say("proof.references", numbers=self.said.join(map(str, ref.references), "unit"))
        parts = (" ".join(ref.statements), refs if ref.references else "", ref.place.place)
        rule = self.said.say("whynot.rule", rule=ref.id, source="; ".join(p for p in parts if p))
        margin = "  " * (depth + 1)
        for line in self.layout.wrap(rule, margin):
            yield self.layout.style(line, "dim")
        for condition in attempt.conditions:
            yield from self.condition(found, condition, depth + 1, marked, attempt.rule)
        if attempt.overridden:
            by = self.said.join(attempt.by)
            yield from self.layout.wrap(
                self.said.say("whynot.overridden", rules=by), f"{margin}  {self.layout.glyph('excluded')} "
            )

    def condition(
        self, found: WhyNot, condition: Condition, depth: int, marked: frozenset[BodyItem], rule: str
    ) -> Iterator[str]:
        """A rule's condition, and below it, when it is derived and does not hold, the rules that could give it."""
        told: Told = self.conditions.told(condition, rule)
        margin = "  " * (depth + 1)
        text = told.text
        below = found.goals.get(condition.goal) if condition.goal else None
        again = condition.goal in self.shown
        if below and again:
            text = self.said.say("proof.shown_above", text=text)
        elif condition.filled in marked and not (below and below.attempts):
            mark = self.said.say("whynot.only_one" if len(marked) == 1 else "whynot.one_of_two")
            text = self.said.say("proof.marked", text=text, mark=mark)
        yield from self.layout.wrap(text, f"{margin}{self.layout.glyph(told.glyph)} ")
        for detail in told.details:
            for line in self.layout.wrap(detail, f"{margin}    "):
                yield self.layout.style(line, "dim")
        if below and condition.goal and not again:
            self.shown.add(condition.goal)
            ways = self.ranked(found, below)
            shown = self.near(found, ways, 0)
            for way in shown:
                yield from self.attempt(found, way, depth + 1, marked)
            if len(ways) > len(shown):
                yield from self.layout.wrap(self.said.count("whynot.further", len(ways) - len(shown)), f"{margin}  ")


def _told_as_excluded(attempt: Attempt) -> bool:
    """Whether the rule would apply but for an exception; then the excluded conclusion above has told it."""
    return bool(attempt.overridden) and not attempt.unmet


def matches(goal: Atom, atom: Ground) -> bool:
    """Whether the goal stands for the atom."""
    return atom.predicate == goal.predicate and all(
        isinstance(t, Var) or t.value == v for t, v in zip(goal.args, atom.values, strict=True)
    )


def _value(term: Const | Var) -> str:
    return str(term.value) if isinstance(term, Const) else "_"
