"""The services that are offered: one for each hook, and the data that each asks for."""

from __future__ import annotations

from dataclasses import dataclass

REQUIRED = "patient"
"""The one key of the prefetch without which nothing can be said."""
_OF = "patient={{context.patientId}}"
PREFETCH = {
    REQUIRED: "Patient/{{context.patientId}}",
    "conditions": f"Condition?{_OF}",
    "observations": f"Observation?{_OF}",
    "procedures": f"Procedure?{_OF}",
    "medicationRequests": f"MedicationRequest?{_OF}&_include=MedicationRequest:medication",
    "medicationStatements": f"MedicationStatement?{_OF}&_include=MedicationStatement:medication",
    "medicationAdministrations": f"MedicationAdministration?{_OF}&_include=MedicationAdministration:medication",
    "diagnosticReports": f"DiagnosticReport?{_OF}",
    "imagingStudies": f"ImagingStudy?{_OF}",
    "specimens": f"Specimen?{_OF}",
    "familyHistory": f"FamilyMemberHistory?{_OF}",
    "lists": f"List?{_OF}",
}
"""A FHIR query for each type of resource that the reader of facts uses."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service. `id` is the last part of its address."""

    id: str
    hook: str
    title: str
    description: str

    @property
    def has_orders(self) -> bool:
        """Whether its requests carry draft orders."""
        return self.hook in ("order-select", "order-sign")


SERVICES = (
    Service(
        "guidekb-patient-view",
        "patient-view",
        "What the guideline says of this patient",
        "Recommendations, advice against and alerts, each with its reasons and what is not known.",
    ),
    Service(
        "guidekb-order-select",
        "order-select",
        "What the guideline says against a selected order",
        "Warns when a drafted order is advised against, or not before something else.",
    ),
    Service(
        "guidekb-order-sign",
        "order-sign",
        "What the guideline says against an order before it is signed",
        "Warns when a drafted order is advised against, or not before something else.",
    ),
)


def service_of(name: str) -> Service | None:
    """The service with an id."""
    return next((one for one in SERVICES if one.id == name), None)
