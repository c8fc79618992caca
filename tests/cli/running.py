"""What a command line did, and the type of the fixture that runs one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """The exit code and what was printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]
