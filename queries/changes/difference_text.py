"""What two answers say differently, in words: each conclusion before and after at a glance, then the proofs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ...kb.ir import EDB, Ground
from ..answers.answer import Item
from ..explanations.excerpt import below
from ..explanations.explanation import Node
from ..explanations.report import Report
from ..rendering.answer_text import marks_of, unsettled
from ..rendering.layout import Layout
from ..rendering.proof_text import ProofWriter
from ..wording.sentences import Sentences, print_ground, sentences
from ..wording.words import Words
from .difference import Difference, Differences

PROOF = 4  # columns before a proof


class DifferenceText:
    """Writes the differences of two reports; `changed`: the fields in which their records differ.

    INVARIANT (content): nodes of one id say the same in both graphs, so that one that was shown need not be repeated.
    """

    def __init__(self, before: Report, after: Report, changed: Iterable[str], layout: Layout, said: Words) -> None:
        self.before, self.after, self.layout, self.said = before, after, layout, said
        program = before.case.knowledge.program
        self.say: Sentences = sentences(program, said)
        names = frozenset(changed)
        self.gone = _only(before, after, names)
        self.new = _only(after, before, names)
        narrow = replace(layout, width=layout.width - PROOF)
        self.writers = (
            ProofWriter(program, before.graph, narrow, said, dict.fromkeys(self.gone, said.say("difference.gone"))),
            ProofWriter(program, after.graph, narrow, said, dict.fromkeys(self.new, said.say("difference.new"))),
        )
        self.writers[1].shown = self.writers[0].shown

    def glance(self, found: Differences, causes: Sequence[str] = ()) -> Iterator[str]:
        """A line for each item, and what made the difference; `causes`: a line for each, in place of that."""
        if not found:
            yield from self.layout.wrap(self.said.say("difference.nothing"), "  ")
        for n, one in enumerate(found.items):
            yield from self.headline(one)
            for cause in [causes[n]] if causes else self.reasons(one):
                for line in self.layout.wrap(cause, "      - "):
                    yield self.layout.style(line, "dim")
        for key, listed in (("difference.opened", found.opened), ("difference.closed", found.closed)):
            if listed:
                yield from ("", self.layout.heading(self.said.say(key)))
            for missing in listed:
                yield from self.layout.wrap(unsettled(missing, self.say), f"  {self.layout.glyph('item')} ")
        for key, atoms in (("difference.possible", found.possible), ("difference.impossible", found.impossible)):
            if atoms:
                yield from ("", self.layout.heading(self.said.say(key)))
            for atom in atoms:
                yield from self.layout.wrap(self.say.item(atom), f"  {self.layout.glyph('item')} ")

    def headline(self, one: Difference) -> Iterator[str]:
        """How the conclusion stood and how it stands, with the rules of what stands."""
        items = one.after or one.before
        ids = " ".join(dict.fromkeys(s for item in items for s in item.statements))
        rules = ", ".join(dict.fromkeys(r for item in items for r in item.rules))
        slots = {"before": self.standing(one, one.before), "after": self.standing(one, one.after)}
        text = self.said.say("difference.item", item=self.say.item(items[0].atom), **slots)
        yield from self.layout.wrap(f"{text} [{ids}: {rules}]", f"  {self.layout.glyph(_glyph(one))} ")

    def standing(self, one: Difference, items: tuple[Item, ...]) -> str:
        """What one of the answers says of it, in a few words."""
        predicate, name = one.key
        if not items:
            gained = (self.after if one.went else self.before).case.changes.gained
            is_open = any(a.predicate == predicate and a.values[1:2] == (name,) for a in gained)
            return self.said.say("status.undetermined" if is_open else f"difference.not.{predicate}")
        told: list[str] = []
        for item in items:
            if item.value:
                text = self.said.say(f"prognosis.{item.value}")
            elif item.status == "excluded":
                text = self.said.say("status.excluded")
            else:
                text = self.said.say(f"difference.is.{predicate}")
            marks = marks_of(replace(item, urgency=""), self.say) if item.status != "excluded" else ()
            told.append(f"{text} ({self.said.join(marks, 'unit')})" if marks else text)
        return self.said.join(told)

    def reasons(self, one: Difference) -> Iterator[str]:
        """The leaves of the proofs that only one of the records has."""
        for items, report, marked, key in (
            (one.before, self.before, self.gone, "difference.was"),
            (one.after, self.after, self.new, "difference.is_new"),
        ):
            roots = [report.graph.roots[i.atom] for i in items if i.atom in report.graph.roots]
            for name in sorted(below(report.graph, roots) & marked.keys(), key=lambda n: marked[n].text):
                yield self.said.say(key, text=marked[name].text)

    def proofs(self, found: Differences) -> Iterator[str]:
        """The proof of what holds now; of what no longer holds, the proof that it had."""
        for one in found.items:
            for items, report, writer, key in (
                (one.before if one.went or _excluded(one.after) else (), self.before, self.writers[0], "before"),
                (one.after, self.after, self.writers[1], "after"),
            ):
                for item in items:
                    if item.atom in report.graph.roots:
                        yield ""
                        yield from self.layout.wrap(self.said.say(f"difference.{key}", item=self.say.item(item.atom)))
                        tree = writer.tree(report.graph.roots[item.atom])
                        yield from (" " * PROOF + line for line in tree)

    def sources(self, found: Differences) -> Iterator[str]:
        """What the guideline says, of the rules that give or gave the items."""
        cited = {s for one in found.items for item in (*one.before, *one.after) for s in item.statements}
        self.writers[1].cited = dict.fromkeys(sorted(cited))
        yield from self.writers[1].sources()


def _only(here: Report, there: Report, changed: frozenset[str]) -> dict[str, Node]:
    """The leaves of one graph that stand for what the other record does not say."""
    mine, other = here.case.edb, there.case.edb
    only = {print_ground(f) for f in mine.facts if not _has(other, f)}
    taken = {n for n in changed if not _recorded(mine, n) and _recorded(other, n)}

    def is_only(node: Node) -> bool:
        if node.kind == "recorded":
            return node.atom in only
        if node.kind == "assumed":
            return not changed.isdisjoint(node.fields)
        about = node.atom.partition(" ")[2].partition("(")[0].removeprefix("-")
        return node.kind in ("unrecorded", "absent") and about in taken

    return {name: node for name, node in here.graph.nodes.items() if is_only(node)}


def _has(edb: EDB, fact: Ground) -> bool:
    """Whether a record says of its subject what another one says of its own."""
    return Ground(fact.predicate, (edb.subject, *fact.values[1:])) in edb.facts


def _recorded(edb: EDB, name: str) -> bool:
    return any(f.predicate.removeprefix("-") == name for f in edb.facts)


def _excluded(items: tuple[Item, ...]) -> bool:
    return bool(items) and all(item.status == "excluded" for item in items)


def _glyph(one: Difference) -> str:
    if one.went or _excluded(one.after):
        return "no"
    return "yes" if one.came or _excluded(one.before) else "item"
