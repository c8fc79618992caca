"""The guideline as one HTML page: each statement beside its rules in sentences; vocabulary, graph and change log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from ...kb.diagnostics import Unavailable
from ...kb.ir import Program, Statement
from ..rendering.graph_svg import drawn
from ..rendering.html_page import page
from ..rendering.html_proof import statement_link
from ..rendering.html_sources import paragraphs, references
from ..rendering.markup import Markup, anchor, joined, tag
from ..rendering.statements import READING
from ..wording.sentences import sentences
from ..wording.words import Words
from .doc_rules import RuleArticles, place
from .doc_tests import Exercised, about, totals
from .doc_vocabulary import vocabulary
from .predicate_graph import predicate_graph
from .predicate_graph_text import graph_text


@dataclass(frozen=True)
class Doc:
    """What a page is made of. `titles`: by document; `changes`: a change log in Markdown, or "".

    `tested`: what the test cases show of it; None when there are none.
    """

    program: Program
    titles: Mapping[str, str] = field(default_factory=lambda: dict[str, str]())
    changes: str = ""
    tested: Exercised | None = None


def doc_page(doc: Doc, said: Words) -> str:
    """The whole page, which needs no other file; without Graphviz, it says so in the place of the graph."""
    return _Page(doc, said).whole()


@dataclass(frozen=True, slots=True)
class _Part:
    """A section, with the document that it is from."""

    group: str
    name: str
    title: str
    section: Markup


class _Page:
    def __init__(self, doc: Doc, said: Words) -> None:
        self.doc, self.program, self.said = doc, doc.program, said
        self.rules = RuleArticles(doc.program, sentences(doc.program, said), doc.tested)

    def whole(self) -> str:
        parts = list(self.parts())
        body = joined([self.contents(parts), self.tools(), *(part.section for part in parts)], "\n")
        program = self.program
        title = next(
            (v for k, v in self.doc.titles.items() if k.startswith("guidelines/")), ""
        ) or program.name.replace("_", " ")
        header = [
            tag("p", program.name.replace("_", " "), " ", program.version, class_="eyebrow"),
            tag("h1", title),
            tag("p", self.said.say("page.disclaimer"), class_="disclaimer", role="note"),
        ]
        slots = {"name": program.name, "version": program.version, "hash": program.sha256}
        footer = tag("p", self.said.say("page.knowledge_base", **slots))
        return page(self.said, title, joined(header, "\n"), body, footer, "doc.css")

    def parts(self) -> Iterator[_Part]:
        """The sections, a document after the other."""
        number = 0
        for file, every in groupby(self.program.statements, key=lambda s: s.span.file):
            for heading, some in groupby(every, key=lambda s: s.span.heading[-1:]):
                number += 1
                title = "".join(heading) or file
                yield self.section(f"part-{number}", title, map(self.statement, some), self.doc.titles.get(file, file))
        if loose := list(self.rules.loose()):
            yield self.section("part-rules", "Rules without a statement", loose)
        yield self.section("part-vocabulary", "Vocabulary", vocabulary(self.program))
        yield self.section("part-graph", "What rests on what", self.graph())
        if self.doc.tested:
            yield self.section("part-tests", "What the tests show", totals(self.doc.tested))
        if self.doc.changes:
            yield self.section("part-changes", "Changes", changes(self.doc.changes))

    def section(self, name: str, title: str, body: Iterable[Markup], group: str = "Besides") -> _Part:
        heading = tag("h2", title, id=name)
        section = tag("section", joined([heading, *body], "\n"), aria_label=f"{title} ({group})")
        return _Part(group, name, title, section)

    def contents(self, parts: Iterable[_Part]) -> Markup:
        """A row for each document."""
        rows = [
            tag("div", tag("dt", group), *(tag("dd", tag("a", part.title, href=f"#{part.name}")) for part in some))
            for group, some in groupby(parts, key=lambda part: part.group)
        ]
        return tag("nav", tag("h2", "Contents", id="glance"), tag("dl", *rows), aria_labelledby="glance")

    def tools(self) -> Markup:
        """Search by words and by kind of statement; the script shows them."""
        said = self.said
        kinds = sorted({s.kind for s in self.program.statements})
        options = [tag("option", "any kind", value="")]
        options += [tag("option", said.phrases.get(f"statement_kind.{k}", k), value=k) for k in kinds]
        controls = [
            tag("label", said.say("html.search"), " ", tag("input", type="search", id="search", autocomplete="off")),
            tag("label", "Kind", " ", tag("select", *options, id="status", autocomplete="off")),
            tag("button", said.say("html.open_all"), type="button", id="open-all"),
            tag("button", said.say("html.close_all"), type="button", id="close-all"),
            tag("output", id="shown", data_text=said.say("html.shown", shown="{shown}", all="{all}")),
        ]
        label = said.say("html.tools")
        return tag("form", joined(controls, "\n"), id="tools", role="search", aria_label=label, hidden=True)

    def statement(self, one: Statement) -> Markup:
        """The statement's text, and beside it its rules, or why it has none."""
        meta = [tag("span", self.said.phrases.get(f"statement_kind.{one.kind}", one.kind))]
        if one.kind != READING:
            meta.append(tag("span", references(one.refs, self.said)))
        if one.line is not None:
            meta.append(tag("span", self.said.say("html.source_line", line=one.line)))
        meta.append(place(one.span))
        text = tag("div", tag("h3", one.id), *paragraphs(one.text), tag("p", joined(meta, " · "), class_="meta"))
        return tag(
            "article",
            text,
            tag("div", joined(self.beside(one), "\n")),
            class_="beside find",
            id=anchor("statement", one.id),
            data_status=one.kind,
        )

    def beside(self, one: Statement) -> list[Markup]:
        """What encodes a statement."""
        own = [self.rules.article(c) for c in self.program.clauses if c.statement == one.id and c.body]
        followed = {
            str(c.statement)
            for c in self.program.clauses
            if c.statement and c.statement != one.id and one.id in (*c.values("reading"), *c.values("rationale"))
        }
        found = own
        if one.no_rule:
            found.append(tag("p", "No rule: ", one.no_rule, class_="meta"))
        if followed:
            links = joined(map(statement_link, sorted(followed)), " ")
            found.append(tag("p", "Followed or given as a reason in ", links, class_="meta"))
        if not found:
            found.append(tag("p", "No rule follows it.", class_="meta"))
        return [*found, *about(self.doc.tested, one.id)] if self.doc.tested else found

    def graph(self) -> Iterator[Markup]:
        """The dependency graph, drawn; boxes are strata."""
        told = (
            "Boxes are inputs and tables, ellipses what rules conclude; a frame is a stratum. Dashed: a condition that "
            "must not hold. Dotted: an exception. A thick border: a predicate that rests on itself."
        )
        yield tag("p", told, class_="meta")
        graph = predicate_graph(self.program)
        try:
            svg = drawn(str(graph_text(graph, "dot")), "svg").decode()
        except Unavailable as unavailable:
            yield tag("p", f"Not drawn: {unavailable}.", class_="note find")
            return
        # INVARIANT (svg): Graphviz escapes what it is given; the names in it are words of the language besides.
        inner = re.sub(r"(?s)^.*?<svg\b", '<svg role="img" aria-label="graph of predicates"', svg)
        yield tag("div", Markup(inner.strip()), class_="graph find", tabindex="0", role="group", aria_label="graph")


def changes(text: str) -> Iterator[Markup]:
    """A change log's headings, lists and paragraphs; what else Markdown has stands as it is written."""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.splitlines()
        if heading := re.fullmatch(r"#{1,6} +(.*)", lines[0]):
            if not lines[0].startswith("# "):
                yield tag("h3", heading[1])
            lines = lines[1:]
        items = re.split(r"(?m)^[-*] +", "\n".join(lines))
        if items[0].strip():
            yield tag("p", *_inline(items[0]))
        if items[1:]:
            yield tag("ul", *(tag("li", *_inline(item)) for item in items[1:]), class_="find")


def _inline(text: str) -> Iterator[Markup]:
    """Text with what is in backticks as code, and what is between double asterisks bold."""
    for paragraph in paragraphs(text):
        inner = paragraph.removeprefix("<p>").removesuffix("</p>")
        # INVARIANT (bold): it holds whole pieces of code or none, so that the elements stay nested.
        yield Markup(re.sub(r"\*\*((?:<code>[^<]*</code>|[^<*])+)\*\*", r"<strong>\1</strong>", inner))
