"""Proofs as folding HTML lists: each node once, with its id, linked to the fact or to the rule behind it."""

from __future__ import annotations

from collections.abc import Iterator

from ..explanations.explanation import Graph, Node
from ..explanations.outline import Line, outline
from ..explanations.places import Places
from ..wording.words import Words
from .markup import Markup, anchor, joined, tag

GLYPHS = {"assumed": "?", "excluded": "⊘"}  # all others: ✓


class HtmlProofs:
    """The proofs of one page; what one of them shows, the later ones link to."""

    def __init__(self, graph: Graph, said: Words) -> None:
        self.graph, self.said = graph, said
        self.places = Places(graph, said)
        self.shown = {node.id for node in graph.nodes.values() if node.kind == "recorded"}  # in the table of facts

    def fold(self, root: str) -> Markup:
        """The full proof behind a fold."""
        lines = list(outline(self.graph, root, self.shown))
        title = self.said.count("html.proof", len(lines))
        return tag("details", tag("summary", title), Markup("".join(self._nested(lines))), class_="proof")

    def reason(self, node: Node) -> Markup:
        """A leaf that a conclusion rests on: a fact with its place, or an assumption with what is not known."""
        if node.kind == "recorded":
            return tag("li", tag("span", node.text), " ", self.fact_link(node))
        text = self.said.say("proof.assumed", text=node.text)
        return tag("li", tag("span", text), " ", tag("span", node.why, class_="why"), class_="assumed")

    def fact_link(self, node: Node) -> Markup:
        """The place of a fact, linked to its row in the table of facts."""
        place = tag("bdi", self.places.all(node.origins))
        return tag("a", place, href=f"#{node.id}", class_="place")

    def _nested(self, lines: list[Line]) -> Iterator[str]:
        """The lines as lists in lists, without recursion: a proof may be deeper than Python's stack."""
        depth = -1
        for line in lines:
            if line.depth > depth:
                yield "\n<ul>" if depth >= 0 else '<ul class="tree">'
            else:
                yield "</li>" + "</ul></li>" * (depth - line.depth)
            depth = line.depth
            name = line.node.id
            yield f'\n<li id="{name}">' if line.first else "\n<li>"
            yield self._line(line)
        yield "</li></ul>" * (depth + 1)

    def _line(self, line: Line) -> Markup:
        node = line.node
        glyph = GLYPHS.get(node.kind, "✓")
        parts = [
            tag("span", glyph, class_=f"glyph {node.kind}", aria_hidden="true"),
            tag("span", node.text),
            tag("span", joined(self._why(line), " "), class_="why"),
        ]
        return tag("div", joined(parts, " "))

    def _why(self, line: Line) -> list[Markup]:
        """What makes the line true: the place of a fact, the rule that fired and its statements, or words."""
        node = line.node
        if line.again:
            return [tag("a", self.said.say("html.shown_above"), href=f"#{node.id}")]
        if node.rule:
            named = dict.fromkeys((*node.rule.statements, *node.rule.readings))
            return [rule_link(node.rule.id, self.said), *map(statement_link, named)]
        more = [self.fact_link(node)] if node.kind == "recorded" else [tag("span", node.why)] if node.why else []
        kind = self.said.say(f"kind.{node.kind}")
        return [tag("span", f"{kind}:" if more else kind, class_=f"kind {node.kind}"), *more]


def rule_link(rule: str, said: Words) -> Markup:
    """A link to a rule, by its id."""
    return tag("a", said.say("html.rule", rule=rule), href=f"#{anchor('rule', rule)}")


def statement_link(statement: str) -> Markup:
    """A link to a statement or a reading, by its id."""
    return tag("a", statement, href=f"#{anchor('statement', statement)}")
