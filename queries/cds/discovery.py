"""What `GET /cds-services` answers: the services with the data that each wants to be sent along."""

from __future__ import annotations

from ...kb.ir import Program
from ..fhir.elements import Data
from .services import PREFETCH, SERVICES


def discovery(program: Program) -> Data:
    """The services of a guideline. Nothing is fetched from a FHIR server: the prefetch is all that is read."""
    usage = (
        f"Guideline {program.name} {program.version}. Reads the prefetch only; `patient` is required, and what else is "
        "missing is told as unknown. Decision support for people who review its basis; not a medical device."
    )
    return {
        "services": [
            {
                "hook": one.hook,
                "id": one.id,
                "title": one.title,
                "description": one.description,
                "prefetch": dict(PREFETCH),
                "usageRequirements": usage,
            }
            for one in SERVICES
        ]
    }
