"""What is advised against, and the alerts, as DetectedIssues: they are findings, not orders not to do something."""

from __future__ import annotations

from ..answers.answer import Answer, Item
from ..explanations.report import Report
from ..indicator import SEVERITY, Indicator, indicator
from ..rendering.answer_text import reasons
from ..stable import stable_uuid
from ..wording.sentences import Sentences
from .elements import Data, canonical, concept, patient, to, told


def issues(report: Report, say: Sentences, key: str) -> list[Data]:
    """One for each piece of advice against something, and one for each alert."""
    answer = report.answer
    against = [i for i in answer.recommendations if i.direction == "against"]
    return [_issue(report, say, key, item, pressing(item, answer)) for item in (*answer.alerts, *against)]


def pressing(item: Item, answer: Answer) -> Indicator:
    """The indicator of an item; advice against something takes that of the alert that shares a statement with it."""
    if item.atom.predicate == "alert":
        return indicator("alert")
    if item.status == "conflicting":
        return indicator("conflicting")
    if item.direction == "against":
        harm = any(set(item.statements) & set(alert.statements) for alert in answer.alerts)
        return indicator("against", "harm" if harm else "")
    return indicator(item.direction, item.urgency)


def _issue(report: Report, say: Sentences, key: str, item: Item, pressed: Indicator) -> Data:
    program = report.case.knowledge.program
    root = report.graph.roots.get(item.atom)
    leaves = reasons(report.graph, root) if root else []
    because = "; ".join(node.text for node in leaves)
    detail = f"{say.holds(item.atom)} [{' '.join(item.statements)}: {', '.join(item.rules)}]"
    if item.assumes:
        detail += f" ({say.words.say('status.provisional')}: {say.words.join(map(say.unknown, item.assumes))})"
    return {
        "resourceType": "DetectedIssue",
        "id": stable_uuid(key, "DetectedIssue", item.atom.predicate, item.name),
        "identifier": [{"system": canonical(program), "value": item.name}],
        "status": "preliminary",
        "code": concept(say.item(item.atom)),
        "severity": SEVERITY[pressed],
        "patient": patient(report.answer.subject),
        **({"identifiedDateTime": report.answer.as_of.isoformat()} if report.answer.as_of else {}),
        "author": to(stable_uuid(key, "Device")),
        **({"evidence": [{"code": [concept(because)]}]} if because else {}),
        "detail": told(detail),
        "reference": canonical(program),
    }
