"""Which cancer a resource speaks of: by its links to a Condition; where two cancers are recorded, never by guess."""

from __future__ import annotations

from .chart import Chart
from .diagnosis import Diagnosis
from .elements import objects, references, text
from .resource import Resource

_DUE_TO = (
    "http://hl7.org/fhir/StructureDefinition/condition-dueTo",
    "http://hl7.org/fhir/StructureDefinition/condition-related",
)
BREAST = ("breast_cancer", "metastasis", "regional_node")


def linked(chart: Chart, resource: Resource) -> list[Diagnosis]:
    """The diagnoses that a resource refers to as its focus, its reason or its cause."""
    body = resource.body
    names = [r for element in ("focus", "reasonReference") for r in references(body.get(element))]
    names += causes(resource)
    found = [chart.get(name, resource) for name in names]
    diagnoses = [chart.diagnoses[one] for one in found if one in chart.diagnoses]
    for concept in objects(body.get("reasonCode")):
        reason = chart.table.find("condition", concept)
        if reason.means:
            diagnoses.append(Diagnosis(reason, "active", resource, "reasonCode"))
    return diagnoses


def causes(resource: Resource) -> list[str]:
    """The references of the extensions that say what a Condition is due to, or belongs to."""
    extensions = objects(resource.body.get("extension"))
    return [r for e in extensions if text(e.get("url")) in _DUE_TO for r in references(e.get("valueReference"))]


def why_not_breast(chart: Chart, resource: Resource, is_specific: bool = False) -> str:
    """Why what a resource says of a cancer cannot be taken as said of the breast cancer; "" when it can."""
    about = [d for d in linked(chart, resource) if d.has("other_cancer") or any(d.has(b) for b in BREAST)]
    if any(d.has(b) for d in about for b in BREAST):
        return ""
    if about:
        return "it belongs to another cancer"
    if is_specific:
        return ""
    if any(d.state != "refuted" for d in chart.kinds["other_cancer"]):
        return "another cancer is recorded too, and it does not say which of them it is about"
    if not (chart.kinds["breast_cancer"] or chart.kinds["history_of_breast_cancer"]):
        return "no breast cancer is recorded that it could be about"
    return ""
