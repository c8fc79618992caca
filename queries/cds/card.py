"""One card: conclusion first, the reasons in Markdown, the whole trace in its extension; nothing of it is empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from ...kb.diagnostics import printable
from ...kb.ir import Clause, Program
from ..answers.answer import Item
from ..explanations.explanation import Graph
from ..explanations.places import Places
from ..explanations.report import Report
from ..fhir.elements import Data, canonical
from ..fhir.strength import basis, cited
from ..indicator import Indicator
from ..once import once
from ..rendering.answer_json import node_data
from ..rendering.answer_markdown import plain
from ..rendering.answer_text import reasons
from ..stable import stable_uuid
from ..wording.sentences import Sentences

SUMMARY = 139  # characters; CDS Hooks allows fewer than 140
OURS = "guidekb"  # the member of `extension` that holds ours
OVERRIDES = "urn:guidekb:override-reason"
REASONS = (
    "patient_preference",
    "contraindication",
    "local_protocol",
    "not_available",
    "already_done",
    "newer_evidence",
    "data_wrong",
)


@dataclass(frozen=True, slots=True)
class Card:
    """A card before it is JSON. `kind` and `name` make its id; `lines` are paragraphs of Markdown, already escaped."""

    kind: str
    name: str
    indicator: Indicator
    summary: str
    lines: tuple[str, ...]
    certain: bool = True
    rules: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    graph: Graph | None = None
    suggestions: tuple[Data, ...] = ()
    behavior: str = "at-most-one"
    more: Mapping[str, object] = field(default_factory=lambda: {})
    can_be_overridden: bool = True


@dataclass(frozen=True, slots=True)
class Teller:
    """What the cards of one answer share: its report, its words, its id, the links."""

    report: Report
    say: Sentences
    key: str
    page: str = ""
    about: str = ""
    nodes: dict[str, object] = field(default_factory=lambda: {}, compare=False)
    places: dict[int, Places] = field(default_factory=lambda: {}, compare=False)

    def card(self, card: Card) -> Data:
        """The JSON of a card, without members that would be empty."""
        program = self.report.case.knowledge.program
        graph = card.graph or self.report.graph
        say = self.say.words.say
        links = [{"label": say("cds.page"), "url": self.page, "type": "absolute"}] if self.page else []
        topic = {"system": canonical(program), "code": next(iter(card.rules), ""), "display": " ".join(card.statements)}
        made: Data = {
            "uuid": self.uuid(card.kind, card.name),
            "summary": short(card.summary),
            "detail": "\n\n".join((*card.lines, plain(say("page.disclaimer")))),
            "indicator": card.indicator,
            "source": {
                "label": f"{program.name} {program.version}",
                "url": self.about,
                "topic": topic if card.rules else {},
            },
            "suggestions": list(card.suggestions),
            "selectionBehavior": card.behavior if card.suggestions else "",
            "overrideReasons": overrides(self.say) if card.can_be_overridden else [],
            "links": links,
            "extension": {
                OURS: {
                    "answer": self.key,
                    "kind": card.kind,
                    "name": card.name,
                    "rules": list(card.rules),
                    "statements": list(card.statements),
                    "missing": list(card.missing),
                    "roots": list(card.roots),
                    "kb": {"name": program.name, "version": program.version, "sha256": program.sha256},
                    **card.more,
                }
            },
        }
        shown = cast("dict[str, Data]", pruned(made))
        if card.roots:
            cast("Data", shown["extension"][OURS])["explanation"] = self.trace(graph, card.roots)
        return cast("Data", shown)

    def trace(self, graph: Graph, roots: Iterable[str]) -> Data:
        """Every node below some roots, by id. A node's id is a hash of its content, so that each is made once."""
        found: Data = {}
        work = list(roots)
        while work:
            name = work.pop()
            if name not in found:
                if name not in self.nodes:
                    self.nodes[name] = pruned(node_data(graph.nodes[name]))
                found[name] = self.nodes[name]
                work += graph.nodes[name].children
        return dict(sorted(found.items()))

    def uuid(self, *name: str) -> str:
        """The id of a card or suggestion: the same for the same answer and item."""
        return stable_uuid(self.key, "card", *name)

    def because(self, graph: Graph, root: str | None) -> Iterator[str]:
        """A Markdown list of what a conclusion rests on, with where each fact was recorded."""
        say = self.say.words.say
        if id(graph) not in self.places:  # a graph lives as long as the answer that is told
            self.places[id(graph)] = Places(graph, self.say.words)
        places = self.places[id(graph)]
        leaves = reasons(graph, root) if root else []
        if leaves:
            yield f"**{plain(say('cds.why'))}**"
            yield "\n".join(
                "- " + plain(self._leaf(node.kind, node.text, node.why, places.all(node.origins))) for node in leaves
            )

    def _leaf(self, kind: str, text: str, why: str, places: str) -> str:
        say = self.say.words.say
        if kind == "assumed":
            return f"{say('proof.assumed', text=text)}; {why}" if why else say("proof.assumed", text=text)
        return say("proof.reason_recorded", text=text, places=places) if places else text

    def source(self, statements: Iterable[str], rules: Iterable[str]) -> Iterator[str]:
        """The statements in our words with the source's references, the strength, and the rules with their places."""
        say, known = self.say.words.say, self.report.case.knowledge.statements
        listed = [known[s] for s in statements if s in known]
        if listed:
            yield f"**{plain(say('cds.source'))}**"
            shown = ((s.id, cited(s), s.text) for s in listed)
            yield "\n".join("- " + plain(f"{n} ({c}): {t}" if c else f"{n}: {t}") for n, c, t in shown)
        clauses = self.clauses(rules)
        rests = basis(clauses)
        words = ", ".join(dict.fromkeys(str(v) for c in clauses for v in c.values("wording")))
        strength = say("cds.strength", basis=rests) if rests else say("cds.strength_unspecified")
        yield plain(f"{strength} {say('cds.wording', wording=words)}" if words else strength)
        if clauses:
            places = ", ".join(f"`{c.id}` ({plain(c.span.place)})" for c in clauses)
            yield f"{plain(say('cds.rules'))} {places}"

    def clauses(self, rules: Iterable[str]) -> tuple[Clause, ...]:
        """The author's rules of these ids."""
        known = _by_id(self.report.case.knowledge.program)
        return tuple(known[name] for name in rules if name in known)

    def unknown(self, fields: Iterable[str]) -> Iterator[str]:
        """A Markdown list of fields that are not known, as the questions that would settle them."""
        shown = list(fields)
        if shown:
            yield f"**{plain(self.say.words.say('cds.missing'))}**"
            yield "\n".join(f"- {plain(self.say.ask(name))} (`{name}`)" for name in shown)


@once
def _by_id(program: Program) -> dict[str, Clause]:
    return {clause.id: clause for clause in program.clauses if clause.id}


def short(text: str) -> str:
    """A summary: one line, printable, fewer than 140 characters."""
    shown = printable(" ".join(text.split()))
    return shown if len(shown) <= SUMMARY else shown[: SUMMARY - 1].rstrip() + "…"


def item_roots(graph: Graph, items: Iterable[Item]) -> tuple[str, ...]:
    """The nodes of items that have a proof."""
    return tuple(dict.fromkeys(graph.roots[i.atom] for i in items if i.atom in graph.roots))


def overrides(say: Sentences) -> list[Data]:
    """The reasons that are offered to somebody who does not follow a card."""
    return [{"system": OVERRIDES, "code": name, "display": say.words.say(f"cds.override.{name}")} for name in REASONS]


def pruned(value: object) -> object:
    """The value without members that are null or empty: CDS Hooks wants them left out."""
    if isinstance(value, dict):
        inner = {k: pruned(v) for k, v in cast("Data", value).items()}
        return {k: v for k, v in inner.items() if v not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [pruned(v) for v in cast("list[object]", value)]
    return value
