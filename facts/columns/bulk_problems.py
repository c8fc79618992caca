"""Problems of a source that may be as many as its lines: they wait in a file, not in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from weakref import finalize

from .problem import Problem


class Spool:
    """Problems in the order in which they were found, which can be gone through again and again.

    They lie in a file without a name in `folder`, which is gone with this object, or with the process.
    """

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile("w+", encoding="utf-8", dir=folder)  # noqa: SIM115  (closed by the next line)
        finalize(self, self._file.close)

    def add(self, problem: Problem) -> None:
        """Take a problem."""
        self._file.seek(0, 2)
        self._file.write(json.dumps(problem) + "\n")

    def __iter__(self) -> Iterator[Problem]:
        """Each problem; none may be added meanwhile."""
        self._file.seek(0)
        for line in self._file:
            yield Problem(*json.loads(line))
