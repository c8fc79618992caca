"""How much a conclusion presses: the one table from what the guideline says to what a screen shows."""

from __future__ import annotations

from typing import Literal as OneOf

Indicator = OneOf["critical", "warning", "info"]
INDICATORS: tuple[Indicator, ...] = ("critical", "warning", "info")
"""The indicators of CDS Hooks, the most pressing first."""

PRESSING: dict[tuple[str, str], Indicator] = {
    # An action presses as its statement says.
    ("for", "immediate"): "warning",
    ("for", "soon"): "warning",
    ("for", "routine"): "info",
    ("consider", "immediate"): "info",
    ("consider", "soon"): "info",
    ("consider", "routine"): "info",
    # An alert is a pattern that is there. Advice against something takes the indicator of its harm: that of an alert
    # that rests on the same statement, and none while no harm is there.
    ("alert", ""): "warning",
    ("against", "harm"): "warning",
    ("against", ""): "info",
    ("conflicting", ""): "warning",
    # A treatment that is ordered, or recorded as given.
    ("order", "against and not before"): "critical",
    ("order", "against"): "warning",
    ("order", "not before"): "warning",
    ("order", "excluded"): "warning",
    ("order", "brings about"): "warning",
    ("order", "could bring about"): "warning",
    # What only informs.
    ("expectation", ""): "info",
    ("undetermined", ""): "info",
}
SEVERITY: dict[Indicator, str] = {"critical": "high", "warning": "moderate", "info": "low"}
"""The severity that FHIR gives a DetectedIssue."""
PRIORITY: dict[str, str] = {"immediate": "urgent", "soon": "urgent", "routine": "routine"}
"""The priority that FHIR gives a request."""


def indicator(kind: str, how: str = "") -> Indicator:
    """The indicator of a kind of conclusion; what the table does not have is an error of the caller."""
    return PRESSING[kind, how]
