"""A folder of FHIR files: every file in it that holds FHIR, read together."""

from __future__ import annotations

from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Span
from .detect import LARGEST, is_fhir


def is_folder(path: str) -> bool:
    """Whether a path is a folder; what is no path at all is none."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def folder_sources(path: str) -> list[tuple[str, bytes]]:
    """The files of a folder that hold FHIR, by name. Raises Invalid when there is none, or one cannot be read."""
    found: list[tuple[str, bytes]] = []
    try:
        for one in sorted(p for p in Path(path).iterdir() if p.is_file() and not p.name.startswith(".")):
            with one.open("rb") as file:
                data = file.read(LARGEST + 1)
            if is_fhir(data):
                found.append((str(one), data))
    except OSError as error:
        message = f"cannot read the folder: {(error.strerror or 'it failed').lower()}"
        raise Invalid([Diagnostic("D901", message, Span(path, 0, 0, 0))]) from None
    if not found:
        message, help = "this is a folder, not a file", "name the files in it"  # noqa: A001
        raise Invalid([Diagnostic("D901", message, Span(path, 0, 0, 0), help=help)])
    return found
