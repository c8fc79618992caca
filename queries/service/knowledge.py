"""Where the service's knowledge comes from: a folder, read and checked in each of its languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...kb.ir import Program
from ...kb.load import load
from ...kb.translation import ORIGINAL, languages, translate
from ..wording.words import languages as spoken


def source(folder: Path) -> Callable[[], dict[str, Program]]:
    """Reads the knowledge base of a folder whenever it is called. Raises Invalid with everything that is wrong.

    It is given in each language that it is translated into and that the renderings speak.
    """

    def read() -> dict[str, Program]:
        program = load(folder)
        wanted = [name for name in languages(folder) if name in spoken()]
        return {ORIGINAL: program} | {name: translate(program, folder, name) for name in wanted}

    return read
