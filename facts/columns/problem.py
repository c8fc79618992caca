"""What was found wrong with the data of a cohort, as rows that are written beside the answers."""

from __future__ import annotations

from typing import NamedTuple

from ...kb.diagnostics import Diagnostic


class Problem(NamedTuple):
    """One finding. `patient`: "" when it is about a file. `rows`: how many rows it is true of. `lost`: the patient, or
    what the file held, is not evaluated."""

    patient: str
    code: str
    severity: str
    field: str
    file: str
    line: int
    message: str
    rows: int = 1
    lost: bool = False


def problem_of(found: Diagnostic, patient: str = "", lost: bool = False) -> Problem:
    """A reader's finding as a problem."""
    return Problem(patient, found.code, found.severity, "", found.span.file, found.span.line, found.message, 1, lost)
