"""The answer as plain data for JSON; `answer.schema.json` beside this file is its published shape."""

from __future__ import annotations

from ...kb.ir import Program
from ..answers.answer import Answer, Item
from ..explanations.explanation import Graph, Node

Data = dict[str, object]


def answer_data(program: Program, answer: Answer, graph: Graph) -> Data:
    """One object with exactly the published keys. Equal input gives equal output: every list has a fixed order."""
    return {
        "patient": answer.subject,
        "recommendations": [_action(item, graph) for item in answer.recommendations],
        "alerts": [_named("alert", item, graph) for item in answer.alerts],
        "expectations": [_named("expectation", item, graph) for item in answer.expectations],
        "prognosis": [{**_named("factor", item, graph), "value": item.value} for item in answer.prognosis],
        "undetermined": [
            {"fact": m.fact, "blocks": list(m.blocks), "would_decide": list(m.would_decide)}
            for m in answer.undetermined
        ],
        "flags": [_named("flag", item, graph) for item in answer.flags],
        "explanations": {name: node_data(node) for name, node in sorted(graph.nodes.items())},
        "kb": {"name": program.name, "version": program.version, "sha256": program.sha256},
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
    }


def _action(item: Item, graph: Graph) -> Data:
    return {
        "action": item.name,
        "direction": item.direction,
        "status": item.status,
        "statements": list(item.statements),
        "rules": list(item.rules),
        "urgency": item.urgency,
        "wording": item.wording,
        "because": graph.roots.get(item.atom),
        "assumes": list(item.assumes),
    }


def _named(key: str, item: Item, graph: Graph) -> Data:
    return {
        key: item.name,
        "status": item.status,
        "statements": list(item.statements),
        "rules": list(item.rules),
        "because": graph.roots.get(item.atom),
        "assumes": list(item.assumes),
    }


def node_data(node: Node) -> Data:
    """One node; members that a kind of node does not have are left out."""
    data: Data = {"kind": node.kind, "text": node.text, "atom": node.atom}
    if node.why:
        data["why"] = node.why
    if node.rule:
        rule = node.rule
        data |= {
            "rule": rule.id,
            "file": rule.place.file,
            "line": rule.place.line,
            "statements": list(rule.statements),
            "references": list(rule.references),
            "readings": list(rule.readings),
        }
    if node.origins:
        data["recorded"] = [{"source": o.source, "place": o.place, "written": o.written} for o in node.origins]
    if node.fields:
        data["unknown"] = list(node.fields)
    data["children"] = list(node.children)
    return data
