"""The answer for reading in a terminal: grouped, the most urgent first, one line for each reason."""

from __future__ import annotations

from collections.abc import Iterator

from ..kb.ir import Program
from .answer import Answer, Item, Missing
from .explanation import Graph, Node
from .layout import Layout
from .sentences import Sentences, sentences, words

DISCLAIMER = "Decision support for people who review its basis; not a medical device, not validated for care."
STATUS_GLYPH = {"certain": "yes", "provisional": "unknown", "conflicting": "conflict", "excluded": "excluded"}


def answer_text(program: Program, answer: Answer, graph: Graph, layout: Layout) -> str:
    """The whole answer as text."""
    page = _Page(sentences(program), graph, layout)
    lines = [*page.title(answer)]
    groups = (
        ("recommended", [i for i in answer.recommendations if i.direction == "for" and i.status != "excluded"]),
        ("to consider", [i for i in answer.recommendations if i.direction == "consider" and i.status != "excluded"]),
        ("advised against", [i for i in answer.recommendations if i.direction == "against"]),
        ("excluded", [i for i in answer.recommendations if i.status == "excluded"]),
        ("alerts", answer.alerts),
        ("to expect", answer.expectations),
        ("prognosis", answer.prognosis),
    )
    for heading, items in groups:
        if items:
            lines += ["", layout.heading(heading), *(line for item in items for line in page.item(item))]
    if not any(items for _, items in groups):
        lines += ["", "The guideline says nothing about this patient from what is recorded."]
    lines += page.missing(answer.undetermined, answer.complete)
    if answer.flags:
        lines += ["", layout.heading("about the record"), *(line for i in answer.flags for line in page.item(i))]
    version = f"{program.name} {program.version}, sha256 {program.sha256[:12]}"
    lines += ["", *layout.wrap(f"Knowledge base: {version}."), *layout.wrap(DISCLAIMER)]
    return "\n".join(lines) + "\n"


class _Page:
    def __init__(self, say: Sentences, graph: Graph, layout: Layout) -> None:
        self.say, self.graph, self.layout = say, graph, layout

    def title(self, answer: Answer) -> list[str]:
        as_of = f", as of {answer.as_of.isoformat()}" if answer.as_of else ""
        title = self.layout.wrap(f"Patient {answer.subject}{as_of}")
        return [self.layout.style(line, "bold") for line in title]

    def item(self, item: Item) -> Iterator[str]:
        """The conclusion with where it comes from, then a line for each reason."""
        glyph = self.layout.glyph(STATUS_GLYPH.get(item.status, "unknown"))
        text = self.say.item(item.atom)
        if item.value:
            text += f": {words(item.value)}"
        marks = [m for m in (_mark(item), item.status if item.status != "certain" else "") if m]
        if item.assumes:
            marks.append(f"assumes {', '.join(map(words, item.assumes))}")
        source = f"[{', '.join(item.statements)}]"
        emphasis = ", ".join(dict.fromkeys(marks))
        yield from self.layout.wrap(f"{text}{f' ({emphasis})' if emphasis else ''} {source}", f"  {glyph} ")
        root = self.graph.roots.get(item.atom)
        if root is not None:
            for node in reasons(self.graph, root):
                yield from self.reason(node)

    def reason(self, node: Node) -> Iterator[str]:
        where = "; ".join(f"{o.place} of {o.source}" for o in node.origins)
        text = f"{node.text}{f': recorded, {where}' if where else ''}"
        if node.kind == "assumed":
            text = f"assumed: {node.text}; {node.why}"
        for line in self.layout.wrap(text, "      - "):
            yield self.layout.style(line, "dim")

    def missing(self, found: tuple[Missing, ...], complete: bool) -> Iterator[str]:
        if found:
            yield from ("", self.layout.heading("cannot decide yet"))
        for one in found:
            glyph = self.layout.glyph("unknown")
            yield from self.layout.wrap(f"{self.say.unknown(one.fact)} [{', '.join(one.blocks)}]", f"  {glyph} ")
            if one.would_decide:
                decides = ", ".join(words(a) for a in one.would_decide)
                for line in self.layout.wrap(f"would decide: {decides}", "      - "):
                    yield self.layout.style(line, "dim")
        if not complete:
            yield from self.layout.wrap("The search for what could change was cut; there may be more.", "  ")


def _mark(item: Item) -> str:
    return item.urgency if item.urgency in ("immediate", "soon") else ""


def reasons(graph: Graph, root: str) -> list[Node]:
    """The leaves that a conclusion rests on: recorded facts and assumptions, each once."""
    found: dict[str, Node] = {}
    stack = [root]
    seen: set[str] = set()
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        node = graph.nodes[name]
        if node.kind in ("recorded", "assumed"):
            found[name] = node
        stack += reversed(node.children)
    return list(found.values())
