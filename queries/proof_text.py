"""A proof as an indented tree of sentences, with rules, statements, references, and where each fact was recorded."""

from __future__ import annotations

from collections.abc import Iterator

from ..kb.ir import Program, Statement
from .answer import Item
from .explanation import Graph, Node
from .layout import Layout
from .sentences import words

MARKS = {
    "recorded": ("yes", ""),
    "table": ("yes", ""),
    "derived": ("yes", ""),
    "comparison": ("yes", ""),
    "absent": ("yes", ""),
    "no_exception": ("yes", ""),
    "assumed": ("unknown", "ASSUMED: "),
    "excluded": ("excluded", ""),
}


def proof_text(program: Program, graph: Graph, item: Item, layout: Layout) -> str:
    """Why an item of the answer holds; a part that was shown before is not repeated, but named."""
    statements = {s.id: s for s in program.statements}
    writer = _Writer(graph, statements, layout)
    lines = [*writer.conclusion(item)]
    root = graph.roots[item.atom]
    lines += writer.tree(root, 0)
    lines += writer.sources()
    version = f"{program.name} {program.version}, sha256 {program.sha256[:12]}"
    lines += ["", *layout.wrap(f"Knowledge base: {version}.")]
    return "\n".join(lines) + "\n"


class _Writer:
    def __init__(self, graph: Graph, statements: dict[str, Statement], layout: Layout) -> None:
        self.graph, self.statements, self.layout = graph, statements, layout
        self.shown: set[str] = set()
        self.cited: dict[str, None] = {}

    def conclusion(self, item: Item) -> list[str]:
        status = item.status if item.status != "certain" else ""
        assumes = f"assumes {', '.join(map(words, item.assumes))}" if item.assumes else ""
        notes = ", ".join(n for n in (status, assumes, item.urgency if item.urgency != "routine" else "") if n)
        return [self.layout.style(line, "bold") for line in self.layout.wrap(notes)] if notes else []

    def tree(self, name: str, depth: int) -> Iterator[str]:
        """The node and what it rests on, without recursion into what was shown."""
        work = [(name, depth)]
        while work:
            name, depth = work.pop()
            node = self.graph.nodes[name]
            again = name in self.shown and bool(node.children)
            self.shown.add(name)
            yield from self.node(node, depth, again)
            if not again:
                work += [(child, depth + 1) for child in reversed(node.children)]

    def node(self, node: Node, depth: int, again: bool) -> Iterator[str]:
        glyph, mark = MARKS[node.kind]
        first = f"{'  ' * depth}{self.layout.glyph(glyph)} "
        indent = " " * len(first)
        text = f"{mark}{node.text}{' (shown above)' if again else ''}"
        yield from self.layout.wrap(text, first)
        details = [] if again else list(self.details(node))
        for detail in details:
            for line in self.layout.wrap(detail, indent):
                yield self.layout.style(line, "dim")

    def details(self, node: Node) -> Iterator[str]:
        if node.rule:
            rule = node.rule
            self.cited.update(dict.fromkeys((*rule.statements, *rule.readings)))
            refs = f", refs {', '.join(map(str, rule.references))}" if rule.references else ", no reference in source"
            cited = " ".join(rule.statements)
            readings = f"; readings {', '.join(rule.readings)}" if rule.readings else ""
            yield f"rule {rule.id}, {rule.place.place}"
            yield f"{cited}{refs}{readings}" if cited else readings.removeprefix("; ")
        for origin in node.origins:
            written = f" as {origin.written}" if origin.written else ""
            yield f"recorded in {origin.source}, {origin.place}{written}"
        if node.kind == "assumed":
            yield f"not known: {node.why}"
        elif node.kind in ("absent", "no_exception") and node.why:
            yield node.why

    def sources(self) -> Iterator[str]:
        """The statements and readings that the rules follow, in our words."""
        known = [self.statements[s] for s in sorted(self.cited) if s in self.statements]
        if known:
            yield from ("", self.layout.heading("what the guideline says"))
        for one in known:
            refs = f" (refs {', '.join(map(str, one.refs))})" if one.refs else ""
            yield from self.layout.wrap(f"{one.id}{refs}: {one.text}", "  ", "      ")
