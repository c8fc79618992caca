"""The answer as one HTML page: conclusions with their reasons, proofs in folds, and the facts and statements behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...kb.ir import Program
from ..answers.answer import Answer, Item, Missing
from ..explanations.explanation import Graph
from ..wording.sentences import sentences
from ..wording.words import Words
from .answer_text import groups, unsettled
from .html_conclusion import HtmlConclusions
from .html_page import page
from .html_proof import statement_link
from .html_sources import fact_table, loose_rules, statement_list, unused_facts
from .markup import Markup, anchor, joined, tag


def answer_html(program: Program, answer: Answer, graph: Graph, said: Words, notes: tuple[str, ...] = ()) -> str:
    """The whole page; `notes` stand before the conclusions. Equal input gives equal bytes."""
    return AnswerPage(program, answer, graph, said).whole(notes)


class AnswerPage:
    """The parts of the page; `groups` and `flags` are the parts of the answer that have something in them."""

    def __init__(self, program: Program, answer: Answer, graph: Graph, said: Words) -> None:
        self.program, self.answer, self.graph, self.said = program, answer, graph, said
        self.say = sentences(program, said)
        self.items = HtmlConclusions(program, graph, self.say, said)
        self.groups = [(key, items) for key, items in groups(answer) if items]
        self.flags = [("answer.flags", answer.flags)] if answer.flags else []

    def whole(self, notes: tuple[str, ...]) -> str:
        """The sections in order; the last ones show what those before have named."""
        parts = [
            self.glance(),
            self.tools(),
            *(tag("p", note, class_="note") for note in notes),
            *(self.conclusions(*group) for group in self.groups),
            self.waiting(),
            *(self.conclusions(*group) for group in self.flags),
            *self.sources(),
        ]
        title = self.said.say("page.patient", subject=self.answer.subject)
        return page(self.said, title, self.header(title), joined(filter(None, parts), "\n"), self.footer())

    def header(self, title: str) -> Markup:
        """Of whom, from which data, as of when; and what this page is not."""
        source = self.items.proofs.places.source
        known = [self.said.say("page.recorded_in", source=source)] if source else []
        if self.answer.as_of:
            known.append(self.said.say("page.as_of", day=self.said.day(self.answer.as_of)))
        parts = [
            tag("p", self.program.name.replace("_", " "), " ", self.program.version, class_="eyebrow"),
            tag("h1", title),
            *([tag("p", joined([tag("bdi", part) for part in known], " · "), class_="meta")] if known else []),
            tag("p", self.said.say("page.disclaimer"), class_="disclaimer", role="note"),
        ]
        return joined(parts, "\n")

    def footer(self) -> Markup:
        """Which knowledge base the answer comes from, exactly."""
        program = self.program
        slots = {"name": program.name, "version": program.version, "hash": program.sha256}
        return tag("p", self.said.say("page.knowledge_base", **slots))

    def glance(self) -> Markup:
        """Every conclusion in one line, linked to where it is explained."""
        rows: list[tuple[str, list[Markup]]] = [
            (key, [self.items.brief(item) for item in items]) for key, items in self.groups
        ]
        if not rows:
            rows = [("html.conclusions", [tag("span", self.said.say("answer.nothing"))])]
        if self.answer.undetermined:
            asked = [tag("a", self.say.ask(m.fact), href=f"#{_name(m)}") for m in self.answer.undetermined]
            rows.append(("answer.undetermined", asked))
        rows += [(key, [self.items.brief(item) for item in items]) for key, items in self.flags]
        body = [tag("div", tag("dt", self.said.say(key)), *(tag("dd", line) for line in lines)) for key, lines in rows]
        title = tag("h2", self.said.say("html.glance"), id="glance")
        return tag("nav", title, tag("dl", joined(body, "\n")), aria_labelledby="glance")

    def tools(self) -> Markup:
        """Search, filter and folds; the script shows them, since they do nothing without it."""
        said = self.said
        statuses = sorted({item.status for _, items in (*self.groups, *self.flags) for item in items})
        options = [tag("option", said.say("html.any_status"), value="")]
        options += [tag("option", said.say(f"status.{status}"), value=status) for status in statuses]
        controls = [
            tag("label", said.say("html.search"), " ", tag("input", type="search", id="search", autocomplete="off")),
            tag("label", said.say("html.status"), " ", tag("select", *options, id="status", autocomplete="off")),
            tag("button", said.say("html.open_all"), type="button", id="open-all"),
            tag("button", said.say("html.close_all"), type="button", id="close-all"),
            tag("output", id="shown", data_text=said.say("html.shown", shown="{shown}", all="{all}")),
        ]
        label = said.say("html.tools")
        return tag("form", joined(controls, "\n"), id="tools", role="search", aria_label=label, hidden=True)

    def conclusions(self, key: str, items: tuple[Item, ...]) -> Markup:
        """One part of the answer."""
        return self.section(key, map(self.items.article, items), len(items))

    def waiting(self) -> Markup:
        """What cannot be decided, and why it is asked."""
        found = self.answer.undetermined
        if not found and self.answer.complete:
            return Markup()
        cut = [] if self.answer.complete else [tag("p", self.said.say("answer.cut"), class_="note")]
        return self.section("answer.undetermined", [*map(self.question, found), *cut], len(found))

    def question(self, one: Missing) -> Markup:
        """One unknown fact as a question: the actions that it would decide, the statements that wait for it."""
        self.items.cited.statements.update(one.blocks)
        parts = [tag("h3", self.say.ask(one.fact)), tag("p", unsettled(one, self.say), class_="why")]
        if one.would_decide:
            actions = self.said.join(map(self.say.action, one.would_decide))
            parts.append(tag("p", self.said.say("answer.would_decide", actions=actions)))
        if one.blocks:
            waits = joined(map(statement_link, one.blocks), " ")
            parts.append(tag("p", self.said.say("html.waits"), " ", waits, class_="meta"))
        return tag("article", joined(parts, "\n"), id=_name(one), class_="question find", data_status="undetermined")

    def sources(self) -> Iterator[Markup]:
        """The facts, statements and readings that the page has named."""
        cited = self.items.cited
        for rule in (node.rule for node in self.graph.nodes.values() if node.rule):
            cited.rules.add(rule.id)
            cited.statements.update((*rule.statements, *rule.readings))
        for clause in self.program.clauses:
            if clause.id in cited.rules:
                cited.statements.update(map(str, (clause.statement, *clause.values("reading"))))
        used = fact_table(self.graph, self.items.used_by, self.said)
        yield self.section("html.facts", filter(None, [used, unused_facts(self.graph, self.said)]))
        loose = loose_rules(self.program, cited, self.said)
        if statements := [*statement_list(self.program, cited, False, self.said), *loose]:
            yield self.section("html.statements", statements)
        if readings := statement_list(self.program, cited, True, self.said):
            yield self.section("html.readings", readings)

    def section(self, key: str, body: Iterable[Markup], count: int | None = None) -> Markup:
        """A heading with what stands under it; a part of the answer has a count, a source a line on what it is."""
        name = anchor("part", key.split(".")[1])
        number = [] if count is None else [" ", tag("span", str(count), class_="count")]
        about = [tag("p", self.said.say(f"{key}_are"), class_="meta")] if count is None else []
        title = tag("h2", self.said.say(key), *number, id=name)
        kind = "sources" if count is None else "answer"
        return tag("section", joined([title, *about, *body], "\n"), aria_labelledby=name, class_=kind)


def _name(one: Missing) -> str:
    return anchor("asked", one.fact)
