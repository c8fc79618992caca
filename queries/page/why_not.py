"""Why something is not in the answer: what would bring it about, and the nearest rules, condition by condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...kb.ir import Atom
from ..answers.named import about, concluded
from ..explanations.explanation import rule_ref
from ..explanations.report import Report
from ..rendering.html_conclusion import HtmlConclusions
from ..rendering.html_proof import statement_link
from ..rendering.layout import GLYPHS, Layout
from ..rendering.markup import Markup, joined, tag
from ..rendering.why_not_text import WhyNotText, goals, matches
from ..why_not.attempt import Attempt, Condition, WhyNot
from ..why_not.whynot import why_not
from ..wording.sentences import Sentences
from .search import looked_for, named

NEAREST = 2
"""Rules of one conclusion that are shown; `guidekb why-not --all` shows every one."""
MOST_WAYS = 8
"""Ways to bring it about that are told."""
WIDE = 100_000


def why_not_part(report: Report, items: HtmlConclusions, say: Sentences, text: str) -> Markup:
    """The search, and what it found for `text`."""
    said, names = say.words, named(report.case.knowledge.program, say)
    title = tag("h2", said.say("board.why_not"), id="why-not")
    listed = tag("datalist", *(tag("option", value=words) for words in names.values()), id="names")
    label = tag("label", said.say("board.why_not_label"), for_="looked-for")
    line = tag("input", type="search", name="w", id="looked-for", list="names", value=text, autocomplete="off")
    button = tag("button", said.say("board.why_not_button"), type="submit", name="do", value="look")
    box = tag("div", label, tag("div", line, button, class_="line-and-button"), listed, class_="search")
    found = looked_for(text, names)
    body = list(_found(report, items, say, text, found, names)) if text.strip() else []
    result = tag("div", joined(body, "\n"), id="looked-at")
    return tag("section", title, box, result, aria_labelledby="why-not", class_="whynot")


def _found(
    report: Report, items: HtmlConclusions, say: Sentences, text: str, found: list[str], names: Mapping[str, str]
) -> Iterator[Markup]:
    said = say.words
    if not found:
        yield tag("p", said.say("board.nothing_found", text=text), class_="warn")
    elif len(found) > 1:
        yield tag("p", said.say("board.which"))
        choices = [tag("button", names[name], type="submit", name="pick", value=name, class_="plain") for name in found]
        yield tag("ul", *(tag("li", one) for one in choices), class_="choices")
    else:
        asked = replace(report, case=about(report.case, found[0]))
        yield from WhyNotPart(asked, items, say).name(found[0])


class WhyNotPart:
    """Why things do not hold in one report."""

    def __init__(self, report: Report, items: HtmlConclusions, say: Sentences) -> None:
        self.report, self.items, self.say, self.said = report, items, say, say.words
        self.text = WhyNotText(report, Layout(WIDE), say.words, everything=True)
        self.shown: set[Atom] = set()

    def name(self, name: str) -> Iterator[Markup]:
        """Each conclusion of this name."""
        found = goals(self.report, name)
        if not found or not concluded(self.report.case.knowledge, name):
            yield tag("p", self.said.say("whynot.no_rule", item=self.say.named(name)))
        for goal in found:
            yield from self.goal(goal)

    def goal(self, goal: Atom) -> Iterator[Markup]:
        """One conclusion: that it holds, or what keeps it from holding."""
        found = why_not(self.text.at, goal)
        answer = self.report.answer
        parts = (answer.recommendations, answer.alerts, answer.expectations, answer.prognosis, answer.flags)
        there = [item for part in parts for item in part if matches(goal, item.atom)]
        for item in there:
            text = self.said.say("board.it_is_there") if item.status != "excluded" else self.said.say("status.excluded")
            yield tag("p", self.items.link(item), " — ", text, class_="verdict")
        if found is None:
            return
        if not there:
            sign = "unknown" if self.text.sets(goal) else "no"
            yield tag("p", _sign(sign), " ", self.text.state(goal), class_="verdict")
        ways = list(self.text.changes(goal))
        more = [self.said.count("board.more_ways", len(ways) - MOST_WAYS)] if len(ways) > MOST_WAYS else []
        yield from self.listed("whynot.to_change", [*ways[:MOST_WAYS], *more], "unknown")
        tried = found.goals.get(found.root.goal) if found.root.goal else None
        yield from self.listed("whynot.blocked", self.against(found), "no")
        attempts = self.text.ranked(found, tried)[:NEAREST] if tried else []
        if attempts:
            yield tag("h3", self.said.say("whynot.nearest"))
        yield from (self.attempt(found, attempt) for attempt in attempts)

    def against(self, found: WhyNot) -> list[str]:
        """What is recorded that the nearest rule fails at."""
        tried = found.goals.get(found.root.goal) if found.root.goal else None
        ranked = self.text.ranked(found, tried)[:1] if tried else []
        bottom = [c for attempt in ranked for c in self.text.bottom(found, attempt) if c.status == "fails" and c.atoms]
        return list(dict.fromkeys(map(self.text.conditions.against, bottom)))

    def listed(self, key: str, texts: list[str], sign: str) -> Iterator[Markup]:
        """Sentences under a heading, when there are any."""
        if texts:
            yield tag("h3", self.said.say(key))
            yield tag("ul", *(tag("li", _sign(sign), " ", text) for text in texts), class_="signed")

    def attempt(self, found: WhyNot, attempt: Attempt) -> Markup:
        """A rule with each of its conditions."""
        ref = rule_ref(self.text.clauses[attempt.rule], self.report.case.knowledge.statements)
        self.items.cited.statements.update(ref.statements)
        links = joined(map(statement_link, ref.statements), " ")
        lines = [self.condition(found, condition, attempt.rule) for condition in attempt.conditions]
        if attempt.overridden:
            text = self.said.say("whynot.overridden", rules=self.said.join(attempt.by))
            lines.append(tag("li", _sign("excluded"), " ", text))
        head = tag("p", self.said.say("html.rule", rule=attempt.rule), " ", links, class_="meta")
        return tag("div", head, tag("ul", *lines, class_="signed"), class_="attempt")

    def condition(self, found: WhyNot, condition: Condition, rule: str) -> Markup:
        """A condition: whether it holds, by what; below it the nearest rule that could give it."""
        told = self.text.conditions.told(condition, rule)
        parts = [tag("span", told.text), *(tag("span", detail, class_="why") for detail in told.details)]
        below = found.goals.get(condition.goal) if condition.goal else None
        if below and below.attempts and condition.goal and condition.goal not in self.shown:
            self.shown.add(condition.goal)
            parts.append(self.attempt(found, self.text.ranked(found, below)[0]))
        state = self.said.say(f"board.sign.{told.glyph}")
        return tag("li", _sign(told.glyph), tag("span", state, class_="hidden"), " ", *parts, class_=told.glyph)


def _sign(name: str) -> Markup:
    return tag("span", GLYPHS[name], class_=f"sign {name}", aria_hidden="true")
