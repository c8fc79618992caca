"""An action as resources that somebody can order: a code only where the caller has one, else the words alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ..stable import stable_uuid
from .elements import Data, concept, patient, told


class Draft(Protocol):
    """How an action, or a part of it, is ordered; made by `facts`, which knows the codes."""

    @property
    def resource(self) -> str:
        """MedicationRequest or ServiceRequest."""
        ...

    @property
    def text(self) -> str:
        """What is ordered, in words."""
        ...

    @property
    def system(self) -> str:
        """The URI of the code system; "" without a code."""
        ...

    @property
    def code(self) -> str:
        """The code; "" where none says the same."""
        ...

    @property
    def display(self) -> str:
        """The code's own words."""
        ...


Drafts = Mapping[str, Sequence[Draft]]


def orders(action: str, drafts: Drafts, subject: str, key: str, note: str, priority: str) -> list[Data]:
    """The drafts of an action as resources with ids; `key` tells apart what they are made for.

    status draft, intent proposal: somebody still has to want them.
    """
    return [
        _order(draft, subject, stable_uuid(key, "order", action, str(number)), note, priority)
        for number, draft in enumerate(drafts.get(action, ()))
    ]


def request(text: str, subject: str, uuid: str, note: str, priority: str = "routine", status: str = "draft") -> Data:
    """What is no order of its own, as a ServiceRequest in words."""
    return {
        "resourceType": "ServiceRequest",
        "id": uuid,
        "status": status,
        "intent": "proposal",
        "priority": priority,
        "code": concept(text),
        "subject": patient(subject),
        "note": [{"text": told(note)}],
    }


def _order(draft: Draft, subject: str, uuid: str, note: str, priority: str) -> Data:
    coded = concept(draft.text, draft.system, draft.code, draft.display)
    if draft.resource == "MedicationRequest":
        return {
            "resourceType": "MedicationRequest",
            "id": uuid,
            "status": "draft",
            "intent": "proposal",
            "priority": priority,
            "medicationCodeableConcept": coded,
            "subject": patient(subject),
            "note": [{"text": told(note)}],
        }
    return {**request(draft.text, subject, uuid, note, priority), "code": coded}
