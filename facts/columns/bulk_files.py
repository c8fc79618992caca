"""What is a bulk export of FHIR: a folder with NDJSON in it, or one such file."""

from __future__ import annotations

from pathlib import Path


def bulk_files(source: Path) -> list[Path]:
    """The NDJSON files of an export, in order; none when the source is something else."""
    if source.is_file():
        return [source] if source.suffix == ".ndjson" else []
    return sorted(p for p in source.glob("*.ndjson") if p.is_file() and not p.name.startswith("."))
