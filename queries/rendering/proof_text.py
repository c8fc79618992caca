"""A proof as an indented tree of sentences, with rules, statements, references, and where each fact was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...kb.ir import Program, Statement
from ..answers.answer import Item
from ..explanations.explanation import Graph, Node
from ..explanations.outline import outline
from ..explanations.places import Places
from ..wording.sentences import Sentences, sentences
from ..wording.words import Words
from .answer_text import footer, marks_of
from .layout import Layout

ABSENT = ("absent", "no_exception", "unrecorded")
"""Kinds of nodes whose reason is said in one sentence, with the places of the facts behind it."""
GLYPHS = {"assumed": "unknown", "excluded": "excluded"}  # all others: yes


def proof_text(program: Program, graph: Graph, item: Item, layout: Layout, said: Words) -> str:
    """Why an item of the answer holds; a part that was shown before is not repeated, but named."""
    writer = ProofWriter(program, graph, layout, said)
    lines = [*writer.conclusion(item)]
    root = graph.roots[item.atom]
    lines += writer.tree(root)
    lines += writer.sources()
    lines += ["", *footer(program, layout, said)]
    return "\n".join(lines) + "\n"


class ProofWriter:
    """Writes proofs of one graph; what one of them showed, the next does not repeat. `marks`: remarks by node."""

    def __init__(
        self, program: Program, graph: Graph, layout: Layout, said: Words, marks: Mapping[str, str] | None = None
    ) -> None:
        self.graph, self.layout, self.said = graph, layout, said
        self.say: Sentences = sentences(program, said)
        self.statements: dict[str, Statement] = {s.id: s for s in program.statements}
        self.places = Places(graph, said)
        self.marks = marks or {}
        self.shown: set[str] = set()
        self.cited: dict[str, None] = {}

    def conclusion(self, item: Item) -> list[str]:
        """What has to be known of the whole conclusion, before its proof."""
        notes = self.said.join(marks_of(item, self.say), "unit")
        return [self.layout.style(line, "bold") for line in self.layout.wrap(notes)] if notes else []

    def tree(self, name: str) -> Iterator[str]:
        """The node and what it rests on."""
        for line in outline(self.graph, name, self.shown, ABSENT):
            yield from self.node(line.node, line.depth, line.again)

    def node(self, node: Node, depth: int, again: bool) -> Iterator[str]:
        """One line of the tree, wrapped, and below it what makes it true."""
        glyph = self.layout.glyph(GLYPHS.get(node.kind, "yes"))
        first = f"{'  ' * depth}{glyph} "
        indent = " " * len(first)
        text = self.said.say("proof.assumed", text=node.text) if node.kind == "assumed" else node.text
        text = self.said.say("proof.shown_above", text=text) if again else text
        text = self.said.say("proof.marked", text=text, mark=self.marks[node.id]) if node.id in self.marks else text
        yield from self.layout.wrap(text, first)
        details = [] if again else list(self.details(node))
        for detail in details:
            for line in self.layout.wrap(detail, indent):
                yield self.layout.style(line, "dim")

    def details(self, node: Node) -> Iterator[str]:
        """The rule with its statements, where a fact was recorded, or why something is absent."""
        if node.rule:
            rule = node.rule
            self.cited.update(dict.fromkeys((*rule.statements, *rule.readings)))
            numbers = self.said.join(map(str, rule.references), "unit")
            refs = (
                self.said.say("proof.references", numbers=numbers) if numbers else self.said.say("proof.no_references")
            )
            listed = self.said.join(rule.readings)
            readings = self.said.count("proof.readings", len(rule.readings), readings=listed) if listed else ""
            yield self.said.say("proof.rule", rule=rule.id, place=rule.place.place)
            yield "; ".join(part for part in (" ".join(rule.statements), refs, readings) if part)
        for origin in node.origins:
            key = "proof.recorded_as" if origin.written else "proof.recorded"
            slots = {"source": origin.source, "place": self.said.place(origin.place), "written": origin.written}
            yield self.said.say(key, **slots)
        if node.kind == "assumed":
            yield self.said.say("proof.not_known", reasons=node.why)
        elif node.kind in ABSENT and node.why:
            origins = dict.fromkeys(o for child in node.children for o in self.graph.nodes[child].origins)
            places = self.places.all(origins)
            yield self.said.say("proof.reason_recorded", text=node.why, places=places) if places else node.why

    def sources(self) -> Iterator[str]:
        """The statements and readings that the rules follow, in our words."""
        known = [self.statements[s] for s in sorted(self.cited) if s in self.statements]
        if known:
            yield from ("", self.layout.heading(self.said.say("proof.says")))
        for one in known:
            numbers = self.said.join(map(str, one.refs), "unit")
            refs = f" ({self.said.say('proof.references', numbers=numbers)})" if numbers else ""
            yield from self.layout.wrap(f"{one.id}{refs}: {one.text}", "  ", "      ")
