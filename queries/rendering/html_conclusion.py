"""One conclusion in HTML: headline, urgency and status, where it comes from, its reasons, its proof."""

from __future__ import annotations

from ...kb.ir import Program
from ..answers.answer import Item
from ..explanations.explanation import Graph
from ..names import UNDETERMINED
from ..wording.sentences import Sentences
from ..wording.words import Words
from .answer_text import STATUS_GLYPH, assumptions, headline, reasons
from .html_proof import HtmlProofs, rule_link, statement_link
from .html_sources import Cited, references
from .layout import GLYPHS
from .markup import Markup, anchor, joined, tag


class HtmlConclusions:
    """The conclusions of one page. `cited` and `used_by` grow with each: rules and statements, and who uses a fact."""

    def __init__(self, program: Program, graph: Graph, say: Sentences, said: Words) -> None:
        self.graph, self.say, self.said = graph, say, said
        self.statements = {s.id: s for s in program.statements}
        self.proofs = HtmlProofs(graph, said)
        self.cited = Cited()
        self.used_by: dict[str, list[Markup]] = {}

    def link(self, item: Item) -> Markup:
        """The headline, linked to the conclusion."""
        return tag("a", headline(item, self.say), href=f"#{self.name(item)}")

    def name(self, item: Item) -> str:
        """The id of a conclusion: what is concluded, without the subject."""
        return anchor("is", item.atom.predicate, *item.atom.values[1:])

    def brief(self, item: Item) -> Markup:
        """One line: the link, and what must be known beside it."""
        marks = [self.urgency(item), self.status(item) if item.status != "certain" else Markup()]
        return joined([self.link(item), *filter(None, marks)], " ")

    def article(self, item: Item) -> Markup:
        """All of it."""
        self.cited.rules.update(item.rules)
        self.cited.statements.update(item.statements)
        marks = [self.urgency(item), self.status(item)]
        parts = [
            tag("h3", headline(item, self.say)),
            tag("p", joined([*filter(None, marks), joined(self.basis(item), " · ")], " "), class_="basis"),
            *self.because(item),
        ]
        return tag(
            "article", joined(parts, "\n"), id=self.name(item), class_="conclusion find", data_status=item.status
        )

    def urgency(self, item: Item) -> Markup:
        """How soon, when that is more than routine."""
        text = self.said.say(f"urgency.{item.urgency}") if item.urgency else ""
        return tag("span", text, class_=f"mark {item.urgency}") if text else Markup()

    def status(self, item: Item) -> Markup:
        """The status by sign and word, unless the value has said it."""
        if item.value == UNDETERMINED:
            return Markup()
        sign = tag("span", GLYPHS[STATUS_GLYPH.get(item.status, "unknown")], aria_hidden="true")
        return tag("span", sign, " ", self.said.say(f"status.{item.status}"), class_=f"mark {item.status}")

    def basis(self, item: Item) -> list[Markup]:
        """The statements, references and rules, and the source's own words."""
        refs = {ref for s in item.statements if s in self.statements for ref in self.statements[s].refs}
        since = self.said.say("html.since", reasons=assumptions(item, self.say))
        parts = [
            tag("span", since) if item.assumes else Markup(),
            joined(map(statement_link, item.statements), " "),
            tag("span", references(sorted(refs), self.said)),
            joined([rule_link(rule, self.said) for rule in item.rules], ", "),
        ]
        if item.wording:
            parts.append(tag("span", self.said.say("html.wording", wording=item.wording)))
        return [part for part in parts if part]

    def because(self, item: Item) -> list[Markup]:
        """The facts and assumptions that it rests on, and the proof."""
        root = self.graph.roots.get(item.atom)
        if root is None:
            return []
        leaves = reasons(self.graph, root)
        for leaf in leaves:
            self.used_by.setdefault(leaf.id, []).append(self.link(item))
        listed = tag("ul", joined(map(self.proofs.reason, leaves), "\n"), class_="reasons")
        return [*([listed] if leaves else []), self.proofs.fold(root)]
