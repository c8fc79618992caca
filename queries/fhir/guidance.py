"""The answer to the question asked of the guideline: GuidanceResponse, with what is missing and what else is said."""

from __future__ import annotations

from ..answers.answer import Answer, Item, Missing
from ..explanations.report import Report
from ..rendering.answer_text import headline, unsettled
from ..stable import stable_uuid
from ..wording.sentences import Sentences
from .elements import RECORD, Data, canonical, concept, edition, patient, to, told

OBSERVED = "Observation"
"""A missing field is asked for as an Observation whose code is its name: the form that our reader understands."""


def status(answer: Answer) -> str:
    """success: all is certain; data-requested: more data would refine it; data-required: nothing can be said yet."""
    items = (*answer.recommendations, *answer.alerts, *answer.expectations, *answer.prognosis)
    decided = [i for i in items if i.status not in ("undetermined", "excluded")]
    waiting = bool(answer.undetermined) or not answer.complete or any(i.assumes for i in items)
    if not decided and answer.undetermined:
        return "data-required"
    return "data-requested" if waiting else "success"


def guidance(report: Report, say: Sentences, key: str, result: str) -> list[Data]:
    """The GuidanceResponse, and beside it its Parameters and OperationOutcome where they say something.

    result: the id of the RequestGroup, "" when nothing is recommended.
    """
    answer, program = report.answer, report.case.knowledge.program
    outputs, outcome = parameters(report, say, key), problems(report, say, key)
    reasons = _syndromes(report, say)
    made: Data = {
        "resourceType": "GuidanceResponse",
        "id": stable_uuid(key, "GuidanceResponse"),
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{stable_uuid(key)}"}],
        "moduleCanonical": f"{canonical(program)}|{edition(program)}",
        "status": status(answer),
        "subject": patient(answer.subject),
        **({"occurrenceDateTime": answer.as_of.isoformat()} if answer.as_of else {}),
        "performer": to(stable_uuid(key, "Device")),
        **({"reasonCode": [concept(text) for text in reasons]} if reasons else {}),
        **({"evaluationMessage": [to(str(outcome["id"]))]} if outcome else {}),
        **({"outputParameters": to(str(outputs["id"]))} if outputs else {}),
        **({"result": to(result)} if result else {}),
    }
    if answer.undetermined:
        made["dataRequirement"] = [requirement(m, say) for m in answer.undetermined]
    return [made, *(one for one in (outputs, outcome) if one)]


def requirement(missing: Missing, say: Sentences) -> Data:
    """A missing fact: an Observation of the field would say it."""
    code = {"system": RECORD, "code": missing.fact, "display": told(say.ask(missing.fact))}
    return {"type": OBSERVED, "codeFilter": [{"path": "code", "code": [code]}]}


def parameters(report: Report, say: Sentences, key: str) -> Data:
    """Expectations, prognosis and flags as Parameters; empty when there are none."""
    answer = report.answer
    groups = (("expectation", answer.expectations), ("prognosis", answer.prognosis), ("flag", answer.flags))
    made = [_parameter(name, item, say) for name, items in groups for item in items]
    found: Data = {"resourceType": "Parameters", "id": stable_uuid(key, "Parameters"), "parameter": made}
    return found if made else {}


def _parameter(name: str, item: Item, say: Sentences) -> Data:
    parts = {
        "name": item.name,
        "text": headline(item, say),
        "value": item.value,
        "status": item.status,
        "statements": " ".join(item.statements),
        "rules": " ".join(item.rules),
        "assumes": " ".join(item.assumes),
    }
    return {"name": name, "part": [{"name": k, "valueString": told(v)} for k, v in parts.items() if v]}


def problems(report: Report, say: Sentences, key: str) -> Data:
    """What the record contradicts itself about, and a search that reached its bounds, as an OperationOutcome."""
    issues: list[Data] = []
    for field, origins in sorted(report.case.edb.conflicts.items()):
        places = "; ".join(f"{o} {o.written}".strip() for o in origins)
        text = say.words.say("answer.conflicting", field=field.replace("_", " "))
        issues.append(_issue("warning", "conflict", f"{text}: {places}" if places else text))
    if not report.answer.complete:
        issues.append(_issue("warning", "incomplete", say.words.say("answer.cut")))
    issues += [
        _issue("information", "informational", unsettled(m, say))
        for m in report.answer.undetermined
        if not m.conflicting
    ]
    found: Data = {"resourceType": "OperationOutcome", "id": stable_uuid(key, "OperationOutcome"), "issue": issues}
    return found if issues else {}


def _issue(severity: str, code: str, text: str) -> Data:
    return {"severity": severity, "code": code, "diagnostics": told(text)}


def _syndromes(report: Report, say: Sentences) -> list[str]:
    """The recorded syndromes, for which the guideline was asked."""
    found = sorted(a for a in report.case.edb.facts if a.predicate == "syndromes" and len(a.values) == 2)
    return [say.value(atom.values[1], "syndrome") for atom in found]
