"""A folder of patients: the files in it that hold FHIR, read together, and its records, one by one."""

from __future__ import annotations

from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Span
from .detect import LARGEST, is_fhir

RECORDS = (".yaml", ".yml", ".dl")


def is_folder(path: str) -> bool:
    """Whether a path is a folder; what is no path at all is none."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def folder_sources(path: str) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The files of a folder that hold FHIR, which belong together, and the names of its records, each for itself.

    A record is known by its ending; a JSON file that is neither is a record only where no file is FHIR, since folders
    of resources have lists of their contents beside them. Raises Invalid when there is nothing to read, or a file
    cannot be read.
    """
    found: list[tuple[str, bytes]] = []
    others: list[Path] = []
    try:
        for one in sorted(p for p in Path(path).iterdir() if p.is_file() and not p.name.startswith(".")):
            with one.open("rb") as file:
                data = file.read(LARGEST + 1)
            if is_fhir(data):
                found.append((str(one), data))
            else:
                others.append(one)
    except OSError as error:
        message = f"cannot read the folder: {(error.strerror or 'it failed').lower()}"
        raise Invalid([Diagnostic("D901", message, Span(path, 0, 0, 0))]) from None
    records = [str(p) for p in others if p.suffix.lower() in (RECORDS if found else (*RECORDS, ".json"))]
    if not found and not records:
        message = "there is no patient in this folder"
        help = f"it would hold FHIR resources, or records in files that end in {', '.join(RECORDS)} or .json"  # noqa: A001
        raise Invalid([Diagnostic("D901", message, Span(path, 0, 0, 0), help=help)])
    return found, records
