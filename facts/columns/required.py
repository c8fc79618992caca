"""Whether the libraries for columns are there; asked before anything that needs them is imported."""

from __future__ import annotations

from ...kb.diagnostics import Diagnostic, Unavailable


def required() -> None:
    """Raises Unavailable, with what to install, when the libraries for columns are missing."""
    try:
        from . import arrow, duck
    except ImportError as error:
        message = f"`{error.name}` is not installed, which reads and writes tables"
        raise Unavailable([Diagnostic("D970", message, help="pip install 'guidekb[cohort]'")]) from None
    del arrow, duck
