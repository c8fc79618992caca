"""The answer beside the form: each conclusion a line that opens to its reasons, its proof and its statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..answers.answer import Item, Missing
from ..changes.difference import Difference, Key
from ..explanations.report import Report
from ..rendering.answer_html import AnswerPage
from ..rendering.answer_text import headline, unsettled
from ..rendering.html_proof import statement_link
from ..rendering.html_sources import paragraphs
from ..rendering.markup import Markup, anchor, joined, tag
from ..wording.words import Words


class Conclusions:
    """The answer of one report. `changed`: what the last change made different, which is marked."""

    def __init__(self, report: Report, said: Words, changed: Iterable[Difference] = ()) -> None:
        self.said, self.answer = said, report.answer
        self.page = AnswerPage(report.case.knowledge.program, report.answer, report.graph, said)
        self.items = self.page.items
        self.changed: dict[Key, Difference] = {one.key: one for one in changed}

    def parts(self) -> Iterator[Markup]:
        """The parts of the answer in the order of reading."""
        if not self.page.groups:
            yield tag("p", self.said.say("answer.nothing"), class_="note")
        for key, found in self.page.groups:
            yield self.page.section(key, map(self.line, found), len(found))
        yield self.waiting()
        for key, found in self.page.flags:
            yield self.page.section(key, map(self.line, found), len(found))

    def line(self, item: Item) -> Markup:
        """One conclusion: what is concluded in a line, and why behind it."""
        items = self.items
        items.cited.rules.update(item.rules)
        items.cited.statements.update(item.statements)
        marks = [items.urgency(item), items.status(item) if item.status != "certain" else Markup(), self.mark(item)]
        title = tag("h3", headline(item, items.say))
        summary = tag("summary", joined([title, *filter(None, marks)], " "))
        inside = [tag("p", joined(items.basis(item), " · "), class_="basis"), *items.because(item), *self.says(item)]
        return tag(
            "details", summary, tag("div", joined(inside, "\n"), class_="inside"), id=items.name(item),
            class_="line", data_status=item.status,
        )  # fmt: skip

    def waiting(self) -> Markup:
        """What cannot be decided: each question a line that opens to what it would decide."""
        found = self.answer.undetermined
        cut = [] if self.answer.complete else [tag("p", self.said.say("answer.cut"), class_="note")]
        if not found and not cut:
            return Markup()
        return self.page.section("answer.undetermined", [*map(self.question, found), *cut], len(found))

    def question(self, one: Missing) -> Markup:
        """One unknown fact: what waits for it, and the way to its place in the form."""
        say = self.items.say
        self.items.cited.statements.update(one.blocks)
        decided = [*map(say.action, one.would_decide), *map(say.item, one.others)]
        inside = [tag("p", unsettled(one, say), class_="basis")]
        if decided:
            inside.append(tag("p", self.said.say("answer.would_decide", actions=self.said.join(decided))))
        if one.blocks:
            waits = joined(map(statement_link, one.blocks), " ")
            inside.append(tag("p", self.said.say("html.waits"), " ", waits, class_="meta"))
        inside.append(tag("p", tag("a", self.said.say("board.to_field"), href=f"#field-{one.fact}")))
        summary = tag("summary", tag("h3", say.ask(one.fact)))
        name = anchor("asked", one.fact)
        return tag("details", summary, tag("div", joined(inside, "\n"), class_="inside"), id=name, class_="line",
                   data_status="undetermined")  # fmt: skip

    def mark(self, item: Item) -> Markup:
        """That it is new, or another than before."""
        one = self.changed.get((item.atom.predicate, item.name))
        if one is None:
            return Markup()
        return tag("span", self.said.say("board.new" if one.came else "board.changed"), class_="mark changed")

    def says(self, item: Item) -> Iterator[Markup]:
        """The statements that it comes from, in words."""
        found = [self.items.statements[s] for s in item.statements if s in self.items.statements]
        for one in found:
            text = joined(paragraphs(one.text))
            yield tag("div", tag("p", statement_link(one.id)), tag("div", text), class_="says")

    def sources(self) -> Markup:
        """The facts, statements and readings, behind one fold."""
        title = tag("summary", tag("h2", self.said.say("board.sources")))
        body = joined(self.page.sources(), "\n")
        return tag("details", title, body, class_="sources-fold", id=anchor("sources"))
