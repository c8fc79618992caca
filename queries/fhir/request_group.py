"""What is recommended as a RequestGroup: one action for each, with what comes first, why, and how binding it is."""

from __future__ import annotations

from ..answers.answer import Item
from ..explanations.report import Report
from ..indicator import PRIORITY
from ..rendering.answer_text import marks_of, reasons
from ..stable import stable_uuid
from ..wording.sentences import Sentences
from .drafts import Drafts, orders, request
from .elements import Data, action_id, canonical, edition, patient, to, told
from .precedence import holding_back, precedences
from .strength import documentation


def request_group(report: Report, say: Sentences, drafts: Drafts, key: str) -> list[Data]:
    """The RequestGroup and the draft of each action, which it refers to; nothing when nothing is recommended.

    An action that only waits for what has to be known first stands in it too: on hold, with the condition, so that the
    order between the two can be seen.
    """
    maker = _Group(report, say, drafts, key)
    items = [i for i in report.answer.recommendations if i.direction != "against" and i.status != "excluded"]
    actions = [maker.action(item) for item in items]
    if not actions:
        return []
    actions += maker.waiting({i.name for i in items})
    _relate(actions, report)
    program = report.case.knowledge.program
    group: Data = {
        "resourceType": "RequestGroup",
        "id": stable_uuid(key, "RequestGroup"),
        "instantiatesCanonical": [f"{canonical(program)}|{edition(program)}"],
        "status": "draft",
        "intent": "proposal",
        "subject": patient(report.answer.subject),
        **({"authoredOn": report.answer.as_of.isoformat()} if report.answer.as_of else {}),
        "author": to(stable_uuid(key, "Device")),
        "action": [made for made, _ in actions],
    }
    return [group, *(one for _, resources in actions for one in resources)]


STATUS = "urn:guidekb:status"
"""The extension of an action that says certain, provisional, conflicting or undetermined."""
_Made = tuple[Data, list[Data]]


class _Group:
    def __init__(self, report: Report, say: Sentences, drafts: Drafts, key: str) -> None:
        self.report, self.say, self.drafts, self.key = report, say, drafts, key
        self.program = report.case.knowledge.program

    def action(self, item: Item) -> _Made:
        """An action with its resource: R4 wants a resource in each, or actions below it (rqg-1)."""
        title = self.say.item(item.atom)
        because = self.because(item)
        note = f"{', '.join(item.statements)} ({', '.join(item.rules)}): {because}"
        resources = self.resources(item, title, note)
        shared: Data = {
            "title": told(title),
            "description": told(because),
            "textEquivalent": told("; ".join((title, *marks_of(item, self.say)))),
            "priority": PRIORITY[item.urgency],
            "documentation": documentation(self.program, item.statements),
        }
        made: Data = {
            "id": action_id(item.name),
            "extension": [_status(item.status)],
            "prefix": " ".join(item.statements),
            **shared,
            **({"requiredBehavior": "could"} if item.direction == "consider" else {}),
        }
        if len(resources) == 1:
            made["resource"] = to(str(resources[0]["id"]))
        else:
            made["groupingBehavior"] = "logical-group"
            made["selectionBehavior"] = "all"
            titles = [told(draft.text) for draft in self.drafts[item.name]]
            made["action"] = [
                {"title": text, "resource": to(str(one["id"]))} for text, one in zip(titles, resources, strict=True)
            ]
        return made, resources

    def resources(self, item: Item, title: str, note: str) -> list[Data]:
        subject, priority = self.report.answer.subject, PRIORITY[item.urgency]
        made = orders(item.name, self.drafts, subject, self.key, note, priority)
        return made or [request(title, subject, stable_uuid(self.key, "order", item.name), note, priority)]

    def because(self, item: Item) -> str:
        """The recorded facts and assumptions, in sentences."""
        root = self.report.graph.roots.get(item.atom)
        leaves = reasons(self.report.graph, root) if root else []
        words = self.say.words
        shown = [words.say("proof.assumed", text=n.text) if n.kind == "assumed" else n.text for n in leaves]
        return "; ".join(shown) or words.say("fhir.no_condition")

    def waiting(self, shown: set[str]) -> list[_Made]:
        """What waits for a fact that the guideline requires first."""
        found: list[_Made] = []
        could = {name for m in self.report.answer.undetermined for name in m.would_decide}
        for name, required in holding_back(self.report.case).items():
            if name in shown or name not in could:
                continue
            fields = [str(atom.values[1]) for atom in required]
            until = self.say.words.say("fhir.waits", reasons=self.say.words.join(map(self.say.unknown, fields)))
            title = self.say.words.say("fhir.not_yet", action=self.say.action(name))
            uuid = stable_uuid(self.key, "order", name)
            resource = request(title, self.report.answer.subject, uuid, until, status="on-hold")
            # Who evaluates it learns that it does not apply now; a language of R4 cannot say more of our rules.
            expression = {"description": told(until), "language": "text/fhirpath", "expression": "false"}
            made: Data = {
                "id": action_id(name),
                "extension": [_status("undetermined")],
                "title": told(title),
                "description": told(until),
                "textEquivalent": told(title),
                "condition": [{"kind": "applicability", "expression": expression}],
                "resource": to(uuid),
            }
            found.append((made, [resource]))
        return found


def _status(name: str) -> Data:
    """How certain an action is; R4 has no element for it."""
    return {"url": STATUS, "valueCode": name}


def _relate(actions: list[_Made], report: Report) -> None:
    """`first` before the start of `then`, where both are in the group and the requirement holds for the patient."""
    by_id = {str(made["id"]): made for made, _ in actions}
    held = holding_back(report.case)
    pairs = {
        (action_id(p.first), action_id(p.then)): None
        for p in precedences(report.case.knowledge.program)
        if p.then in held
    }
    for name, made in by_id.items():
        later = [then for first, then in pairs if first == name and then in by_id]
        if later:
            made["relatedAction"] = [{"actionId": then, "relationship": "before-start"} for then in later]
