"""What the status codes of FHIR R4 mean here: whether something was done, is known, is present, was ruled out."""

from __future__ import annotations

from .diagnosis import State
from .elements import Body, code_of, text
from .usable import VERIFICATION

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
RESULTS = ("final", "amended", "corrected", "appended")

_SUSPECTED = ("provisional", "differential", "unconfirmed")
_STATES: dict[str, State] = {
    "active": "active",
    "recurrence": "recurrence",
    "relapse": "recurrence",
    "remission": "remission",
    "resolved": "resolved",
    "inactive": "inactive",
}


def state_of(condition: Body) -> tuple[State, str]:
    """The state of a Condition, and the element that says it."""
    verified = code_of(condition.get("verificationStatus"), VERIFICATION)
    if verified == "refuted":
        return "refuted", "verificationStatus"
    if verified in _SUSPECTED:
        return "suspected", "verificationStatus"
    clinical = code_of(condition.get("clinicalStatus"), CLINICAL)
    return _STATES.get(clinical, "unstated"), "clinicalStatus"


def why_no_result(body: Body) -> str:
    """Why an Observation or a report is not a result; "" when it is one."""
    status = text(body.get("status"))
    return "" if status in RESULTS else f"its status is `{status or 'not given'}`, so that it is not a final result"
