"""The answer for reading in a terminal: grouped, the most urgent first, one line for each reason."""

from __future__ import annotations

from collections.abc import Iterator

from ...kb.ir import Program
from ..answers.answer import Answer, Item, Missing
from ..explanations.explanation import Graph, Node
from ..explanations.places import Places
from ..wording.sentences import Sentences, sentences, spaced
from ..wording.words import Words
from .layout import Layout

STATUS_GLYPH = {"certain": "yes", "provisional": "unknown", "conflicting": "conflict", "excluded": "excluded"}


def answer_text(program: Program, answer: Answer, graph: Graph, layout: Layout, said: Words) -> str:
    """The whole answer as text."""
    page = _Page(sentences(program, said), said, graph, layout)
    lines = [*page.title(answer)]
    shown = groups(answer)
    for key, items in shown:
        if items:
            lines += ["", layout.heading(said.say(key)), *(line for item in items for line in page.item(item))]
    if not any(items for _, items in shown):
        lines += ["", *layout.wrap(said.say("answer.nothing"))]
    lines += page.missing(answer.undetermined, answer.complete)
    if answer.flags:
        lines += ["", layout.heading(said.say("answer.flags")), *(line for i in answer.flags for line in page.item(i))]
    lines += ["", *footer(program, layout, said), *layout.wrap(said.say("page.disclaimer"))]
    return "\n".join(lines) + "\n"


def groups(answer: Answer) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """The parts of an answer in the order of reading, each with the key of its heading."""

    def actions(direction: str) -> tuple[Item, ...]:
        return tuple(i for i in answer.recommendations if i.direction == direction and i.status != "excluded")

    return (
        ("answer.recommended", actions("for")),
        ("answer.consider", actions("consider")),
        ("answer.against", actions("against")),
        ("answer.excluded", tuple(i for i in answer.recommendations if i.status == "excluded")),
        ("answer.alerts", answer.alerts),
        ("answer.expectations", answer.expectations),
        ("answer.prognosis", answer.prognosis),
    )


def footer(program: Program, layout: Layout, said: Words) -> list[str]:
    """Which knowledge base the answer comes from."""
    slots = {"name": program.name, "version": program.version, "hash": program.sha256[:12]}
    return layout.wrap(said.say("page.knowledge_base", **slots))


class _Page:
    def __init__(self, say: Sentences, said: Words, graph: Graph, layout: Layout) -> None:
        self.say, self.said, self.graph, self.layout = say, said, graph, layout
        self.places = Places(graph, said)

    def title(self, answer: Answer) -> list[str]:
        title = self.said.say("page.patient", subject=answer.subject)
        if self.places.source:
            title += f", {self.said.say('page.recorded_in', source=self.places.source)}"
        if answer.as_of:
            title += f", {self.said.say('page.as_of', day=self.said.day(answer.as_of))}"
        return [self.layout.style(line, "bold") for line in self.layout.wrap(title)]

    def item(self, item: Item) -> Iterator[str]:
        """The conclusion with where it comes from, then a line for each reason."""
        glyph = self.layout.glyph(STATUS_GLYPH.get(item.status, "unknown"))
        marks = marks_of(item, self.say)
        emphasis = f" ({self.said.join(marks, 'unit')})" if marks else ""
        source = f"{' '.join(item.statements)}: {', '.join(item.rules)}"
        yield from self.layout.wrap(f"{headline(item, self.say)}{emphasis} [{source}]", f"  {glyph} ")
        root = self.graph.roots.get(item.atom)
        if root is not None:
            for node in reasons(self.graph, root):
                yield from self.reason(node)

    def reason(self, node: Node) -> Iterator[str]:
        text = node.text
        if node.origins:
            text = self.said.say("proof.reason_recorded", text=text, places=self.places.all(node.origins))
        if node.kind == "assumed":
            text = self.said.say("proof.assumed", text=text)
        for line in self.layout.wrap(text, "      - "):
            yield self.layout.style(line, "dim")

    def missing(self, found: tuple[Missing, ...], complete: bool) -> Iterator[str]:
        if found:
            yield from ("", self.layout.heading(self.said.say("answer.undetermined")))
        for one in found:
            glyph = self.layout.glyph("unknown")
            yield from self.layout.wrap(f"{unsettled(one, self.say)} [{', '.join(one.blocks)}]", f"  {glyph} ")
            decided = [*map(self.say.action, one.would_decide), *map(self.say.item, one.others)]
            if decided:
                text = self.said.say("answer.would_decide", actions=self.said.join(decided))
                for line in self.layout.wrap(text, "      - "):
                    yield self.layout.style(line, "dim")
        if not complete:
            yield from self.layout.wrap(self.said.say("answer.cut"), "  ")


def headline(item: Item, say: Sentences) -> str:
    """What is concluded, with its value when it has one."""
    text = say.item(item.atom)
    if not item.value:
        return text
    return say.words.say("answer.value", item=text, value=say.words.say(f"prognosis.{item.value}"))


def unsettled(one: Missing, say: Sentences) -> str:
    """That a field of the record is not recorded, or contradictory."""
    if one.conflicting:
        return say.words.say("answer.conflicting", field=spaced(one.fact))
    return say.unknown(one.fact)


def marks_of(item: Item, say: Sentences) -> tuple[str, ...]:
    """What has to be said beside a conclusion: its urgency, its status, what it assumes."""
    said = say.words
    marks: list[str] = []
    if item.urgency and said.say(f"urgency.{item.urgency}"):
        marks.append(said.say(f"urgency.{item.urgency}"))
    if item.assumes:
        marks.append(said.say("status.since", status=said.say(f"status.{item.status}"), reasons=assumptions(item, say)))
    elif item.status not in ("certain", item.value):
        marks.append(said.say(f"status.{item.status}"))
    return tuple(marks)


def assumptions(item: Item, say: Sentences) -> str:
    """The unknown facts that could withdraw the conclusion, in words."""
    return say.words.join(say.unknown(name) for name in item.assumes)


def reasons(graph: Graph, root: str) -> list[Node]:
    """The leaves that a conclusion rests on: what is recorded, assumed, or missing from the record; each once.

    What shows that something is absent belongs to the proof, and would be repeated with every conclusion here; a fact
    that keeps an exception from applying is a reason.
    """
    found: dict[str, Node] = {}
    stack = [root]
    seen: set[str] = set()
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        node = graph.nodes[name]
        is_missing = node.kind == "unrecorded" and not node.children
        if is_missing or node.kind in ("recorded", "assumed"):
            found[name] = node
        if node.kind not in ("absent", "unrecorded"):
            stack += reversed(node.children)
    return list(found.values())
