"""Why a request is not answered: the status, and each reason with the place in the request, as an OperationOutcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...kb.diagnostics import Invalid
from ..fhir.elements import Data, told


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `pointer` is a JSON Pointer (RFC 6901) into the request; `code` is of FHIR's issue types."""

    pointer: str
    text: str
    code: str = "invalid"
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Refusal:
    """400: malformed. 404: no such service. 412: what it needs is not in the prefetch. No text repeats patient data."""

    status: int
    reasons: tuple[Reason, ...]

    @property
    def outcome(self) -> Data:
        """An OperationOutcome with an issue for each reason, whose `diagnostics` begin with the place."""
        return {
            "resourceType": "OperationOutcome",
            "issue": [
                {
                    "severity": r.severity,
                    "code": r.code,
                    "details": {"text": told(r.text)},
                    "diagnostics": told(f"{r.pointer or '(the whole body)'}: {r.text}"),
                }
                for r in self.reasons
            ],
        }


def pointer(*parts: str | int) -> str:
    """The JSON Pointer of a path."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def refused(reasons: Iterable[Reason]) -> Refusal | None:
    """A 400 for what is malformed, or None when nothing is."""
    found = tuple(reasons)
    return Refusal(400, found) if found else None


def unreadable(invalid: Invalid) -> Refusal:
    """A 400 for a prefetch that cannot be read: the codes and places of its faults, not the data that they quote."""
    reasons: list[Reason] = []
    for d in invalid.diagnostics:
        place = pointer(*(d.span.file or "prefetch").replace("[", ".").replace("]", "").split("."))
        reasons.append(Reason(place, f"[{d.code}] the FHIR data cannot be read: {_general(d.message)}"))
    return Refusal(400, tuple(reasons))


def _general(message: str) -> str:
    """The message without what it quotes from the data."""
    parts = message.split("`")
    return "...".join(parts[::2]) if len(parts) > 2 else message
