"""What if the record were another: only what the answer then says differently, with the proofs of both sides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ..answers.answer import Item
from ..answers.assess import Case
from ..explanations.excerpt import below
from ..explanations.report import Report, report
from ..rendering.answer_json import Data, node_data
from ..rendering.answer_text import footer
from ..rendering.layout import Layout
from ..wording.sentences import print_ground, sentences
from ..wording.words import Words
from .difference import Differences, differences
from .difference_text import DifferenceText
from .record_changes import FieldChange, change_lines, record_changes


def what_if(before: Case, after: Case, form: str, layout: Layout, said: Words, proofs: bool = True) -> str:
    """The difference between the answer for a record and that for the same record with changes, as text or JSON."""
    first, second = report(before, said), report(after, said)
    changes = record_changes(before.edb, after.edb, before.knowledge.predicates)
    found = differences(first.answer, second.answer, (before, after))
    if form == "json":
        return json.dumps(difference_data(first, second, changes, found), ensure_ascii=False, indent=1) + "\n"
    return "\n".join(_lines(first, second, changes, found, layout, said, proofs)) + "\n"


def _lines(
    before: Report,
    after: Report,
    changes: Sequence[FieldChange],
    found: Differences,
    layout: Layout,
    said: Words,
    proofs: bool,
) -> Iterator[str]:
    program = before.case.knowledge.program
    for line in layout.wrap(said.say("page.patient", subject=before.case.edb.subject)):
        yield layout.style(line, "bold")
    yield from ("", layout.heading(said.say("whatif.supposed")))
    if changes:
        yield from change_lines(before.case.edb, after.case.edb, changes, sentences(program, said), layout)
    else:
        yield from layout.wrap(said.say("whatif.same_record"), "  ")
    yield from ("", layout.heading(said.say("whatif.then")))
    text = DifferenceText(before, after, (c.field for c in changes), layout, said)
    yield from text.glance(found)
    if proofs and found.items:
        yield from ("", layout.heading(said.say("difference.proofs")), *text.proofs(found))
    yield from text.sources(found)
    yield from ("", *footer(program, layout, said))


def difference_data(before: Report, after: Report, changes: Sequence[FieldChange], found: Differences) -> Data:
    """The difference as plain data, with the explanations that its items refer to."""
    return {
        "patient": before.case.edb.subject,
        "changes": [
            {
                "field": c.field,
                "before": [print_ground(fact) for fact in c.before],
                "after": [print_ground(fact) for fact in c.after],
            }
            for c in changes
        ],
        "differences": [
            {
                "kind": d.key[0],
                "name": d.key[1],
                "before": [_item(item, before) for item in d.before],
                "after": [_item(item, after) for item in d.after],
            }
            for d in found.items
        ],
        "undetermined": {
            "opened": [missing.fact for missing in found.opened],
            "closed": [missing.fact for missing in found.closed],
        },
        "still_possible": {
            "opened": [print_ground(atom) for atom in found.possible],
            "closed": [print_ground(atom) for atom in found.impossible],
        },
        "explanations": {
            "before": _nodes(before, [i for d in found.items for i in d.before]),
            "after": _nodes(after, [i for d in found.items for i in d.after]),
        },
    }


def _item(item: Item, report: Report) -> Data:
    return {
        "status": item.status,
        "value": item.value,
        "statements": list(item.statements),
        "rules": list(item.rules),
        "assumes": list(item.assumes),
        "because": report.graph.roots.get(item.atom),
    }


def _nodes(report: Report, items: list[Item]) -> Data:
    roots = [report.graph.roots[item.atom] for item in items if item.atom in report.graph.roots]
    return {name: node_data(report.graph.nodes[name]) for name in sorted(below(report.graph, roots))}
