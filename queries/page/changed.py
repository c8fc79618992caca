"""What a change did: the facts that are others now, and each conclusion that came, went or stands differently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..answers.answer import Item
from ..changes.difference import Difference, Differences, differences
from ..changes.difference_text import DifferenceText
from ..changes.record_changes import FieldChange, record_changes, told
from ..explanations.report import Report
from ..rendering.answer_text import unsettled
from ..rendering.html_conclusion import HtmlConclusions
from ..rendering.layout import Layout
from ..rendering.markup import Markup, joined, tag
from ..wording.sentences import Sentences, sentences
from ..wording.words import Words

MOST_REASONS = 4
"""Reasons that are named for one difference; its proof has all."""


class Changed:
    """The difference between two reports of one patient."""

    def __init__(self, before: Report, after: Report, said: Words) -> None:
        knowledge = after.case.knowledge
        self.after, self.said = after, said
        self.say: Sentences = sentences(knowledge.program, said)
        self.facts: tuple[FieldChange, ...] = record_changes(before.case.edb, after.case.edb, knowledge.predicates)
        cases = before.case, after.case
        self.found: Differences = differences(before.answer, after.answer, cases)
        self.text = DifferenceText(before, after, (c.field for c in self.facts), Layout(), said)

    def section(self, items: HtmlConclusions) -> Markup:
        """All of it, before the answer; `items` link to what stands there."""
        title = tag("h2", self.said.say("board.what_changed"), id="what-changed")
        facts = [self.fact(one) for one in self.facts]
        lines = [self.line(one, items) for one in self.found.items]
        body = [tag("ul", joined(facts, "\n"), class_="supposed")]
        body.append(tag("ul", joined(lines, "\n"), class_="differences") if lines else tag("p", self.nothing()))
        body += self.questions()
        return tag("section", title, joined(body, "\n"), aria_labelledby="what-changed", class_="changed")

    def fact(self, one: FieldChange) -> Markup:
        """What a field says now, and what it said before."""
        return tag("li", *now_and_before(one, self.say))

    def line(self, one: Difference, items: HtmlConclusions) -> Markup:
        """How a conclusion stood and how it stands, and what made it so."""
        first = (one.after or one.before)[0]
        name = items.link(first) if one.after else tag("span", items.say.item(first.atom))
        standing = [
            tag("span", self.standing(one, one.before), class_="was"),
            tag("span", "→", aria_hidden="true"),
            tag("span", self.said.say("board.now"), class_="hidden"),
            tag("strong", self.standing(one, one.after)),
        ]
        # Of one changed fact nobody has to be told that it was the cause.
        found = list(dict.fromkeys(self.text.reasons(one)))[:MOST_REASONS] if len(self.facts) > 1 else []
        listed = tag("ul", *(tag("li", reason) for reason in found), class_="why") if found else Markup()
        kind = "went" if one.went else "came" if one.came else "turned"
        line = tag("div", tag("p", name), tag("p", joined(standing, " ")), class_="standing")
        return tag("li", line, listed, class_=kind)

    def standing(self, one: Difference, items: tuple[Item, ...]) -> str:
        """How it stands, in few words: what it assumes is told where it stands itself."""
        return self.text.standing(one, tuple(replace(item, assumes=()) for item in items))

    def questions(self) -> Iterator[Markup]:
        """What is undetermined now, and what no longer is."""
        for key, listed in (("difference.opened", self.found.opened), ("difference.closed", self.found.closed)):
            if listed:
                texts = self.said.join(unsettled(one, self.say) for one in listed)
                yield tag("p", tag("span", f"{self.said.say(key)}: "), texts, class_="why")

    def nothing(self) -> str:
        """That no conclusion is another one."""
        return self.said.say("board.same_answer")

    def announced(self) -> str:
        """The whole in a sentence, for who cannot see the page."""
        if not self.found.items:
            return self.nothing()
        texts = (
            f"{self.say.item((one.after or one.before)[0].atom)}: {self.standing(one, one.after)}"
            for one in self.found.items
        )
        return f"{self.counted()}: {'; '.join(texts)}."

    def counted(self) -> str:
        """How many conclusions are others now."""
        number = len(self.found.items)
        return self.said.count("board.differ", number) if number else self.nothing()


def now_and_before(one: FieldChange, say: Sentences) -> tuple[Markup, Markup, Markup]:
    """What a field says now, and what it said before."""
    now = told(say, one.field, one.after, one.listed_after)
    is_new = not one.before and not one.listed_before
    was = say.words.say("board.unknown") if is_new else told(say, one.field, one.before, one.listed_before)
    return tag("span", now), Markup(" "), tag("span", say.words.say("record.was", text=was), class_="why")
