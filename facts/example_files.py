"""The example patients that come with the package, by name."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).with_name("examples")


def example_names() -> tuple[str, ...]:
    """Their files, records before FHIR, each by its path inside the folder."""
    found = (p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*.*") if p.is_file())
    return tuple(sorted(found, key=lambda name: ("/" in name, name)))


def example_bytes(name: str) -> bytes:
    """One of them. Raises KeyError for a name that is none of theirs: a name is never a path."""
    if name not in example_names():
        raise KeyError(name)
    return (FOLDER / name).read_bytes()
