"""The answer as Markdown, for notes, tickets and mail: conclusions with reasons, then proofs, facts and statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...kb.diagnostics import printable
from ...kb.ir import Program
from ..answers.answer import Answer, Item, Missing
from ..explanations.explanation import Graph, Node
from ..explanations.outline import Line, outline
from ..explanations.places import Places
from ..wording.sentences import sentences
from ..wording.words import Words
from .answer_text import STATUS_GLYPH, groups, headline, marks_of, reasons, unsettled
from .layout import GLYPHS
from .statements import READING


def answer_markdown(program: Program, answer: Answer, graph: Graph, said: Words, notes: tuple[str, ...] = ()) -> str:
    """The whole document; `notes` stand before the conclusions."""
    return "\n".join(_Document(program, answer, graph, said).lines(notes)) + "\n"


def plain(text: str) -> str:
    """The text so that Markdown shows it as it is: no emphasis, link, HTML, table or list comes out of it."""
    shown = re.sub(r"([\\`*\[\]<>|~$&]|(?<!\w)_|_(?!\w)|(?<=:)/(?=/)|(?<=www)\.)", r"\\\1", printable(text).strip())
    return re.sub(r"^([#+=>-]|\d{1,9}(?=[.)]))", _first, shown)


def _first(match: re.Match[str]) -> str:
    """What would open a heading, a list or a rule at the start of a line."""
    sign = match.group()
    return f"\\{sign}" if not sign.isdigit() else f"{sign}\\"


class _Document:
    def __init__(self, program: Program, answer: Answer, graph: Graph, said: Words) -> None:
        self.program, self.answer, self.graph, self.said = program, answer, graph, said
        self.say = sentences(program, said)
        self.places = Places(graph, said)
        self.parts = [(key, items) for key, items in (*groups(answer), ("answer.flags", answer.flags)) if items]

    def lines(self, notes: tuple[str, ...]) -> Iterator[str]:
        """Every part, each after a blank line."""
        yield from self.title()
        for note in notes:
            yield from ("", plain(note))
        if not notes and not self.parts:
            yield from ("", plain(self.said.say("answer.nothing")))
        for key, items in self.parts:
            yield from self.heading(key)
            for item in items:
                yield from self.item(item)
        yield from self.waiting()
        yield from self.proofs()
        yield from self.facts()
        yield from self.statements()

    def heading(self, key: str) -> Iterator[str]:
        yield from ("", f"## {plain(self.said.say(key))}")

    def title(self) -> Iterator[str]:
        """Of whom, from which data and which knowledge base; and what this is not."""
        said, program = self.said, self.program
        yield f"# {plain(said.say('page.patient', subject=self.answer.subject))}"
        known = [said.say("page.recorded_in", source=self.places.source)] if self.places.source else []
        if self.answer.as_of:
            known.append(said.say("page.as_of", day=said.day(self.answer.as_of)))
        slots = {"name": program.name, "version": program.version, "hash": program.sha256[:12]}
        if known:
            yield from ("", plain(", ".join(known)))
        yield from ("", plain(said.say("page.knowledge_base", **slots)))
        yield from ("", f"> {plain(said.say('page.disclaimer'))}")

    def item(self, item: Item) -> Iterator[str]:
        """A conclusion: headline with its status, its source, a line for each reason."""
        glyph = GLYPHS[STATUS_GLYPH.get(item.status, "unknown")]
        yield from ("", f"### {glyph} {plain(headline(item, self.say))}", "")
        marks = marks_of(item, self.say) or (self.said.say(f"status.{item.status}"),)
        rules = ", ".join(f"`{rule}`" for rule in item.rules)
        parts = (f"**{plain(self.said.join(marks, 'unit'))}**", plain(" ".join(item.statements)), rules)
        yield " · ".join(filter(None, parts))
        root = self.graph.roots.get(item.atom)
        leaves = reasons(self.graph, root) if root else []
        if leaves:
            yield ""
        yield from (f"- {self.reason(leaf)}" for leaf in leaves)

    def reason(self, node: Node) -> str:
        if node.kind == "recorded":
            slots = {"text": node.text, "places": self.places.all(node.origins)}
            return plain(self.said.say("proof.reason_recorded", **slots))
        return plain(f"{self.said.say('proof.assumed', text=node.text)}; {node.why}")

    def waiting(self) -> Iterator[str]:
        """What cannot be decided, and why it is asked."""
        if self.answer.undetermined or not self.answer.complete:
            yield from self.heading("answer.undetermined")
            yield ""
        for one in self.answer.undetermined:
            yield from self.question(one)
        if not self.answer.complete:
            yield f"- {plain(self.said.say('answer.cut'))}"

    def question(self, one: Missing) -> Iterator[str]:
        yield f"- **{plain(self.say.ask(one.fact))}** {plain(unsettled(one, self.say))}"
        if one.would_decide:
            actions = self.said.join(map(self.say.action, one.would_decide))
            yield f"  - {plain(self.said.say('answer.would_decide', actions=actions))}"
        if one.blocks:
            yield f"  - {plain(self.said.say('html.waits'))} {plain(' '.join(one.blocks))}"

    def proofs(self) -> Iterator[str]:
        """Every proof as a nested list; what was shown is not repeated, but named by its id."""
        shown: set[str] = set()
        proved = [item for _, items in self.parts for item in items if item.atom in self.graph.roots]
        if proved:
            yield from self.heading("markdown.proofs")
        for item in proved:
            yield from ("", f"### {plain(headline(item, self.say))}", "")
            for line in outline(self.graph, self.graph.roots[item.atom], shown):
                yield f"{'  ' * line.depth}- {self.step(line)}"

    def step(self, line: Line) -> str:
        """A node with what makes it true."""
        node = line.node
        if line.again:
            return f"{plain(self.said.say('proof.shown_above', text=node.text))} `{node.id}`"
        if node.rule:
            named = dict.fromkeys((*node.rule.statements, *node.rule.readings))
            why = " ".join(filter(None, (f"`{node.rule.id}`", plain(" ".join(named)))))
        else:
            why = plain(": ".join(filter(None, [self.said.say(f"kind.{node.kind}"), self.because(node)])))
        mark = f" `{node.id}`" if node.children else ""
        return f"{plain(node.text)} — {why}{mark}"

    def because(self, node: Node) -> str:
        return self.places.all(node.origins) if node.origins else node.why

    def facts(self) -> Iterator[str]:
        """The recorded facts with the values as they were written."""
        found = [node for node in self.graph.nodes.values() if node.kind == "recorded"]
        if not found:
            return
        said = self.said
        yield from self.heading("html.facts")
        yield from ("", f"| {said.say('html.fact')} | {said.say('html.recorded')} | {said.say('markdown.written')} |")
        yield "| --- | --- | --- |"
        for node in found:
            for origin in node.origins:
                place = f"{origin.source} {said.place(origin.place)}".strip()
                yield f"| {plain(node.text)} | {plain(place)} | {plain(origin.written)} |"

    def statements(self) -> Iterator[str]:
        """The statements and readings that were named, in our words."""
        rules = [node.rule for node in self.graph.nodes.values() if node.rule]
        named = {s for rule in rules for s in (*rule.statements, *rule.readings)}
        named.update(s for _, items in self.parts for item in items for s in item.statements)
        named.update(s for one in self.answer.undetermined for s in one.blocks)
        found = sorted((s for s in self.program.statements if s.id in named), key=lambda s: s.id)
        for key, readings in (("html.statements", False), ("html.readings", True)):
            listed = [s for s in found if (s.kind == READING) == readings]
            if listed:
                yield from (*self.heading(key), "")
            for one in listed:
                yield f"- **{plain(one.id)}**{self.references(one.refs)}: {plain(' '.join(one.text.split()))}"

    def references(self, numbers: Iterable[int]) -> str:
        listed = self.said.join(map(str, numbers), "unit")
        return f" ({plain(self.said.say('proof.references', numbers=listed))})" if listed else ""
